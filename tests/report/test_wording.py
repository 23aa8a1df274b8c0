"""What is declared, in words: alike in the list, the page, the configuration and the sheet."""

import io
import re

import pytest
from rich.console import Console

from fsm.chart import Each, Process, Stage, check, label, log, new
from fsm.core.charts.policy import default_policy, default_settings
from fsm.draw import flow_charts
from fsm.registry import charts
from fsm.report.processes import process_as_data
from fsm.report.processes_page import page
from fsm.report.processes_terminal import show_processes
from fsm.report.wording import conditions, due, expected, options_in_words, start_facts

PROCESSES, LIFECYCLES = charts()
PROFILE = default_policy(PROCESSES).profiles[-1]
GRAPHS = flow_charts.graphs(PROCESSES, LIFECYCLES)
ODD = Process("odd", "Odd", new(), [Stage("s", check(
    "one", log("{ifo} is"), within=None, each=Each("ifos", "ifo"), when=label("INJ"),
    unless=label("DQV")), check("two", log("x"), within=60, from_start=True))],
    options={"ifos": (), "far_limit": 3.1688e-8, "many": ("a", "b")}, unless=label("ADVNO"))


def plain_of(chart):
    return process_as_data(chart, default_settings(chart))


def unbroken(text):
    """A text without what its place needs: tags, signs that escape, ends of lines."""
    text = re.sub(r"</?[a-z][^>]*>|&[a-z]+;|\\\\", "", text.replace("\\", ""))
    return re.sub(r"[\s<>&]+", "", text)


def listed(chart):
    written = io.StringIO()
    show_processes(Console(file=written, width=4000), [plain_of(chart)])
    return written.getvalue()


@pytest.mark.parametrize("chart", PROCESSES, ids=lambda chart: chart.name)
def test_every_condition_is_in_every_place(chart):
    plain = plain_of(chart)
    words = [text for one in (plain, *(one for stage in plain["stages"] for one in stage["checks"]))
             for _, text in conditions(one)]
    shown = {"list": listed(chart), "page": page([chart], [], PROFILE),
             "sheet": GRAPHS[flow_charts.place(chart)].source,
             "chart": GRAPHS[flow_charts.states_of(flow_charts.place(chart))].source}
    for place, text in shown.items():
        assert [one for one in words if unbroken(one) not in unbroken(text)] == [], place


def test_what_makes_needless_is_told():
    (chart,) = [chart for chart in PROCESSES if chart.name == "preliminary_notice"]
    assert ("not if", "label ADVOK or ADVNO before it was sent") in start_facts(plain_of(chart))


def test_the_facts_of_a_check():
    one, two = plain_of(ODD)["stages"][0]["checks"]
    assert expected(one).endswith("; one for every one of ifos; only if label INJ; "
                                  "not if label DQV")
    assert expected(one, [("only if", "label INJ")]).count("only if") == 0
    assert (due(one), due(two)) == ("off", "1 min from the start")


def test_rates_are_told_as_periods():
    assert options_in_words(plain_of(ODD)) == ["ifos = none", "far_limit = 1 per 1 yr",
                                               "many = a, b"]
