"""What goes wrong in a simulated night, with follow-ups and with alerts.

Faults of a follow-up strike one process of a candidate: ``never`` (it never starts), ``dies`` (it
stops midway), ``slow`` (it takes twenty times as long), ``wrong`` (another file or message than it
should be), ``tags`` (without its tags). Faults of alerts strike single ones: ``lost``,
``duplicated``, ``reordered``. A rate is a probability, of candidates or of alerts.
"""

from copy import deepcopy
from datetime import UTC, datetime

from fsm.core.alert import parse
from fsm.core.router import Router
from fsm.errors import ConfigurationError, closest

OF_FOLLOWUPS = ("never", "dies", "slow", "wrong", "tags")
OF_ALERTS = ("lost", "duplicated", "reordered")
SLOW, LATEST = 20.0, 60.0  # times as long; seconds by which an alert is delayed at most


def rates(text):
    """Read ``name=rate,name=rate``; a name alone stands for rate 1, ``all`` for all of them.

    Raises:
        ConfigurationError: where a name or a rate is none.
    """
    made = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, rate = part.partition("=")
        names = (*OF_FOLLOWUPS, *OF_ALERTS) if name == "all" else (name,)
        if names[0] not in (*OF_FOLLOWUPS, *OF_ALERTS):
            known = ("all", *OF_FOLLOWUPS, *OF_ALERTS)
            raise ConfigurationError(f"--faults: no fault {name!r}; {closest(name, known)}")
        try:
            probability = float(rate or 1)
        except ValueError:
            probability = -1.0
        if not 0 <= probability <= 1:
            raise ConfigurationError(f"--faults {part}: expected a rate from 0 to 1")
        made.update(dict.fromkeys(names, probability))
    return made


def spoilt(lines, charts, faults, chance, created):
    """Spoil a candidate's lines.

    Args:
        lines: in the order of time.
        charts: charts of the processes.
        faults: fault name to rate.
        chance: a :class:`random.Random`.
        created: when the candidate was created, unix seconds.

    Returns:
        The lines, changed, without those that never come.
    """
    lines = deepcopy(lines)
    for name in OF_FOLLOWUPS:
        if chance.random() < faults.get(name, 0.0):
            of = _by_process(lines, charts)
            struck = chance.choice(sorted(of))
            lines = _STRIKES[name](lines, of[struck], chance, created)
    made = []
    for line in lines:
        if line["payload"]["alert_type"] != "new":
            if chance.random() < faults.get("lost", 0.0):
                line["delivered"] = False
            if chance.random() < faults.get("reordered", 0.0):
                line["time"] = round(line["time"] + chance.uniform(0.0, LATEST), 3)
        made.append(line)
        if chance.random() < faults.get("duplicated", 0.0):
            made.append({**line, "time": round(line["time"] + chance.uniform(0.0, LATEST), 3)})
    return made


def _by_process(lines, charts):
    """Which lines are annotations that a process expects: its name to their indices."""
    router, found = Router(charts, ()), {}
    for index, line in enumerate(lines):
        entry = parse(line["payload"], line["time"]).entry
        if entry is None or line["payload"]["alert_type"] == "new":
            continue
        expecting = [interest for interest, _ in router.interested(entry)
                     if interest.role == "check" and interest.template.anchor]
        if expecting:  # whose text says most about it
            owner = max(expecting, key=lambda interest: len(interest.template.anchor)).owner
            found.setdefault(owner.name, []).append(index)
    return found


def _without(lines, gone):
    return [line for index, line in enumerate(lines) if index not in gone]


def _never(lines, indices, chance, created):
    return _without(lines, set(indices))


def _dies(lines, indices, chance, created):
    return _without(lines, set(indices[chance.randint(1, max(1, len(indices) - 1)):]))


def _record(line):
    return line["payload"].get("data") or line["payload"]["object"]


def _slow(lines, indices, chance, created):
    for index in indices:
        line = lines[index]
        later = (line["time"] - created) * (SLOW - 1)
        line["time"] = round(line["time"] + later, 3)
        _record(line)["created"] = datetime.fromtimestamp(line["time"], UTC).strftime(
            "%Y-%m-%d %H:%M:%S+00:00")
    return lines


def _wrong(lines, indices, chance, created):
    line = lines[chance.choice(indices)]
    payload, record = line["payload"], _record(line)
    record["comment"] = "not what it should be"
    if record.get("filename"):
        record["filename"] = f"wrong_{record['filename']}.txt"
    if "description" in payload:
        payload["description"], payload["file"] = "LOG: not what it should be", \
            record["filename"]
    return lines


def _tags(lines, indices, chance, created):
    tagged = [index for index in indices if _record(lines[index]).get("tag_names")]
    for index in tagged:
        _record(lines[index])["tag_names"] = []
    return lines


_STRIKES = {"never": _never, "dies": _dies, "slow": _slow, "wrong": _wrong, "tags": _tags}
