"""Writes a document piece by piece, as ``json.dumps(document, indent=1)`` writes it whole."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

Plain = str | int | float | bool | None


def pieces(document: Mapping[str, Any]) -> Iterator[str]:
    """The text of a document.

    Args:
        document: mapping whose values are plain, or mappings and other iterables of what can be
            written whole; these are read as they are written.

    Yields:
        Parts of the text, without a newline at the end.
    """
    yield "{"
    between = ""
    for key, value in document.items():
        yield f"{between}\n {json.dumps(key)}: "
        between = ","
        if isinstance(value, Mapping):
            yield from _rows("{", "}", (f"{json.dumps(name)}: {text(one, 2)}"
                                        for name, one in value.items()))
        elif isinstance(value, Iterable) and not isinstance(value, str):
            yield from _rows("[", "]", (text(one, 2) for one in value))
        else:
            yield text(value, 1)
    yield "\n}" if between else "}"


def _rows(begin: str, end: str, rows: Iterable[str]) -> Iterator[str]:
    yield begin
    between = ""
    for row in rows:
        yield f"{between}\n  {row}"
        between = ","
    yield f"\n {end}" if between else end


def text(value: Any, depth: int = 0) -> str:
    """A value as JSON that is indented by so many more spaces.

    What has nothing inside is written by the fast writer of the library, which knows no
    indentation but takes any text between two items.
    """
    if not isinstance(value, (dict, list, tuple)) or not value:
        return _flat(depth).encode(value)
    values = value.values() if isinstance(value, dict) else value
    begin, end = "{}" if isinstance(value, dict) else "[]"
    newline = "\n" + " " * (depth + 1)
    if not any(isinstance(one, (dict, list, tuple)) for one in values):
        inside = _flat(depth).encode(value)[1:-1]
    elif isinstance(value, dict):
        inside = f",{newline}".join(f"{_key(key)}: {text(one, depth + 1)}"
                                    for key, one in value.items())
    else:
        inside = f",{newline}".join(text(one, depth + 1) for one in value)
    return f"{begin}{newline}{inside}{newline[:-1]}{end}"


def _key(key: Any) -> str:
    return json.dumps({key: 0})[1:-4]  # as json writes keys that are no texts


@lru_cache(100)
def _flat(depth: int) -> json.JSONEncoder:
    return json.JSONEncoder(separators=(",\n" + " " * (depth + 1), ": "), default=str)
