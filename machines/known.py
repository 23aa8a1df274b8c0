"""Whether GraceDB knows a candidate: what it has no more, or never had, is not followed up."""

from fsm.chart import ABSENT, RIGHT, Evidence, Verdict, field, predicate
from fsm.core.expect.scope import Scope


def judge_unknown(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether GraceDB has said that it has no such candidate."""
    if evidence.gone is None:
        return Verdict(ABSENT, "nothing says that GraceDB does not know it")
    return Verdict(RIGHT, "GraceDB has no such candidate, or does not show it", evidence.gone)


UNKNOWN_THERE = predicate(judge_unknown, "GraceDB does not know it", watches=[field("graceid")],
                          timed=False)
