"""What the supervisor would do, which it is asked before somebody commands it."""

from fsm.errors import SupervisorError
from fsm.web.identity import Person
from fsm.web.limits import Rate
from fsm.web.line import Line

AT_ONCE = 2  # questions that wait for an answer
WITHIN = 3.0  # seconds in which that must come: somebody looks at an empty page meanwhile


class Previews:
    """Asks the supervisor, for whoever may command it.

    Args:
        path: of its socket.

    Attributes:
        rate: how often somebody may have it asked.
    """

    def __init__(self, path: str) -> None:
        self.rate, self._line = Rate(10, 60.0), Line(path, AT_ONCE)

    def waived(self, person: Person, graceid: str) -> tuple[list[str], str]:
        """(the processes that may start later and would be waived with a whole candidate, why that
        is not known).

        Args:
            person: for whom it is asked.
            graceid: the candidate.
        """
        if not person.commands:
            return [], "only who may give commands is told"
        if not self.rate.allows(person.name):
            return [], f"{person.name} asks too often: wait a minute"
        try:
            said = self._line.ask(WITHIN, "waive", graceids=[graceid], preview=True)
        except SupervisorError as error:
            return [], str(error)
        later: list[str] = said["later"]
        return later, ""
