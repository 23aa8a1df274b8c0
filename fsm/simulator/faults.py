"""What goes wrong in a simulated night, with follow-ups and with alerts.

Faults of a follow-up strike one process of a candidate: ``never`` (it never starts), ``dies`` (it
stops midway), ``slow`` (it takes twenty times as long), ``wrong`` (another file or message than it
should be), ``tags`` (without its tags). Others strike single annotations: ``omitted`` (it is never
made, whatever it belongs to), or single alerts: ``lost``, ``duplicated``, ``reordered``. A rate is
a probability, of candidates, annotations or alerts.
"""

from collections.abc import Callable, Iterable
from random import Random

from fsm.core.charts.index import Router
from fsm.core.charts.process import Process
from fsm.core.evidence.entries import LogEntry
from fsm.errors import ConfigurationError, closest
from fsm.testing.script import Change, Line

Faults = dict[str, float]  # by name the rate

OF_FOLLOWUPS = ("never", "dies", "slow", "wrong", "tags")
OF_ANNOTATIONS = ("omitted",)
OF_ALERTS = ("lost", "duplicated", "reordered")
NAMES = (*OF_FOLLOWUPS, *OF_ANNOTATIONS, *OF_ALERTS)
MAY_LACK = ("log", "label_added", "voevent")  # without which all else can be
SLOW, LATEST = 20.0, 60.0  # times as long; seconds by which an alert is delayed at most


def rates(text: str) -> Faults:
    """Read ``name=rate,name=rate``; a name alone stands for rate 1, ``all`` for all of them.

    Raises:
        ConfigurationError: where a name or a rate is none.
    """
    made: Faults = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, rate = part.partition("=")
        names = NAMES if name == "all" else (name,)
        if names[0] not in NAMES:
            known = ("all", *NAMES)
            raise ConfigurationError(f"--faults: no fault {name!r}; {closest(name, known)}")
        try:
            probability = float(rate or 1)
        except ValueError:
            probability = -1.0
        if not 0 <= probability <= 1:
            raise ConfigurationError(f"--faults {part}: expected a rate from 0 to 1")
        made.update(dict.fromkeys(names, probability))
    return made


def spoilt(changes: list[Change], charts: Iterable[Process], faults: Faults,
           chance: Random) -> list[Change]:
    """Spoil a candidate's follow-up.

    Args:
        changes: what is planned, :class:`~fsm.testing.script.Change`.
        charts: charts of the processes.
        faults: fault name to rate.
        chance: a :class:`random.Random`.

    Returns:
        The changes without those that never come; the others may be spoilt.
    """
    for name in OF_FOLLOWUPS:
        if chance.random() < faults.get(name, 0.0):
            of = _by_process(changes, charts)
            struck = chance.choice(sorted(of))
            changes = _STRIKES[name](changes, of[struck], chance)
    return _omitted(changes, faults.get("omitted", 0.0), chance)


def troubled(lines: Iterable[Line], faults: Faults, chance: Random) -> list[Line]:
    """Lose, repeat and delay alerts.

    Args:
        lines: of a recording, in the order of time.
        faults: fault name to rate.
        chance: a :class:`random.Random`.

    Returns:
        The lines, changed; the first one, and what has no alert anyway, are left alone.
    """
    made = []
    for line in lines:
        made.append(line)
        if line["payload"]["alert_type"] == "new" or not line.get("delivered", True):
            continue
        if chance.random() < faults.get("lost", 0.0):
            line["delivered"] = False
        if chance.random() < faults.get("reordered", 0.0):
            made.append(_later(line, chance))
            line["delivered"] = False  # GraceDB has it all the same
        if chance.random() < faults.get("duplicated", 0.0):
            made.append(_later(line, chance))
    return made


def _later(line: Line, chance: Random) -> Line:
    return {**line, "time": round(line["time"] + chance.uniform(0.0, LATEST), 3)}


def _by_process(changes: list[Change], charts: Iterable[Process]) -> dict[str, list[int]]:
    """Which changes are annotations that a process expects: its name to their indices."""
    router = Router(charts, ())
    found: dict[str, list[int]] = {}
    for index, change in enumerate(changes):
        entry = entry_of(change)
        if entry is None:
            continue
        expecting = [(len(interest.template.anchor), interest.owner)
                     for interest, _ in router.interested(entry)
                     if interest.role == "check" and interest.template and interest.template.anchor]
        if expecting:  # whose text says most about it
            _, owner = max(expecting, key=lambda one: one[0])
            found.setdefault(owner.name, []).append(index)
    return found


def entry_of(change: Change) -> LogEntry | None:
    """The log entry that an annotation makes, as far as it is known before; None for others."""
    data = change.data
    if change.what == "log":
        return LogEntry(0.0, None, data["comment"], data["filename"], tags=frozenset(data["tags"]))
    if change.what == "voevent":
        return LogEntry(0.0, None, "New VOEvent", f"{change.script.graceid}-1-{data['kind']}.xml")
    return None


def _without(changes: list[Change], gone: set[int]) -> list[Change]:
    return [change for index, change in enumerate(changes) if index not in gone]


def _omitted(changes: list[Change], rate: float, chance: Random) -> list[Change]:
    """Without single annotations; what is not put on is not taken off either."""
    gone = {index for index, change in enumerate(changes)
            if change.what in MAY_LACK and chance.random() < rate}
    never_on = {_label(changes[index]) for index in gone if changes[index].what == "label_added"}
    return _without(changes, gone | {
        index for index, change in enumerate(changes)
        if change.what == "label_removed" and _label(change) in never_on})


def _label(change: Change) -> tuple[str, str]:
    return change.script.graceid, change.data["name"]


def _never(changes: list[Change], indices: list[int], chance: Random) -> list[Change]:
    return _without(changes, set(indices))


def _dies(changes: list[Change], indices: list[int], chance: Random) -> list[Change]:
    return _without(changes, set(indices[chance.randint(1, max(1, len(indices) - 1)):]))


def _slow(changes: list[Change], indices: list[int], chance: Random) -> list[Change]:
    for index in indices:
        changes[index].after *= SLOW
    return changes


def _wrong(changes: list[Change], indices: list[int], chance: Random) -> list[Change]:
    change = changes[chance.choice(indices)]
    name = change.data.get("filename")
    change.what, change.data = "log", {
        "comment": "not what it should be", "filename": f"wrong_{name}.txt" if name else "",
        "tags": change.data.get("tags", ()), "version": None}
    return changes


def _tags(changes: list[Change], indices: list[int], chance: Random) -> list[Change]:
    for index in indices:
        if changes[index].what == "log":
            changes[index].data = {**changes[index].data, "tags": ()}
    return changes


_STRIKES: dict[str, Callable[[list[Change], list[int], Random], list[Change]]] = {
    "never": _never, "dies": _dies, "slow": _slow, "wrong": _wrong, "tags": _tags}
