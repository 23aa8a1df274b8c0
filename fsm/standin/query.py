"""GraceDB's query language, as far as the supervisor and its users need it.

Terms stand side by side and must all hold; operators are allowed inside a label term only. Source:
GraceDB's documentation of queries.
"""

import re
import time
from datetime import UTC, datetime
from functools import partial

from fsm.core.graceids import kind_of
from fsm.core.times import finite, unix_seconds

KEYS = ("group", "pipeline", "search", "labels", "label", "created", "gpstime", "t_0", "far",
        "submitter", "gid", "superevent_id", "id", "category", "superevent", "preferred_event",
        "event", "in_superevent")
TERM = re.compile(rf"\b(?P<key>{'|'.join(KEYS)})\s*(?P<sign>:|<=|>=|<|>)", re.IGNORECASE)
AGO = re.compile(r"(\d+)\s+(second|minute|hour|day|week)s?\s+ago")
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
SIGNS = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
         ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}


class QueryError(ValueError):
    """A query that means nothing."""


def matcher(text, hidden=()):
    """Compile a query.

    Args:
        text: the query.
        hidden: words (of group, search or category) that must be named to be shown.

    Returns:
        A function from an event's or superevent's dict to whether it is found.

    Raises:
        QueryError: where it cannot be understood.
    """
    terms = list(TERM.finditer(text))
    bare = text[:terms[0].start()] if terms else text
    tests = _bare(bare.strip())
    for term, following in zip(terms, [*terms[1:], None], strict=False):
        value = text[term.end():following.start() if following else len(text)].strip()
        if not value:
            raise QueryError(f"{term['key']} has no value")
        tests.append(_test(term["key"].lower(), term["sign"], value.strip('"')))
    for word in hidden:
        if not re.search(rf"\b{word}\b", text, re.IGNORECASE):
            tests.append(partial(_unnamed, word.lower()))
    return lambda row: all(test(row) for test in tests)


def _words(row):
    keys = ("group", "pipeline", "search", "category")
    return {str(row.get(key) or "").lower() for key in keys}


def _id(row):
    return row.get("graceid") or row.get("superevent_id")


def _bare(text):
    """Terms without a keyword: ids, a range of ids, and words."""
    if ".." in text:
        return [_ids(text)]
    ids = [word for word in text.split() if kind_of(word)]
    tests = [_ids(" ".join(ids))] if ids else []
    return tests + [partial(_named, word.lower()) for word in text.split() if word not in ids]


def _named(word, row):
    return word in _words(row)


def _unnamed(word, row):
    return word not in _words(row)


def _ids(value):
    if ".." in value:
        first, last = (part.strip() for part in value.split("..", 1))
        numbers = [re.fullmatch(r"([A-Z])(\d+)", part) for part in (first, last)]
        if not all(numbers):
            raise QueryError(f"no range of ids: {value}")
        letter, low, high = numbers[0][1], int(numbers[0][2]), int(numbers[1][2])
        return lambda row: (_id(row)[0] == letter and _id(row)[1:].isdigit()
                            and low <= int(_id(row)[1:]) <= high)
    wanted = value.split()
    return lambda row: any(_id(row) == one or one.endswith("*") and _id(row).startswith(one[:-1])
                           for one in wanted)


def _test(key, sign, value):
    if key in ("label", "labels"):
        return _labels(value)
    if key in ("gid", "id", "superevent_id"):
        return _ids(value)
    if key in ("created", "gpstime", "t_0", "far"):
        return _numbers("gpstime" if key == "gpstime" else key, sign, value)
    if key == "in_superevent":
        wanted = value.lower() == "true"
        return lambda row: bool(row.get("superevent")) == wanted
    if key == "event":
        return lambda row: value in (*row.get("gw_events", ()), *row.get("em_events", ()))
    return lambda row: str(row.get(key) or "").lower() == value.lower()


def _labels(value):
    """OR of ANDs; a tilde or dash before a name denies it."""
    either = [[_label(part.strip()) for part in re.split(r"[&,]", some)]
              for some in value.split("|")]
    return lambda row: any(
        all((name in row["labels"]) == there for name, there in every) for every in either)


def _label(text):
    match = re.fullmatch(r"([~-]?)\s*(\w+)", text)
    if not match:
        raise QueryError(f"no label: {text!r}")
    return match[2], not match[1]


def _numbers(key, sign, value):
    read = _moment if key == "created" else _number

    def here(row):
        found = row.get(key)
        if key == "gpstime" and found is None:
            found = row.get("t_0")
        return unix_seconds(found) if key == "created" else finite(found)

    if sign != ":":
        limit, holds = read(value), SIGNS[sign]
        return lambda row: here(row) is not None and holds(here(row), limit)
    parts = [read(part.strip()) for part in value.split("..")]
    if len(parts) > 2:
        raise QueryError(f"no range: {value}")
    low, high = parts[0], parts[-1]
    return lambda row: here(row) is not None and low <= here(row) <= high


def _number(text):
    number = finite(text)
    if number is None:
        raise QueryError(f"no number: {text!r}")
    return number


def _moment(text):
    if text.lower() == "now":
        return time.time()
    ago = AGO.fullmatch(text.lower())
    if ago:
        return time.time() - int(ago[1]) * UNITS[ago[2]]
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise QueryError(f"no time: {text!r}") from None
