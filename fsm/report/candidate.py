"""What a replay has decided, as one JSON document."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import attrs

from fsm.core.charts import rules
from fsm.core.charts.severity import Significance, significance_by
from fsm.core.engine.effects import Annotate, Notify
from fsm.core.evidence import labels
from fsm.report.headline import headline

NOTIFY, ANNOTATE = "notify", "annotate"
LOG = "GraceDB's log"  # in the place of a party, for annotations


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


class Listed(Protocol):
    """Items in their order, not necessarily in memory."""

    def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int: ...


class Decided(Protocol):
    """What a replay has decided; see :class:`fsm.replay.replay.Outcome`."""

    alerts: int
    queries: int
    unsupervised: int
    of_retired: int

    @property
    def configurations(self) -> Mapping[str, dict[str, Any]]:
        """By GraceID the last configuration."""

    @property
    def effects(self) -> Listed:
        """All :class:`~fsm.core.engine.effects.Notify` and ``Annotate``, in order."""

    @property
    def failed(self) -> Listed:
        """Pairs (GraceID, traceback)."""

    @property
    def rejected(self) -> Listed:
        """Lines that could not be used, :class:`Rejected`."""


@attrs.frozen
class Rows:
    """Items of an outcome, each made a mapping when it is read."""

    items: Listed
    made: Callable[[Any], dict[str, Any]]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self.made, self.items)

    def __len__(self) -> int:
        return len(self.items)


@attrs.frozen
class Candidates(Mapping[str, dict[str, Any]]):
    """The candidates of an outcome by GraceID, each made a mapping when it is read."""

    configurations: Mapping[str, dict[str, Any]]

    def __getitem__(self, graceid: str) -> dict[str, Any]:
        return candidate(self.configurations[graceid])

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.configurations))

    def __len__(self) -> int:
        return len(self.configurations)


def parts(outcome: Decided) -> dict[str, Any]:
    """The outcome of a replay, as :func:`document` has it, of which nothing is in memory at once.

    Args:
        outcome: :class:`~fsm.replay.replay.Outcome`.
    """
    return {
        "alerts": outcome.alerts,
        "rejected": Rows(outcome.rejected, _rejected),
        "failed": Rows(outcome.failed, _failed),
        "graceids": Candidates(outcome.configurations),
        "effects": Rows(outcome.effects, _effect),
        "queries": outcome.queries,
        "unsupervised": outcome.unsupervised,
        "of_retired": outcome.of_retired,
    }


def document(outcome: Decided) -> dict[str, Any]:
    """The outcome of a replay as a mapping that JSON can hold; times in unix seconds.

    Args:
        outcome: :class:`~fsm.replay.replay.Outcome`.
    """
    return {key: dict(part) if isinstance(part, Candidates) else
            list(part) if isinstance(part, Rows) else part
            for key, part in parts(outcome).items()}


def _rejected(line: Rejected) -> dict[str, Any]:
    return {"recording": line.recording, "line": line.line, "reason": line.reason}


def _failed(failed: tuple[str, str]) -> dict[str, Any]:
    return {"graceid": failed[0], "trace": failed[1]}


def with_members(configuration: dict[str, Any]) -> dict[str, Any]:
    """A configuration with the states of a superevent's events taken out of its evidence."""
    members = configuration["evidence"].get("members", {})
    return {**configuration, "members": {graceid: member.get("state", "")
                                         for graceid, member in members.items()}}


def significance_in(configuration: Mapping[str, Any]) -> Significance:
    """How significant a candidate is, by its configuration.

    Args:
        configuration: as of :func:`candidate`; ``significance`` may stand in it instead of labels.
    """
    if "significance" in configuration:
        known: Significance = configuration["significance"]
        return known
    evidence = configuration["evidence"]
    on = {name for name, state in evidence["labels"].items() if labels.restored(state).present}
    return significance_by(configuration["graceid"], evidence["fields"], on.__contains__)


def candidate(configuration: dict[str, Any]) -> dict[str, Any]:
    """One GraceID: what it is, the states of its lifecycle and regions, its processes and their
    checks.

    Args:
        configuration: as the engine gives it; of its evidence the ``fields`` and the
            ``significance`` are enough, which may stand beside the other keys.
    """
    created = configuration["since"]
    held = configuration if "fields" in configuration else configuration["evidence"]
    return {
        "chart": configuration["lifecycle"],
        "facts": headline(held["fields"]),
        "significance": significance_in(configuration),
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
