"""A supervisor takes up what the journal says that the last one knew."""

from functools import partial
from math import inf
from typing import TYPE_CHECKING

from fsm.core.charts.keys import without_key
from fsm.core.engine.effects import Ask, Notify
from fsm.daemon import naming
from fsm.notify.alarms import without_chart

if TYPE_CHECKING:
    from fsm.daemon.loop import Supervisor


def taken_up(supervisor: "Supervisor") -> list[Ask]:
    """Take up what the journal says of all; returns the questions that wait for an answer.

    Args:
        supervisor: which has not begun yet.
    """
    journal, engine = supervisor.journal, supervisor.engine
    supervisor.candidates.begin()
    if not journal.database.shared:  # else whoever has one in memory looks at it when it is due
        for graceid, place in supervisor.candidates.places.items():
            engine.timers.wake(graceid, place.timer)
    engine.resume(journal.last_time() or -inf, journal.archived())
    engine.names = naming.known(journal)
    return journal.questions()


def end_what_no_chart_expects(supervisor: "Supervisor") -> None:
    """Tell that what was overdue by charts, or a configuration, of before is not waited for any
    more.

    Args:
        supervisor: which has begun.
    """
    now, dispatcher = supervisor.clock.now(), supervisor.dispatcher
    over = without_chart(dispatcher.reminders.every(), partial(_expected, supervisor), now)
    if over:
        supervisor.write(lambda: dispatcher.put(over, (), now))


def _expected(supervisor: "Supervisor", message: Notify) -> bool:
    """Whether a candidate has the check that a message is about; of one that has left, a chart."""
    chart = supervisor.engine.charts.processes.get(without_key(message.process))
    if chart is None or not message.check:
        return chart is not None
    candidate = supervisor.candidates.get(message.graceid)
    if candidate is None:
        return any(check.name == without_key(message.check) for _, check in chart.checks())
    run = candidate.runs.get(message.process)
    return run is not None and any(check.name == message.check for check in run.checks)
