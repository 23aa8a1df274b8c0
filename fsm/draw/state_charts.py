"""The formal charts: every state and every transition, of processes, checks and lifecycles."""

import html
from collections.abc import Iterable, Sequence
from contextlib import nullcontext

from graphviz import Digraph

from fsm.core.charts import rules
from fsm.core.charts.lifecycle import Lifecycle, Move, Region, State
from fsm.core.charts.policy import default_settings
from fsm.core.charts.process import Process
from fsm.core.charts.rules import Rule
from fsm.core.charts.sentences import Sentence
from fsm.core.times import span
from fsm.draw import dot
from fsm.draw.looks import LIFECYCLE_COLOURS, OUTCOME_COLOURS, lines
from fsm.report.processes import process_as_data
from fsm.report.wording import Plain, start_facts

UNKNOWN_COLOUR = "#dddddd"
EARLY = "early"  # the frame around states that a move leaves together
FROM_ALL = "(each state is reached from any before it too)"
WORDS = 26  # characters of a line at an arrow
SENTENCE = 52  # likewise of what is proved
FEW = 3  # sources of one move from which a frame around them is worth while


def process_graph(process: Process, every_check: str) -> Digraph:
    """The chart of one process: its stages, in each its checks, in each check its states.

    Args:
        process: its chart.
        every_check: where the chart of every check is, as seen from this one.
    """
    also = "unverified" if process.always else "unverified or waived"
    made = dot.graph(process.name, process.title, f"(every check may also become {also})")
    made.attr("graph", URL=every_check, target="_top", tooltip="the states of every check")
    plain = process_as_data(process, default_settings(process))
    (begin, words), *facts = start_facts(plain)
    made.node("start", dot.label((begin, "b"), words, *map(" ".join, facts)),
              style="filled", fillcolor="#eef3f8", penwidth="1.6")
    ends, before = {}, ""
    for index, stage in enumerate(process.stages):
        after = f", once {before} is done" if before else ""
        with dot.cluster(made, stage.name, f"stage {stage.name}{after}",
                         bgcolor="#fafafa") as inside:
            for check, told in zip(stage.checks, plain["stages"][index]["checks"], strict=True):
                _check_states(inside, f"{stage.name}.{check.name}", bool(check.expects.asks),
                              told)
        ends[index] = f"{stage.name}.{stage.checks[0].name}"
        if before:  # below it, not beside it
            made.edge(f"{ends[index - 1]}.closed", f"{ends[index]}.awaiting", penwidth="1.6",
                      constraint="false", ltail=f"cluster_{before}", lhead=f"cluster_{stage.name}")
        else:
            made.edge("start", f"{ends[0]}.awaiting", lhead=f"cluster_{stage.name}")
        before = stage.name
    _process_end(made, process, ends)
    return made


def _process_end(made: Digraph, process: Process, ends: dict[int, str]) -> None:
    last = process.stages[-1].name
    with dot.cluster(made, "closed", "closed", bgcolor="#fafafa") as inside:
        inside.node("closed.complete", "complete", fillcolor=OUTCOME_COLOURS["met"])
        inside.node("closed.incomplete", "incomplete", fillcolor=OUTCOME_COLOURS["missing"])
        if not process.always:
            inside.node("closed.waived", "waived", fillcolor=OUTCOME_COLOURS["waived"])
    end = f"{ends[len(process.stages) - 1]}.closed"
    made.edge(end, "closed.complete", ltail=f"cluster_{last}",
              label=f" {last} is done [nothing left out] ")
    made.edge(end, "closed.incomplete", ltail=f"cluster_{last}", label=" [anything missing] ")
    if not process.always:
        made.edge(end, "closed.waived", ltail=f"cluster_{last}", label=" [else: waived] ")
    made.edge("closed.incomplete", "closed.complete", label=" the missing came ",
              constraint="false")


