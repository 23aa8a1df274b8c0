"""What an annotation or a process means to others: who expects it, what it starts, what waits.

An annotation is taken the way of the engine's own news: the router of a kind of candidates finds
whom it may concern. The router leaves to judging what only evidence tells; here the texts that it
has by their anchors alone are compared whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.checks import Check
from fsm.core.charts.families import CONTRADICTIONS
from fsm.core.charts.index import AnyInterest
from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.policy import TODAY, Policy, Profile
from fsm.core.charts.process import Process
from fsm.core.charts.starting import known_names, starters
from fsm.core.evidence.entries import Change, LogEntry
from fsm.core.evidence.records import split_version
from fsm.core.expect.base import Expectation
from fsm.core.expect.hints import Hint
from fsm.core.expect.names import spelled
from fsm.core.expect.parts import given, nested
from fsm.core.expect.templates import FREE
from fsm.report.processes import processes_as_data

LABEL, FILE, MESSAGE = "label", "file", "message"
PARTS = ("expected", "starts", "conditions", "moves", "waits", "contradictions")
SOME_KEY = "H1"  # to write names of files with that no declaration tells
Found = dict[str, list[dict[str, Any]]]


@attrs.frozen
class _Introduced:
    """Any candidate of a kind, as far as it matters to whom its news are routed."""

    chosen_profile: Profile
    lifecycle: Lifecycle


def change_of(kind: str, text: str) -> Change:
    """An annotation, as the engine is told of it.

    Args:
        kind: ``label``, ``file`` or ``message``.
        text: its name, of a label in any case, or what it says.
    """
    if kind == LABEL:
        return spelled(text) or text
    if kind == FILE:
        return LogEntry(0.0, filename=split_version(text)[0])
    return LogEntry(0.0, comment=text)


def explained(changes: Iterable[Change], charts: Charts, policy: Policy,
              era: str) -> dict[str, Found]:
    """What annotations mean, by the kind of the candidate that has them.

    Args:
        changes: the annotations.
        charts: :class:`~fsm.core.charts.catalogue.Charts`.
        policy: whose deadlines and options count.
        era: of which candidates.

    Returns:
        By the kind of candidates whom it concerns: ``expected``, the checks that look for one;
        ``starts``, the processes that one starts; ``conditions`` on which one bears; ``moves`` of
        the lifecycle and its regions; ``waits``, what is judged only after one, or goes by that of
        an event; ``contradictions``, what must not happen with one. Each a list of mappings that
        JSON can hold; a kind that it does not concern is left out.
    """
    changes = list(changes)
    profile = _profile(policy, era)
    found: dict[str, Found] = {}
    for lifecycle in charts.lifecycles.values():
        if lifecycle.era in ("", era):
            one = _of_kind(changes, charts, _Introduced(profile, lifecycle), era)
            if any(one.values()):
                found[lifecycle.kind] = one
    return found


def explained_process(process: Process, charts: Charts, policy: Policy) -> dict[str, Any]:
    """What a process is, and what its annotations mean to others.

    Returns:
        ``process`` as :func:`~fsm.report.processes.processes_as_data` has it, ``started_by``, the
        names of those whose annotations start it, and ``kinds`` as of :func:`explained`, without
        itself.
    """
    era = process.era or TODAY
    profile = _profile(policy, era)
    near = [one for one in charts.processes.values() if one.era in ("", era)
            and set(one.of) & set(process.of)]
    kinds = explained(_annotations(process), charts, policy, era)
    others = {kind: {part: [one for one in rows if one.get("process") != process.name]
                     for part, rows in found.items()} for kind, found in kinds.items()}
    return {"process": processes_as_data([process], profile)[0],
            "started_by": starters(near)[process.name],
            "kinds": {kind: found for kind, found in others.items() if any(found.values())}}


def _profile(policy: Policy, era: str) -> Profile:
    """The last profile for candidates of an era, as one of these alone."""
    profile = next(one for one in reversed(policy.profiles) if one.era in ("", era))
    return attrs.evolve(profile, era=era)


def _annotations(process: Process) -> Iterator[Change]:
    """What its checks look for, each written with some key."""
    for _, check in process.checks():
        for hint in check.expects.hints():
            if hint.kind == LABEL:
                yield hint.label
            elif hint.template is not None:
                some = hint.template.written(dict.fromkeys(hint.template.parameters, SOME_KEY))
                for text in known_names(process, hint.template) or filter(None, [some]):
                    yield change_of(FILE if hint.kind == FILE else MESSAGE, text)


def _of_kind(changes: Iterable[Change], charts: Charts, introduced: _Introduced,
             era: str) -> Found:
    found: Found = {part: [] for part in PARTS}
    router, settings = charts.router(introduced), introduced.chosen_profile.settings
    own = [chart for chart in charts.processes.values() if chart.family != CONTRADICTIONS
           and introduced.lifecycle.kind in chart.of and chart.era in ("", era)]
    for change in changes:
        concerned = [interest for interest, _ in router.interested(change)]
        named = [interest for interest in concerned if _names(interest, change)]
        for interest in concerned:
            for part, row in _rows(interest, change, settings):
                if part != "expected" or not named or interest in named:
                    _add(found[part], row)
        for process in own:
            for row in _waiting(process, change):
                _add(found["waits"], row)
    for one in list(found["expected"]):
        for row in _later(charts.processes[one["process"]], one["stage"]):
            _add(found["waits"], row)
    return found


def _names(interest: AnyInterest, change: Change) -> bool:
    """Whether a check looks for a file of just this name, so that it is not another's whose name
    may have any word in it."""
    return interest.role in ("check", "condition") and isinstance(change, LogEntry) and any(
        hint.template is not None and hint.template.literal == change.filename
        for hint in interest.subject.expects.hints() if hint.kind == FILE)


def _add(rows: list[dict[str, Any]], row: dict[str, Any]) -> None:
    if row not in rows:
        rows.append(row)


def _rows(interest: AnyInterest, change: Change,
          settings: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a routed piece of news is to one whom it may concern: pairs of a part and its row."""
    owner = interest.owner
    if isinstance(owner, Region):
        move = interest.subject
        if bears(move.on, change):
            yield "moves", {"region": owner.name, "from": list(move.source), "to": move.to,
                            "on": move.on.words()}
        return
    if owner.family == CONTRADICTIONS:
        if bears(owner.starts, change):
            yield "contradictions", {"process": owner.name, "title": owner.title,
                                     "on": owner.starts.words()}
        return
    if interest.role in ("start", "allow"):
        if bears(owner.starts, change):
            yield "starts", {"process": owner.name, "title": owner.title,
                             "on": owner.starts.words()}
        yield from _conditions(owner, None, change)
        return
    stage, check = next((stage, check) for stage, check in owner.checks()
                        if check is interest.subject)
    if bears(check.expects, change):
        within = settings[owner.name].deadlines.get(check.name, check.within)
        yield "expected", {"process": owner.name, "stage": stage.name, "check": check.name,
                           "expects": check.expects.words(), "within": within,
                           "told": list(settings[owner.name].failure)}
    yield from _conditions(owner, check, change)


