"""Splits a recording into its entries, however its JSON is printed."""

import json
import re
from collections.abc import Iterable, Iterator

from fsm.errors import RecordingError
from fsm.io.jsonio import loads

_BEGIN = re.compile(r"\s*(?=\S)")
_AGAIN = re.compile(r"^(?=[{\[])", re.MULTILINE)  # where a document can begin


def entries(lines: Iterable[bytes]) -> Iterator[tuple[int, object]]:
    """The entries of a recording: JSON, one a line, or printed over several lines, or in lists.

    Args:
        lines: of bytes, with their ends.

    Yields:
        Pairs (number of the line from 1, the entry; or a RecordingError where that is no JSON).
    """
    for number, text in _documents(enumerate(lines, 1)):
        try:
            plain = loads(text)
        except (ValueError, RecursionError) as error:
            yield number, RecordingError(f"not JSON: {error}"[:200])
            continue
        for one in (plain if isinstance(plain, list) and plain else [plain]):
            yield number, one


def _documents(numbered: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, str | bytes]]:
    """Texts that are one JSON document each: the first one tells whether it goes over lines."""
    written = ((number, line) for number, line in numbered if line.strip())
    number, first = next(written, (0, b"0"))
    if first.lstrip()[:1] in (b"{", b"[") and not _is_json(first):
        text = b"".join([first, *(line for _, line in numbered)])
        yield from _spread(text.decode("utf-8", "replace"), number)
    elif number:
        yield number, first
        yield from written


def _is_json(text: bytes) -> bool:
    try:
        loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _spread(text: str, number: int) -> Iterator[tuple[int, str]]:
    """JSON documents in a text, wherever each ends; what is none ends where another can begin."""
    decoder, at = json.JSONDecoder(), 0
    while found := _BEGIN.match(text, at):
        number += text.count("\n", at, found.end())
        at = found.end()
        try:
            end = decoder.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            again = _AGAIN.search(text, at + 1)
            end = again.start() if again else len(text)
        yield number, text[at:end]
        number += text.count("\n", at, end)
        at = end
