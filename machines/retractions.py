"""Notices that are sent although the candidate has been retracted; in both eras."""

from fsm.chart import ABSENT, Evidence, Verdict, file, predicate
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope


def sent_after(retraction: Expectation, *names: str) -> Expectation:
    """Expect a notice after a retraction, since the newest of them.

    Args:
        retraction: expectation of the retraction.
        names: templates of the file names of notices.
    """
    notices = [file(name, after=retraction) for name in names]

    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        retracted = retraction.found(evidence, scope)
        found = [one for notice in notices if retracted
                 and (one := notice.found(evidence, scope))]
        return max(found, key=lambda one: one.at or 0.0,
                   default=Verdict(ABSENT, "no notice was sent after a retraction"))

    return predicate(judge, "a notice after the retraction", watches=[*notices, retraction])
