"""The part of the journal about candidates: those under supervision, and those that have left."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import attrs
import sqlalchemy as sa

from fsm.core.engine.effects import Retired
from fsm.core.evidence.fields import Plain
from fsm.io.journal import codec
from fsm.io.journal.codec import Numbered
from fsm.io.journal.schema import ARCHIVE, CANDIDATES, FAILED, INPUTS
from fsm.io.journal.upserts import add_new, upsert
from fsm.io.jsonio import dumps, loads

OUT_OF_ORDER = 60.0  # seconds that an input may be early before it is the clock that was set back
ROWS = sa.select(INPUTS.c.number, INPUTS.c.time, INPUTS.c.graceid, INPUTS.c.kind, INPUTS.c.body)


@attrs.define(slots=True)
class Place:
    """How far a candidate has been acted on.

    Attributes:
        seq: place of the last input about it that was acted on; 0 for none.
        time: of that, unix seconds; later ones do not go behind it.
        timer: when it is next looked at, unix seconds.
        heard: when it was last heard of while something is expected of it, unix seconds; else None.
        stored: the seq of the input after which its configuration was stored; 0 for none.
        rules: those by which it was judged then, of several supervisors on one journal; else "".
    """

    seq: int = 0
    time: float = float("-inf")
    timer: float = float("inf")
    heard: float | None = None
    stored: int = 0
    rules: str | None = ""

    @property
    def is_sound(self) -> bool:
        """Whether its values are of the kinds that they must be; damage leaves others."""
        counts, times = (self.seq, self.stored), (self.time, self.timer)
        return (all(isinstance(one, int) and one >= 0 for one in counts)
                and all(isinstance(one, float) for one in times)
                and self.stored <= self.seq and isinstance(self.heard, float | None))


@attrs.frozen(slots=True)
class Summary:
    """How a candidate is, for who looks at all of them.

    Attributes:
        state: of its lifecycle; None where it could not be made.
        open: number of open checks.
        overdue: of these, of overdue ones.
        regions: where the regions beside its lifecycle are, in words.
        profile: name of its profile; None before it has one.
    """

    state: str | None = None
    open: int = 0
    overdue: int = 0
    regions: str = ""
    profile: str | None = None


_NAMES = tuple(field.name for kind in (Place, Summary) for field in attrs.fields(kind))
_SAVE = upsert(CANDIDATES, ["graceid"], _NAMES)
_STORE = sa.update(CANDIDATES).where(CANDIDATES.c.graceid == sa.bindparam("name")).values(
    body=sa.bindparam("made"), stored=sa.bindparam("after"))
COLUMNS = [CANDIDATES.c[field.name] for field in attrs.fields(Place)]
_ALL = sa.select(CANDIDATES.c.graceid, *COLUMNS)
_SOME = _ALL.where(CANDIDATES.c.graceid.in_(sa.bindparam("names", expanding=True)))
_LAST = sa.select(sa.func.max(INPUTS.c.seq)).where(INPUTS.c.graceid == sa.bindparam("name"))
_LATEST = sa.select(INPUTS.c.time).where(
    INPUTS.c.graceid == sa.bindparam("name"), INPUTS.c.seq.is_not(None)
).order_by(INPUTS.c.seq.desc()).limit(1)
_ARCHIVED = add_new(ARCHIVE)
_ACTED = ROWS.where(
    INPUTS.c.graceid == sa.bindparam("graceid"), INPUTS.c.seq > sa.bindparam("after"),
    INPUTS.c.seq <= sa.bindparam("upto"), INPUTS.c.number.not_in(sa.select(FAILED.c.number))
).order_by(INPUTS.c.seq)


class Supervised:
    """The part of :class:`~fsm.io.journal.journal.Journal` that is about them.

    Attributes:
        db: SQLAlchemy connection.
        mended: sentences about rows that were damaged, and what was made of each, until somebody
            has told of them.
    """

    db: sa.Connection
    mended: list[str]

    def reading(self, what: str) -> AbstractContextManager[None]:
        """A context for what may be damaged, named in words."""
        raise NotImplementedError

    def places(self) -> dict[str, Place]:
        """All candidates under supervision, and how far each has been acted on."""
        return {graceid: self.sound(graceid, Place(*row))
                for graceid, *row in self.db.execute(_ALL).all() if graceid}

    def places_of(self, graceids: Iterable[str]) -> dict[str, Place]:
        """Those of some candidates, as far as these are under supervision."""
        rows = self.db.execute(_SOME, {"names": list(graceids)}).all()
        return {graceid: self.sound(graceid, Place(*row)) for graceid, *row in rows}

    def place(self, graceid: str) -> Place | None:
        """How far a candidate has been acted on; None where it is not under supervision."""
        return self.places_of([graceid]).get(graceid)

    def sound(self, graceid: str, found: Place) -> Place:
        """A place as it was read; where that is damaged, one by which the candidate is made again
        of all its inputs, and looked at."""
        if found.is_sound:
            return found
        self.mended.append(f"the row of {graceid} among the candidates is damaged: it is made "
                           "again of its inputs")
        last = self.db.scalar(_LATEST, {"name": graceid})
        return Place(self.last_seq(graceid), last if isinstance(last, float) else float("-inf"),
                     0.0)

    def last_seq(self, graceid: str) -> int:
        """Place of the last input about a GraceID that was acted on; 0 for none."""
        return self.db.scalar(_LAST, {"name": graceid}) or 0

    def acted(self, graceid: str, after: int, upto: int) -> list[Numbered]:
        """Pairs (number, input) about a candidate whose places are in a range, in their order, but
        for those that failed."""
        return self.read(_ACTED, {"graceid": graceid, "after": after, "upto": upto})

    def read(self, query: sa.Select[Any], values: Plain | None = None) -> list[Numbered]:
        """Pairs (number, input) of a query for the columns of ``ROWS``."""
        return [(number, codec.read(*row)) for number, *row in self.db.execute(query, values)]

    def open_since(self) -> dict[str, float]:
        """The candidates of which something is expected, and when each was last heard of."""
        return dict(self.db.execute(sa.select(CANDIDATES.c.graceid, CANDIDATES.c.heard).where(
            CANDIDATES.c.heard.is_not(None))).all())

    def save(self, candidates: Mapping[str, tuple[Place, Summary]]) -> None:
        """Note where candidates are, of those not known before too; not their configurations."""
        if candidates:
            self.db.execute(_SAVE, [
                {"graceid": graceid, **_plain(place), **_plain(summary)}
                for graceid, (place, summary) in candidates.items()])

    def unstored(self) -> Sequence[str]:
        """The GraceIDs of candidates that have had inputs since their last configuration."""
        return self.db.scalars(sa.select(CANDIDATES.c.graceid)
                               .where(CANDIDATES.c.seq > CANDIDATES.c.stored)).all()

    def configuration(self, graceid: str) -> Plain | None:
        """The stored configuration of a candidate under supervision; None without any."""
        body = self.db.scalar(sa.select(CANDIDATES.c.body).where(CANDIDATES.c.graceid == graceid))
        return loads(body) if body else None

    def store(self, configurations: Sequence[tuple[str, int, Plain]]) -> None:
        """Keep configurations of candidates that are noted, as triples (GraceID, seq of the last
        input, configuration)."""
        if configurations:
            self.db.execute(_STORE, [{"name": graceid, "after": seq, "made": dumps(configuration)}
                                     for graceid, seq, configuration in configurations])

    def archive(self, retired: Retired) -> None:
        """Move a candidate that has left into the archive."""
        self.db.execute(sa.delete(CANDIDATES).where(CANDIDATES.c.graceid == retired.graceid))
        self.db.execute(_ARCHIVED, {"graceid": retired.graceid, "time": retired.time,
                                    "body": codec.packed(dumps(retired.configuration))})

    def unarchive(self, graceid: str) -> None:
        """Take a candidate out of the archive that is under supervision again."""
        self.db.execute(sa.delete(ARCHIVE).where(ARCHIVE.c.graceid == graceid))

    def archived_configuration(self, graceid: str) -> Plain | None:
        """The last configuration of a candidate that has left, None without any."""
        body = self.db.scalar(sa.select(ARCHIVE.c.body).where(ARCHIVE.c.graceid == graceid))
        with self.reading(f"what is archived of {graceid}"):
            return None if body is None else loads(codec.unpacked(body))

    def has_left(self, graceid: str) -> bool:
        """Whether a candidate is in the archive."""
        return self.db.scalar(sa.select(ARCHIVE.c.graceid).where(
            ARCHIVE.c.graceid == graceid)) is not None

    def archived(self) -> Sequence[str]:
        """The GraceIDs in the archive, the oldest first."""
        return self.db.scalars(sa.select(ARCHIVE.c.graceid).order_by(ARCHIVE.c.time)).all()


def _plain(made: Place | Summary) -> dict[str, Any]:
    return {field.name: getattr(made, field.name) for field in attrs.fields(type(made))}
