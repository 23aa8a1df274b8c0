"""Folds the inputs that a journal has again, and compares what comes of them with what is there.

That tells whatever several supervisors on one journal could have done wrong, as long as charts and
policy are those by which the inputs were acted on.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import attrs
import sqlalchemy as sa

from fsm.core.charts.policy import Policy
from fsm.core.engine import snapshot
from fsm.core.engine.effects import Effect, Restored, Retired
from fsm.core.engine.engine import Engine
from fsm.core.engine.models import Candidate
from fsm.core.evidence.fields import Plain
from fsm.daemon.candidate_store import summary
from fsm.daemon.fold import Fold
from fsm.daemon.rules import Declared, Rules
from fsm.daemon.told import Told, expected
from fsm.io.journal import codec, consistency
from fsm.io.journal.check import Progress, unseen
from fsm.io.journal.consistency import Whole
from fsm.io.journal.findings import Findings
from fsm.io.journal.pruning import FORGOTTEN
from fsm.io.journal.schema import ARCHIVE, CANDIDATES, INPUTS
from fsm.io.journal.supervised import Summary, Supervised
from fsm.io.jsonio import dumps, loads


class FoldCheck:
    """Checks all candidates whose inputs are all there, of which none failed, and that were not
    judged by other rules last.

    Args:
        charts: (processes, lifecycles).
        policy: :class:`~fsm.core.charts.policy.Policy`.
        progress: called now and then.
    """

    def __init__(self, charts: Declared, policy: Policy, progress: Progress = unseen) -> None:
        self.scratch, self.progress = Engine(*charts, policy), progress
        self.rules = Rules(charts).digest(policy)

    def __call__(self, db: sa.Connection, findings: Findings) -> Plain:
        """Check them, as ``further`` of :func:`fsm.io.journal.check.check`.

        Returns:
            A mapping with the numbers of candidates ``folded`` and ``not_folded``, and of these the
            GraceIDs of those that were judged by ``other_rules`` last.
        """
        of_all = db.scalar(sa.select(sa.func.count(INPUTS.c.graceid.distinct())).where(
            INPUTS.c.graceid != "", INPUTS.c.seq.is_not(None))) or 0
        whole, told = consistency.whole(db), Told(db)
        found = [one for one in whole if one.rules in ("", self.rules)]
        others = [one.graceid for one in whole if one.rules not in ("", self.rules)]
        for count, one in enumerate(found):
            self.progress("folding candidates", count, len(found))
            with findings.of(f"candidate {one.graceid}: cannot be compared"):
                for sentence in self._wrong(db, one, told):
                    findings.add("fold", f"candidate {one.graceid}: {sentence}")
        return {"folded": len(found), "not_folded": of_all - len(found), "other_rules": others}

    def _wrong(self, db: sa.Connection, whole: Whole, told: Told) -> Iterator[str]:
        """What is not as it comes of the inputs, in sentences."""
        journal = _Reader(db)
        fold, stored = Fold(self.scratch, whole.graceid), whole.stored or 0
        try:
            fold.take(journal.acted(whole.graceid, 0, stored))
            configuration = _plain(fold.candidate)
            fold.take(journal.acted(whole.graceid, stored, whole.last))
            stays = fold.candidate is not None
            listed = {"timer": self.scratch.timers[whole.graceid],
                      **attrs.asdict(summary(fold.candidate))}
        finally:
            candidate = fold.end()
            if candidate is not None:
                candidate.dissolve()
        if fold.failed:
            number, _, _, trace = fold.failed[0]
            yield f"input {number} about it raises, which it did not: {_last_line(trace)}"
            return
        if stored:
            there = journal.configuration(whole.graceid)
            yield from _unlike(f"as stored after input {stored} about it", configuration, there)
        left = _left(fold.effects)
        yield from _whether_it_left(db, whole, stays, left)
        if stays and whole.stored is not None:
            yield from _unlike("as it is listed", listed, journal.listed(whole))
        yield from told.unlike(whole.graceid, expected(fold.effects))


class _Reader(Supervised):
    """What a journal has of candidates, read without opening it for a supervisor."""

    def __init__(self, db: sa.Connection) -> None:
        self.db = db

    def listed(self, whole: Whole) -> Plain:
        """How a candidate under supervision is, and when it is next looked at."""
        names = ("timer", *(field.name for field in attrs.fields(Summary)))
        columns: list[Any] = [CANDIDATES.c[name] for name in names]
        return dict(self.db.execute(sa.select(*columns).where(
            CANDIDATES.c.graceid == whole.graceid)).mappings().one())


def _left(effects: Iterable[Effect]) -> list[Retired]:
    """How a candidate has left, nothing where an operator has taken it back since then."""
    left: list[Retired] = []
    for effect in effects:
        if isinstance(effect, Retired):
            left.append(effect)
        elif isinstance(effect, Restored):
            left.clear()
    return left


def _whether_it_left(db: sa.Connection, whole: Whole, stays: bool,
                     left: list[Retired]) -> Iterator[str]:
    """What is wrong with where it is: under supervision, in the archive, or in neither."""
    body = db.scalar(sa.select(ARCHIVE.c.body).where(ARCHIVE.c.graceid == whole.graceid))
    if (whole.stored is not None) != stays:
        yield "it is under supervision, and by its inputs it is not" if not stays else \
            "it is not under supervision, and by its inputs it is"
    if left and body is None and left[0].time >= consistency.fact(db, FORGOTTEN, float("-inf")):
        yield "it is not in the archive, and by its inputs it has left"
    elif body is not None and not left:
        yield "it is in the archive, and by its inputs it has not left"
    elif body is not None:
        yield from _unlike("as archived", loads(dumps(left[0].configuration)),
                           loads(codec.unpacked(body)))


def _plain(candidate: Candidate | None) -> Any:
    """A configuration as it is when it has been stored."""
    return None if candidate is None else loads(dumps(snapshot.of(candidate)))


def _unlike(how: str, expected: object, there: object) -> Iterator[str]:
    """The first place at which two nested values differ, and how many others there are."""
    found = list(differences(expected, there))
    if found:
        path, wanted, got = found[0]
        more = f", and {len(found) - 1} more differences" if len(found) > 1 else ""
        yield f"{how}, {path or 'it'} is {_short(got)}, by its inputs {_short(wanted)}{more}"


def differences(expected: object, there: object,
                path: str = "") -> Iterator[tuple[str, object, object]]:
    """Where two nested values differ, as triples (path, expected, there)."""
    if isinstance(expected, dict) and isinstance(there, dict):
        for key in sorted({*expected, *there}):
            yield from differences(expected.get(key), there.get(key), f"{path}/{key}".lstrip("/"))
    elif expected != there:
        yield path, expected, there


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _last_line(trace: str) -> str:
    return trace.strip().rpartition("\n")[2]
