"""Draws a process on one sheet: what starts it, its checks, what is overdue, how it ends."""

import html
from collections.abc import Iterable, Mapping

from graphviz import Digraph

from fsm.core.charts.checks import Check, Stage
from fsm.core.charts.process import OPERATORS, Process
from fsm.core.expect.base import Expectation
from fsm.core.times import DAY, span
from fsm.draw import dot
from fsm.draw.looks import OUTCOME_COLOURS, lines, wrapped

WIDTH = 44  # characters of what a check expects; with its name and times as wide as a page
IN_A_ROW = 3  # processes that start it, or wait for it, beside each other
HEAD = "#cfe2f7"
GIVEN_UP = DAY  # unless the configuration says otherwise


def sheet(process: Process, before: Iterable[str], after: Iterable[str],
          links: Mapping[str, str], states: str) -> Digraph:
    """A process on one sheet.

    Args:
        process: its chart.
        before: names of the processes that start it.
        after: names of those that wait for it.
        links: where the sheets of these are, by name, as seen from this one.
        states: where its formal chart is, likewise.
    """
    made = dot.graph(process.name, process.title, rankdir="TB", ranksep="0.3", nodesep="0.12")
    made.attr("node", target="_top")
    made.attr("graph", URL=states, tooltip="every state and transition")
    made.node("start", _table(_start(process)), shape="plain", style="")
    if _others(made, "before", "is started by", before, links):
        made.edge("before", "start", style="dashed")
    at = "start"
    for number, stage in enumerate(process.stages):
        made.node(f"stage {stage.name}", _stage(stage, process), shape="plain", style="")
        made.edge(at, f"stage {stage.name}", label=" all closed, or due " if number else "")
        at = f"stage {stage.name}"
    _ends(made, process, at)
    if _others(made, "after", "for it wait", after, links):
        made.edge("closed.complete", "after", style="dashed")
    return made


def _others(made: Digraph, node: str, words: str, names: Iterable[str],
            links: Mapping[str, str]) -> bool:
    """Other processes in a table, a few in a row; returns whether there are any."""
    names = list(names)
    cells = [f'<td href="{html.escape(links[name])}" target="_top" bgcolor="white">'
             f"{wrapped(name, 30)}</td>" for name in names]
    rows = ["".join(cells[start:start + IN_A_ROW]) for start in range(0, len(cells), IN_A_ROW)]
    if names:
        head = f'<td border="0" colspan="{min(len(cells), IN_A_ROW)}"><i>{words}</i></td>'
        made.node(node, _table([head, *rows], cellspacing="3", style="rounded"), shape="plain",
                  style="")
    return bool(names)


def _cell(text: str, width: int = WIDTH, **looks: str) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in looks.items())
    shown = "".join(f'{html.escape(line)}<br align="left"/>' for line in lines(text, width))
    return f'<td align="left" balign="left"{attributes}>{shown}</td>'


def _table(rows: Iterable[str], cellspacing: str = "0", style: str = "") -> str:
    looks = f' style="{style}"' if style else ""
    return (f'<<table border="0" cellborder="1" cellspacing="{cellspacing}" cellpadding="4" '
            f'color="#999999"{looks}>' + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>>")


def _start(process: Process) -> list[str]:
    """What starts it, and under which conditions, a row each."""
    many = ""
    if process.per:
        many = f"one of {process.per}, or the {process.key} of its message"
    elif process.key:
        many = process.key + ("; anew for every version" if process.renews else "")
    facts = [("starts on", process.starts.words()),
             ("once for every", many),
             ("only if", _words(process.when)),
             ("not if", _words(process.unless)),
             ("also of", "candidates that are retracted or rejected" if process.always else ""),
             ("off", "" if process.enabled else "unless a profile asks for it")]
    return [_bold(name, bgcolor="#eef3f8") + _cell(text, WIDTH + 16)
            for name, text in facts if text]


def _words(condition: Expectation | None) -> str:
    return "" if condition is None else condition.words()


def _bold(text: str, **looks: str) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in looks.items())
    return f'<td align="left"{attributes}><b>{wrapped(text, 22)}</b></td>'


def _stage(stage: Stage, process: Process) -> str:
    """A stage as a table: each check with what it expects, its warning and its deadline."""
    rows = [_bold(stage.name, bgcolor=HEAD, colspan="2")
            + _cell("warning", bgcolor=HEAD) + _cell("due", bgcolor=HEAD)]
    return _table([*rows, *(_check(check, process) for check in stage.checks)])


def _check(check: Check, process: Process) -> str:
    expects = check.expects.words()
    for words, condition in (("only if", check.when), ("not if", check.unless)):
        if condition is not None:
            expects += f"; {words} {condition.words()}"
    if check.each:
        expects += f"; one for every one of {check.each.option}"
    off = check.within is None or (check.each and process.options.get(check.each.option) == ())
    due = "off" if off or check.within is None else span(check.within)
    warn = "" if check.warn is None else span(check.warn)
    from_start = " from the start" if check.from_start else ""
    return (_bold(check.name) + _cell(expects)
            + _cell(warn, 10, **_filled("warned") if warn else {})
            + _cell(due + from_start, 12, **_filled("overdue") if due != "off" else {}))


def _filled(state: str) -> dict[str, str]:
    return {"bgcolor": OUTCOME_COLOURS[state]}


def _ends(made: Digraph, process: Process, last: str) -> None:
    made.node("closed.complete", "complete", fillcolor=OUTCOME_COLOURS["met"])
    made.node("closed.incomplete", "incomplete", fillcolor=OUTCOME_COLOURS["missing"])
    made.node("overdue", _overdue(process), shape="note", style="filled", fillcolor="#fdeaea")
    made.edge(last, "closed.complete", label=" all came ")
    made.edge(last, "closed.incomplete", label=f" one was given up after {span(GIVEN_UP)} ")
    made.edge(last, "overdue", style="dotted", arrowhead="none")
    if not process.always:
        made.node("closed.waived", "waived", fillcolor=OUTCOME_COLOURS["waived"])
        made.edge(last, "closed.waived", label=" made needless ")


def _overdue(process: Process) -> str:
    told = ", ".join(dict.fromkeys((OPERATORS, *process.parties)))
    said = ["GraceDB is asked first;", f"then told: {told}"]
    if process.gravity:
        said.append(f"{process.gravity}: more people, the longer it lasts")
    return f"<<b>if one is overdue</b><br/>{'<br/>'.join(wrapped(one, 30) for one in said)}>"
