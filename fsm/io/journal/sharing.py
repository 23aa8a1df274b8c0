"""What several supervisors on one PostgreSQL do at the same time, each statement for many GraceIDs.
"""

from collections.abc import Iterable, Sequence

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from fsm.io.journal import codec
from fsm.io.journal.codec import Numbered
from fsm.io.journal.journal import MOST, Journal, columns
from fsm.io.journal.schema import ARCHIVE, CANDIDATES, INPUTS, NOW, storable
from fsm.io.journal.supervised import COLUMNS, ROWS, Place

_NAMES = sa.bindparam("names", type_=ARRAY(sa.Text))
_EACH = sa.func.unnest(_NAMES).table_valued("name").render_derived()
_FREE = sa.select(_EACH.c.name).where(
    sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(_EACH.c.name, 0)))
_PLACES = sa.select(CANDIDATES.c.graceid, *COLUMNS).where(CANDIDATES.c.graceid == sa.any_(_NAMES))
_LEFT = sa.select(ARCHIVE.c.graceid).where(ARCHIVE.c.graceid == sa.any_(_NAMES))
_FIRST = ROWS.where(INPUTS.c.graceid == _EACH.c.name, INPUTS.c.seq.is_(None)).order_by(
    INPUTS.c.number).limit(MOST).correlate(_EACH).lateral("waiting")
_WAITING = sa.select(_FIRST).select_from(_EACH.join(_FIRST, sa.true()))
_AWAITED = sa.select(INPUTS.c.graceid).distinct().where(
    INPUTS.c.graceid == sa.any_(_NAMES), INPUTS.c.seq.is_(None))
WAITED, SOME = 2.0, 500  # seconds that an input may wait, and GraceIDs of one look
# Clocks differ: what was taken in the future by the database's may have waited for long, and what
# is due by that of whoever looks may not be by the database's.
_BY_NOW = sa.func.greatest(NOW, sa.bindparam("now", float("-inf"), sa.Float))
OVERDUE = sa.union(
    sa.select(INPUTS.c.graceid).where(INPUTS.c.seq.is_(None),
                                      sa.not_(INPUTS.c.time.between(NOW - WAITED, NOW))),
    sa.select(CANDIDATES.c.graceid).where(CANDIDATES.c.timer <= _BY_NOW)).limit(SOME)
_HEARD = insert(INPUTS).on_conflict_do_nothing(index_elements=["origin"]).returning(
    INPUTS.c.number, INPUTS.c.origin)


@attrs.define
class Found:
    """What the journal has of a GraceID.

    Attributes:
        place: how far it has been acted on; None where it is not under supervision.
        left: whether it was, and has left.
        waiting: pairs (number, input) that have not been acted on, the first ones.
    """

    place: Place | None
    left: bool = False
    waiting: list[Numbered] = attrs.field(factory=list)


def taken(journal: Journal, graceids: Iterable[str]) -> dict[str, Found]:
    """Have others leave GraceIDs alone until the transaction ends.

    Who finds one taken leaves it to who has it, and so that one looks again for what waits when it
    has committed: :func:`awaited`.

    Returns:
        Those that no other has taken, and what the journal has of each.
    """
    names = {storable(graceid): graceid for graceid in graceids}
    free = journal.db.scalars(_FREE, {"names": sorted(names)}).all()
    those = {"names": free}
    places = {name: journal.sound(name, Place(*row))
              for name, *row in journal.db.execute(_PLACES, those).all()}
    found = {name: Found(places.get(name)) for name in free}
    unknown = [name for name in free if name not in places]
    for name in journal.db.scalars(_LEFT, {"names": unknown}) if unknown else ():
        found[name].left = True
    for number, time, name, *row in journal.db.execute(_WAITING, those):
        found[name].waiting.append((number, codec.read(time, name, *row)))
    return {names[name]: one for name, one in found.items()}


def awaited(journal: Journal, graceids: Iterable[str]) -> Sequence[str]:
    """Those of some GraceIDs about which inputs wait to be acted on."""
    names = [storable(graceid) for graceid in graceids]
    return journal.db.scalars(_AWAITED, {"names": names}).all() if names else []


def overdue(journal: Journal, now: float) -> Sequence[str]:
    """The GraceIDs of inputs that may have waited for two seconds, and those with something due.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        now: by the clock of whoever looks, unix seconds.
    """
    return journal.db.scalars(OVERDUE, {"now": now}).all()


def heard(journal: Journal, rows: Sequence[codec.Input]) -> list[Numbered]:
    """Append inputs, but for those that others have appended; returns pairs (number, input)."""
    own = [row for row in rows if not row.origin]
    numbered = list(zip(journal.add(own), own, strict=True))
    made: dict[str, codec.Input] = {}
    for row in sorted(rows, key=lambda row: row.graceid):  # two that add the same never deadlock
        if row.origin:
            made.setdefault(row.origin, row)
    if made:
        numbered += [(number, made[origin]) for number, origin in journal.db.execute(
            _HEARD, list(map(columns, made.values())))]
    return numbered