def _title(check: Plain) -> str:
    many = f" for every one of {check['each']}" if check["each"] else ""
    return f"{check['name']}{many}" + (" (off by default)" if check["off"] else "")


def _check_states(parent: Digraph, path: str, asked: bool, check: Plain) -> None:
    """The states of a check; what only GraceDB can tell, so that it is asked, is never found."""
    with dot.cluster(parent, path, _title(check), bgcolor="white") as inside:
        closed = "met / late" if asked else "met / found / late"
        for state, name, colour in (("awaiting", "awaiting", "awaiting"),
                                    ("overdue", "overdue", "overdue"), ("closed", closed, "met"),
                                    ("missing", "missing", "missing")):
            inside.node(f"{path}.{state}", name, fillcolor=OUTCOME_COLOURS[colour])
        _check_edges(inside, path, check)


def _check_edges(inside: Digraph, path: str, check: Plain) -> None:
    waiting, overdue, closed = f"{path}.awaiting", f"{path}.overdue", f"{path}.closed"
    inside.edge(waiting, closed, label=dot.label(f"[{check['expects']}]"))
    for guard, condition in (("not ({})", check["condition"]), ("{}", check["unless"])):
        if condition:
            inside.node(f"{path}.not_expected", "not expected",
                        fillcolor=OUTCOME_COLOURS["not_expected"])
            inside.edge(waiting, f"{path}.not_expected",
                        label=dot.label(f"[{guard.format(condition)}]"))
    if check["warn"] is not None:
        inside.node(f"{path}.warned", "warned", fillcolor=OUTCOME_COLOURS["warned"])
        inside.edge(waiting, f"{path}.warned",
                    label=f" after {span(check['warn'])} [not in GraceDB] ")
        waiting = f"{path}.warned"
    after = "its deadline" if check["within"] is None else span(check["within"])
    inside.edge(waiting, overdue, label=f" after {after} [not right in GraceDB] ")
    inside.edge(overdue, closed, label=" it comes ", constraint="false")
    inside.edge(overdue, f"{path}.missing", label=" given up ")


def check_graph(name: str, title: str) -> Digraph:
    """The states and transitions that every check has."""
    has = rules.Features(warns=True, conditional=True, escalates=True)
    made = dot.graph(name, title)
    for state in sorted(rules.OPEN + rules.CLOSED):
        _state(made, state, OUTCOME_COLOURS[state], state == rules.AWAITING)
    for (source, dest), says in _joined(rules.check_rules(has)).items():
        made.edge(source, dest, label=_says(dict.fromkeys(says)))
    return made


def _joined(fired: Iterable[Rule]) -> dict[tuple[str, str], list[str]]:
    joined: dict[tuple[str, str], list[str]] = {}
    for rule in fired:
        joined.setdefault((rule.source, rule.dest), []).append(_fires(rule.trigger, rule.guards))
    return joined


def _fires(trigger: str, guards: Iterable[str]) -> str:
    asked = " and ".join(g.replace("!", "not ").replace("_", " ") for g in guards)
    return trigger.replace("_", " ") + (f" [{asked}]" if asked else "")


def _says(texts: Iterable[str]) -> str:
    """Lines beside an arrow, which does not touch them."""
    return ('<<table border="0" cellpadding="3"><tr><td>'
            + "<br/>".join(map(html.escape, texts)) + "</td></tr></table>>")


def region_graph(chart: Region) -> Digraph:
    """The chart of a lifecycle or region: each move is one arrow, however many states it leaves.

    A region goes down as it goes on; of a lifecycle many states are side by side.
    """
    early = _left_together(chart)
    made = dot.graph(chart.name, chart.title, FROM_ALL if _from_all(chart) else "",
                     rankdir="LR" if isinstance(chart, Lifecycle) else "TB", ranksep="0.4")
    with dot.cluster(made, EARLY, "", bgcolor="#f4f6f8") if early else nullcontext(made) as inside:
        _states(inside, chart, chart.states[:len(early)])
    _states(made, chart, chart.states[len(early):])
    for move in chart.moves:
        _move(made, chart, move, early)
    if isinstance(chart, Lifecycle) and chart.sentences:
        made.node("sentences", _proved(chart.sentences), shape="note", style="filled",
                  fillcolor="#fdfbf0", fontsize="9")
    return made


