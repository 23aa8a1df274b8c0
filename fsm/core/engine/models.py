"""The light model of a GraceID: its lifecycle with its regions, and its processes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.policy import Profile
from fsm.core.charts.process import Process
from fsm.core.engine.log_numbers import LogNumbers
from fsm.core.engine.table import lifecycle_table
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.fields import Plain

if TYPE_CHECKING:  # they know the candidate whose they are
    from fsm.core.engine.runs import CheckRun, ProcessRun


class RegionRun:
    """One region of a GraceID's lifecycle.

    Attributes:
        chart: its :class:`~fsm.core.charts.lifecycle.Region`.
        state: where it is.
    """

    __slots__ = ("chart", "state")

    chart: Region
    state: str

    def __init__(self, chart: Region) -> None:
        self.chart, self.state = chart, lifecycle_table(chart).initial


class Load(NamedTuple):
    """What the checks of a candidate amount to.

    Attributes:
        overdue: whether any is overdue.
        open: whether any is open.
        missing: whether a process ended incomplete.
    """

    overdue: bool
    open: bool
    missing: bool

    def news(self, before: "Load") -> Iterator[tuple[str, str]]:
        """What a lifecycle is told of it: triggers in their order, each with why.

        Args:
            before: what it was told last.
        """
        if self.open and not before.open:
            yield "reopened", "something is expected again"
        if self.overdue and not before.overdue:
            yield "attention_needed", "a check is overdue"
        elif before.overdue and not self.overdue and self.open:
            yield "attention_over", "no check is overdue any more"
        if not self.open and (before.open or self.missing != before.missing):
            yield "all_closed", "every check is closed"


NEVER = float("-inf")
UNREPORTED = Load(False, True, False)  # whether anything is open is to be told anew


class Candidate:
    """One GraceID under supervision.

    Attributes:
        graceid: its id.
        lifecycle: its :class:`~fsm.core.charts.lifecycle.Lifecycle`.
        evidence: what is known of it.
        state: where its lifecycle is.
        regions: the regions beside it, by name.
        profile: its :class:`~fsm.core.charts.policy.Profile`; None until it is introduced, that is
            until its event is known and its processes may start.
        created: when it was created, unix seconds; until known, when it was first heard of.
        runs: processes by name; see :meth:`add` and :meth:`of`.
        own_timer: when it must itself be looked at: to be introduced, or retired; or None.
        question: identifier of the question about itself, or "".
        questions: number of questions asked about it.
        again: when GraceDB is next asked about what is overdue or unverified of it, unix seconds;
            None where nothing is.
        pauses: how many pauses between two such questions it has had, which makes the next longer.
        hint: when GraceDB is asked because it may have more to tell than alerts have, as a gap in
            its log shows, or they are in doubt, unix seconds; None for never.
        doubtful: whether it is in doubt, so that even what comes meanwhile does not settle it.
        hinted: when GraceDB was last asked for that, unix seconds; ``hints`` how often in a row.
        answered: as of when GraceDB last answered, unix seconds.
        numbers: of the entries of its log, by which it shows that an alert was lost.
        gathered: until when a question is put off for deadlines that are near, unix seconds, or
            None.
        overdue: number of overdue checks; ``unverified`` of those of which GraceDB has not told
            whether they are, ``open_checks`` of open ones, ``incomplete`` of
            processes that ended incomplete.
        reason: why nothing is expected of it any more, or "".
        last_reported: what its lifecycle was last told, a :class:`Load`.
        broken: names of the processes that could not be started.
        waivers: what operators have made needless: (process, check) to the reason.
        gates: by the name of a process of which the condition has stood in the way of a start:
            (whether it holds now, since when, or when it was last judged not to, unix seconds).
        passed: by the name of a process, with its key: when what happened that was not to start it,
            unix seconds.
        on: the names of the processes that its charts and profile have on, as of
            :meth:`~fsm.core.charts.catalogue.Charts.on`.
        informed: of an event in a superevent, what that has been told: its id, the lifecycle's
            state, the values, labels, and identities of entries with files; None for nothing.
    """

    __slots__ = ("graceid", "lifecycle", "evidence", "state", "regions", "profile", "created",
                 "runs", "_by_chart", "own_timer", "question", "questions", "again", "pauses",
                 "hint", "doubtful", "hinted", "hints", "answered", "numbers", "gathered",
                 "overdue", "unverified", "open_checks", "incomplete", "reason", "last_reported",
                 "broken", "waivers", "gates", "passed", "on", "informed")

    graceid: str
    lifecycle: Lifecycle
    evidence: Evidence
    state: str
    regions: dict[str, RegionRun]
    profile: Profile | None
    created: float
    runs: dict[str, "ProcessRun"]
    _by_chart: dict[str, tuple["ProcessRun", ...]]
    own_timer: float | None
    question: str
    questions: int
    again: float | None
    pauses: int
    hint: float | None
    doubtful: bool
    hinted: float
    hints: int
    answered: float
    numbers: LogNumbers
    gathered: float | None
    overdue: int
    unverified: int
    open_checks: int
    incomplete: int
    reason: str
    last_reported: Load
    broken: tuple[str, ...]
    waivers: dict[tuple[str, str], str]
    gates: dict[str, tuple[bool, float]]
    passed: dict[str, float]
    on: tuple[str, ...]
    informed: Plain | None

    def __init__(self, graceid: str, lifecycle: Lifecycle, evidence: Evidence,
                 created: float) -> None:
        self.graceid, self.evidence, self.created = graceid, evidence, created
        self.profile = None
        self.switch_lifecycle(lifecycle)
        self.runs, self._by_chart = {}, {}
        self.own_timer, self.question, self.questions = None, "", 0
        self.again, self.pauses = None, 0
        self.hint, self.doubtful, self.hinted, self.hints = None, False, NEVER, 0
        self.answered = NEVER
        self.numbers, self.gathered = LogNumbers(), None
        self.overdue, self.unverified, self.open_checks, self.incomplete = 0, 0, 0, 0
        self.reason = ""
        self.last_reported, self.broken, self.waivers = UNREPORTED, (), {}
        self.gates, self.passed, self.on, self.informed = {}, {}, (), None

    def switch_lifecycle(self, lifecycle: Lifecycle) -> None:
        """Begin a lifecycle, with its regions."""
        self.lifecycle, self.state = lifecycle, lifecycle_table(lifecycle).initial
        self.regions = {chart.name: RegionRun(chart) for chart in lifecycle.regions}

    @property
    def chosen_profile(self) -> Profile:
        """Its profile, where it is introduced."""
        if self.profile is None:
            raise LookupError(f"{self.graceid} has no profile yet")
        return self.profile

    @property
    def asked_again(self) -> bool:
        """Whether anything of it is overdue or unverified, which is asked about again."""
        return self.overdue > 0 or self.unverified > 0

    @property
    def load(self) -> Load:
        """What its checks amount to now, a :class:`Load`."""
        return Load(self.overdue > 0, self.open_checks > 0, self.incomplete > 0)

    def add(self, run: "ProcessRun") -> None:
        """Take up a process."""
        self.runs[run.name] = run
        self._by_chart[run.chart.name] = (*self.of(run.chart), run)

    def of(self, chart: Process) -> "tuple[ProcessRun, ...]":
        """Its processes that follow a chart."""
        return self._by_chart.get(chart.name, ())

    def checks(self) -> "list[CheckRun]":
        """All its checks, process after process."""
        return [check for run in self.runs.values() for check in run.checks]

    def next_due(self) -> float:
        """The next moment at which something of it is due, infinity where nothing is."""
        times = [c.timer for run in self.runs.values() if run.open
                 for c in run.checks if c.timer is not None]
        times += [time for time in (self.own_timer, self.again, self.hint) if time is not None]
        return min(times, default=float("inf"))

    def regions_in_words(self) -> str:
        """Where the regions beside its lifecycle are, in words, apart from where they begin."""
        return ", ".join(f"{name.replace('_', ' ')} {region.state}"
                         for name, region in self.regions.items()
                         if region.state != region.chart.initial())

    def waived_by_operator(self, check: "CheckRun") -> str:
        """Why operators have made a check needless, or ""."""
        for (process, name), reason in self.waivers.items():
            if process in ("", check.process.name, check.process.chart.name) \
                    and name in ("", check.name, check.chart.name):
                return reason
        return ""

    def waivers_within(self, process: str, check: str) -> list[tuple[str, str]]:
        """What operators have made needless within what is meant, as pairs (process, check).

        Args:
            process: name of a process, with its key or of all its kind; "" for all.
            check: name of a check, likewise.
        """
        return [(one, name) for one, name in self.waivers
                if process in ("", one) and check in ("", name)]

    def dissolve(self) -> None:
        """Cut the circles of references in it, so that its memory is free at once."""
        for run in self.runs.values():
            run.checks = []
        self.runs, self._by_chart = {}, {}

    def anything_missing(self) -> bool:
        """Guard: some process ended incomplete."""
        return self.incomplete > 0

    def waived_as_injection(self) -> bool:
        """Guard: it is an injection, and its profile does not want these followed up."""
        return self.chosen_profile.waive_injections and self.evidence.has_label("INJ")


class Candidates(Protocol):
    """Where candidates are kept by GraceID: a dict, or what serves as one."""

    def get(self, graceid: str, /) -> Candidate | None: ...

    def __contains__(self, graceid: object, /) -> bool: ...

    def __iter__(self) -> Iterator[str]: ...

    def __getitem__(self, graceid: str, /) -> Candidate: ...

    def __setitem__(self, graceid: str, candidate: Candidate, /) -> None: ...

    def __delitem__(self, graceid: str, /) -> None: ...
