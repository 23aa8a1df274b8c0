"""What each command of an operator comes to: inputs for the journal, and what is done then."""

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, cast

from fsm.core.charts.outcomes import TEST
from fsm.core.engine import inputs
from fsm.core.engine.effects import Notify
from fsm.core.engine.inputs import Command
from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.daemon.candidate_commands import MOST, CandidateCommands, text
from fsm.daemon.command_desk import STOP, Prepared
from fsm.errors import ControlError, closest
from fsm.io.addresses import is_url
from fsm.io.control import Request
from fsm.io.journal import codec, failed_inputs
from fsm.io.journal.codec import Input
from fsm.io.jsonio import dumps, loads
from fsm.io.recordings.files import record_of

if TYPE_CHECKING:
    from fsm.daemon.loop import Supervisor
    from fsm.daemon.views import Views



class Commands(CandidateCommands):
    """Serves a supervisor's operators.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
        views: :class:`~fsm.daemon.views.Views`.
        reload: function that reads the configuration again, and returns another that makes the
            supervisor go by it and returns what has changed; raises
            :class:`~fsm.errors.SupervisorError`.
    """

    def __init__(self, supervisor: "Supervisor", views: "Views",
                 reload: Callable[[], Callable[[], Plain]]) -> None:
        super().__init__(supervisor, views)
        self._read_again = reload
        self._tests = count()  # tells two of one moment apart

    def prepared(self, request: Request, now: float) -> Prepared:
        """What is to be written into the journal for a command, and a function that does the rest.

        Raises:
            SupervisorError: where the command is wrong.
        """
        if request.name not in COMMANDS:
            raise ControlError(f"there is no command {request.name[:40]!r}; "
                               f"{closest(request.name, COMMANDS)}")
        known = COMMANDS[request.name]
        unknown = next((one for one in request.arguments if one not in known), None)
        if unknown is not None:
            raise ControlError(f"command {request.name}: it has no {unknown[:40]!r}; "
                               f"{closest(unknown, known)}")
        prepare: Callable[[Request, float], Prepared] = getattr(self, f"_{request.name}")
        return prepare(request, now)

    # -- what each command does: (inputs for the journal, what is done afterwards) ----------------

    def _status(self, request: Request, now: float) -> Prepared:
        graceid = self.supervisor.engine.names.of(text(request, "graceid"))
        if graceid:
            self._check(graceid, known=True)
        profile, brief = self._profile(request), bool(request.arguments.get("brief"))
        return (), lambda: self.views.status(now, graceid, profile, brief)

    def _show(self, request: Request, now: float) -> Prepared:
        graceid = self.supervisor.engine.names.of(text(request, "graceid"))
        return (), lambda: self.views.candidate(graceid)

    def _timeline(self, request: Request, now: float) -> Prepared:
        graceid = self.supervisor.engine.names.of(text(request, "graceid"))
        if (as_of := request.arguments.get("as_of")) is not None and finite(as_of) is None:
            raise ControlError("command timeline: 'as_of' must be unix seconds, or null for now")
        return (), lambda: self.views.timeline(graceid, now, finite(as_of))

    def _retry(self, request: Request, now: float) -> Prepared:
        graceids = request.arguments.get("graceids")
        if not isinstance(graceids, list) or not all(isinstance(one, str) for one in graceids):
            raise ControlError("command retry: 'graceids' must be a list of texts, [] for all")
        journal, names = self.supervisor.journal, self.supervisor.engine.names
        profile = self._profile(request)
        if profile:
            graceids = self.views.graceids(profile)
        meant = {names.of(one) for one in graceids}
        found = [one for one in failed_inputs.waiting(journal)
                 if not (meant or profile) or one["graceid"] in meant][:MOST]
        if meant and not found and not profile:
            raise ControlError(f"no input about {', '.join(sorted(meant)):.200} has failed; see "
                               "'fsm status'")
        numbers = [one["number"] for one in found]
        rows = tuple(failed_inputs.again(journal, number, now) for number in numbers)
        command = Command(now, "", inputs.RETRY, request.who, reason=text(request, "reason"))

        def done() -> Plain:
            self.supervisor.retried(numbers, now)
            left = [one for one in failed_inputs.waiting(journal)
                    if not (meant or profile) or one["graceid"] in meant]
            return {"retried": len(numbers), "failed": list(map(failed_inputs.short, left))}

        return (*rows, codec.of_command(command)), done

    def _inject(self, request: Request, now: float) -> Prepared:
        try:
            plain = loads(text(request, "alert"))
        except (ValueError, RecursionError) as error:
            raise ControlError(f"command inject: the alert is no JSON: {error!s:.100}") from None
        if not isinstance(plain, dict):
            raise ControlError("the alert must be a JSON object, or a line of a recording")
        payload = plain.get("payload", plain)
        line = dumps({"time": now, "topic": "operator", "payload": payload})
        taken = codec.of_line(line, now)
        if record_of(line) is None or taken is None:
            raise ControlError("the alert is a listener's control message, about no candidate")
        command = Command(now, taken.graceid, inputs.INJECT, request.who,
                          reason=text(request, "reason"))
        return (taken, codec.of_command(command)), lambda: {
            "graceid": self.supervisor.engine.names.of(taken.graceid)}

    def _pause(self, request: Request, now: float) -> Prepared:
        def done() -> Plain:
            self.supervisor.write(lambda: self.supervisor.dispatcher.pause(request.who, now))
            return {"paused": self.supervisor.dispatcher.paused}

        return self._general(request, now), done

    def _resume(self, request: Request, now: float) -> Prepared:
        def done() -> Plain:
            self.supervisor.write(self.supervisor.dispatcher.resume)
            return {"paused": None}

        return self._general(request, now), done

    def _tell(self, request: Request, now: float) -> Prepared:
        parties = request.arguments.get("parties")
        if not isinstance(parties, list) or not all(isinstance(name, str) for name in parties):
            raise ControlError("command tell: 'parties' must be a list of texts")
        if any(map(is_url, parties)):
            raise ControlError("command tell: expected names of parties; an address has its name "
                               "in [parties]")
        message = Notify(now, "", "supervisor", "test", TEST, tuple(parties),
                         f"{text(request, 'message')} (from {request.who})",
                         f"supervisor/test/{request.who}/{now:.3f}/{next(self._tests)}")

        def done() -> Plain:
            dispatcher = self.supervisor.dispatcher
            self.supervisor.write(lambda: dispatcher.put([message], (), now))
            reached = dispatcher.digests.addresses(parties, message)
            return {"to": parties, "addresses": len(reached)}

        return self._general(request, now), done

    def _reload(self, request: Request, now: float) -> Prepared:
        return self._general(request, now), self._read_again()

    def _stop(self, request: Request, now: float) -> Prepared:
        def done() -> Plain:
            self.supervisor.inbox.close()
            return {"stopping": True}

        return self._general(request, now), done

    # -- commands -------------------------------------------------------------------------------

    def _general(self, request: Request, now: float) -> tuple[Input, ...]:
        order = cast(inputs.Order, request.name)  # which the engine does not get
        return (codec.of_command(Command(now, "", order, request.who)),)


# The commands, and the arguments that each may have.
COMMANDS: dict[str, tuple[str, ...]] = {
    "status": ("graceid", "profile", "brief"), "show": ("graceid",),
    "timeline": ("graceid", "as_of"),
    inputs.WAIVE: ("graceids", "process", "check", "reason", "preview"),
    inputs.UNWAIVE: ("graceids", "process", "check", "reason"),
    inputs.RETIRE: ("graceids", "profile", "reason"), inputs.UNRETIRE: ("graceids", "reason"),
    inputs.ACKNOWLEDGE: ("graceids", "profile", "process", "check", "reason", "until"),
    inputs.UNACKNOWLEDGE: ("graceids", "profile", "process", "check", "reason"),
    inputs.RETRY: ("graceids", "profile", "reason"), "inject": ("alert", "reason"),
    "pause": (), "resume": (), "tell": ("parties", "message"), "reload": (), STOP: (),
}

