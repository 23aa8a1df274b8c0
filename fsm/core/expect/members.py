"""Expectations about the events of a superevent: looked for there, whichever these are by then."""

from collections.abc import Callable, Iterable

import attrs

from fsm.core.evidence.entries import Change
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.graceids import kind_of
from fsm.core.expect.base import ABSENT, UNKNOWN, Expectation, Verdict
from fsm.core.expect.hints import Hint, Part, Want
from fsm.core.expect.scope import Scope
from fsm.core.expect.templates import Parameters

Chosen = tuple[tuple[str, ...], float | None]  # GraceIDs, and since when it is these


@attrs.frozen(slots=True)
class OfMember(Expectation):
    """What must hold for an event of the superevent; see :func:`fsm.chart.preferred`.

    Attributes:
        inner: the expectation.
        title: which events, for people.
        which: function from the superevent's evidence to their GraceIDs, the likeliest first, and
            since when it is these, unix seconds, None for from the beginning.
    """

    inner: Expectation
    title: str
    which: Callable[[Evidence], Chosen]

    @property
    def timed(self) -> bool:
        return self.inner.timed

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("members"), Hint("fields"))

    def parameters(self) -> frozenset[str]:
        return self.inner.parameters()

    def questions(self, evidence: Evidence, scope: Scope) -> tuple[Want, ...]:
        return tuple(("member", name) for name in self.which(evidence)[0] if kind_of(name))

    def reads(self, evidence: Evidence, scope: Scope) -> tuple[Part, ...]:
        return tuple((graceid, part) for graceid in self.which(evidence)[0]
                     for member in [evidence.members.get(graceid) or evidence]
                     for _, part in self.inner.reads(member, scope) or [("", "event")])

    def tagged(self, names: Iterable[str]) -> Expectation:
        return attrs.evolve(self, inner=self.inner.tagged(names))

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        return {} if change in ("members", "fields") else None

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        names, since = self.which(evidence)
        verdicts = [self._of(evidence, graceid, scope) for graceid in names]
        if not verdicts:
            return Verdict(ABSENT, f"it has no {self.title}", since)
        found = next((v for v in verdicts if v.right), None) or next(
            (v for v in verdicts if v.kind == UNKNOWN), verdicts[0])
        times = [at for at in (found.at, since) if at is not None]
        return Verdict(found.kind, found.why, max(times, default=None))

    def _of(self, evidence: Evidence, graceid: str, scope: Scope) -> Verdict:
        member = evidence.members.get(graceid)
        if member is None:
            return Verdict(UNKNOWN, f"nothing is known of the {self.title} {graceid}")
        verdict = self.inner.judge(member, scope)
        return Verdict(verdict.kind, f"{graceid}: {verdict.why}", verdict.at)

    def words(self) -> str:
        return f"{self.title}: {self.inner.words()}"


def the_preferred(evidence: Evidence) -> Chosen:
    """The preferred event of a superevent, and since when it is that."""
    graceid = evidence.fields.get("preferred_event")
    return (graceid,) if isinstance(graceid, str) else (), evidence.since("preferred_event")


def the_gw_events(evidence: Evidence) -> Chosen:
    """The gravitational-wave events of a superevent, and since when it has them."""
    return _listed(evidence, "gw_events"), None


def the_external(evidence: Evidence) -> Chosen:
    """The external event that a superevent names, else all that it has, and since when."""
    events = _listed(evidence, "em_events")
    named = evidence.fields.get("em_type")
    if isinstance(named, str) and named in events and len(events) > 1:
        return (named,), evidence.since("em_type")
    return events, evidence.since("em_events.joined")


def _listed(evidence: Evidence, name: str) -> tuple[str, ...]:
    """The GraceIDs in one of the superevent's values."""
    return tuple(filter(None, str(evidence.fields.get(name) or "").split(",")))