def _conditions(process: Process, check: Check | None,
                change: Change) -> Iterator[tuple[str, dict[str, Any]]]:
    """The conditions of a process, or of a check, on which an annotation bears."""
    chart = process if check is None else check
    for words, condition in (("only if", chart.when), ("not if", chart.unless)):
        if condition is not None and bears(condition, change):
            yield "conditions", {"process": process.name, "check": check.name if check else "",
                                 "condition": f"{words} {condition.words()}"}


def _waiting(process: Process, change: Change) -> Iterator[dict[str, Any]]:
    """What of a process goes by an annotation that is not routed to it: an event's, or one after
    which something must come."""
    about = [("", "", one) for one in (process.starts, *given(process.when, process.unless))]
    about += [(stage.name, check.name, one) for stage, check in process.checks()
              for one in (check.expects, *given(check.when, check.unless))]
    for stage, check, expectation in about:
        inside = any(bears(part, change) for part in nested(expectation))
        if inside and not bears(expectation, change):
            yield {"process": process.name, "stage": stage, "check": check,
                   "words": expectation.words()}


def _later(process: Process, stage: str) -> Iterator[dict[str, Any]]:
    """The stages that begin when this one is done."""
    names = [one.name for one in process.stages]
    for name in names[names.index(stage) + 1:]:
        yield {"process": process.name, "stage": name, "check": "",
               "words": f"begins when {names[names.index(name) - 1]} is done"}


def bears(expectation: Expectation, change: Change) -> bool:
    """Whether a change is of what an expectation looks for."""
    return any(_same(hint, change) for hint in expectation.hints())


def _same(hint: Hint, change: Change) -> bool:
    if not isinstance(change, LogEntry):
        return hint.kind == LABEL and hint.label == change
    template = hint.template
    if template is None or not (template.anchor or template.regex or template.text == FREE):
        return False  # of any text whatever, which says nothing of this one
    if hint.kind == FILE:
        return bool(change.filename) and template.whole(change.filename) is not None
    return bool(change.comment) and any(True for _ in template.within(change.comment))
