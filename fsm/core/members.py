"""Expectations about the events of a superevent: looked for there, whichever these are by then."""

import attrs

from fsm.core.expectations import ABSENT, Expectation, Hint, Verdict
from fsm.core.graceids import kind_of


@attrs.frozen(slots=True)
class OfMember(Expectation):
    """What must hold for an event of the superevent; see :func:`fsm.chart.preferred`.

    Attributes:
        inner: the expectation.
        title: which events, for people.
        which: function from the superevent's evidence to their GraceIDs, the likeliest first.
    """

    inner: Expectation
    title: str
    which: object

    @property
    def timed(self):
        return self.inner.timed

    def hints(self):
        return (Hint("members"), Hint("fields"))

    def parameters(self):
        return self.inner.parameters()

    def questions(self, evidence, scope):
        return tuple(("member", graceid) for graceid in self.which(evidence) if kind_of(graceid))

    def captured(self, change, evidence):
        return {} if change in ("members", "fields") else None

    def judge(self, evidence, scope):
        best = None
        for graceid in self.which(evidence):
            member = evidence.members.get(graceid)
            if member is None:
                continue
            verdict = self.inner.judge(member, scope)
            verdict = verdict._replace(why=f"{graceid}: {verdict.why}")
            if verdict.right:
                return verdict
            best = best or verdict
        return best or Verdict(ABSENT, f"nothing is known of the {self.title}")

    def words(self):
        return f"{self.title}: {self.inner.words()}"


def the_preferred(evidence):
    """The preferred event of a superevent."""
    graceid = evidence.fields.get("preferred_event")
    return (graceid,) if isinstance(graceid, str) else ()


def the_external(evidence):
    """The external events of a superevent."""
    return tuple(filter(None, str(evidence.fields.get("em_events") or "").split(",")))
