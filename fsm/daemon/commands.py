"""What each order of an operator comes to: inputs for the journal, and what is done after that."""

from itertools import count

from fsm.core.charts.outcomes import TEST
from fsm.core.engine import inputs as orders
from fsm.core.engine.effects import Notify
from fsm.core.engine.inputs import Command
from fsm.core.evidence.graceids import kind_of
from fsm.daemon.command_desk import STOP, Desk
from fsm.errors import ControlError, closest
from fsm.io.addresses import is_url
from fsm.io.journal import codec, failed_inputs
from fsm.io.jsonio import dumps, loads
from fsm.io.recordings.files import record_of

ABOUT_CANDIDATES = (orders.WAIVE, orders.RETIRE, orders.ACKNOWLEDGE)
PUT_ASIDE = "the order failed and is put aside, see"
MOST = 200  # candidates that one order may be about


class Operators(Desk):
    """Serves a supervisor's operators.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
        showing: :class:`~fsm.daemon.views.Showing`.
        reload: function that reads the configuration again, and returns another that makes the
            supervisor go by it and returns what has changed; raises
            :class:`~fsm.errors.SupervisorError`.
    """

    def __init__(self, supervisor, showing, reload):
        super().__init__(supervisor)
        self.showing, self._read_again = showing, reload
        self._tests = count()  # tells two of one moment apart

    def prepared(self, order, now):
        """What is to be written into the journal for an order, and a function that does the rest.

        Raises:
            SupervisorError: where the order is wrong.
        """
        if order.name not in ORDERS:
            raise ControlError(f"there is no order {order.name[:40]!r}; "
                               f"{closest(order.name, ORDERS)}")
        unknown = next((one for one in order.arguments if one not in ORDERS[order.name]), None)
        if unknown is not None:
            raise ControlError(f"order {order.name}: it has no {unknown[:40]!r}; "
                               f"{closest(unknown, ORDERS[order.name])}")
        return getattr(self, f"_{order.name}")(order, now)

    # -- what each order does: (inputs for the journal, what is done afterwards) ----------------

    def _status(self, order, now):
        graceid = self.supervisor.engine.names.of(_text(order, "graceid"))
        if graceid:
            self._check(graceid, known=True)
        profile = self._profile(order)
        return (), lambda: self.showing.status(now, graceid, profile)

    def _show(self, order, now):
        graceid = self.supervisor.engine.names.of(_text(order, "graceid"))
        return (), lambda: self.showing.candidate(graceid)

    def _waive(self, order, now):
        rows = self._commands(order, now, order.arguments.get("graceids"), known=True)
        if len(rows) > 1:
            raise ControlError("order waive: give one GraceID at a time")
        if _text(order, "check") and not _text(order, "process"):
            raise ControlError("order waive: a check needs its 'process' too")
        candidate = self.supervisor.memory.get(rows[0].graceid)
        before = candidate.open_checks

        def done():
            command, found = rows[0].item, self.supervisor.memory.get(rows[0].graceid)
            if (command.process, command.check) not in found.waivers:
                raise ControlError(f"{PUT_ASIDE} 'fsm show {command.graceid}'")
            left = found.open_checks
            return {"graceid": command.graceid, "waived": before - left, "open": left}

        return rows, done

    def _retire(self, order, now):
        profile = self._profile(order)
        meant = self.showing.graceids(profile) if profile else order.arguments.get("graceids")
        if profile and not meant:
            return (), lambda: {"retired": [], "failed": [], "left": 0}
        rows = self._commands(order, now, meant[:MOST] if profile else meant, known=True)
        graceids = [row.graceid for row in rows]

        def done():
            failed = [graceid for graceid in graceids if graceid in self.supervisor.memory]
            if len(failed) == len(graceids):
                raise ControlError(f"{PUT_ASIDE} 'fsm show {failed[0]}'")
            return {"retired": [one for one in graceids if one not in failed], "failed": failed,
                    "left": len(self.showing.graceids(profile)) - len(failed) if profile else 0}

        return rows, done

    def _retry(self, order, now):
        graceids = order.arguments.get("graceids")
        if not isinstance(graceids, list) or not all(isinstance(one, str) for one in graceids):
            raise ControlError("order retry: 'graceids' must be a list of texts, [] for all")
        journal, names = self.supervisor.journal, self.supervisor.engine.names
        profile = self._profile(order)
        if profile:
            graceids = self.showing.graceids(profile)
        meant = {names.of(one) for one in graceids}
        found = [one for one in failed_inputs.waiting(journal)
                 if not (meant or profile) or one["graceid"] in meant][:MOST]
        if meant and not found and not profile:
            raise ControlError(f"no input about {', '.join(sorted(meant)):.200} has failed; see "
                               "'fsm status'")
        numbers = [one["number"] for one in found]
        rows = tuple(failed_inputs.again(journal, number, now) for number in numbers)
        command = Command(now, "", orders.RETRY, order.who, reason=_text(order, "reason"))

        def done():
            self.supervisor.retried(numbers, now)
            left = [one for one in failed_inputs.waiting(journal)
                    if not (meant or profile) or one["graceid"] in meant]
            return {"retried": len(numbers), "failed": list(map(failed_inputs.short, left))}

        return (*rows, codec.of_command(command)), done

    def _acknowledge(self, order, now):
        graceids = order.arguments.get("graceids") or [""]  # "": the supervisor's own troubles
        profile = self._profile(order)
        if profile:
            graceids = self.showing.graceids(profile)[:MOST]
            if not graceids:
                return (), lambda: {"acknowledged": 0}
        rows = self._commands(order, now, graceids)

        def done():
            alarms = self.supervisor.teller.alarms
            count = sum(alarms.acknowledge(row.item.graceid if row.item else "",
                                           _text(order, "process"), _text(order, "check"),
                                           order.who) for row in rows)
            self.supervisor.write(alarms.store)
            alarms.stored()
            return {"acknowledged": count}

        return rows, done

    def _inject(self, order, now):
        plain = loads(_text(order, "alert"))
        if not isinstance(plain, dict):
            raise ControlError("the alert must be a JSON object, or a line of a recording")
        payload = plain.get("payload", plain)
        line = dumps({"time": now, "topic": "operator", "payload": payload})
        if record_of(line) is None:
            raise ControlError("the alert is a listener's control message, about no candidate")
        row = self.supervisor.under_one_name(codec.of_line(line, now))
        command = Command(now, row.graceid, orders.INJECT, order.who,
                          reason=_text(order, "reason"))
        return (row, codec.of_command(command)), lambda: {"graceid": row.graceid}

    def _pause(self, order, now):
        def done():
            self.supervisor.write(lambda: self.supervisor.teller.pause(order.who, now))
            return {"paused": self.supervisor.teller.paused}

        return self._general(order, now), done

    def _resume(self, order, now):
        def done():
            self.supervisor.write(self.supervisor.teller.resume)
            return {"paused": None}

        return self._general(order, now), done

    def _tell(self, order, now):
        parties = order.arguments.get("parties")
        if not isinstance(parties, list) or not all(isinstance(name, str) for name in parties):
            raise ControlError("order tell: 'parties' must be a list of texts")
        if any(map(is_url, parties)):
            raise ControlError("order tell: expected names of parties; an address has its name in "
                               "[parties]")
        message = Notify(now, "", "supervisor", "test", TEST, tuple(parties),
                         f"{_text(order, 'message')} (from {order.who})",
                         f"supervisor/test/{order.who}/{now:.3f}/{next(self._tests)}")

        def done():
            teller = self.supervisor.teller
            self.supervisor.write(lambda: teller.put([message], (), now))
            return {"to": parties, "addresses": len(teller.postbox.book.addresses(parties))}

        return self._general(order, now), done

    def _reload(self, order, now):
        return self._general(order, now), self._read_again()

    def _stop(self, order, now):
        def done():
            self.supervisor.inbox.close()
            return {"stopping": True}

        return self._general(order, now), done

    # -- commands -------------------------------------------------------------------------------

    def _general(self, order, now):
        return (codec.of_command(Command(now, "", order.name, order.who)),)

    def _profile(self, order):
        """The profile to whose candidates an order is limited, "" for none."""
        profile = _text(order, "profile")
        known = [one.name for one in self.supervisor.engine.policy.profiles]
        if profile and profile not in known:
            raise ControlError(f"there is no profile {profile:.60}; {closest(profile, known)}")
        if profile and order.arguments.get("graceids"):
            raise ControlError(f"order {order.name}: give GraceIDs or a profile, not both")
        return profile

    def _commands(self, order, now, graceids, known=False):
        if not isinstance(graceids, list) or not 0 < len(graceids) <= MOST:
            raise ControlError(f"give from 1 to {MOST} GraceIDs")
        names = self.supervisor.engine.names
        graceids = [names.of(one) if isinstance(one, str) else one for one in graceids]
        for graceid in graceids:
            self._check(graceid, known)
        about = {name: _text(order, name) for name in ("process", "check", "reason")}
        if about["process"] and order.name == orders.WAIVE:
            self._check_process(graceids[0], about["process"], about["check"])
        return tuple(codec.of_command(Command(now, graceid, order.name, order.who, **about))
                     for graceid in graceids)

    def _check(self, graceid, known):
        if graceid == "" and not known:
            return
        if not isinstance(graceid, str) or kind_of(graceid) is None:
            raise ControlError(f"{graceid!r:.60} is no GraceID, such as G298048 or S190425z")
        if graceid not in self.supervisor.memory:
            raise ControlError(f"{graceid} is not under supervision; see 'fsm status'")

    def _check_process(self, graceid, process, check):
        runs = self.supervisor.memory.get(graceid).runs.values()
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


# The orders, and the arguments that each may have.
ORDERS = {
    "status": ("graceid", "profile"), "show": ("graceid",),
    orders.WAIVE: ("graceids", "process", "check", "reason"),
    orders.RETIRE: ("graceids", "profile", "reason"),
    orders.ACKNOWLEDGE: ("graceids", "profile", "process", "check", "reason"),
    orders.RETRY: ("graceids", "profile", "reason"), "inject": ("alert", "reason"),
    "pause": (), "resume": (), "tell": ("parties", "message"), "reload": (), STOP: (),
}


def _text(order, name):
    value = order.arguments.get(name, "")
    if not isinstance(value, str):
        raise ControlError(f"order {order.name}: {name!r} must be a text")
    return value
