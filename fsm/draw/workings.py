"""Draws how an alert is taken, door by door, and what happens when something does not come."""

import attrs
from graphviz import Digraph

from fsm.core.charts import rules
from fsm.core.charts.policy import Timing
from fsm.core.times import span
from fsm.draw import dot
from fsm.draw.looks import FAINT, OUTCOME_COLOURS, wrapped

TAKEN, OVERDUE = "how_an_alert_is_taken", "what_happens_when_it_does_not_come"
TITLES = {TAKEN: "How an alert is taken", OVERDUE: "What happens when something does not come"}
WORDS = 40  # characters of a line in a node


@attrs.frozen
class Door:
    """A place that an alert goes through.

    Attributes:
        room: where that is, for people.
        words: what happens there.
        function: where it is done, as ``module:name``.
        gives: what there is on the other side.
    """

    room: str
    words: str
    function: str
    gives: str


LISTENERS, LOOP, ACT, STEP, ACTED, OUT = (
    "listeners, a thread each", "main loop, first transaction", "main loop, second transaction",
    "one step of the engine: no clock, no input, no output", "the end of the second transaction",
    "beside the main loop, threads")
DOORS = (
    Door(LISTENERS, "a listener hears it, and puts it into the inbox",
         "fsm.io.listeners:Listening.hear", "Received: source, topic, line, place"),
    Door(LOOP, "the main loop takes what has come", "fsm.daemon.intake:Intake.gather",
         "Gathered: inputs, places, answers, reports"),
    Door(LOOP, "it is in the journal", "fsm.daemon.loop:Supervisor._committed",
         "pairs (number, Input)"),
    Door(ACT, "somebody acts on it: who has its candidate", "fsm.daemon.work:Work.act",
         "GraceIDs, and what waits for each"),
    Door(ACT, "its candidate is in memory, and it gets its place among its inputs",
         "fsm.daemon.acting:Acting.act", "one input after the other"),
    Door(STEP, "it is added to the evidence", "fsm.core.evidence.alert:Alert.add_to",
         "what has changed"),
    Door(STEP, "the index finds whom it concerns: starts, conditions, checks, moves",
         "fsm.core.engine.news:News.take", "processes and checks"),
    Door(STEP, "they are judged", "fsm.core.engine.runs:CheckRun.judge",
         "a verdict: right, wrong, absent, unknown"),
    Door(STEP, "what follows from the verdict is fired", "fsm.core.engine.table:Table.fire",
         "the model's state"),
    Door(STEP, "its consequences: stages, timers, messages, the lifecycle",
         "fsm.core.engine.transitions:Firing.report_load", "Step: transitions, effects"),
    Door(ACTED, "it and what came of it are on the disk", "fsm.daemon.batch:Batch",
         "history, latencies, questions, messages"),
    Door(OUT, "messages are gathered into letters", "fsm.notify.digests:Digests.letters",
         "a letter for each address"),
    Door(OUT, "they go out", "fsm.io.delivery.outbox:Outbox.send",
         "Delivered, which is news for the inbox"),
)
QUESTIONS = Door(OUT, "GraceDB is asked", "fsm.io.gracedb.query_pool:QueryPool", "")


def taken_graph() -> Digraph:
    """The way of an alert, and of the answers that come back."""
    made = dot.graph(TAKEN, TITLES[TAKEN], rankdir="TB", ranksep="0.25", nodesep="0.3")
    every = (*DOORS, QUESTIONS)
    for number, room in enumerate(dict.fromkeys(door.room for door in every)):
        with dot.cluster(made, f"room {number}", room, bgcolor="#f4f6f8") as inside:
            for door in every:
                if door.room == room:
                    module, _, name = door.function.partition(":")
                    inside.node(_id(door), f"<{wrapped(door.words, WORDS)}<br/><font point-size="
                                f'"9" color="{FAINT}">{name} · {module}</font>>')
    for before, after in zip(DOORS, DOORS[1:], strict=False):
        made.edge(_id(before), _id(after), label=f" {before.gives} ")
    _back(made)
    return made


def _id(door: Door) -> str:
    """A name that graphviz does not take for one with a port."""
    return door.function.replace(":", " ")


def _back(made: Digraph) -> None:
    asked = next(door for door in DOORS if door.function == "fsm.daemon.batch:Batch")
    made.edge(_id(asked), _id(QUESTIONS), label=" what is due or unknown ")
    for door, words in ((QUESTIONS, " answers "), (DOORS[-1], " delivered, or not ")):
        made.edge(_id(door), _id(DOORS[1]), label=words, style="dashed", constraint="false")


def overdue_graph() -> Digraph:
    """The way of a check that is not met: each arrow is a transition of its machine."""
    made = dot.graph(OVERDUE, TITLES[OVERDUE], rankdir="TB", ranksep="0.35", nodesep="0.5")
    times = Timing()
    for state, words in _states(times).items():
        made.node(state, dot.label((state.replace("_", " "), "b"), words, width=WORDS),
                  fillcolor=OUTCOME_COLOURS[state])
    for (source, dest), (_, words) in arrows(times).items():
        made.edge(source, dest, label=f"<{wrapped(words, 34)}>")
    return made


def _states(times: Timing) -> dict[str, str]:
    return {
        rules.AWAITING: f"its time runs, {span(times.grace)} at the least",
        rules.WARNED: "who must act is told, of what is serious or grave",
        rules.OVERDUE: "the parties are told; of what is serious or grave more of them, step by "
                       f"step. GraceDB is asked again after {span(times.retry)}, then after ever "
                       f"longer pauses, up to {span(times.retry_longest)}",
        rules.UNVERIFIED: "who looks after the supervisor is told; nobody is blamed",
        rules.FOUND: "its alert was lost: nobody is told",
        rules.LATE: "where a failure was told, that it is over is told too",
        rules.MISSING: "its process is incomplete, and goes on without it",
    }


def arrows(times: Timing) -> dict[tuple[str, str], tuple[str, str]]:
    """By (source, destination): the trigger of that transition, and what that is in words."""
    asked = f"its deadline: GraceDB is asked, one question for all that is due within " \
            f"{span(times.gather)}"
    return {
        (rules.AWAITING, rules.WARNED): ("warning", "its warning, if it has one, and GraceDB does "
                                                    "not have it"),
        (rules.AWAITING, rules.FOUND): ("deadline", f"{asked}, and has it, in time"),
        (rules.AWAITING, rules.OVERDUE): ("deadline", f"{asked}, and does not have it, or wrong"),
        (rules.WARNED, rules.OVERDUE): ("deadline", "likewise"),
        (rules.AWAITING, rules.UNVERIFIED): ("unanswered", "GraceDB does not answer within "
                                                           f"{span(times.answer)}"),
        (rules.UNVERIFIED, rules.OVERDUE): ("deadline", "it answers, and does not have it"),
        (rules.UNVERIFIED, rules.FOUND): ("answer", "it answers, and has it"),
        (rules.OVERDUE, rules.LATE): ("evidence", "it comes, or GraceDB has it"),
        (rules.OVERDUE, rules.MISSING): ("give_up", f"given up, {span(times.give_up)} after its "
                                                    "deadline"),
        (rules.MISSING, rules.LATE): ("evidence", "it comes at last"),
    }
