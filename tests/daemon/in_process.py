"""A supervisor in the process of the test, on a clock that is set by hand."""

import json

from fsm.chart import Process, Stage, check, log, new
from fsm.core.charts.policy import default_policy
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer
from fsm.daemon.candidate_store import CandidateStore
from fsm.daemon.loop import Supervisor
from fsm.daemon.time_source import WallClock
from fsm.io.delivery.outbox import Outbox
from fsm.io.journal.journal import Journal
from fsm.io.listeners.inbox import Inbox, Received
from fsm.io.tally import Tally
from fsm.notify.digests import Digests
from fsm.notify.dispatcher import Dispatcher
from fsm.notify.problems import Context
from fsm.notify.reminders import Reminders
from fsm.registry import charts
from fsm.testing.script import Script

T = 1_502_000_000.0
DEMO = Process("demo", "Demo", starts=new(), parties=("owner",), stages=[
    Stage("s", check("soon", log("soon"), within=60), check("later", log("later"), within=600))])
CHARTS = ((DEMO,), charts()[1])


class Clock:
    time, settled, blind = T, True, False

    def now(self):
        return self.time

    ticking = now

    def make_do(self):
        self.blind = False


class People:
    """A channel that notes what it delivers."""

    def __init__(self):
        self.told = []

    def takes(self, effect):
        return True

    def deliver(self, effect, again):
        if type(effect).__name__ == "Notify":
            self.told.append((effect.graceid, effect.check, effect.outcome))


class World:
    """A supervisor in this process, which can be dropped at any moment and begun anew."""

    storing, left_alone = {}, 0.0

    def __init__(self, where, declared=CHARTS):
        self.where, self.charts = where, declared
        self.clock, self.people, self.asks, self.taken = Clock(), People(), [], Tally()
        self.begin()

    def begin(self):
        policy = default_policy(self.charts[0])
        self.inbox, self.journal = Inbox(), Journal(self.where)
        candidates = CandidateStore(self.journal, Engine(*self.charts, policy), 100,
                                    **self.storing)
        self.outbox = Outbox(self.journal, {"people": self.people}, self.inbox.tell)
        dispatcher = Dispatcher(self.journal, self.outbox,
                                Digests(self.journal, Context(), 10.0),
                                Reminders(self.journal, 3600.0, 3))
        self.supervisor = Supervisor(Engine(*self.charts, policy, candidates=candidates),
                                     candidates, self.journal, dispatcher, self,
                                     WallClock(self.clock), self.inbox)
        self.join()
        self.supervisor.begin()

    def join(self):
        """It is alone."""

    def drop(self):
        """As if it were killed now."""
        self.outbox.close(5)
        self.journal.close()

    def ask(self, asks):
        self.asks += asks

    def alert(self, line):
        self.inbox.put(Received("test", "cbc", json.dumps(line).encode(), line["time"]))

    def event(self, graceid, seconds=0.0):
        self.alert(Script(graceid, T + seconds, transit=0.0).new())

    def answer(self):
        """GraceDB knows nothing of what has been asked."""
        asks, self.asks = self.asks, []
        for ask in asks:
            self.inbox.tell(Answer(ask.time, ask.graceid, ask.question))

    def until(self, seconds):
        self.clock.time = T + seconds
        self.turns()

    def turns(self):
        """As many turns as there is something to do for."""
        while True:
            before = self.rows("SELECT COUNT(*) FROM inputs"), len(self.people.told)
            self.supervisor.turn(0.0)
            self.inbox.wait(0.05, alerts=False)
            after = self.rows("SELECT COUNT(*) FROM inputs"), len(self.people.told)
            waits = self.inbox.head() is not None and not self.clock.blind
            if before == after and not self.outbox.busy and not waits:
                return

    def rows(self, query):
        return [tuple(row) for row in self.journal.db.exec_driver_sql(query)]
