"""The door: what GraceDB tells, each value checked before the core reads it.

The tables say what the core reads of an answer, and of which kind it must be. What is of another
kind is left out, and named in a sentence: the key, what was expected and what came. Values that no
table names are kept where they are single ones. Source: GraceDB's REST interface.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import kind_of
from fsm.core.printable import printable
from fsm.core.times import finite, unix_seconds

SINGLE = (str, int, float, bool, type(None))
MOST_LETTERS = 40  # of a value in a sentence
INTEGERS = range(-2**63, 2**63)  # those of which files and databases take each
NAMES: dict[type, str] = {type(None): "null", list: "a list", dict: "an object"}


@attrs.frozen
class Kind:
    """A kind of value.

    Attributes:
        words: what it is, for people; "" where another one is left out without a word.
        taken: function from what came to the value as the core gets it; None where it is no such
            value.
    """

    words: str
    taken: Callable[[Any], Any]


Table: TypeAlias = Mapping[str, Kind]


def text(value: str) -> str:
    """A text of which names are made, with what is no Unicode replaced: no database takes that."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def single(value: Any) -> Any:
    """A single value; None for NaN and infinity, which JSON does not hold."""
    return finite(value) if isinstance(value, float) else value


def _texts(value: object) -> list[str] | None:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [text(one) for one in value]
    return None


def _singles(value: object) -> Plain | None:
    """An object's single values; None where it is no object."""
    return {key: single(one) for key, one in value.items() if isinstance(one, SINGLE)} \
        if isinstance(value, dict) else None


def _tables(value: object) -> dict[str, Plain | None] | None:
    return {key: _singles(row) for key, row in value.items() if isinstance(row, dict)} \
        if isinstance(value, dict) else None


def _graceid(value: object) -> str | None:
    return value if isinstance(value, str) and kind_of(value) else None


def _graceids(value: object) -> list[str] | None:
    return value if isinstance(value, list) and all(map(_graceid, value)) else None


def _numbers(value: object) -> Plain | None:
    good = isinstance(value, dict) and all(map(_is_number, value.values()))
    return _singles(value) if good else None


def _is_number(value: object) -> bool:
    return not isinstance(value, str) and finite(value) is not None


TEXT = Kind("a text", lambda value: text(value) if isinstance(value, str) else None)
WORD = Kind("a text", lambda value: value if isinstance(value, str) else None)
TEXTS = Kind("a list of texts", _texts)
LABELS = Kind("", lambda value: _texts(list(value) if isinstance(value, dict) else value))
NUMBER = Kind("a number", lambda value: None if finite(value) is None else single(value))
FACT = Kind("a number", lambda value: single(value) if _is_number(value) else None)
COUNT = Kind("a count", lambda value: value if type(value) is int and 0 <= value in INTEGERS
             else None)
TIME = Kind("a time", lambda value: None if unix_seconds(value) is None else single(value))
GRACEID = Kind("a GraceID", _graceid)
GRACEIDS = Kind("a list of GraceIDs", _graceids)
FLAG = Kind("true or false", lambda value: value if isinstance(value, bool) else None)
TABLES = Kind("an object", _tables)
OBJECT = Kind("an object", lambda value: value if isinstance(value, dict) else None)
NUMBERS = Kind("an object of numbers", _numbers)

NEIGHBOUR = {"graceid": GRACEID, "group": WORD, "pipeline": WORD, "search": WORD,
             "gpstime": NUMBER, "created": TIME}
MEMBER = {**NEIGHBOUR, "labels": LABELS, "far": NUMBER, "instruments": WORD, "offline": FLAG,
          "superevent": GRACEID, "extra_attributes": TABLES}
EVENT = {**MEMBER, "superevent_id": GRACEID, "category": WORD, "preferred_event": GRACEID,
         "em_type": WORD, "gw_events": GRACEIDS, "em_events": GRACEIDS,
         "preferred_event_data": OBJECT}
