"""A candidate's configuration as nested states."""

import pytest
from rich.cells import cell_len
from rich.console import Console

from fsm.report.states import nested_states
from fsm.report.states_terminal import show_states

CHECK = {"stage": "send", "state": "met", "why": "file a.json", "due": 160.0, "at": 130.0,
         "latency": 30.0}
LATER = {"stage": "label", "state": "awaiting", "why": "", "due": 400.0, "at": None,
         "latency": None}
CANDIDATE = {
    "lifecycle": "open.following", "regions": {"quality": "unknown"}, "members": {"G1": ""},
    "processes": {
        "notice": {"state": "open.label", "checks": {"json": CHECK, "label": LATER}},
        "map": {"state": "closed.incomplete", "checks": {
            "file": {**LATER, "stage": "make", "state": "missing",
                     "why": "no file " + "広い" * 60}}},
    }}


def plain(node):
    return {node["name"]: [plain(one) for one in node["inside"]]}


def test_states_are_inside_each_other_and_side_by_side():
    assert plain(nested_states("S1", CANDIDATE)) == {"S1": [
        {"lifecycle": [{"open": [{"following": []}]}]},
        {"quality": [{"unknown": []}]},
        {"notice": [{"open": [{"label": [{"label": []}]}]}, {"stage send": [{"json": []}]}]},
        {"map": [{"closed": [{"incomplete": []}]}, {"stage make": [{"file": []}]}]},
        {"G1": []}]}


@pytest.mark.parametrize("width", [60, 120])
def test_the_tree_says_what_came_and_what_is_due(width):
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        show_states(console, nested_states("S1", CANDIDATE), 100.0, 200.0)
    text = captured.get()
    words = " ".join(text.replace("│", "").split())
    assert "json met came +30 s 00:02:10" in words
    assert "label awaiting due +5 min 00:06:40 (in 3 min 20 s)" in words
    assert text.count("広い") == 60
    assert all(cell_len(line) <= width for line in text.splitlines())
