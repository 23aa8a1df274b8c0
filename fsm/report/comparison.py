"""Two replays of the same night: who would have been told what, earlier or later, more or less."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeAlias

from fsm.core.charts.keys import without_key
from fsm.core.printable import counted
from fsm.report.candidate import LOG, NOTIFY

Plain: TypeAlias = Mapping[str, Any]
SAME, EARLIER, LATER, MORE, LESS = CHANGES = ("same", "earlier", "later", "more", "less")
AT_ONCE = 1.0  # seconds within which a message comes at the same time


def compared(before: Plain, after: Plain) -> dict[str, Any]:
    """What the second of two replays would have told otherwise than the first.

    Messages are paired by candidate, process, check, outcome and party, in the order of time.

    Args:
        before, after: as :func:`fsm.report.candidate.document` gives them, or ``parts``, or read
            from what ``fsm replay --json`` has printed.

    Returns:
        ``differences``: mappings with ``change`` (``earlier``, ``later``, ``more``, ``less``),
        ``party``, ``graceid``, ``process``, ``check``, ``outcome``, ``before`` and ``after`` (unix
        seconds, None for never) and ``message``, in the order of time; ``parties`` and
        ``followups``: by name how many messages there are of each change, the same ones too, and
        what several parties are told once;
        ``verdicts``: checks that end in another state, with both; ``candidates``: those that only
        one supervises; ``messages``, ``annotations`` and ``questions``: pairs of numbers.
    """
    pairs = list(_pairs(before, after))
    return {
        "parties": _counted((one["party"], one["change"]) for one in pairs),
        "followups": _counted((without_key(one["process"]), one["change"])
                              for one, _ in together(pairs)),
        "differences": sorted((one for one in pairs if one["change"] != SAME), key=_moment),
        "verdicts": list(_verdicts(before["graceids"], after["graceids"])),
        "candidates": {"before": sorted(set(before["graceids"]) - set(after["graceids"])),
                       "after": sorted(set(after["graceids"]) - set(before["graceids"]))},
        "messages": [_number(one, True) for one in (before, after)],
        "annotations": [_number(one, False) for one in (before, after)],
        "questions": [before["queries"], after["queries"]],
        "rejected": [len(one.get("rejected", ())) for one in (before, after)],
    }


def _counted(changes: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """By name how many changes of each kind there are."""
    counts = Counter(changes)
    return {name: {change: counts[name, change] for change in CHANGES}
            for name in sorted({name for name, _ in counts})}


def _number(document: Plain, messages: bool) -> int:
    return sum((one["kind"] == NOTIFY) == messages for one in document["effects"])


def _pairs(before: Plain, after: Plain) -> Iterator[dict[str, Any]]:
    told = [_by_matter(one["effects"]) for one in (before, after)]
    for matter in {**told[0], **told[1]}:
        for first, second in zip_longest(told[0].get(matter, ()), told[1].get(matter, ())):
            party, graceid, process, check, outcome = matter
            times = [None if one is None else one["time"] for one in (first, second)]
            yield {"change": _change(*times), "party": party, "graceid": graceid,
                   "process": process, "check": check, "outcome": outcome, "before": times[0],
                   "after": times[1], "message": (second or first)["message"]}


def _by_matter(effects: Iterable[Plain]) -> dict[tuple[str, ...], list[Plain]]:
    found: dict[tuple[str, ...], list[Plain]] = defaultdict(list)
    for one in effects:
        for party in one["to"] if one["kind"] == NOTIFY else (LOG,):
            found[party, one["graceid"], one["process"], one["check"], one["outcome"]].append(one)
    return found


def _change(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return MORE if before is None else LESS
    if abs(after - before) <= AT_ONCE:
        return SAME
    return LATER if after > before else EARLIER


def _moment(one: Plain) -> tuple[float, str, str]:
    times = [time for time in (one["before"], one["after"]) if time is not None]
    return min(times), one["graceid"], one["process"]


def _verdicts(before: Plain, after: Plain) -> Iterator[dict[str, Any]]:
    for graceid in before:
        if graceid not in after:
            continue
        states = [_states(one[graceid]) for one in (before, after)]
        for process, check in {**states[0], **states[1]}:
            found = [one.get((process, check), "") for one in states]
            if found[0] != found[1]:
                yield {"graceid": graceid, "process": process, "check": check,
                       "before": found[0], "after": found[1]}


def _states(candidate: Plain) -> dict[tuple[str, str], str]:
    return {(process, name): check["state"] for process, plain in candidate["processes"].items()
            for name, check in plain["checks"].items()}


def together(differences: Iterable[Plain]) -> list[tuple[Plain, list[str]]]:
    """Differences with the parties that they are the same for."""
    found: dict[tuple[Any, ...], tuple[Plain, list[str]]] = {}
    for one in differences:
        key = tuple(value for name, value in one.items() if name != "party")
        found.setdefault(key, (one, []))[1].append(one["party"])
    return list(found.values())


def in_words(found: Plain) -> str:
    """A comparison in one sentence.

    Args:
        found: as :func:`compared` returns it.
    """
    name = found["configs"][1]
    counts = Counter(one["change"] for one, _ in together(found["differences"]))
    told = ", ".join(f"{counts[change]:,} {change}" for change in CHANGES[1:] if counts[change])
    return (f"{name} tells {told or 'the same'}, compared with {found['configs'][0]}: "
            f"{_instead(found['messages'], 'message')}, "
            f"{_instead(found['questions'], 'question')} to GraceDB")


def _instead(numbers: Sequence[int], noun: str) -> str:
    before, after = numbers
    return counted(after, noun) + (f" instead of {before:,}" if before != after else "")
