"""JSON of any origin: fast, and also what only Python's own reader and writer take."""

import json
from collections.abc import Callable
from typing import Any

import orjson


def loads(text: str | bytes) -> Any:
    """Read JSON, NaN and huge integers included.

    Raises:
        ValueError, RecursionError: where it is none.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def dumps(value: object, default: Callable[[Any], Any] | None = None) -> bytes:
    """Write JSON as bytes, also where a text is no Unicode or an integer has more than 64 bits."""
    try:
        return orjson.dumps(value, default=default)
    except TypeError:
        return json.dumps(value, default=default).encode("ascii")
