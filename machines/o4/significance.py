"""Whether a superevent is significant: its false-alarm rate against the limit of its search.

A coincidence that may be published (``RAVEN_ALERT``) stands for the rate. Source: thresholds of the
automated follow-up.
"""

from collections.abc import Callable

from fsm.chart import ABSENT, RIGHT, Evidence, Verdict, field, label, predicate
from fsm.core.expect.scope import Scope
from fsm.core.times import finite

MONTH, YEAR, DAY = 30 * 86400.0, 365 * 86400.0, 86400.0
# Limits in Hz, trials included, as options of the processes that need them.
SIGNIFICANT = {
    "far_cbc_allsky": 1 / MONTH / 7, "far_cbc_earlywarning": 1 / MONTH / 4,
    "far_cbc_mdc": 1 / MONTH / 7, "far_cbc_ssm": 1 / YEAR / 3,
    "far_burst_allsky": 1 / YEAR / 3, "far_burst_bbh": 1 / MONTH / 7,
}
ANNOUNCED = {"low_far_cbc_allsky": 16 / DAY / 8, "low_far_burst_allsky": 16 / DAY / 8,
             "low_far_burst_bbh": 16 / DAY / 8}
WATCHED = (field("far"), field("group"), field("search"), label("RAVEN_ALERT"))


def _limit(evidence: Evidence, scope: Scope, prefix: str) -> float | None:
    group, search = (str(evidence.fields.get(key) or "").lower() for key in ("group", "search"))
    return scope.values.get(f"{prefix}_{group}_{search}")


def judge_significant(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether a superevent is significant."""
    if evidence.has_label("RAVEN_ALERT"):
        return Verdict(RIGHT, "label RAVEN_ALERT is on", evidence.labels["RAVEN_ALERT"].since)
    return _compared(evidence, _limit(evidence, scope, "far"))


def judge_announced(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether a superevent passes the lower limit, of less-significant notices."""
    significant = judge_significant(evidence, scope)
    return significant if significant.right else _compared(
        evidence, _limit(evidence, scope, "low_far"))


def _compared(evidence: Evidence, limit: float | None) -> Verdict:
    far = finite(evidence.fields.get("far"))
    if far is None or limit is None:
        return Verdict(ABSENT, "its far is not known" if limit else "its search has no such limit")
    kind = RIGHT if far <= limit else "wrong"
    times = [evidence.since(name) for name in ("far", "group", "search")]
    return Verdict(kind, f"far is {far:.3g}, the limit {limit:.3g} Hz",
                   max((at for at in times if at is not None), default=None))


def not_above(judge: Callable[[Evidence, Scope], Verdict]) -> Callable[[Evidence, Scope], Verdict]:
    """Judge that a rate is not known to be above the limit: what is above is not published."""
    def judged(evidence: Evidence, scope: Scope) -> Verdict:
        verdict = judge(evidence, scope)
        return verdict if verdict.kind == "wrong" else verdict._replace(kind=RIGHT)

    return judged


NOT_INSIGNIFICANT = predicate(not_above(judge_significant), "its far is not above the limit",
                              watches=WATCHED, options=SIGNIFICANT, timed=False)
NOT_FAINT = predicate(not_above(judge_announced), "its far is not above the lower limit",
                      watches=WATCHED, options={**SIGNIFICANT, **ANNOUNCED}, timed=False)
IS_SIGNIFICANT = predicate(judge_significant, "it is significant", watches=WATCHED,
                           options=SIGNIFICANT, timed=False)
IS_ANNOUNCED = predicate(judge_announced, "it passes the limit of less-significant notices",
                         watches=WATCHED, options={**SIGNIFICANT, **ANNOUNCED}, timed=False)
