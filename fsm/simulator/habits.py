"""How the follow-ups of a simulated night behave, read from a file: when they come, and whether.

A table ``[process.NAME]`` is about all of a process, ``[process.NAME.check.CHECK]`` about one of
its checks, with ``delay``, ``jitter`` and ``probability``.
"""

import random
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import attrs

from fsm.core.charts.process import Process
from fsm.errors import ConfigurationError, closest
from fsm.io.config.kinds import Seconds
from fsm.io.config.structure import structured
from fsm.io.paths import shown
from fsm.simulator.belonging import Belonging, Owner, follows
from fsm.testing.script import Change


def _of_one(value: float) -> None:
    if value > 1:
        raise ConfigurationError(f"expected a number from 0 to 1, not {value!r}")


@attrs.frozen
class Habit:
    """How one follow-up behaves.

    Attributes:
        process: its name.
        check: name of the check, "" where it is about all of the process.
        delay: seconds after the candidate's creation at which the first of it comes; None for when
            it usually does.
        jitter: standard deviation of that, seconds.
        probability: that it comes at all.
    """

    process: str
    check: str = ""
    delay: float | None = None
    jitter: float = 0.0
    probability: float = 1.0

    def has(self, owners: Iterable[Owner]) -> bool:
        """Whether something is of it that has these owners, (process, check) names."""
        return any(process == self.process and self.check in ("", check)
                   for process, check in owners)


@attrs.frozen
class _Told:
    """What a table says; None for not at all."""

    delay: Seconds | None = None
    jitter: Seconds | None = None
    probability: Annotated[float, _of_one] | None = None

    def habit(self, process: str, check: str = "") -> Habit:
        """What that means for a process, or one check."""
        said = {key: getattr(self, key) for key in ("delay", "jitter", "probability")}
        return Habit(process, check, **{key: float(value) for key, value in said.items()
                                        if value is not None})


@attrs.frozen
class _OfProcess(_Told):
    """What the table of a process says, and those of its checks."""

    check: dict[str, _Told] = attrs.field(factory=dict)


@attrs.frozen
class _Plan:
    """A whole file."""

    process: dict[str, _OfProcess] = attrs.field(factory=dict)


def read(path: str | Path, charts: Iterable[Process]) -> tuple[Habit, ...]:
    """Read a plan.

    Args:
        path: of the TOML file.
        charts: of all processes.

    Returns:
        A tuple of :class:`Habit`, those of whole processes before those of their checks.

    Raises:
        ConfigurationError: where it cannot be read, or names what there is not.
    """
    try:
        plain = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        checks: dict[str, set[str]] = {}
        for chart in charts:
            checks.setdefault(chart.name, set()).update(one.name for _, one in chart.checks())
        return tuple(habit for name, told in structured(_Plan, plain).process.items()
                     for habit in _of_process(name, told, checks))
    except OSError as error:
        why = error.strerror or str(error)
    except (ConfigurationError, ValueError) as error:  # of TOML and of UTF-8 too
        why = str(error)
    raise ConfigurationError(f"--plan {shown(path)}: {why}")


def _of_process(name: str, told: _OfProcess, checks: dict[str, set[str]]) -> Iterator[Habit]:
    if name not in checks:
        raise ConfigurationError(f"there is no process {name!r}; {closest(name, checks)}")
    yield told.habit(name)
    for check, one in told.check.items():
        if check not in checks[name]:
            raise ConfigurationError(f"{name} has no check {check!r}; "
                                     f"{closest(check, checks[name])}")
        yield one.habit(name, check)


def behaved(changes: list[Change], habits: Iterable[Habit], charts: Sequence[Process], pace: float,
            seed: str) -> list[Change]:
    """Have a candidate's follow-ups come when, and if, their habits say.

    What a file or message has started (the plot of a sky map) comes as much later or earlier as
    that does, and not at all without it.

    Args:
        changes: what is planned, :class:`~fsm.testing.script.Change`.
        habits: as of :func:`read`.
        charts: charts of the processes that the candidate can have.
        pace: factor on all delays of the candidate.
        seed: each habit has dice of its own, so that one changes nothing of another.

    Returns:
        The changes without those that do not come.
    """
    belonging = Belonging(charts)
    owners = {id(change): belonging.owners(change) for change in changes}
    for habit in habits:
        own = [change for change in changes if habit.has(owners[id(change)])]
        if not own:
            continue
        moved = _with_what_follows(own, changes, belonging, owners)
        dice = random.Random(f"{seed} {habit.process} {habit.check}")
        if dice.random() >= habit.probability:
            changes = [change for change in changes if id(change) not in moved]
            continue
        first = min(change.after for change in own)
        usual = first * pace if habit.delay is None else habit.delay
        by = max(0.0, dice.gauss(usual, habit.jitter)) / pace - first
        for change in moved.values():
            change.after = max(0.0, change.after + by)
    return changes


def _with_what_follows(own: list[Change], changes: list[Change], belonging: Belonging,
                       owners: dict[int, set[Owner]]) -> dict[int, Change]:
    """Changes, and all that they start, and so on; by their identity."""
    found, waiting = {id(change): change for change in own}, list(own)
    while waiting:
        first = waiting.pop()
        of_it = {process for process, _ in owners[id(first)]}
        for chart in belonging.started(first):
            if chart.name in of_it:
                continue  # what follows within a process has a table of its own
            for change in changes:
                theirs = any(process == chart.name for process, _ in owners[id(change)])
                if theirs and id(change) not in found and follows(change, first, chart):
                    found[id(change)] = change
                    waiting.append(change)
    return found
