"""The world around one candidate on the bench: alerts, time, and GraceDB's answers."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from fsm.core.charts.policy import TODAY, Escalation, Policy, Profile, default_settings
from fsm.core.engine.effects import Ask, Effect, Step, Transition
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, Input, MemberNews, TickAll
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import CheckRun, ProcessRun
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import signoff_labels
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.parsing import parse
from fsm.registry import charts
from fsm.testing.script import Annotate, Line, Script

if TYPE_CHECKING:
    from fsm.testing.bench import Bench

# How an annotation comes about: it is written, or GraceDB's answer tells it, whose values may be
# functions (run, guard).
Annotation = Annotate | dict[str, Any]

CREATED, CREATED_TODAY = 1_502_000_000.0, 1_700_000_000.0  # when candidates are, unix seconds
GRACEID = "G298048"
GRACEIDS = {"event": GRACEID, "superevent": "S170806a", "external": "E298048"}
STEPS = (Escalation(1800.0, ("deputies",)), Escalation(5400.0, ("heads",)))
SWITCHED_ON = 300.0  # seconds, for checks that are off by default


class World:
    """An engine with one candidate, the script of its annotations, and a GraceDB that answers.

    Args:
        bench: :class:`~fsm.testing.bench.Bench`, which says what the candidate looks like.
    """

    def __init__(self, bench: "Bench") -> None:
        self.bench = bench
        settings = attrs.evolve(
            default_settings(bench.chart), enabled=True,
            options={**bench.chart.options, **bench.options}, success=("operators",),
            escalation=STEPS if bench.chart.gravity else (),
            deadlines={check.name: SWITCHED_ON for _, check in bench.chart.checks()
                       if check.within is None}, tags=bench.tags,
            far_threshold=bench.far_threshold)
        profile = Profile("bench", settings={bench.chart.name: settings},
                          waive_injections=bench.waive_injections)
        if bench.chart.era:
            profile = attrs.evolve(profile, era=bench.chart.era)
        _, lifecycles = charts()
        self.engine = Engine([bench.chart], lifecycles, Policy((profile,)))
        fields = dict(bench.fields)
        if bench.chart.era == TODAY and "superevent" not in bench.chart.of:
            fields.setdefault("superevent", None)
        self.created = CREATED_TODAY if bench.chart.era == TODAY else CREATED
        self.script = Script(bench.graceid, self.created, bench.flavour, transit=0.0, **fields)
        self.fired: list[Transition] = []
        self.effects: list[Effect] = []
        self.asked: list[Ask] = []
        self.write(bench.start)
        self.starting = _read(self.script.lines)

    # -- what the world does --------------------------------------------------------------------

    def take(self, item: Input) -> Step:
        """Give the engine one input; questions wait in ``asked``."""
        step = self.engine.step(item)
        self.fired += step.transitions
        self.effects += step.effects
        self.asked += [effect for effect in step.effects if isinstance(effect, Ask)]
        for news in [effect for effect in step.effects if isinstance(effect, MemberNews)]:
            self.take(news)
        return step

    def write(self, annotate: Callable[..., object], *args: float,
              received: float | None = None) -> None:
        """Annotate the candidate, and deliver the alerts.

        Args:
            annotate: function (script, ...) that writes the annotations.
            received: when all alerts arrive, unix seconds; else each in its own time.
        """
        for alert in self.written(annotate, *args):
            self.take(alert if received is None else attrs.evolve(alert, received=received))

    def written(self, annotate: Callable[..., object], *args: float) -> list[Alert]:
        """Annotate the candidate without delivering the alerts; returns them."""
        before = len(self.script.lines)
        annotate(self.script, *args)
        return _read(self.script.lines[before:])

    def answer(self, question: str = "elsewhere", alerts: Sequence[Alert] = (), failure: str = "",
               unavailable: Iterable[Any] = (), after: float = 0.0, **more: Any) -> None:
        """GraceDB answers, some seconds after the present moment."""
        own = [alert for alert in alerts if alert.graceid == self.bench.graceid]
        others = dict.fromkeys(alert.graceid for alert in alerts if alert not in own)
        members = tuple(self._told(name, [a for a in alerts if a.graceid == name], {})
                        for name in others)
        labels = {name: state.since for name, state in self.candidate.evidence.labels.items()
                  if state.present}
        answer = self._told(self.bench.graceid, own, labels, self.script.fields)
        self.take(attrs.evolve(
            answer, time=self.engine.now + after, question=question, failure=failure,
            event=None if failure else answer.event, unavailable=frozenset(unavailable),
            members=members, **more))

    def _told(self, graceid: str, alerts: Iterable[Alert], labels: dict[str, float],
              fields: Plain | None = None) -> Answer:
        """What alerts tell of a candidate, as an answer."""
        for alert in alerts:
            if alert.what == "label_removed":
                labels.pop(alert.label, None)
            elif alert.label:
                labels[alert.label] = alert.time
            elif alert.signoff is not None:
                (kind, instrument), signoff = alert.signoff
                for name, on in signoff_labels(kind, instrument, signoff.status).items():
                    labels.pop(name, None)
                    labels |= {name: alert.time} if on else {}
        return Answer(
            self.engine.now, graceid, "",
            event=next((a.fields for a in alerts if a.fields is not None), fields),
            logs=tuple(a.entry for a in alerts if a.entry is not None),
            labels=tuple(labels.items()),
            signoffs=tuple(a.signoff for a in alerts if a.signoff is not None))

    def answer_all(self, **how: Any) -> None:
        """GraceDB answers every waiting question in the same way."""
        asked, self.asked = self.asked, []
        for ask in asked:
            how_now = dict(how)
            if how_now.pop("unavailable", False):
                how_now["unavailable"] = ask.wants
            self.answer(ask.question, **how_now)

    def pass_time(self, until: float, **how: Any) -> None:
        """Let time pass; questions are answered as told (by default: nothing is there)."""
        while (time := self.engine.next_timer()) <= until:
            self.take(TickAll(time))
            self.answer_all(**how)
        self.take(TickAll(until))

    # -- where the bench looks ------------------------------------------------------------------

    @property
    def candidate(self) -> Candidate:
        """The candidate on the bench."""
        return self.engine.candidates[self.bench.graceid]

    @property
    def process(self) -> ProcessRun:
        """The process on the bench."""
        return next(iter(self.candidate.runs.values()))

    def check(self, path: str) -> CheckRun:
        """The check of this path; the first one where there are several."""
        stage, name = path.split(".")
        index = [s.name for s in self.bench.chart.stages].index(stage)
        return next(c for c in self.process.checks if c.stage == index and c.chart.name == name)


def _read(lines: Iterable[Line]) -> list[Alert]:
    """The alerts of the lines that are delivered."""
    alerts = (parse(line["payload"], line["time"]) for line in lines if line.get("delivered", True))
    return [alert for alert in alerts if alert is not None]
