"""An engine, the script of one candidate, and a GraceDB to answer with."""

from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Ask, Notify
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, TickAll
from fsm.core.evidence.parsing import parse
from fsm.io.recordings.files import Record
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.registry import charts
from fsm.testing.script import LEGACY, Script

T = 1_502_000_000.0
_, LIFECYCLES = charts()


class World:
    """An engine, the script of one candidate, and a GraceDB to answer with."""

    def __init__(self, *processes, flavour=LEGACY, policy=None, **fields):
        self.policy = policy or default_policy(processes)
        self.engine = Engine(processes, LIFECYCLES, self.policy)
        self.script = Script("G1", T, flavour, transit=0.0, **fields)
        self.effects, self.transitions = [], []

    def take(self, item):
        step = self.engine.step(item)
        self.effects += step.effects
        self.transitions += step.transitions
        return step

    def alert(self, line, received=None):
        return self.take(parse(line["payload"], line["time"] if received is None else received))

    def until(self, seconds, answer=None):
        while self.engine.next_timer() <= T + seconds:
            for effect in self.take(TickAll(self.engine.next_timer())).effects:
                if isinstance(effect, Ask):
                    self.take((answer or self.nothing)(effect))
        self.take(TickAll(T + seconds))

    def nothing(self, ask):
        return Answer(ask.time, ask.graceid, ask.question, event=self.script.fields, labels=())

    def recorded(self, ask):
        records = [Record(parse(line["payload"], line["time"])) for line in self.script.lines]
        return RecordedGraceDB(records).answer(ask)

    def state(self, process, name):
        run = self.engine.candidates["G1"].runs[process]
        return next(c for c in run.checks if c.name == name)

    def told(self, kind=Notify):
        return [(e.check, e.outcome) for e in self.effects if isinstance(e, kind)]
