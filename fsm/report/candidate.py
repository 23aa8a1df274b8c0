"""What a replay has decided, as one JSON document."""

from collections.abc import Sequence
from typing import Any, Protocol

from fsm.core.charts import rules
from fsm.core.engine.effects import Annotate, Notify

NOTIFY, ANNOTATE = "notify", "annotate"


class Rejected(Protocol):
    """A line of a recording that could not be used."""

    @property
    def recording(self) -> str:
        """Name of the file."""

    @property
    def line(self) -> int:
        """Its number."""

    @property
    def reason(self) -> str:
        """One sentence."""


class Decided(Protocol):
    """What a replay has decided; see :class:`fsm.replay.replay.Outcome`."""

    alerts: int
    queries: int
    unsupervised: int
    of_retired: int
    failed: list[tuple[str, str]]
    configurations: dict[str, dict[str, Any]]
    effects: list[Notify | Annotate]

    @property
    def rejected(self) -> Sequence[Rejected]:
        """Lines that could not be used."""


def document(outcome: Decided) -> dict[str, Any]:
    """The outcome of a replay as a mapping that JSON can hold; times in unix seconds.

    Args:
        outcome: :class:`~fsm.replay.replay.Outcome`.
    """
    return {
        "alerts": outcome.alerts,
        "rejected": [{"recording": r.recording, "line": r.line, "reason": r.reason}
                     for r in outcome.rejected],
        "failed": [{"graceid": graceid, "trace": trace} for graceid, trace in outcome.failed],
        "graceids": {graceid: candidate(configuration)
                     for graceid, configuration in sorted(outcome.configurations.items())},
        "effects": [_effect(effect) for effect in outcome.effects],
        "queries": outcome.queries,
        "unsupervised": outcome.unsupervised,
        "of_retired": outcome.of_retired,
    }


def with_members(configuration: dict[str, Any]) -> dict[str, Any]:
    """A configuration with the states of a superevent's events taken out of its evidence."""
    members = configuration["evidence"].get("members", {})
    return {**configuration, "members": {graceid: member.get("state", "")
                                         for graceid, member in members.items()}}


def candidate(configuration: dict[str, Any]) -> dict[str, Any]:
    """One GraceID: the states of its lifecycle and regions, its processes and their checks."""
    created = configuration["since"]
    return {
        "lifecycle": configuration["state"],
        "reason": configuration["reason"],
        "regions": configuration["regions"],
        "members": configuration.get("members", {}),
        "created": created,
        "processes": {
            name: {
                "state": process["state"],
                "checks": {key: _check(check, created) for key, check in process["checks"].items()},
            }
            for name, process in configuration["processes"].items()
        },
    }


def _check(check: dict[str, Any], created: float) -> dict[str, Any]:
    at = check["at"]
    return {
        "stage": check["stage"],
        "state": shown(check["state"]),
        "why": check["why"],
        "due": check["due"],
        "at": at,
        "latency": None if at is None else round(at - created, 6),
    }


def shown(state: str) -> str:
    """The state of a check as people are told it: one word for all that is unverified."""
    return rules.UNVERIFIED if state == rules.UNVERIFIABLE else state


def _effect(effect: Notify | Annotate) -> dict[str, Any]:
    return {
        "time": effect.time,
        "kind": NOTIFY if isinstance(effect, Notify) else ANNOTATE,
        "graceid": effect.graceid,
        "process": effect.process,
        "check": effect.check,
        "outcome": effect.outcome,
        "to": list(effect.to) if isinstance(effect, Notify) else [],
        "message": effect.message,
    }
