"""Labels by which the approval processor takes a candidate back.

An installation that approves hardware injections like real candidates leaves ``INJ`` out of the
option ``bad_labels``. Source: approval processor of the second observing run.
"""

from fsm.chart import ABSENT, Evidence, Verdict, label, predicate
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope

REFUSALS = ("DQV", "INJ", "H1NO", "L1NO", "V1NO", "ADVNO")


def bad_label(*names: str) -> Expectation:
    """Expect one of these labels, of those in the option ``bad_labels`` of the process."""
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        bad = [name for name in names if name in scope.values["bad_labels"]]
        return label(*bad).judge(evidence, scope) if bad else Verdict(ABSENT, "no label is bad")

    return predicate(judge, "one of the labels {bad_labels}", watches=[label(*names)],
                     options=["bad_labels"])
