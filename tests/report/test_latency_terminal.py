"""Latencies on terminals of any width: nothing is cut, and nothing left out but the bars."""

import pytest
from rich.console import Console

from fsm.core.charts.policy import default_policy
from fsm.registry import charts
from fsm.report.latency import Latency
from fsm.report.latency_groups import grouped
from fsm.report.latency_terminal import show_latencies

PROCESSES = charts()[0]
ROWS = [*(Latency("preliminary_notice", "json", "met", 60.0 + n, 50.0, 40.0) for n in range(20)),
        Latency("preliminary_notice", "json", "late", 900.0, 880.0, 870.0),
        Latency("segdb2grcdb", "flag[L1:DMT-ANALYSIS_READY:1]", "missing", None, None, None)]
GROUPS = grouped(ROWS, PROCESSES, default_policy(PROCESSES).profiles[-1])


def printed(width, groups=GROUPS):
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        show_latencies(console, groups)
    return captured.get()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_all_numbers_are_there_and_every_line_fits(width):
    text = printed(width)
    words = " ".join(text.split())
    for part in ("Notices and circulars, superevents", "preliminary_notice", "json", "21", "95%",
                 "1 min 10 s", "15 min", "0%", "segdb2grcdb", "-"):
        assert part in words, part
    assert max(map(len, text.splitlines())) <= width


def test_there_are_bars_where_there_is_room():
    wide = printed(120)
    (line,) = [line for line in wide.splitlines() if "json" in line]
    assert line.index("●") < line.index("│") and "━" in line
    assert "● median" in wide and "10 s" in wide.splitlines()[0]
    assert "●" not in printed(100)


def test_a_median_at_its_deadline_hides_it_not():
    at_once = [Latency("preliminary_notice", "json", "met", 310.0, 300.0, 300.0)]
    (line,) = [line for line in printed(120, grouped(
        at_once, PROCESSES, default_policy(PROCESSES).profiles[-1])).splitlines() if "json" in line]
    assert "◆" in line and "●" not in line and "│" not in line


def test_before_anything_has_come_to_an_end():
    assert printed(80, []) == "no check has come to an end yet\n"
