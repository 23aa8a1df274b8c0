"""Draws a process on one sheet: what starts it, its checks, what is overdue, how it ends."""

import html
from collections.abc import Iterable, Mapping, Sequence

from graphviz import Digraph

from fsm.core.charts.families import CONTRADICTIONS
from fsm.core.charts.policy import Timing, default_settings
from fsm.core.charts.process import Process
from fsm.core.times import span
from fsm.draw import dot
from fsm.draw.looks import OUTCOME_COLOURS, lines, shortened, wrapped
from fsm.report.processes import process_as_data
from fsm.report.wording import Plain, conditions, due, expected, start_facts

WIDTH = 44  # characters of what a check expects; with its name and times as wide as a page
IN_A_ROW = 3  # processes that start it, beside each other
MOST_WORDS = 120  # characters of what a process that waits for it starts on
HEAD, LINK = "#cfe2f7", "#1f4e79"


def sheet(process: Process, before: Iterable[str], after: Iterable[Process],
          links: Mapping[str, str], states: str) -> Digraph:
    """A process on one sheet.

    Args:
        process: its chart.
        before: names of the processes that start it.
        after: charts of those that wait for it.
        links: where the sheets of all these are, by name, as seen from this one.
        states: where its formal chart is, likewise.
    """
    plain = process_as_data(process, default_settings(process))
    made = dot.graph(process.name, process.title, rankdir="TB", ranksep="0.3", nodesep="0.12",
                     ordering="out")
    made.attr("node", target="_top")
    _boxed(made, "start", [*_start(plain), _formal(states)])
    grid = _grid(before, links)
    if grid:
        _boxed(made, "before", grid, cellspacing="3")
        made.edge("before", "start", style="dashed")
    at = "start"
    for number, stage in enumerate(plain["stages"]):
        _boxed(made, f"stage {stage['name']}", _stage(stage))
        made.edge(at, f"stage {stage['name']}", label=" all closed, or due " if number else "")
        at = f"stage {stage['name']}"
    _ends(made, plain, at)
    waiting = _waiting(after, links)
    if waiting:
        _boxed(made, "after", waiting)
        made.edge("closed.complete", "after", style="dashed")
    return made


def _boxed(made: Digraph, node: str, rows: Iterable[str], cellspacing: str = "0") -> None:
    """A node that is a table."""
    made.node(node, f'<<table border="0" cellborder="1" cellspacing="{cellspacing}" '
                    'cellpadding="6" color="#999999">'
                    + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>>",
              shape="plain", style="")


def _grid(names: Iterable[str], links: Mapping[str, str]) -> list[str]:
    """Links to the processes that start it, a few in a row."""
    cells = [_linked(name, links[name]) for name in names]
    rows = ["".join(cells[start:start + IN_A_ROW]) for start in range(0, len(cells), IN_A_ROW)]
    return [_over("is started by", min(len(cells), IN_A_ROW)), *rows] if cells else []


def _waiting(after: Iterable[Process], links: Mapping[str, str]) -> list[str]:
    """Links to the processes that wait for it, each with what it starts on."""
    wait: list[str] = []
    never: list[str] = []
    for one in after:
        (never if one.family == CONTRADICTIONS else wait).append(
            _linked(one.name, links[one.name])
            + _cell(f"on {shortened(one.starts.words(), MOST_WORDS)}"))
    return [row for words, rows in (("for it wait", wait), ("with it must not happen", never))
            if rows for row in (_over(words, 2), *rows)]


def _linked(name: str, link: str) -> str:
    return (f'<td align="left" href="{html.escape(link)}" target="_top" bgcolor="white">'
            f'<font color="{LINK}">{wrapped(name, 30)}</font></td>')


def _over(words: str, columns: int) -> str:
    return f'<td border="0" colspan="{columns}"><i>{words}</i></td>'


def _formal(states: str) -> str:
    """A link to the formal chart."""
    return (_bold("in full", bgcolor="#eef3f8")
            + f'<td align="left" href="{html.escape(states)}" target="_top">'
              f'<font color="{LINK}">the chart of every state and transition</font></td>')


def _cell(text: str, width: int = WIDTH, **looks: str) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in looks.items())
    shown = "".join(f'{html.escape(line)}<br align="left"/>' for line in lines(text, width))
    return f'<td align="left" balign="left"{attributes}>{shown}</td>'


def _start(process: Plain) -> list[str]:
    return [_bold(name, bgcolor="#eef3f8") + _cell(text, WIDTH + 16)
            for name, text in start_facts(process)]


def _bold(text: str, **looks: str) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in looks.items())
    return f'<td align="left"{attributes}>{dot.bold(text, 22)}</td>'


def _stage(stage: Plain) -> list[str]:
    """A stage as rows of a table: each check with what it expects, its warning and its deadline.

    Conditions that all its checks have are told once.
    """
    checks: Sequence[Plain] = stage["checks"]
    common = [one for one in conditions(checks[0])
              if len(checks) > 1 and all(one in conditions(check) for check in checks)]
    head = (_bold(stage["name"], bgcolor=HEAD, colspan="2")
            + _cell("warning", bgcolor=HEAD) + _cell("due", bgcolor=HEAD))
    return [head,
            *(_bold(f"all {begin}") + _cell(words, WIDTH + 16, colspan="3")
              for begin, words in common),
            *(_check(check, common) for check in checks)]


def _check(check: Plain, told: Iterable[tuple[str, str]]) -> str:
    warn = "" if check["warn"] is None else span(check["warn"])
    return (_bold(check["name"]) + _cell(expected(check, told))
            + _cell(warn, 10, **_filled("warned") if warn else {})
            + _cell(due(check), 12, **{} if check["off"] else _filled("overdue")))


def _filled(state: str) -> dict[str, str]:
    return {"bgcolor": OUTCOME_COLOURS[state]}


def _ends(made: Digraph, process: Plain, last: str) -> None:
    made.node("closed.complete", "complete", fillcolor=OUTCOME_COLOURS["met"])
    made.node("closed.incomplete", "incomplete", fillcolor=OUTCOME_COLOURS["missing"])
    made.edge(last, "closed.complete", label=" all came ")
    made.edge(last, "closed.incomplete",
              label=f" one was given up \n after {span(Timing().give_up)} ")
    if not process["always"]:
        made.node("closed.waived", "waived", fillcolor=OUTCOME_COLOURS["waived"])
        made.edge(last, "closed.waived", label=" made needless ")
    made.node("overdue", _overdue(process), shape="note", style="filled", fillcolor="#fdeaea")
    made.edge(last, "overdue", style="dotted", arrowhead="none")


def _overdue(process: Plain) -> str:
    """What happens when a check is overdue, and whom a warning tells before."""
    told, warned = (", ".join(process["parties"][outcome]) for outcome in ("failure", "warning"))
    said = ["GraceDB is asked first;", f"then told: {told}"]
    if process["gravity"]:
        said.append(f"{process['gravity']}: more people, the longer it lasts")
    warns = any(check["warn"] is not None for stage in process["stages"]
                for check in stage["checks"])
    if warns:
        said.append(f"a warning tells before: {warned or 'nobody'}")
    return dot.label(("if one is overdue", "b"), *said, width=30)
