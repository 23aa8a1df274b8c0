"""What operators command about candidates: to waive, retire and acknowledge, and to undo that."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from fsm.core.charts.keys import without_key
from fsm.core.engine import inputs
from fsm.core.engine.inputs import Command
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import kind_of
from fsm.core.times import LATEST, finite
from fsm.daemon.command_desk import CommandDesk, Prepared
from fsm.errors import ControlError, closest
from fsm.io.control import Request
from fsm.io.journal import codec
from fsm.io.journal.codec import Input
from fsm.notify.alarms import About
from fsm.notify.reminders import Reminders

if TYPE_CHECKING:
    from fsm.daemon.loop import Supervisor
    from fsm.daemon.views import Views

PUT_ASIDE = "the command failed and is put aside, see"
MOST = 200  # candidates that one command may be about


class CandidateCommands(CommandDesk):
    """Prepares them.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
        views: :class:`~fsm.daemon.views.Views`.
    """

    def __init__(self, supervisor: "Supervisor", views: "Views") -> None:
        super().__init__(supervisor)
        self.views = views

    # -- what each command does: (inputs for the journal, what is done afterwards) ----------------

    def _waive(self, request: Request, now: float) -> Prepared:
        rows = self._commands(request, now, request.arguments.get("graceids"), known=True)
        if len(rows) > 1:
            raise ControlError("command waive: give one GraceID at a time")
        if text(request, "check") and not text(request, "process"):
            raise ControlError("command waive: a check needs its 'process' too")
        if request.arguments.get("preview"):
            return (), lambda: self._covered(rows[0].graceid)
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

    def _covered(self, graceid: str) -> Plain:
        """What waiving a candidate as a whole makes needless: the open checks of each of its
        processes, and the processes that may start later."""
        candidate = self.supervisor.candidates[graceid]
        runs = candidate.runs.values()
        counts = {run.name: sum(check.open for check in run.checks) for run in runs
                  if not run.chart.always}
        charts = self.supervisor.engine.charts.of(candidate) if candidate.profile else ()
        begun = {run.chart.name for run in runs if not run.chart.key}
        later = [chart.name for chart in charts if chart.name not in begun and not chart.always
                 and candidate.chosen_profile.settings[chart.name].enabled]
        found = {name: count for name, count in counts.items() if count}
        return {"graceid": graceid, "open": found, "later": later}

    def _unwaive(self, request: Request, now: float) -> Prepared:
        rows = self._commands(request, now, request.arguments.get("graceids"), known=True)
        graceid, process, check = rows[0].graceid, text(request, "process"), text(request, "check")
        if len(rows) > 1:
            raise ControlError("command unwaive: give one GraceID at a time")
        candidate = self.supervisor.candidates[graceid]
        if not candidate.waivers_within(process, check):
            waived = [" ".join(filter(None, about)) or "all of it" for about in candidate.waivers]
            raise ControlError(f"that is not waived; of {graceid} operators have waived "
                               f"{', '.join(waived) or 'nothing'}")
        before = candidate.open_checks

        def done() -> Plain:
            found = self.supervisor.candidates.get(graceid)
            if found is None or found.waivers_within(process, check):
                raise self._not_done(graceid)
            return {"graceid": graceid, "expected": found.open_checks - before,
                    "open": found.open_checks}

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

    def _unretire(self, request: Request, now: float) -> Prepared:
        graceids = request.arguments.get("graceids")
        rows = tuple(codec.of_command(Command(
            now, graceid, inputs.UNRETIRE, request.who, reason=text(request, "reason"),
            configuration=self._archived(graceid))) for graceid in self._named(graceids))

        def done() -> Plain:
            failed = [row.graceid for row in rows
                      if row.graceid not in self.supervisor.candidates]
            if failed:
                raise self._not_done(failed[0])
            return {"supervised": [row.graceid for row in rows]}

        return rows, done

    def _archived(self, graceid: object) -> Plain:
        """The configuration with which a candidate has left."""
        if not isinstance(graceid, str) or kind_of(graceid) is None:
            raise ControlError(f"{graceid!r:.60} is no GraceID, such as G298048 or S190425z")
        if graceid in self.supervisor.candidates:
            raise ControlError(f"{graceid} is under supervision")
        found = self.supervisor.journal.archived_configuration(graceid)
        if found is None:
            raise ControlError(f"{graceid} is not in the archive: it has never left supervision, "
                               "or too long ago")
        return found

    def _acknowledge(self, request: Request, now: float) -> Prepared:
        given = request.arguments.get("until")
        until = finite(given)
        if given is not None and (until is None or not now < until < LATEST):
            raise ControlError("command acknowledge: 'until' must be unix seconds to come, or null")
        return self._of_alarms(request, now, "acknowledged", lambda reminders, about:
                               reminders.acknowledge(about, request.who, text(request, "reason"),
                                                     until))

    def _unacknowledge(self, request: Request, now: float) -> Prepared:
        return self._of_alarms(request, now, "unacknowledged", lambda reminders, about:
                               reminders.unacknowledge(about, now))

    def _of_alarms(self, request: Request, now: float, key: str,
                   each: Callable[[Reminders, About], int]) -> Prepared:
        """What is done with the alarms of candidates; the result has their number under a key."""
        graceids = request.arguments.get("graceids") or [""]  # "": the supervisor's own troubles
        profile = self._profile(request)
        if profile:
            graceids = self.views.graceids(profile)[:MOST]
            if not graceids:
                return (), lambda: {key: 0}
        rows = self._commands(request, now, graceids)
        process, check = text(request, "process"), text(request, "check")
        self._check_alarms([row.graceid for row in rows], process, check)

        def done() -> Plain:
            reminders = self.supervisor.dispatcher.reminders
            return {key: self.supervisor.write(lambda: sum(
                each(reminders, About(row.item.graceid if row.item else "", process, check))
                for row in rows))}

        return rows, done

    def _check_alarms(self, graceids: Sequence[str], process: str, check: str) -> None:
        """See to it that a process, and a check, that are named may be wrong with one of them."""
        if not process:
            if check:
                raise ControlError("a check needs its 'process' too")
            return
        told = [alarm.message for graceid in graceids
                for alarm in self.supervisor.dispatcher.reminders.of(graceid)]
        if any(process in (one.process, without_key(one.process))
               and check in ("", one.check, without_key(one.check)) for one in told):
            return
        for graceid in graceids:
            if graceid:
                self._check_process(graceid, process, check)
            elif process != "supervisor":
                raise ControlError("the supervisor's own troubles are of the process 'supervisor'")

    # -- which candidates ---------------------------------------------------------------------

    def _not_done(self, graceid: str) -> ControlError:
        if self.supervisor.journal.waiting(graceid):
            return ControlError(f"it is noted, and done as soon as {graceid} is free: another "
                                "supervisor has it for long")
        return ControlError(f"{PUT_ASIDE} 'fsm show {graceid}'")

    def _profile(self, request: Request) -> str:
        """The profile to whose candidates a command is limited, "" for none."""
        profile = text(request, "profile")
        known = [one.name for one in self.supervisor.engine.policy.profiles]
        if profile and profile not in known:
            raise ControlError(f"there is no profile {profile:.60}; {closest(profile, known)}")
        if profile and request.arguments.get("graceids"):
            raise ControlError(f"command {request.name}: give GraceIDs or a profile, not both")
        return profile

    def _commands(self, request: Request, now: float, graceids: object,
                  known: bool = False) -> tuple[Input, ...]:
        graceids = self._named(graceids)
        for graceid in graceids:
            self._check(graceid, known)
            if self.supervisor.acting.leaves(graceid):
                raise ControlError(f"{graceid} is judged by newer rules than this supervisor has: "
                                   "command one that has them, which 'fsm status' lists")
        about = {name: text(request, name) for name in ("process", "check", "reason")}
        if about["process"] and request.name in (inputs.WAIVE, inputs.UNWAIVE):
            self._check_process(graceids[0], about["process"], about["check"])
        order = cast(inputs.Order, request.name)
        return tuple(codec.of_command(Command(now, graceid, order, request.who, about["process"],
                                              about["check"], about["reason"]))
                     for graceid in graceids)

    def _named(self, graceids: object) -> list[Any]:
        """The names under which candidates are supervised, each once."""
        if not isinstance(graceids, list) or not 0 < len(graceids) <= MOST:
            raise ControlError(f"give from 1 to {MOST} GraceIDs")
        names = self.supervisor.engine.names
        named = [names.of(one) if isinstance(one, str) else one for one in graceids]
        return [one for number, one in enumerate(named) if one not in named[:number]]

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


def text(request: Request, name: str) -> str:
    """The text that an argument of a command is, "" where it is not given.

    Raises:
        ControlError: where it is none.
    """
    value = request.arguments.get(name, "")
    if not isinstance(value, str):
        raise ControlError(f"command {request.name}: {name!r} must be a text")
    return value
