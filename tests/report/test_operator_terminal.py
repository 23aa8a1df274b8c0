"""What a status prints of what is wrong: what only keys tell apart is one line."""

import io

import pytest
from rich.console import Console

from fsm.report.operator_terminal import show_status
from tests.report.goldens import NOW, status


def wrong(process, **more):
    return {"graceid": "S230518h", "process": process, "check": "plot", "since": NOW - 60,
            "state": "overdue", "why": f"no file of {process}", "told": ["operators"],
            "told_at": NOW - 50, "reminded": 0, "acknowledgement": "", **more}


def printed(*checks, **more):
    out = io.StringIO()
    show_status(Console(file=out, width=200), {**status(), "troubled_checks": list(checks), **more},
                everything=False)
    return out.getvalue()


def test_a_dead_task_is_one_line_whatever_keys_it_has():
    text = printed(wrong("omegascans[H1]"), wrong("omegascans[L1]", since=NOW - 3600),
                   wrong("omegascans[V1]"))
    assert "omegascans[H1, L1, V1] plot" in text and text.count("not acknowledged") == 1
    assert "no file of omegascans[L1]" in text and "1 h ago" in text


@pytest.mark.parametrize("more", [
    {"graceid": "S230518i"}, {"check": "file"}, {"state": "unverified"}, {"told": []},
    {"acknowledgement": "acknowledged by shift"}, {"reminded": 1}])
def test_what_differs_by_more_than_a_key_has_a_line_of_its_own(more):
    text = printed(wrong("omegascans[H1]"), wrong("omegascans[L1]", **more))
    assert "omegascans[H1] " in text and "omegascans[L1] " in text
