"""All of it: every chart that is named, under every profile, and what shows what is wrong."""

from collections.abc import Iterable, Iterator, Sequence

import attrs

from fsm.core.charts.kinds import Kind
from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.policy import TODAY, Policy
from fsm.core.charts.process import Process
from fsm.errors import ChartError, closest
from fsm.verify import (
    composing,
    conditions,
    making,
    properties,
    sentences,
    side_by_side,
    spin,
    twice,
    witnesses,
)
from fsm.verify.findings import Finding
from fsm.verify.making import Unshown
from fsm.verify.sentences import Theory
from fsm.verify.subjects import Variant, subjects, variants
from fsm.verify.worlds import TooMany


@attrs.frozen
class Scope:
    """What is verified.

    Attributes:
        processes: charts of all processes.
        lifecycles: of all lifecycles.
        policy: whose profiles count.
        names: of the charts that are meant; empty for all.
    """

    processes: Sequence[Process]
    lifecycles: Sequence[Lifecycle]
    policy: Policy
    names: frozenset[str] = frozenset()

    def meant(self, chart: Process | Region) -> bool:
        """Whether a chart is meant."""
        return not self.names or chart.name in self.names

    def chosen(self) -> list[Process]:
        """The processes that are meant."""
        return [one for one in self.processes if self.meant(one)]

    def regions(self) -> Iterator[tuple[Lifecycle, Region]]:
        """The lifecycles and regions that are meant, with the lifecycle of each."""
        for lifecycle in self.lifecycles:
            for chart in (lifecycle, *lifecycle.regions):
                if self.meant(chart):
                    yield lifecycle, chart

    def theories(self) -> list[Theory]:
        """The sentences of the lifecycles that are meant, or have a region that is."""
        having = dict.fromkeys(lifecycle for lifecycle, _ in self.regions())
        return [theory for lifecycle in having for theory in sentences.theories(lifecycle)]


def scope(processes: Sequence[Process], lifecycles: Sequence[Lifecycle], policy: Policy,
          names: Iterable[str] = ()) -> Scope:
    """What is to be verified.

    Raises:
        ChartError: where a name is no chart's.
    """
    known = {chart.name for chart in processes} | {
        chart.name for one in lifecycles for chart in (one, *one.regions)}
    for name in names:
        if name not in known:
            raise ChartError(f"there is no chart {name!r}; {closest(name, known)}")
    return Scope(processes, lifecycles, policy, frozenset(names))


def verified(over: Scope) -> Iterator[Finding]:
    """All findings, those about single machines first."""
    shown: set[tuple[str, ...]] = set()
    meant = [lifecycle for lifecycle in over.lifecycles
             if any(lifecycle is one for one, _ in over.regions())]
    for subject in subjects(over.chosen(), meant):
        if not over.names or subject.chart in over.names:
            for one in properties.verified(subject):
                shown.add((one.fails, one.chart, one.state, one.trigger))
                yield one
    for _, chart in over.regions():
        for one in _side_by_side(chart):
            if (one.fails, one.chart, one.state, one.trigger) not in shown:
                yield one
    under = variants(over.processes, over.policy)
    composed: set[Finding] = set()  # a process without era is of the groups of all eras
    for group in composing.together(over.processes, over.lifecycles):
        for one in (*composing.verified(group), *conditions.verified(group, under),
                    *twice.verified(group, under)):
            if one not in composed and (not over.names or one.chart in over.names):
                composed.add(one)
                yield one
    yield from proved(over.theories())


def _side_by_side(chart: Region) -> Iterator[Finding]:
    try:
        yield from side_by_side.verified(chart)
    except TooMany:
        yield Finding("reached", chart.name, "more may come of it than is looked at here: part it "
                      "into regions", unshown="it was not looked at to the end")


def proved(theories: Iterable[Theory]) -> Iterator[Finding]:
    """The sentences that do not hold, by our own exploration."""
    for theory in theories:
        try:
            for one, against in sentences.refuted(theory):
                yield sentences.finding(theory, one, against)
        except TooMany:
            yield Finding("sentence", theory.lifecycle.name, f"of {theory.name} there are more "
                          "worlds than are looked at here: let each sentence name fewer charts")


def second_opinion(theories: Iterable[Theory], found: Iterable[Finding]) -> Iterator[Finding]:
    """Where spin finds otherwise than our own exploration.

    Raises:
        ToolMissing: where it is not installed.
    """
    wrong = {(one.chart, one.state) for one in found if one.fails == "sentence"}
    for theory in theories:
        refuted = spin.refuted(theory)
        for one in theory.claimed:
            ours = (theory.lifecycle.name, one.sentence.text) in wrong
            if ours is not (one in refuted):
                yield sentences.finding(theory, one, (), ", says spin, and our own exploration "
                                        "that it does" if not ours else "; spin says that it does")


def shown(over: Scope, found: Finding) -> str:
    """A recording that shows a finding.

    Raises:
        Unshown: with the reason why there is none.
    """
    if found.unshown:
        raise Unshown(found.unshown)
    lifecycle = next((one for one, chart in over.regions() if chart.name == found.chart), None)
    if lifecycle is not None:
        facts = [one.words() for one in found.way if one.what.endswith("fact")]
        if facts:
            raise Unshown(f"{facts[0]}: no alert tells it")
        return witnesses.recording(lifecycle.kind, lifecycle.era or TODAY, found.way)
    process = next(one for one in over.processes if one.name == found.chart)
    kind: Kind = process.of[0]
    way = found.way if found.fails == "twice" else making.of_process(process, found.check,
                                                                     found.way)
    made = witnesses.recording(kind, process.era or TODAY, way, process.options)
    if process.name not in witnesses.started(made, over.processes, over.lifecycles, over.policy):
        facts = [one.about for one in way if one.what == "fact"] or ["it is on"]
        raise Unshown(f"that {facts[0]} is not told by alerts of this candidate alone")
    return made


def looked_at(over: Scope) -> dict[str, int]:
    """How much was looked at: machines, variants of processes, sentences."""
    under: list[Variant] = [one for one in variants(over.processes, over.policy)
                            if over.meant(one.process)]
    return {"charts": len(over.chosen()) + len(list(over.regions())),
            "variants": len(under), "profiles": len(over.policy.profiles),
            "sentences": sum(len(theory.claimed) for theory in over.theories())}
