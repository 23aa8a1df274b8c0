"""What is verified: each machine that charts compile to, once, with the profiles it holds for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Literal

import attrs

from fsm.core.charts import rules
from fsm.core.charts.checks import Check
from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.policy import Policy, Profile, Settings
from fsm.core.charts.process import Process
from fsm.core.charts.rules import Features
from fsm.core.engine.planned import planned
from fsm.core.engine.runs import ProcessRun
from fsm.core.engine.table import check_tables, lifecycle_table, process_table
from fsm.verify.tables import Answers, Machinery, explored, machinery

Kind = Literal["check", "process", "lifecycle", "region"]
GUARDS = (ProcessRun.nothing_left_out, ProcessRun.anything_missing)  # that look at checks


@attrs.frozen
class Subject:
    """One machine.

    Attributes:
        kind: of what.
        chart: name of the process, lifecycle or region.
        check: ``stage.check`` of a check; "" for others.
        machine: what can happen to it.
        waits: paths of the states in which something is waited for.
        timers: what ends the waiting, each set of triggers by when it is that.
        passed_over: by path of a state and trigger why that changes nothing there.
        alike: how many more checks have this very machine.
    """

    kind: Kind
    chart: str
    check: str
    machine: Machinery
    waits: tuple[str, ...] = ()
    timers: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    passed_over: Mapping[tuple[str, str], str] = attrs.field(factory=dict)
    alike: int = 0


@attrs.frozen
class Variant:
    """A process as it is under some profiles.

    Attributes:
        process: its chart.
        settings: of the first of the profiles.
        profiles: names of all of them.
    """

    process: Process
    settings: Settings
    profiles: tuple[str, ...]

    def on(self) -> dict[str, Check]:
        """Its checks that are on, by ``stage.check``."""
        key = "H1" if self.process.key else ""
        found = {id(one.chart) for one in planned(self.process, self.settings, key)}
        return {f"{stage.name}.{check.name}": check for stage, check in self.process.checks()
                if id(check) in found}


def variants(processes: Iterable[Process], policy: Policy) -> list[Variant]:
    """Every process in each way in which profiles have it, those that have it off left out."""
    found: dict[tuple[object, ...], list[tuple[Process, Settings, str]]] = {}
    for process in processes:
        for profile in policy.profiles:
            settings = profile.settings.get(process.name)
            if settings is not None and settings.enabled and _theirs(process, profile):
                alike = (process.name, repr(sorted(attrs.asdict(settings).items())))
                found.setdefault(alike, []).append((process, settings, profile.name))
    return [Variant(same[0][0], same[0][1], tuple(name for *_, name in same))
            for same in found.values()]


def _theirs(process: Process, profile: Profile) -> bool:
    return not profile.era or process.era in ("", profile.era)


def subjects(processes: Iterable[Process], lifecycles: Iterable[Lifecycle]) -> Iterator[Subject]:
    """All machines, each once: of the checks, of the processes, of the lifecycles."""
    processes = list(processes)
    yield from _checks(processes)
    for process in processes:
        yield _process(process)
    for lifecycle in lifecycles:
        for chart in (lifecycle, *lifecycle.regions):
            yield of_region(chart)


def of_region(chart: Region) -> Subject:
    """The machine of a lifecycle or a region of one."""
    made = machinery(lifecycle_table(chart), rules.lifecycle_rules(chart))
    return Subject("lifecycle" if isinstance(chart, Lifecycle) else "region", chart.name, "", made)


def of_check(chart: str, path: str, has: Features, made: Machinery, alike: int = 0) -> Subject:
    """The machine of a check.

    Args:
        chart: name of the process.
        path: ``stage.check``.
        has: its features.
        made: what can happen to it.
        alike: how many more have it.
    """
    return Subject("check", chart, path, made, rules.OPEN, rules.TIMERS, rules.passed_over(has),
                   alike)


def _checks(processes: Iterable[Process]) -> Iterator[Subject]:
    alike: dict[Features, list[tuple[Process, str, Check]]] = {}
    for process in processes:
        for stage, check in process.checks():
            alike.setdefault(rules.features(process, check), []).append(
                (process, f"{stage.name}.{check.name}", check))
    for has, having in alike.items():
        process, path, check = having[0]
        made = machinery(check_tables(process)[id(check)], rules.check_rules(has))
        yield of_check(process.name, path, has, made, len(having) - 1)


def _process(process: Process) -> Subject:
    answers = list(_answers(process))
    made = machinery(process_table(process), rules.process_rules(process), answers)
    return Subject("process", process.name, "", made, ("open",),
                   {"its checks are closed": ("stage_done",)}, rules.PROCESS_PASSED_OVER)


class _Closed:
    """A process whose checks are all closed, as its guards see it."""

    def __init__(self, states: Iterable[str]) -> None:
        self.checks = [_Ended(state) for state in states]


@attrs.frozen
class _Ended:
    state: str


def _answers(process: Process) -> Iterator[Answers]:
    """What the guards of a process can answer, by how its checks can end.

    They ask whether any check, or none, ended in some way: two checks show all there is.
    """
    ends: list[list[str]] = []
    for _, check in process.checks():
        made = machinery(check_tables(process)[id(check)],
                         rules.check_rules(rules.features(process, check)))
        ends.append([state for state in explored(made) if state in rules.CLOSED])
    kinds = [list(one) for one in dict.fromkeys(map(tuple, ends))]
    pairs = [(one, other) for one in kinds for other in kinds] if len(ends) > 1 else [
        (one,) for one in kinds]
    seen: set[tuple[bool, ...]] = set()
    for combination in pairs:
        for states in product(*combination):
            said = tuple(bool(guard(_Closed(states))) for guard in GUARDS)  # type: ignore[arg-type]
            if said not in seen:
                seen.add(said)
                yield {guard.__name__: answer for guard, answer in zip(GUARDS, said, strict=True)}
