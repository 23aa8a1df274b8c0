"""What operators see of a running supervisor: its state, its candidates, one of them whole."""

import os
import socket
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from fsm import __version__
from fsm.core.engine import snapshot
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import kind_of
from fsm.core.times import finite
from fsm.daemon import growth
from fsm.daemon.candidate_view import candidate_view
from fsm.daemon.health.incidents import full_name
from fsm.daemon.health.limits import Health
from fsm.daemon.journal_writer import Hindered
from fsm.daemon.loop import Supervisor
from fsm.daemon.past import configuration_at
from fsm.daemon.troubled import gravest_first, troubled_checks
from fsm.errors import ControlError, JournalLost
from fsm.io.journal import failed_inputs
from fsm.io.journal.schema import CANDIDATES
from fsm.io.unix_socket import account
from fsm.notify.alarms import Alarm
from fsm.notify.problems import problems
from fsm.report import candidate as report
from fsm.report.headline import headline
from fsm.report.timeline import timeline

MOST = 1000  # candidates that a status lists, those with overdue checks first
MOST_PROBLEMS = 100  # that it lists, the gravest first
UNLISTED: Plain = {"listed": [], "troubled_checks": []}
# Of a status, what nobody knows while the journal cannot be read.
ONLY_WRITTEN = ("outbox", "channels", "letters_waiting", "paused", "alarms", "problems",
                "incidents", "messages", "growth", "cluster")


