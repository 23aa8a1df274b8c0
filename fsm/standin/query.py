"""GraceDB's query language, as far as the supervisor and its users need it.

Terms stand side by side and must all hold, but several ids, or several words of one kind, are
alternatives; operators are allowed inside a label term only. Source: GraceDB's documentation of
queries, and what its server makes of them.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial

from fsm.core.evidence.fields import Plain
from fsm.core.expect.names import LABELS
from fsm.core.times import finite, unix_seconds
from fsm.standin.root import CATEGORIES, GROUPS, PIPELINES, SEARCHES

Test = Callable[[Plain], bool]  # of an event or superevent

WORDS = {"group": GROUPS, "pipeline": PIPELINES, "search": SEARCHES, "category": CATEGORIES}
IDS = ("gid", "tid", "mid", "eid", "hid", "id", "superevent_id")
NUMBERS = ("gpstime", "t_0", "t_start", "t_end", "far", "nevents")
FLAGS = ("in_superevent", "is_preferred_event", "is_gw", "is_public", "is_exposed")
NAMES = ("superevent", "preferred_event", "event", "events", "replay_id")
TERM = re.compile(r"([A-Za-z_]\w*)\s*(:|<=|>=|==|=|<|>|\bin\b)\s*")
_ID = r"(?:[GEHMTD]\d+|[TM]?(?:S|GW)\d{1,6}(?:[a-z]*\*|(?<=\d{6})[a-z]*))(?!\S)"
_MOMENT = (r"(?:now|\d+\s+\w+\s+ago|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?)"
           r"(?![^\s.])")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![^\s.,])"
_LABEL = r"[~-]?\s*\w+"
VALUES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in {
    "ids": rf"{_ID}(?:\s*\.\.\s*{_ID})?",
    "created": rf"{_MOMENT}(?:\s*\.\.\s*{_MOMENT})?",
    "number": rf"{_NUMBER}(?:\s*(?:\.\.|,|\s-\s)\s*{_NUMBER})?",
    "label": rf"{_LABEL}(?:\s*[&,|]\s*{_LABEL})*(?!\S)",
    "flag": r"(?:true|false)(?!\S)", "text": r'"[^"]*"|[^\s":]+(?!\S)', "word": r"[\w-]+(?!\S)",
}.items()}
AGO = re.compile(r"(\d+)\s+(second|minute|hour|day|week)s?\s+ago")
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b, "=": lambda a, b: a == b, "==": lambda a, b: a == b}


class QueryError(ValueError):
    """A query that means nothing."""


def matcher(text: str, hidden: Iterable[str] = ()) -> Test:
    """Compile a query.

    Args:
        text: the query.
        hidden: words (of group, search or category) that must be named to be shown, unless ids
            are.

    Returns:
        A function from an event's or superevent's dict to whether it is found.

    Raises:
        QueryError: where it cannot be understood.
    """
    tests, rest = defaultdict(list), text.strip()
    while rest:
        kind, test, rest = _term(rest)
        tests[kind].append(test)
        rest = rest.strip()
    for word in hidden if "ids" not in tests else ():
        if word.lower() not in text.lower():
            tests[f"no {word}"].append(partial(_unnamed, word.lower()))
    every = [(any if kind in ("ids", *WORDS) else all, some) for kind, some in tests.items()]
    return lambda row: all(holds(test(row) for test in some) for holds, some in every)


def _term(text: str) -> tuple[str, Test, str]:
    """The first term: of which kind it is, its test, and what follows it."""
    key = TERM.match(text)
    if key:
        name, rest = key[1].lower(), text[key.end():]
        return _keyed(name, key[2], rest)
    value, rest = _value("ids", text, needed=False)
    if value:
        return "ids", _ids(value), rest
    value, rest = _value("text", text)
    word = value.strip('"').lower()
    kinds = [kind for kind, known in WORDS.items() if word in map(str.lower, known)]
    if kinds:
        return kinds[0], partial(_named, kinds, word), rest
    if value in LABELS:
        return "label", _labels(value), rest
    if value.startswith('"'):
        return "submitter", partial(_submitted, word), rest
    raise QueryError(f"no term: {value!r}")


def _keyed(name: str, sign: str, text: str) -> tuple[str, Test, str]:
    if name in WORDS:
        value, rest = _value("word", text)
        return name, partial(_named, [name], value.lower()), rest
    if name in IDS:
        value, rest = _value("ids", text)
        return "ids", _ids(value), rest
    if name in ("label", "labels"):
        value, rest = _value("label", text)
        return "label", _labels(value), rest
    if name == "created" or name in NUMBERS:
        value, rest = _value("created" if name == "created" else "number", text)
        return name, _range(name, sign, value), rest
    if name in FLAGS:
        value, rest = _value("flag", text)
        return name, partial(_flagged, name, value.lower() == "true"), rest
    if name in NAMES or name == "submitter":
        value, rest = _value("text", text)
        return name, partial(_told, name, value.strip('"')), rest
    raise QueryError(f"no keyword: {name}")


def _value(kind: str, text: str, needed: bool = True) -> tuple[str, str]:
    """What a text begins with, and what follows."""
    found = VALUES[kind].match(text)
    if found:
        return found[0].strip(), text[found.end():]
    if needed:
        raise QueryError(f"no {kind}: {text[:40]!r}")
    return "", text


def _named(kinds: Iterable[str], word: str, row: Plain) -> bool:
    return word in {str(row.get(kind) or "").lower() for kind in kinds}


def _unnamed(word: str, row: Plain) -> bool:
    return not _named(WORDS, word, row)


def _submitted(name: str, row: Plain) -> bool:
    return name.lower() in str(row.get("submitter") or "").lower()


def _flagged(name: str, wanted: bool, row: Plain) -> bool:
    if name == "in_superevent":
        there = row.get("superevent")
    elif name == "is_gw":
        there = row.get("gw_id")
    else:
        there = row.get("is_public" if name == "is_exposed" else name)
    return bool(there) == wanted


def _told(name: str, value: str, row: Plain) -> bool:
    if name == "submitter":
        return _submitted(value, row)
    if name in ("event", "events"):
        return value in (*row.get("gw_events", ()), *row.get("em_events", ()))
    own = str(row.get(name) or "")
    return own == value if name == "replay_id" else own.lower() == value.lower()


def _ids(value: str) -> Test:
    """One id, a range of those of events, or how those of superevents begin."""
    first, _, last = (part.strip().lower() for part in value.partition(".."))
    if last:
        if first[0] != last[0] or not (first[1:] + last[1:]).isdigit():
            raise QueryError(f"no range of ids: {value}")
        return lambda row: any(name[0] == first[0] and name[1:].isdigit() and
                               int(first[1:]) <= int(name[1:]) <= int(last[1:])
                               for name in _names(row))
    if first.endswith("*"):
        return lambda row: any(name.startswith(first[:-1]) for name in _names(row))
    whole = first + "a" if re.fullmatch(r"[tm]?(s|gw)\d{6}", first) else first
    return lambda row: whole in _names(row)


def _names(row: Plain) -> list[str]:
    return [str(row[key]).lower() for key in ("graceid", "superevent_id", "gw_id") if row.get(key)]


def _labels(value: str) -> Test:
    """OR of ANDs; a tilde or dash before a name denies it."""
    either = [[found.groups() for part in re.split(r"[&,]", some)
               if (found := re.fullmatch(r"([~-]?)\s*(\w+)", part.strip()))]
              for some in value.split("|")]
    return lambda row: any(
        all((name in row["labels"]) == (not denied) for denied, name in every) for every in either)


def _range(key: str, sign: str, value: str) -> Test:
    read = _moment if key == "created" else finite

    def here(row: Plain) -> float | None:
        found = row.get(key)
        if key == "gpstime" and found is None:
            found = row.get("t_0")
        return unix_seconds(found) if key == "created" else finite(found)

    told = [read(part.strip()) for part in re.split(r"\.\.|,|\s-\s", value)]
    parts = [part for part in told if part is not None]
    compared = SIGNS.get(sign)
    if len(parts) < len(told) or (compared and len(parts) > 1):
        raise QueryError(f"no number: {value!r}")

    def holds(row: Plain) -> bool:
        found = here(row)
        if found is None:
            return False
        return compared(found, parts[0]) if compared else parts[0] <= found <= parts[-1]

    return holds


def _moment(text: str) -> float:
    if text.lower() == "now":
        return time.time()
    ago = AGO.fullmatch(text.lower())
    if ago:
        return time.time() - int(ago[1]) * UNITS[ago[2]]
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise QueryError(f"no time: {text!r}") from None
