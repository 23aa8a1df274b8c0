"""A supervisor takes up what the journal says that the last one knew."""

from math import inf
from typing import TYPE_CHECKING

from fsm.core.engine.effects import Ask
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
    """Tell that what was overdue by charts of before is not waited for any more.

    Args:
        supervisor: which has begun.
    """
    now, dispatcher = supervisor.clock.now(), supervisor.dispatcher
    over = without_chart(dispatcher.reminders.every(), supervisor.engine.charts.processes, now)
    if over:
        supervisor.write(lambda: dispatcher.put(over, (), now))