class Views:
    """Shows a supervisor.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
        health: :class:`~fsm.daemon.health.limits.Health`.
        configured: function that says by which configuration it goes.
    """

    def __init__(self, supervisor: Supervisor, health: Health,
                 configured: Callable[[], Plain] = dict) -> None:
        self.supervisor, self.health, self._configured = supervisor, health, configured

    def status(self, now: float, graceid: str = "", profile: str = "",
               brief: bool = False) -> Plain:
        """The supervisor as a whole; times in unix seconds.

        While the journal is in a database that is away, it is what memory has of the candidates,
        and None for what only the journal knows.

        Args:
            now: unix seconds.
            graceid: the only candidate to be listed; "" for all.
            profile: name of that whose candidates alone are listed; "" for all.
            brief: whether nothing is listed of candidates and problems, so that it costs little
                however many there are.
        """
        supervisor = self.supervisor
        try:
            found = self._written(now, graceid, profile, brief)
        except JournalLost as error:
            found = self._remembered(graceid, profile, error)
        return {
            "well": not (found["hindered"] or found["failed"] or found["incidents"]),
            "name": self.health.name, "version": __version__, "pid": os.getpid(),
            "host": socket.gethostname(), "user": account(os.getuid()),
            "journal": supervisor.journal.name, "since": finite(self.health.since),
            "now": finite(now), "questions": len(supervisor.asked),
            "oldest_alert": self.health.oldest_alert(), "alerts": supervisor.taken,
            "rejected": supervisor.rejected, "heard": supervisor.heard.last(),
            "listeners": self._listeners(), **found, "troubles": found["incidents"],
            "steps": supervisor.steps.plain(), "configured": self._configured(),
            "asked": {**supervisor.query_pool.taken.plain(),
                      "left_alone": supervisor.query_pool.left_alone},
        }

    def _written(self, now: float, graceid: str, profile: str, brief: bool) -> Plain:
        """What the journal has of a status."""
        supervisor, dispatcher = self.supervisor, self.supervisor.dispatcher
        candidates, checks, overdue = self.health.waiting_checks()
        waiting, age = self.health.outbox()
        incidents = supervisor.incidents.everywhere()
        return {
            "candidates": candidates, "open_checks": checks, "overdue": overdue,
            "outbox": {"waiting": waiting, "oldest": age, "given_up": dispatcher.outbox.given_up()},
            "channels": dispatcher.reachability.states(now, supervisor.incidents.since,
                                               dispatcher.digests.context.book.everybody()),
            "letters_waiting": len(dispatcher.digests.waiting()), "paused": dispatcher.paused,
            "alarms": len(dispatcher.reminders), "incidents": incidents,
            "problems": [] if brief else
            self._problems(dispatcher.reminders.all(), now)[:MOST_PROBLEMS],
            "messages": self._messages(incidents),
            **(UNLISTED if brief else self._with_trouble(self._listed(graceid, profile),
                                                         dispatcher.reminders.of)),
            "failed": failed_inputs.counts(supervisor.journal),
            "growth": None if brief else growth.of(supervisor), "hindered": self._hindered(),
            "cluster": supervisor.work.view(),
        }

    def _remembered(self, graceid: str, profile: str, error: JournalLost) -> Plain:
        """Likewise as far as memory has it, while the journal cannot be read."""
        supervisor = self.supervisor
        candidates = supervisor.candidates
        rows = [_row(name, candidates.summary(name), place.timer, place.heard)
                for name, place in candidates.places.items() if candidates.peek(name)]
        rows.sort(key=lambda row: (-row["overdue"], -row["open"], row["graceid"]))
        wanted = [row for row in rows if graceid in ("", row["graceid"])
                  and profile in ("", row["profile"])][:MOST]
        return {
            **dict.fromkeys(ONLY_WRITTEN), "candidates": len(candidates),
            "open_checks": sum(row["open"] for row in rows),
            "overdue": sum(row["overdue"] for row in rows),
            **self._with_trouble(wanted, lambda graceid: ()),
            "failed": dict(supervisor.acting.guard.failed),
            "hindered": self._hindered() or _plain(Hindered(str(error))),
        }

    def candidate(self, graceid: str) -> Plain:
        """One candidate: its processes and checks, and all that has happened.

        Raises:
            ControlError: where it has never been supervised.
        """
        supervisor, dispatcher = self.supervisor, self.supervisor.dispatcher
        shown = candidate_view(supervisor.journal, self._configuration(graceid),
                               dispatcher.reminders, dispatcher.digests.context,
                               supervisor.clock.ticking())
        return {**shown, "now": finite(supervisor.clock.now()), "graceid": graceid,
                "retired": graceid not in supervisor.candidates, "hindered": self._hindered()}

    def timeline(self, graceid: str, now: float, as_of: float | None) -> Plain:
        """One candidate on a time axis, see :func:`fsm.report.timeline.timeline`.

        Args:
            graceid: its id.
            now: unix seconds.
            as_of: likewise, how it was then; None for how it is.

        Raises:
            ControlError: where it has never been supervised, or was not known by then.
        """
        journal, time = self.supervisor.journal, now if as_of is None else min(as_of, now)
        configuration = self._configuration(graceid) if as_of is None else configuration_at(
            journal, self.supervisor.candidates.scratch, graceid, time)
        history = [one for one in journal.history_of(graceid) if one.time <= time]
        return timeline(report.with_members(configuration), history,
                        self.supervisor.engine.charts, time)

    def _configuration(self, graceid: str) -> Plain:
        """The configuration of a candidate, the last one where it has left."""
        journal = self.supervisor.journal
        candidate = self.supervisor.candidates.get(graceid)
        configuration = (journal.archived_configuration(graceid) if candidate is None
                         else snapshot.of(candidate))
        if configuration is None:
            why = "is not known here; see 'fsm status'"
            waiting = failed_inputs.waiting(journal, graceid)
            if waiting:
                first = failed_inputs.short(waiting[0])
                why = f"cannot be shown: input {first['number']} about it failed ({first['why']})"
            raise ControlError(f"{graceid:.60} {why}")
        return configuration

    def _messages(self, incidents: Iterable[str]) -> dict[str, str]:
        """What was told of each trouble, and of strays how many there have been."""
        mine, anomalies = self.supervisor.incidents.instance, self.supervisor.anomalies
        counts = {full_name(name, mine): count for name, count
                  in (anomalies.counts() if anomalies else {}).items()}
        told = {alarm.message.check: alarm.message.message
                for alarm in self.supervisor.dispatcher.reminders.of("")}
        return {name: told.get(name, "") + (f" ({counts[name]} so far)" if name in counts else "")
                for name in incidents}

    def _problems(self, alarms: Iterable[Alarm], now: float) -> list[Plain]:
        """What alarms tell, the gravest first, see :func:`fsm.notify.problems.problems`."""
        return problems(alarms, self.supervisor.dispatcher.digests.context, now)

    def _listeners(self) -> list[Plain]:
        """How each listener fares, with when a new usable alert of each of its topics came last."""
        heard = self.supervisor.heard
        return [{**one.plain(), "heard": {topic: rhythm.last for (_, topic), rhythm
                                          in heard.rhythms(one.short).items()}}
                for one in self.supervisor.conditions]

    def _hindered(self) -> Plain | None:
        """Since when and why the journal cannot be written, which holds up all that comes; None
        where it can be."""
        found = self.supervisor.writing.hindered
        return None if found is None else _plain(found)

    def graceids(self, profile: str) -> list[str]:
        """The candidates of a profile."""
        return [row["graceid"] for row in self._listed("", profile)]

    def _with_trouble(self, rows: list[Plain],
                      alarms: Callable[[str], Iterable[Alarm]]) -> Plain:
        """Candidates, each with what it is, and what is wrong with them, the gravest first."""
        rows, troubled = gravest_first(rows, self._troubled(rows, alarms),
                                       self.supervisor.dispatcher.digests.context.rank)
        return {"listed": [{**row, **self._facts(row["graceid"])} for row in rows],
                "troubled_checks": troubled}

    def _troubled(self, rows: Iterable[Plain],
                  alarms: Callable[[str], Iterable[Alarm]]) -> list[Plain]:
        """What is wrong with candidates that are listed, by the alarms about each."""
        supervisor, found = self.supervisor, []
        for row in rows:
            candidate = supervisor.candidates.peek(row["graceid"])
            if candidate is not None or row["overdue"]:
                found += troubled_checks(row["graceid"], candidate, alarms,
                                         supervisor.engine.policy.warnings)
        return found

    def _facts(self, graceid: str) -> Plain:
        """What a candidate is: its kind, and a few facts in words, none where it is neither in
        memory nor stored yet."""
        candidate = self.supervisor.candidates.peek(graceid)
        if candidate is not None:
            return {"kind": candidate.lifecycle.kind, "facts": headline(candidate.evidence.fields)}
        stored = self.supervisor.journal.configuration(graceid)
        return {"kind": kind_of(graceid),
                "facts": headline(stored["evidence"]["fields"]) if stored else []}

    def _listed(self, graceid: str, profile: str) -> list[Plain]:
        rows = self.supervisor.journal.db.execute(
            sa.select(CANDIDATES.c.graceid, CANDIDATES.c.state, CANDIDATES.c.open,
                      CANDIDATES.c.overdue, CANDIDATES.c.timer, CANDIDATES.c.heard,
                      CANDIDATES.c.regions, CANDIDATES.c.profile)
            .where(CANDIDATES.c.graceid == graceid if graceid else sa.true(),
                   CANDIDATES.c.profile == profile if profile else sa.true())
            .order_by(CANDIDATES.c.overdue.desc(), CANDIDATES.c.open.desc(), CANDIDATES.c.graceid)
            .limit(MOST))
        return [_row(row.graceid, row, row.timer, row.heard) for row in rows]


def _row(graceid: str, found: Any, timer: float | None, heard: float | None) -> Plain:
    """A candidate as it is listed.

    Args:
        graceid: its GraceID.
        found: a :class:`~fsm.io.journal.supervised.Summary`, or what has the same attributes.
        timer, heard: when it is next looked at, and was last heard of, unix seconds.
    """
    return {"graceid": graceid, "state": found.state, "regions": found.regions or "",
            "profile": found.profile or "", "open": _number(found.open),
            "overdue": _number(found.overdue), "next": finite(timer), "heard": finite(heard)}


def _number(found: Any) -> int:
    """A number of checks; damage may have left anything in its place."""
    return found if isinstance(found, int) else 0


def _plain(hindered: Hindered) -> Plain:
    return {"since": hindered.since, "why": hindered.why, "message": str(hindered)}
