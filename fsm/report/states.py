"""The whole configuration of a candidate as nested states, down to its checks."""

from collections.abc import Mapping
from typing import Any

Node = dict[str, Any]


def nested_states(graceid: str, candidate: Mapping[str, Any]) -> Node:
    """A candidate's states, each with those inside it.

    Args:
        graceid: of the candidate.
        candidate: as :func:`fsm.report.candidate.candidate` gives it.

    Returns:
        Mappings that JSON can hold, with ``name`` and ``inside``, a list of the same. Side by side
        are the lifecycle, its regions, the processes, and of a superevent its events; a process has
        the state it is in, and every stage with its checks, where that is present, inside it. Of a
        check also its ``check``: ``state``, ``due`` and ``at`` (unix seconds), and ``why``.
    """
    inside = [_node("lifecycle", [_path(candidate["lifecycle"])])]
    inside += [_node(name, [_path(state)]) for name, state in candidate["regions"].items()]
    inside += [_process(name, process) for name, process in candidate["processes"].items()]
    inside += [_node(name, [_path(state)] if state else [])
               for name, state in candidate["members"].items()]
    return _node(graceid, inside)


def _node(name: str, inside: list[Node]) -> Node:
    return {"name": name, "inside": inside}


def _path(path: str, innermost: list[Node] | None = None) -> Node:
    """The states of a path such as ``open.send``, one inside the other."""
    outer, _, rest = path.partition(".")
    if rest:
        return _node(outer, [_path(rest, innermost)])
    return _node(outer, innermost or [])


def _process(name: str, process: Mapping[str, Any]) -> Node:
    stages: dict[str, list[Node]] = {}
    for key, check in process["checks"].items():
        stages.setdefault(check["stage"], []).append(
            {**_node(key, []), "check": {part: check[part] for part in ("state", "due", "at",
                                                                         "why")}})
    present = process["state"].rpartition(".")[2]
    return _node(name, [_path(process["state"], stages.pop(present, None)),
                        *(_node(f"stage {stage}", checks) for stage, checks in stages.items())])