LOG = {"N": COUNT, "comment": TEXT, "filename": TEXT, "file_version": COUNT, "created": TIME,
       "tag_names": TEXTS}
LABEL = {"name": TEXT, "created": TIME}
SIGNOFF = {"signoff_type": TEXT, "instrument": TEXT, "status": TEXT, "comment": TEXT}
FACTS = {"size": COUNT, "error": TEXT, "norm": FACT, "coordsys": TEXT, "nan": COUNT,
         "negative": COUNT, "pixels": COUNT, "coloured": FLAG, "values": NUMBERS,
         "not_numbers": TEXTS}


def checked(plain: object, table: Table, needs: Iterable[str] = (),
            others: bool = True) -> tuple[Plain, list[str]]:
    """Check an object by a table.

    Args:
        plain: what came.
        table: keys to the :class:`Kind` of their values; null is none, as is an empty text.
        needs: keys that must not lack.
        others: whether single values of other keys are kept too.

    Returns:
        The object as the core gets it, and what is wrong with it, as sentences.
    """
    if not isinstance(plain, dict):
        return {}, [f"{_shown(plain)} came in place of an object"]
    good: Plain = {}
    faults: list[str] = []
    for key, value in plain.items():
        kind = table.get(key)
        if kind is None:
            if others and isinstance(value, SINGLE):
                good[key] = single(value)
        elif value is None or value == "":
            good[key] = value if kind in (TEXT, WORD) else None
        elif (taken := kind.taken(value)) is None:
            faults += [f"{key!r} is {_shown(value)}, not {kind.words}"] if kind.words else []
        else:
            good[key] = taken
    faults += [f"{key!r} lacks" for key in needs if good.get(key) is None]
    return good, faults


def event(plain: object) -> tuple[Plain, list[str]]:
    """Check an event or superevent dictionary; as :func:`checked`.

    Of its labels nothing is said, since they are asked for by themselves.
    """
    good, faults = checked(plain, EVENT)
    inner = good.get("preferred_event_data")
    if inner is not None:
        good["preferred_event_data"], more = checked(inner, MEMBER)
        faults += [f"of the preferred event {fault}" for fault in more]
    return good, faults


def rows(plain: object, table: Table, needs: Iterable[str] = (),
         others: bool = True) -> tuple[list[Plain], list[str]]:
    """Check a list of objects.

    Returns:
        Those with which nothing is wrong, and what is wrong with the others, as sentences.
    """
    if not isinstance(plain, (list, tuple)):
        return [], [f"{_shown(plain)} came in place of a list"]
    made = [checked(row, table, needs, others) for row in plain]
    return [good for good, faults in made if not faults], \
        [faults[0] for _, faults in made if faults]


def facts(plain: object) -> tuple[Plain, list[str]]:
    """Check the facts about a file; as :func:`checked`."""
    return checked(plain, FACTS)


def neighbours(plain: object) -> tuple[list[Plain], list[str]]:
    """Check rows of a search for events; as :func:`rows`, with what is read of them alone."""
    return rows(plain, NEIGHBOUR, ["graceid"], others=False)


def labels(plain: object) -> tuple[list[Plain], list[str]]:
    """Check rows of labels; as :func:`rows`."""
    return rows(plain, LABEL, ["name"])


def signoffs(plain: object) -> tuple[list[Plain], list[str]]:
    """Check rows of sign-offs; as :func:`rows`."""
    return rows(plain, SIGNOFF, ["status", "signoff_type"])


def logs(plain: object) -> tuple[list[Plain], list[str]]:
    """Check rows of a log; as :func:`rows`."""
    return rows(plain, LOG)


def _shown(value: object) -> str:
    """What came, for people."""
    if isinstance(value, int) and value not in INTEGERS:
        return "a huge number"
    return NAMES.get(type(value)) or printable(text(repr(value)[:MOST_LETTERS]))
