"""Supervisors of several in the process of the test, on one PostgreSQL."""

from fsm.daemon.commands import Commands
from fsm.daemon.health.limits import Health
from fsm.daemon.views import Views
from fsm.daemon.work import Among
from fsm.io.cluster.jobs import Signalled
from fsm.io.config.sections import Health as Limits
from fsm.io.control import Request
from fsm.io.journal.membership import Membership
from fsm.io.journal.postgresql import PostgreSQL
from fsm.testing.script import Script
from tests.daemon.in_process import CHARTS, T, World


class Hints(list):
    """What has been signalled."""

    def start(self):
        pass

    def signal(self, graceids):
        self.extend(graceids)

    def close(self, seconds):
        pass


class Rules:
    """By their name alone."""

    def __init__(self, name):
        self.name = name

    def digest(self, policy):
        return self.name


class Peer(World):
    """One of them."""

    storing = {"store_after": 1}
    instance = ""

    def __init__(self, url, rules="a", declared=CHARTS):
        self.url, self.rules, self.hints = url, rules, Hints()
        super().__init__(PostgreSQL(url), declared)

    def join(self):
        one = self.supervisor
        member = Membership(self.journal, self.rules, self.instance)
        one.work = Among(one, self.hints, member, Rules(self.rules))
        one.work.here = 0  # so that it is the test that tells who acts
        one.commands = Commands(one, Views(one, Health(one, Limits(), "test")), lambda: None)

    def share(self, supervisors):
        """There is only the test to be asked."""

    def beat(self):
        """A second later."""
        self.supervisor.work._beaten = float("-inf")
        self.supervisor.work.look()

    def tell(self, graceid):
        """Have it act on a GraceID."""
        done = []
        self.inbox.tell(Signalled(graceid, lambda: done.append(graceid)))
        self.supervisor.turn(0.0)
        assert done == [graceid]

    def take(self):
        """Write down what has come; returns the hints."""
        self.hints.clear()
        self.supervisor.turn(0.0)
        return list(self.hints)

    def command(self, name, **arguments):
        answers = []
        self.inbox.tell(Request(name, "me", arguments, lambda **given: answers.append(given)))
        while not answers:
            self.supervisor.turn(0.0)
        return answers[0]

    def script(self, graceid, seconds=0.0):
        return Script(graceid, T + seconds, transit=0.0)

    def acted(self, graceid):
        """(place, kind) of all inputs about a candidate."""
        return self.rows("SELECT seq, kind FROM inputs WHERE graceid = "
                         f"'{graceid}' ORDER BY number")

    def of(self, graceid):
        """The rules by which it was judged last."""
        return self.rows(f"SELECT rules FROM candidates WHERE graceid = '{graceid}'")[0][0]

    def states(self, graceid):
        """Of its checks, as the journal has them."""
        one = self.journal.configuration(graceid)["processes"]["demo"]["checks"]
        return {name: (check["state"], check["due"]) for name, check in one.items()}


class Lone(Peer):
    """One that has no others: what it signals it is told."""

    def __init__(self, url, declared=CHARTS):
        super().__init__(url, "a", declared)

    def join(self):
        super().join()
        self.hints.signal = lambda graceids: [
            self.inbox.tell(Signalled(graceid, lambda: None)) for graceid in graceids]

    def drop(self):
        """As if it had been killed long ago."""
        with self.journal.writing():
            self.supervisor.work.membership.leave()
        super().drop()
