"""One candidate on the bench, brought into a state and through a transition."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fsm.core.charts import rules
from fsm.core.engine.effects import Transition
from fsm.core.engine.inputs import WAIVE, Command, TickAll
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.fields import Plain
from fsm.testing.rows import Row
from fsm.testing.script import Annotate, Script
from fsm.testing.world import STEPS, Annotation, World

if TYPE_CHECKING:
    from fsm.testing.bench import Bench


class Run(World):
    """One candidate on the bench, to be brought through the transition of a row.

    Args:
        bench: :class:`~fsm.testing.bench.Bench`.
        row: the row to be shown; by default that of nothing.
    """

    def __init__(self, bench: "Bench", row: Row | None = None) -> None:
        self.row = Row() if row is None else row
        super().__init__(bench)

    def is_mine(self, transition: Transition) -> bool:
        """Whether a transition is one of the row's check, or of the process itself."""
        if self.row.check:
            return transition.check == self.check(self.row.check).name
        return transition.process == self.process.name and not transition.check

    def annotated(self, annotate: Annotate, guard: str = "right") -> list[Alert]:
        """What GraceDB knows of an annotation whose alert is not delivered."""
        return self.written(annotate, self._seconds(guard))

    # -- rows -----------------------------------------------------------------------------------

    def reach(self, source: str) -> None:
        """Bring the row's check, or the process, into a state."""
        if not self.row.check:
            getattr(self, "_process_" + source.replace(".", "_").partition("_")[0])(source)
            return
        ways: dict[str, Callable[[], object]] = {
            "awaiting": lambda: None, "warned": self._warn, "overdue": self._overdue,
            "unverified": lambda: self.pass_time(self.due, failure="status 503"),
            "unverifiable": lambda: self.pass_time(self.due + 90000, failure="status 503"),
            "missing": lambda: self.pass_time(self.due + 90000),
            "waived": self._waive, "not_expected": self._excuse,
            "met": self._met, "late": self._late,
            "found": lambda: self._deadline("right")}
        ways[source]()
        state = self.check(self.row.check).state
        assert state == source, f"could not reach {source}, it is {state}"

    def happen(self, row: Row) -> list[Transition]:
        """Let what the row's trigger names happen; returns what was fired then."""
        seen = len(self.fired)
        triggers: dict[str, Callable[[str], object]] = {
            "evidence": self._evidence, "answer": self._answered, "deadline": self._deadline,
            "warning": self._warning, "unanswered": self._unanswered,
            "unanswerable": self._unanswerable, "give_up": self._give_up,
            "escalate": self._escalate, "waive": self._waive,
            "reinstate": self._reinstate, "excuse": self._excuse, "expect": self._expect,
            "renew": self._renew, "stage_done": self._stage_done, "recovered": self._recovered,
            "reinstated": self._reinstate, "renewed": self._renew}
        triggers[row.trigger](row.guard)
        return self.fired[seen:]

    @property
    def due(self) -> float:
        """The deadline of the row's check."""
        return self.check(self.row.check).due

    @property
    def timer(self) -> float:
        """When the row's check, which is open, is looked at next."""
        timer = self.check(self.row.check).timer
        assert timer is not None
        return timer

    def _seconds(self, guard: str) -> float:
        late = guard == "too_late"
        return self.due - self.created + 1.0 if late else self._early()

    def _early(self) -> float:
        return min(max(self.process.started - self.created, 0.0) + 1.0, self.due - self.created)

    def _right(self, guard: str = "right") -> Plain:
        right = self.bench.right[self.row.check]
        return self._shown(right, guard)

    def _shown(self, annotation: Annotation, guard: str) -> Plain:
        if isinstance(annotation, dict):
            return {k: v(self, guard) if callable(v) else v for k, v in annotation.items()}
        return {"alerts": self.annotated(annotation, guard)}

    def _evidence(self, guard: str = "right") -> None:
        right = self.bench.right[self.row.check]
        assert not isinstance(right, dict), "no alert can tell it"
        self.write(right, self._seconds(guard), received=self.engine.now + 0.5)

    def _answered(self, guard: str = "right") -> None:
        self.answer(after=2.0, **self._right(guard))
        self.pass_time(max(self.due, self.engine.now))

    def _deadline(self, guard: str = "right") -> None:
        self.take(TickAll(max(self.timer, self.due)))
        if guard in ("right", "too_late"):
            self.answer_all(after=2.0, **self._right(guard))
        elif guard == "wrong":
            self.answer_all(**self._shown(self.bench.wrong[self.row.check], guard))
        else:
            self.answer_all()

    def _warn(self) -> None:
        self.pass_time(self.timer)

    def _warning(self, guard: str) -> None:
        self.take(TickAll(self.timer))
        self.answer_all(**(self._right() if guard == "right" else {}))

    def _overdue(self) -> None:
        self.pass_time(self.due)

    def _unanswered(self, guard: str) -> None:
        self.take(TickAll(self.timer))
        self.answer_all(failure="status 503")

    def _unanswerable(self, guard: str) -> None:
        self.take(TickAll(self.timer))
        self.answer_all(unavailable=True)

    def _give_up(self, guard: str) -> None:
        failure = "status 503" if guard == "failure" else ""
        self.pass_time(self.due + 90000, failure=failure)

    def _escalate(self, guard: str) -> None:
        self.pass_time(self.due + STEPS[0].after)

    def _waive(self, guard: str = "") -> None:
        if self.row.trigger == "renew":  # whatever is waived by an operator may happen again
            self.take(Command(self.engine.now, self.bench.graceid, WAIVE, "somebody"))
        else:
            self.write(self.bench.waived[0], self.engine.now - self.created)

    def _reinstate(self, guard: str) -> None:
        self.write(self.bench.waived[1], self.engine.now - self.created + 1)

    def _excuse(self, guard: str = "") -> None:
        excused = self.bench.excused[self.row.check]
        if isinstance(excused, tuple):
            self.write(excused[0], self.engine.now - self.created + 1)
        else:
            self.write(lambda s: s.update(self.engine.now - self.created + 1, excused))

    def _expect(self, guard: str) -> None:
        excused = self.bench.excused[self.row.check]
        fields = {**Script(self.bench.graceid, self.created, **self.bench.fields).fields}
        if isinstance(excused, tuple):
            self.write(excused[1], self.engine.now - self.created + 1)
        else:
            self.write(lambda s: s.update(self.engine.now - self.created + 1, fields))

    def _renew(self, guard: str) -> None:
        renewed = self.bench.renewed or self._start_again
        self.write(renewed, self.engine.now - self.created + 1)

    def _start_again(self, script: Script, after: float) -> None:
        """What has started it happens once more: a label is put on again, a message comes again."""
        for alert in self.starting:
            of = script if alert.graceid == script.graceid else script.member(alert.graceid)
            if alert.what == "label_added":
                if alert.made is None:  # else that it was taken off may have been missed
                    of.unlabel(alert.label, after)
                of.label(alert.label, after + 1)
            elif alert.entry is not None:
                entry = alert.entry
                of.log(entry.comment, after + 1, sorted(entry.tags), entry.filename,
                       (entry.version or 0) + 1)

    def _met(self) -> None:
        by_word = self.check(self.row.check).chart.at_deadline
        if by_word or isinstance(self.bench.right[self.row.check], dict):
            self._deadline("right")
        else:
            self._evidence()

    def _late(self) -> None:
        self._overdue()
        if isinstance(self.bench.right[self.row.check], dict):
            self.answer(**self._right())
        else:
            self._evidence()

    # -- cases ----------------------------------------------------------------------------------

    def show(self, evidence: str) -> None:
        """Let evidence of a kind appear, and its deadline pass."""
        table = {"right": self.bench.right, "wrong": self.bench.wrong}.get(evidence, {})
        annotation = table.get(self.row.check)
        if callable(annotation):
            self.write(annotation, self._early(), received=self.engine.now + 0.5)
            annotation = None
        self.pass_time(max(self.due, self.engine.now),
                       **(self._shown(annotation, evidence) if annotation else {}))

    # -- rows of the process itself -------------------------------------------------------------

    def _paths(self) -> list[str]:
        return [f"{stage.name}.{check.name}" for stage, check in self.bench.chart.checks()]

    def _make_right(self, paths: Iterable[str]) -> None:
        for path in paths:
            while self.check(path).open:
                index = [c.open for c in self.process.checks]
                self._make_one_right(path)
                assert index != [c.open for c in self.process.checks], f"{path} stays open"

    def _make_one_right(self, path: str) -> None:
        right, self.row = self.bench.right[path], self.row._replace(check=path)
        if isinstance(right, dict):
            self.answer(after=0.5, **self._right())
        else:
            self.write(right, self._early(), received=self.engine.now + 0.5)
        if self.check(path).chart.at_deadline:
            self.pass_time(max(self.due, self.engine.now))
        self.row = self.row._replace(check="")

    def _stages_before(self, stage: str) -> None:
        names = [s.name for s in self.bench.chart.stages]
        before = names[:names.index(stage)]
        self._make_right(p for p in self._paths() if p.partition(".")[0] in before)

    def _process_open(self, source: str) -> None:
        if "." in source:
            self._stages_before(source.partition(".")[2])
            assert self.process.state == source

    def _process_closed(self, source: str) -> None:
        if source == "closed.waived":
            self._waive()
        elif source == "closed.incomplete":
            self._stages_before(self.bench.chart.stages[-1].name)
            self._stage_done("missing")
        else:
            self._make_right(self._paths())
        assert self.process.state == source

    def _stage_done(self, guard: str) -> None:
        stage = self.bench.chart.stages[self.process.stage].name
        if guard == "waived":
            self._waive()
        elif guard == "missing":
            self.pass_time(max(c.due for c in self.process.checks if c.open) + 90000)
        else:
            self._make_right(p for p in self._paths() if p.partition(".")[0] == stage)

    def _recovered(self, guard: str) -> None:
        for path in self._paths():
            if self.check(path).state == rules.MISSING:
                self._make_one_right(path)