def _proved(sentences: Iterable[Sentence]) -> str:
    """What is proved of a lifecycle, each sentence in lines of its own."""
    said = ["<br/>".join(map(html.escape, lines(one.words(), SENTENCE))) for one in sentences]
    rows = "".join(f'<tr><td align="left" balign="left">{one}</td></tr>' for one in said)
    return (f'<<table border="0" cellspacing="0" cellpadding="2"><tr><td align="left">'
            f'{dot.bold("What is proved of it")}</td></tr>{rows}</table>>')


def _from_all(chart: Region) -> bool:
    """Whether moves leave all states before the one they enter, some more than one of these.

    Those that leave none before it lead back.
    """
    leaves, several = list(chart.leaves()), False
    for move in chart.moves:
        to = leaves.index(next(path for path in leaves if rules.inside(path, move.to)))
        before = [any(rules.inside(path, one) for one in move.source) for path in leaves[:to]]
        if any(before) and not all(before):
            return False
        several |= len(before) > 1 and all(before)
    return several


def _left_together(chart: Region) -> list[str]:
    """The top states up to some one, where a move leaves just these: they have a frame."""
    tops = [state.name for state in chart.states]
    return max((tops[:count] for count in range(FEW, len(tops))
                if any(set(move.source) == set(tops[:count]) for move in chart.moves)),
               key=len, default=[])


def _states(parent: Digraph, chart: Region, states: Iterable[State], prefix: str = "") -> None:
    for state in states:
        path = prefix + state.name
        if state.inside:
            with dot.cluster(parent, path, state.name.replace("_", " "),
                             bgcolor="#fafafa") as inside:
                _states(inside, chart, state.inside, path + ".")
        else:
            _state(parent, path, LIFECYCLE_COLOURS.get(path, UNKNOWN_COLOUR),
                   path == chart.initial())


def _state(parent: Digraph, path: str, colour: str, initial: bool) -> None:
    parent.node(path, path.rpartition(".")[2].replace("_", " "), fillcolor=colour,
                penwidth="2" if initial else "1")


def _move(made: Digraph, chart: Region, move: Move, early: Sequence[str]) -> None:
    """Draw a move as one arrow from a frame, and one from the nearest of the other states."""
    sources, says = list(move.source), [_fires(move.trigger, move.guards)]
    if move.on is not None:
        says += lines(f"on {move.on.words()}", WORDS)
    if early and set(early) <= set(sources):
        sources = [path for path in sources if path not in early]
        _arrow(made, chart, EARLY, move.to, says)
    if sources:
        order = [state.name for state in chart.states]
        before = [path for path in sources
                  if order.index(_top(path)) <= order.index(_top(move.to))]
        nearest = (before or sources)[-1]
        told = before if _from_all(chart) else [nearest]
        others = [path.replace("_", " ") for path in sources if path not in (*told, nearest)]
        also = lines(f"also from {', '.join(others)}", WORDS) if others else []
        _arrow(made, chart, nearest, move.to, [*says, *also])


def _top(path: str) -> str:
    return path.partition(".")[0]


def _arrow(made: Digraph, chart: Region, source: str, dest: str, says: Iterable[str]) -> None:
    looks = {"label": _says(says)}
    leaves = list(chart.leaves())
    if source not in leaves:
        looks["ltail"] = f"cluster_{source}"
        source = [path for path in leaves
                  if source == EARLY and _top(path) != _top(dest) or rules.inside(path, source)][-1]
    if dest not in leaves:
        looks["lhead"] = f"cluster_{dest}"
        dest = next(path for path in leaves if rules.inside(path, dest))
    made.edge(source, dest, **looks)
