"""What each command of an operator comes to: inputs for the journal, and what is done then."""

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, cast

from fsm.core.charts.outcomes import TEST
from fsm.core.engine import inputs
from fsm.core.engine.effects import Notify
from fsm.core.engine.inputs import Command
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import kind_of
from fsm.core.times import finite
from fsm.daemon.command_desk import STOP, CommandDesk, Prepared
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

ABOUT_CANDIDATES = (inputs.WAIVE, inputs.RETIRE, inputs.ACKNOWLEDGE)
PUT_ASIDE = "the command failed and is put aside, see"
MOST = 200  # candidates that one command may be about


class Commands(CommandDesk):
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
        super().__init__(supervisor)
        self.views, self._read_again = views, reload
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
        graceid = self.supervisor.engine.names.of(_text(request, "graceid"))
        if graceid:
            self._check(graceid, known=True)
        profile = self._profile(request)
        return (), lambda: self.views.status(now, graceid, profile)

    def _show(self, request: Request, now: float) -> Prepared:
        graceid = self.supervisor.engine.names.of(_text(request, "graceid"))
        return (), lambda: self.views.candidate(graceid)

    def _timeline(self, request: Request, now: float) -> Prepared:
        graceid = self.supervisor.engine.names.of(_text(request, "graceid"))
        if (as_of := request.arguments.get("as_of")) is not None and finite(as_of) is None:
            raise ControlError("command timeline: 'as_of' must be unix seconds, or null for now")
        return (), lambda: self.views.timeline(graceid, now, finite(as_of))

    def _waive(self, request: Request, now: float) -> Prepared:
        rows = self._commands(request, now, request.arguments.get("graceids"), known=True)
        if len(rows) > 1:
            raise ControlError("command waive: give one GraceID at a time")
        if _text(request, "check") and not _text(request, "process"):
            raise ControlError("command waive: a check needs its 'process' too")
        before = self.supervisor.candidates[rows[0].graceid].open_checks

        def done() -> Plain:
            command = cast(Command, rows[0].item)
            found = self.supervisor.candidates.get(command.graceid)
            if found is None:
                raise ControlError(f"{command.graceid} has left supervision meanwhile")
            if (command.process, command.check) not in found.waivers:
                raise self._not_done(command.graceid)
            left = found.open_checks
            return {"graceid": command.graceid, "waived": before - left, "open": left}

        return rows, done

    def _retire(self, request: Request, now: float) -> Prepared:
        profile = self._profile(request)
        meant = self.views.graceids(profile)[:MOST] if profile else \
            request.arguments.get("graceids")
        if profile and not meant:
            return (), lambda: {"retired": [], "failed": [], "left": 0}
        rows = self._commands(request, now, meant, known=True)
        graceids = [row.graceid for row in rows]

        def done() -> Plain:
            failed = [graceid for graceid in graceids if graceid in self.supervisor.candidates]
            if len(failed) == len(graceids):
                raise self._not_done(failed[0])
            return {"retired": [one for one in graceids if one not in failed], "failed": failed,
                    "left": len(self.views.graceids(profile)) - len(failed) if profile else 0}

        return rows, done

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
        command = Command(now, "", inputs.RETRY, request.who, reason=_text(request, "reason"))

        def done() -> Plain:
            self.supervisor.retried(numbers, now)
            left = [one for one in failed_inputs.waiting(journal)
                    if not (meant or profile) or one["graceid"] in meant]
            return {"retried": len(numbers), "failed": list(map(failed_inputs.short, left))}

        return (*rows, codec.of_command(command)), done

    def _acknowledge(self, request: Request, now: float) -> Prepared:
        graceids = request.arguments.get("graceids") or [""]  # "": the supervisor's own troubles
        profile = self._profile(request)
        if profile:
            graceids = self.views.graceids(profile)[:MOST]
            if not graceids:
                return (), lambda: {"acknowledged": 0}
        rows = self._commands(request, now, graceids)

        def done() -> Plain:
            reminders = self.supervisor.dispatcher.reminders
            process, check = _text(request, "process"), _text(request, "check")
            return {"acknowledged": self.supervisor.write(lambda: sum(
                reminders.acknowledge(row.item.graceid if row.item else "", process, check,
                                      request.who) for row in rows))}

        return rows, done

    def _inject(self, request: Request, now: float) -> Prepared:
        plain = loads(_text(request, "alert"))
        if not isinstance(plain, dict):
            raise ControlError("the alert must be a JSON object, or a line of a recording")
        payload = plain.get("payload", plain)
        line = dumps({"time": now, "topic": "operator", "payload": payload})
        taken = codec.of_line(line, now)
        if record_of(line) is None or taken is None:
            raise ControlError("the alert is a listener's control message, about no candidate")
        command = Command(now, taken.graceid, inputs.INJECT, request.who,
                          reason=_text(request, "reason"))
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
                         f"{_text(request, 'message')} (from {request.who})",
                         f"supervisor/test/{request.who}/{now:.3f}/{next(self._tests)}")

        def done() -> Plain:
            dispatcher = self.supervisor.dispatcher
            self.supervisor.write(lambda: dispatcher.put([message], (), now))
            return {"to": parties, "addresses": len(dispatcher.digests.book.addresses(parties))}

        return self._general(request, now), done

    def _reload(self, request: Request, now: float) -> Prepared:
        return self._general(request, now), self._read_again()

    def _stop(self, request: Request, now: float) -> Prepared:
        def done() -> Plain:
            self.supervisor.inbox.close()
            return {"stopping": True}

        return self._general(request, now), done

    # -- commands -------------------------------------------------------------------------------

    def _not_done(self, graceid: str) -> ControlError:
        if self.supervisor.journal.waiting(graceid):
            return ControlError(f"it is noted, and done as soon as {graceid} is free: another "
                                "supervisor has it for long")
        return ControlError(f"{PUT_ASIDE} 'fsm show {graceid}'")

    def _general(self, request: Request, now: float) -> tuple[Input, ...]:
        order = cast(inputs.Order, request.name)  # which the engine does not get
        return (codec.of_command(Command(now, "", order, request.who)),)

    def _profile(self, request: Request) -> str:
        """The profile to whose candidates a command is limited, "" for none."""
        profile = _text(request, "profile")
        known = [one.name for one in self.supervisor.engine.policy.profiles]
        if profile and profile not in known:
            raise ControlError(f"there is no profile {profile:.60}; {closest(profile, known)}")
        if profile and request.arguments.get("graceids"):
            raise ControlError(f"command {request.name}: give GraceIDs or a profile, not both")
        return profile

    def _commands(self, request: Request, now: float, graceids: object,
                  known: bool = False) -> tuple[Input, ...]:
        if not isinstance(graceids, list) or not 0 < len(graceids) <= MOST:
            raise ControlError(f"give from 1 to {MOST} GraceIDs")
        names = self.supervisor.engine.names
        graceids = [names.of(one) if isinstance(one, str) else one for one in graceids]
        for graceid in graceids:
            self._check(graceid, known)
            if self.supervisor.acting.leaves(graceid):
                raise ControlError(f"{graceid} is judged by newer rules than this supervisor has: "
                                   "command one that has them, which 'fsm status' lists")
        about = {name: _text(request, name) for name in ("process", "check", "reason")}
        if about["process"] and request.name == inputs.WAIVE:
            self._check_process(graceids[0], about["process"], about["check"])
        order = cast(inputs.Order, request.name)
        return tuple(codec.of_command(Command(now, graceid, order, request.who, **about))
                     for graceid in graceids)

    def _check(self, graceid: object, known: bool) -> None:
        if graceid == "" and not known:
            return
        if not isinstance(graceid, str) or kind_of(graceid) is None:
            raise ControlError(f"{graceid!r:.60} is no GraceID, such as G298048 or S190425z")
        if graceid not in self.supervisor.candidates:
            raise ControlError(f"{graceid} is not under supervision; see 'fsm status'")

    def _check_process(self, graceid: str, process: str, check: str) -> None:
        runs = self.supervisor.candidates[graceid].runs.values()
        meant = [run for run in runs if process in (run.name, run.chart.name)]
        charts = {chart.name: chart for chart in self.supervisor.engine.processes}
        if not meant and process not in charts:
            raise ControlError(f"{graceid} has no process {process!r}; "
                               f"{closest(process, [*charts, *(run.name for run in runs)])}")
        names = {name for run in meant for one in run.checks for name in (one.name, one.chart.name)}
        if not meant:
            names = {one.name for _, one in charts[process].checks()}
        if check and check not in names:
            raise ControlError(f"process {process} has no check {check!r}; {closest(check, names)}")


# The commands, and the arguments that each may have.
COMMANDS: dict[str, tuple[str, ...]] = {
    "status": ("graceid", "profile"), "show": ("graceid",), "timeline": ("graceid", "as_of"),
    inputs.WAIVE: ("graceids", "process", "check", "reason"),
    inputs.RETIRE: ("graceids", "profile", "reason"),
    inputs.ACKNOWLEDGE: ("graceids", "profile", "process", "check", "reason"),
    inputs.RETRY: ("graceids", "profile", "reason"), "inject": ("alert", "reason"),
    "pause": (), "resume": (), "tell": ("parties", "message"), "reload": (), STOP: (),
}


def _text(request: Request, name: str) -> str:
    value = request.arguments.get(name, "")
    if not isinstance(value, str):
        raise ControlError(f"command {request.name}: {name!r} must be a text")
    return value
