"""Which process starts which: an annotation that one expects is what another starts on."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from fsm.core.charts.checks import Check
from fsm.core.charts.families import CONTRADICTIONS
from fsm.core.charts.process import Process
from fsm.core.expect.annotations import File, Log
from fsm.core.expect.base import AnyOf, Expectation
from fsm.core.expect.templates import Template
from fsm.core.expect.values import New

Links = Mapping[str, Sequence[str]]  # the name of each process, to names of others


def starters(processes: Iterable[Process]) -> dict[str, list[str]]:
    """By the name of each process those that start it, in their order.

    Args:
        processes: of one kind of candidates, and of one era.
    """
    processes = list(processes)
    return {child.name: [parent.name for parent in processes
                         if parent is not child and starts(parent, child)]
            for child in processes}


def nearest(processes: Iterable[Process], links: Links) -> dict[str, list[str]]:
    """Links without those that others imply.

    Of several that start a process together, or by the same annotation, the last on their way is
    left; of several that start it each, the first: what it does again later is the same once more.

    Args:
        processes: their charts.
        links: as :func:`starters` gives them.
    """
    ahead = {name: before(links, name) for name in links}
    return {process.name: _reduced(process, links[process.name], ahead) for process in processes}


def _reduced(process: Process, parents: Sequence[str], ahead: Mapping[str, set[str]]) -> list[str]:
    any_will_do = isinstance(process.starts, AnyOf)
    return [one for one in parents if not any(
        (other in ahead[one] and one not in ahead[other]) if any_will_do
        else (one in ahead[other] and other not in ahead[one])
        for other in parents if other != one)]


def before(links: Links, name: str) -> set[str]:
    """The names of all processes from which a way of links leads to one."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = set(links.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


class Chains:
    """What hangs on what among charts of all eras and kinds; worked out once it is asked for.

    Args:
        charts: of all processes, by name.
    """

    def __init__(self, charts: Mapping[str, Process]) -> None:
        self.charts = charts
        self._links: dict[tuple[str, tuple[str, ...]], Links] = {}
        self._before: dict[str, set[str]] = {}

    def waiting(self, chart: Process) -> list[Process]:
        """The processes that wait for what a process brings about."""
        return [self.charts[name] for name, parents in self._alike(chart).items()
                if chart.name in parents and self.charts[name].family != CONTRADICTIONS]

    def before(self, chart: Process) -> set[str]:
        """The names of all processes on whose annotations a process hangs, at last."""
        if chart.name not in self._before:
            self._before[chart.name] = before(self._alike(chart), chart.name)
        return self._before[chart.name]

    def _alike(self, chart: Process) -> Links:
        """By each process of an era and kind those that start it."""
        key = (chart.era, chart.of)
        if key not in self._links:
            alike = [one for one in self.charts.values()
                     if one.era in ("", chart.era) and set(one.of) & set(chart.of)]
            self._links[key] = nearest(alike, starters(alike))
        return self._links[key]


def by_creation(process: Process) -> bool:
    """Whether it starts with the candidate, perhaps at the latest."""
    parts = getattr(process.starts, "parts", (process.starts,))
    return any(isinstance(part, New) for part in parts)


@lru_cache(20_000)  # the pairs of all charts; those of two configurations, while one is reloaded
def starts(parent: Process, child: Process) -> bool:
    """Whether an annotation that one process expects starts another.

    Nothing is started by what must not happen.
    """
    return parent.family != CONTRADICTIONS and any(
        makes(parent, check, child.starts) for _, check in parent.checks())


def makes(parent: Process, check: Check, awaited: Expectation) -> bool:
    """Whether an annotation that a check expects is one that somebody else waits for.

    What starts the process itself is there before it.

    Args:
        parent: the process.
        check: of it.
        awaited: what is waited for.
    """
    names = _labels(awaited)
    if names and names & (_labels(check.expects) - _labels(parent.starts)):
        return True
    own = [hint.template for hint in parent.starts.hints()]
    triggers = [hint.template for hint in awaited.hints()
                if hint.template is not None and hint.template not in own]
    return any(_same(parent, part, expected, trigger)
               for part in (check.expects, *getattr(check.expects, "watches", ()))
               for expected in getattr(part, "templates", ())
               for trigger in triggers)


def _labels(expectation: Expectation) -> set[str]:
    return {hint.label for hint in expectation.hints() if hint.kind == "label"}


def _same(parent: Process, part: Expectation, expected: Template, trigger: Template) -> bool:
    if expected == trigger or expected.regex and expected.words == trigger.words:
        return True
    if isinstance(part, File):
        named = [trigger.whole(name) for name in known_names(parent, expected)]
        # A regular expression says in words which names it is for; what takes any name tells none.
        told = [expected.whole(name) for name in trigger.words.split(" or ")
                if trigger.regex and expected.anchor]
        return any(values is not None for values in (*named, *told))
    return isinstance(part, Log) and bool(expected.anchor) and expected.anchor == trigger.anchor


def known_names(process: Process, template: Template) -> list[str]:
    """Names of files that a process is known to expect, with each of the keys that it has."""
    keys = process.options[process.per] if process.per and process.key else ()
    names = [template.literal, *(template.written({process.key or "": str(key)})
                                 for key in (keys if isinstance(keys, Iterable) else ()))]
    return [name for name in names if name is not None]
