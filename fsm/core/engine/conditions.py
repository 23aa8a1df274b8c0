"""Whether a process is needless: by its profile, its FAR, and the conditions of its chart."""

from typing import NamedTuple

from fsm.core.charts.policy import Settings
from fsm.core.charts.process import Process
from fsm.core.engine.models import Candidate
from fsm.core.evidence.evidence import Evidence
from fsm.core.expect.scope import Scope
from fsm.core.times import finite


class Conditions(NamedTuple):
    """Whether a process is needless.

    Attributes:
        final: why it is for good, or "".
        against: why the present values make it so, or "".
        since: since when they do not, unix seconds; None where that is not told.
    """

    final: str
    against: str
    since: float | None


def judged(candidate: Candidate, chart: Process, settings: Settings) -> Conditions:
    """Judge whether a process is needless by the evidence now held.

    Args:
        candidate: whose.
        chart: of the process.
        settings: its :class:`~fsm.core.charts.policy.Settings`.
    """
    return Conditions(_final(chart, settings, candidate.evidence),
                      *_against(chart, settings, candidate))


def _final(chart: Process, settings: Settings, evidence: Evidence) -> str:
    """Why a process is needless for good, or ""."""
    if chart.unless is None:
        return ""
    verdict = chart.unless.found(evidence, Scope(settings.options))
    return "" if verdict is None else verdict.why


def _against(chart: Process, settings: Settings, candidate: Candidate) -> tuple[str, float | None]:
    """Why the present values make a process needless, or ""; and since when they do not."""
    if not settings.enabled:
        return f"the profile {candidate.chosen_profile.name} is without it", None
    evidence, since = candidate.evidence, None
    far, most = finite(evidence.fields.get("far")), settings.far_threshold
    if most is not None:
        since = evidence.since("far")
        if far is not None and far > most:
            begun = None if chart.launched is None else chart.launched.found(
                evidence, Scope(settings.options))
            if begun is None:  # what has begun all the same is followed up
                return (f"far is {far:.3g} Hz, above the {most:.6g} Hz up to which it is expected",
                        None)
            since = begun.at
    if chart.when is None:
        return "", since
    verdict = chart.when.judge(evidence, Scope(settings.options))
    if not verdict.right:
        return verdict.why, None
    return "", max((t for t in (since, verdict.at) if t is not None), default=None)
