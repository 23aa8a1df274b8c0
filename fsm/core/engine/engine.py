"""The engine: ``step(input) -> transitions and effects``, the same for daemon, replay and tests."""

from collections.abc import Callable, Iterable
from math import inf, nextafter
from typing import Any

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.keys import without_key
from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import Policy
from fsm.core.charts.process import Process
from fsm.core.engine import adoption, inputs, member_updates, snapshot
from fsm.core.engine.answers import Answers
from fsm.core.engine.deadlines import Asker
from fsm.core.engine.effects import Restored, Retired, Step
from fsm.core.engine.inputs import Answer, Command, Input, MemberNews, Tick, TickAll, Unreadable
from fsm.core.engine.judge import Judge
from fsm.core.engine.models import Candidate, Candidates
from fsm.core.engine.news import News
from fsm.core.engine.starter import Starter
from fsm.core.engine.transitions import Firing
from fsm.core.engine.waivers import Waivers
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.superevent_names import Names

MOST_RETIRED = 100_000  # GraceIDs remembered after they left, so that they are left alone


def just_before(time: float) -> float:
    """The last moment before a time, unix seconds: what is due at it is not due yet."""
    return nextafter(time, -inf)


class Engine:
    """Supervises any number of GraceIDs; deterministic, without clock, input or output.

    Args:
        processes: charts of all processes.
        lifecycles: charts of all lifecycles, for each kind of candidate and each era; GraceIDs of a
            kind without one are left alone.
        policy: :class:`~fsm.core.charts.policy.Policy`.
        candidates: where the supervised candidates are kept: a dict, or what serves as one, such as
            one that holds only some of them in memory.

    What becomes of a candidate depends on the inputs about it alone, never on another one's.

    Attributes:
        charts: :class:`~fsm.core.charts.catalogue.Charts`.
        candidates: the supervised candidates by GraceID.
        names: under which superevents are supervised,
            :class:`~fsm.core.evidence.superevent_names.Names`; inputs are put under one name before
            they are taken.
        timers: when each is next looked at, :class:`~fsm.core.engine.timers.Timers`.
        unsupervised: number of alerts about GraceIDs of a kind without lifecycle, or retired.
        of_retired: how many of these were about retired ones.
    """

    def __init__(self, processes: Iterable[Process], lifecycles: Iterable[Lifecycle],
                 policy: Policy, candidates: Candidates | None = None) -> None:
        self.processes = tuple(processes)
        self.charts = Charts(self.processes, lifecycles)
        self.firing = Firing(policy)
        self.timers = self.firing.schedule.timers
        judge = Judge(self.firing)
        starter = Starter(self.charts.router, self.firing, judge)
        self.news = News(self.charts, self.firing, starter, judge)
        self.waivers = Waivers(self.firing, judge)
        self.asker = Asker(self.firing)
        self.answers = Answers(self.news, judge, self.asker, self.firing)
        self.candidates: Candidates = {} if candidates is None else candidates
        self.names = Names()
        self.retired: dict[str, None] = {}  # the values are nothing: a set in its order
        self.unsupervised = self.of_retired = 0
        self._handlers: dict[type, Callable[[Any], None]] = {
            Alert: self._alert, Answer: self._answer, MemberNews: self._member,
            Command: self._command, Tick: self._tick, TickAll: self._tick_all,
            Unreadable: self._unreadable}

    @property
    def now(self) -> float:
        """Time of the last input, unix seconds; it never goes back."""
        return self.firing.now

    def next_timer(self) -> float:
        """When the next timer is due, unix seconds; infinity where none is set."""
        return self.timers.next()[0]

    def step(self, item: Input) -> Step:
        """Take one input.

        Args:
            item: :class:`~fsm.core.evidence.alert.Alert`, or one of
                :mod:`fsm.core.engine.inputs`.
                What is earlier than the input before it is taken as happening at that one's time.

        Returns:
            :class:`~fsm.core.engine.effects.Step`.
        """
        received = item.received if isinstance(item, Alert) else item.time
        collected = self.firing.begin(max(self.now, received))
        self._handlers[type(item)](item)
        if item.graceid:
            self._inform(item.graceid)
        return Step(collected.transitions, collected.effects)

    # -- alerts ---------------------------------------------------------------------------------

    def _alert(self, alert: Alert) -> None:
        # An alert that arrives at the very moment of a deadline is in time.
        self._run_timers(alert.graceid, just_before(self.now))
        candidate = self._supervised(alert.graceid, min(alert.time, alert.received))
        if candidate is None:
            return
        candidate.numbers.hear(alert, candidate.evidence, candidate.answered)
        changes = alert.add_to(candidate.evidence)
        if candidate.profile is not None:
            self.news.take(candidate, changes, "evidence")
            self.asker.settle_doubts(candidate)
        elif candidate.evidence.fields:
            self.news.introduce(candidate, "evidence")
            if candidate.created + self.firing.timing.give_up < self.now:
                self.asker.ask(candidate)  # what is passed over will not ask
        self.asker.ask_whether_known(candidate)
        self.firing.report_load(candidate)

    def _supervised(self, graceid: str, heard: float) -> Candidate | None:
        """The candidate of a GraceID, a new one where there is none; None where it is left alone.

        Args:
            graceid: its id.
            heard: when it was first heard of, unix seconds.
        """
        return self.candidates.get(graceid) or self._new_candidate(graceid, heard)

    def _new_candidate(self, graceid: str, heard: float) -> Candidate | None:
        lifecycle = self.charts.lifecycle(graceid)
        if lifecycle is None or graceid in self.retired:
            self.unsupervised += 1
            self.of_retired += graceid in self.retired
            return None
        candidate = Candidate(graceid, lifecycle, Evidence(graceid), heard)
        self.candidates[graceid] = candidate
        candidate.own_timer = self.firing.now + self.firing.timing.grace
        self.firing.schedule.wake(candidate, candidate.own_timer)
        return candidate

    def _inform(self, graceid: str) -> None:
        """Tell the superevent of an event what has changed."""
        candidate = self.candidates.get(graceid)
        if candidate is not None and (candidate.evidence.superevent or candidate.informed):
            self.firing.effects.extend(member_updates.news(candidate, self.now))

    # -- members --------------------------------------------------------------------------------

    def _member(self, news: MemberNews) -> None:
        candidate = self._supervised(news.graceid, news.time)  # also where nothing was heard of it
        if candidate is None:
            return
        changes = list(news.add_to(candidate.evidence))
        if candidate.profile is not None:
            self.news.take(candidate, changes, "evidence")
        self.firing.report_load(candidate)

    # -- answers --------------------------------------------------------------------------------

    def _answer(self, answer: Answer) -> None:
        if answer.event is not None and not answer.question:  # nobody has asked, but it is there
            candidate = self._supervised(answer.graceid, answer.time)
        else:
            candidate = self.candidates.get(answer.graceid)
        if candidate is not None:
            self.answers.take(candidate, answer)

    # -- commands -------------------------------------------------------------------------------

    def _command(self, command: Command) -> None:
        if command.order == inputs.UNRETIRE and command.configuration is not None:
            self._take_back(command.graceid, command.configuration)
        candidate = self.candidates.get(command.graceid)
        if candidate is None:
            return
        self.firing.noted(command, candidate)
        if command.order == inputs.RETIRE:
            self._retire(candidate)
            self.timers.clear(command.graceid)
        else:
            self.waivers.take(candidate, command)

    def _take_back(self, graceid: str, configuration: Plain) -> None:
        """Go on with a candidate that has left, and ask GraceDB for what has come meanwhile."""
        self.release(graceid)  # what a journal makes of inputs before, of which some are gone
        candidate = self.restore(configuration)
        if candidate.profile is not None:
            self.firing.see_to_retirement(candidate)
        self.asker.ask(candidate)
        self.firing.effects.append(Restored(self.now, graceid))

    # -- timers ---------------------------------------------------------------------------------

    def _tick(self, tick: Tick) -> None:
        self._run_timers(tick.graceid, self.now)

    def _tick_all(self, tick: TickAll) -> None:
        while self.next_timer() <= self.now:
            graceid = self.timers.next()[1]
            self._run_timers(graceid, self.now)
            self._inform(graceid)

    def _unreadable(self, item: Unreadable) -> None:
        raise item.error

    def _run_timers(self, graceid: str, limit: float) -> None:
        while self.timers[graceid] <= limit:
            candidate = self.candidates.get(graceid)
            self.timers.clear(graceid)
            if candidate is None:
                return
            self._due(candidate, limit)
            self.firing.report_load(candidate)
            if graceid in self.candidates:
                self.firing.schedule.wake(candidate, candidate.next_due())
            else:
                self.timers.clear(graceid)

    def _due(self, candidate: Candidate, limit: float) -> None:
        if candidate.own_timer is not None and candidate.own_timer <= limit:
            if candidate.profile is not None:
                self._retire(candidate)
                return
            self._ask_who(candidate)
        self.asker.due(candidate, limit)

    def _ask_who(self, candidate: Candidate) -> None:
        if candidate.question:
            self.news.introduce(candidate, "evidence")  # no answer came: go by what is known
        else:
            candidate.question = self.asker.ask(candidate)
            candidate.own_timer = self.firing.now + self.firing.timing.answer

    def _retire(self, candidate: Candidate) -> None:
        configuration = self.configuration(candidate.graceid)
        self.firing.effects.append(Retired(self.firing.now, candidate.graceid, configuration))
        del self.candidates[candidate.graceid]
        candidate.dissolve()
        self._left([candidate.graceid])

    def _left(self, graceids: Iterable[str]) -> None:
        self.retired.update(dict.fromkeys(graceids))
        while len(self.retired) > MOST_RETIRED:
            del self.retired[next(iter(self.retired))]

    # -- configurations -------------------------------------------------------------------------

    def configuration(self, graceid: str) -> Plain:
        """The full configuration of one GraceID as a nested mapping that JSON can hold."""
        return snapshot.of(self.candidates[graceid])

    @property
    def policy(self) -> Policy:
        """The :class:`~fsm.core.charts.policy.Policy` that it goes by."""
        return self.firing.policy

    def use_policy(self, policy: Policy) -> None:
        """Go by another policy from now on; what is already waited for keeps its deadlines.

        Candidates must be taken up again from their configurations to go by it.
        """
        self.firing.use_policy(policy)
        self.charts.forget_routes()

    def resume(self, now: float, retired: Iterable[str] = ()) -> None:
        """Go on from where a stored engine was.

        Args:
            now: time of its last input, unix seconds.
            retired: GraceIDs that it had retired, the first first.
        """
        self.firing.resume(now)
        self._left(retired)

    def release(self, graceid: str) -> Candidate | None:
        """Leave nothing of a candidate here; returns it, None where there is none."""
        self.timers.clear(graceid)
        self.retired.pop(graceid, None)
        candidate = self.candidates.get(graceid)
        if candidate is not None:
            del self.candidates[graceid]
        return candidate

    def restore(self, configuration: Plain) -> Candidate:
        """Take up a candidate from a configuration stored before; returns it."""
        candidate = snapshot.candidate(configuration, self.charts, self.policy)
        for name in adoption.new(configuration, candidate):
            self.news.starter.pass_over(candidate, self.charts.processes[without_key(name)])
        self.candidates[candidate.graceid] = candidate
        self.firing.schedule.wake(candidate, candidate.next_due())
        return candidate
