"""Recordings that show what a finding tells, as ``fsm replay`` runs them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fsm.core.charts.kinds import EVENT, EXTERNAL, SUPEREVENT, Kind
from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import TODAY, Policy
from fsm.core.charts.process import Process
from fsm.core.engine.engine import Engine
from fsm.core.evidence.parsing import parse
from fsm.core.expect.annotations import File, Log
from fsm.core.expect.templates import Template
from fsm.core.expect.values import Field, SignedOff
from fsm.testing.script import CURRENT, LEGACY, Script, text
from fsm.verify.findings import Happening, Way
from fsm.verify.making import Unshown

GRACEIDS: Mapping[Kind, str] = {EVENT: "G298048", SUPEREVENT: "S170806a", EXTERNAL: "E298048"}
CREATED: Mapping[bool, float] = {False: 1_502_000_000.0, True: 1_700_000_000.0}  # of today or not
PAUSE = 60.0  # seconds between what happens
LONG = 3 * 86_400.0  # seconds, after which everything is given up
VALUES: Mapping[str, str] = {"ifo": "H1", "fits": "bayestar.fits.gz", "gpstime": "1186000000.00"}


def recording(kind: Kind, era: str, way: Way, options: Mapping[str, Any] = VALUES) -> str:
    """A recording in which happens what leads to a finding.

    Args:
        kind: of the candidate.
        era: likewise.
        way: what happens.
        options: of the process that is meant, by which templates are filled.

    Raises:
        Unshown: where something of it cannot be told by an alert.
    """
    values = {**VALUES, "graceid": GRACEIDS[kind],
              **{name: value for name, value in options.items() if isinstance(value, str)}}
    today = era == TODAY
    fields: dict[str, Any] = {one.source.name: _value(one.source, options) for one in way
                              if isinstance(one.source, Field)}
    if today and kind != SUPEREVENT:
        fields["superevent"] = None
    script = Script(GRACEIDS[kind], CREATED[today], CURRENT if today else LEGACY, **fields)
    script.new()
    after = 0.0
    for one in way:
        after += LONG if one.what == "time" else PAUSE
        if not isinstance(one.source, Field):
            _tell(script, one, after, values, options)
    return text([script])


def started(recorded: str, processes: Iterable[Process], lifecycles: Iterable[Lifecycle],
            policy: Policy) -> set[str]:
    """The names of the processes that a recording starts.

    Args:
        recorded: as :func:`recording` makes it.
        processes: the charts.
        lifecycles: likewise.
        policy: whose profiles count.
    """
    engine = Engine(processes, lifecycles, policy)
    for line in map(json.loads, recorded.splitlines()):
        alert = parse(line["payload"], line["time"]) if line.get("delivered", True) else None
        if alert is not None:
            engine.step(alert)
    return {run.chart.name for name in engine.candidates
            for run in engine.candidates[name].runs.values()}


def _tell(script: Script, one: Happening, after: float, values: Mapping[str, str],
          options: Mapping[str, Any]) -> None:
    if one.what == "label":
        script.label(one.about, after)
    elif one.what == "unlabel":
        for name in one.about.split(", "):
            if name in script.labels:
                script.unlabel(name, after)
    elif isinstance(one.source, SignedOff):
        script.signoff(one.source.kind, one.source.instrument, one.source.status or "OK", after)
    elif isinstance(one.source, File):
        said = one.source.message
        script.file(sample(one.source.templates[0], values, whole=True), after,
                    "" if said is None else sample(said.templates[0], values),
                    _tags(one.source.tags, options))
    elif isinstance(one.source, Log):
        script.log(sample(one.source.templates[0], values), after,
                   _tags(one.source.tags, options))
    elif one.what not in ("time", "checks", "fact"):
        raise Unshown(f"{one.words()}: no alert tells it")
    elif one.what == "checks" and one.about != "all closed":
        raise Unshown("what becomes of its checks hangs on the processes that it has")


def _tags(tags: object, options: Mapping[str, Any]) -> tuple[str, ...]:
    wanted = options.get(tags, ()) if isinstance(tags, str) else tags
    return tuple(sorted(wanted)) if isinstance(wanted, (frozenset, tuple, list)) else ()


def sample(template: Template, values: Mapping[str, str], whole: bool = False) -> str:
    """A text that a template takes.

    Args:
        template: for it.
        values: of its parameters; what is not among them is made up.
        whole: whether it is the whole of a name.

    Raises:
        Unshown: where none is found.
    """
    try:
        made = template.filled(lambda name: values.get(name, "x1")).replace("*", "1")
    except ValueError:  # a value that is written in a format of its own, and is made up
        raise Unshown(f"no text is known that {template.text!r} takes") from None
    taken = template.whole(made) is not None if whole else any(
        True for _ in template.within(made))
    if not taken:
        raise Unshown(f"no text is known that {template.text!r} takes")
    return made


def _value(one: Field, options: Mapping[str, Any]) -> object:
    """A value within the bounds of an expectation."""
    if one.equals is not None:
        return one.equals[0] if isinstance(one.equals, tuple) else one.equals
    bound = one.at_most if one.at_most is not None else one.at_least
    if bound is not None:
        return options.get(bound, 0.0) if isinstance(bound, str) else bound
    return one.contains or 1.0
