"""What a form or a JSON document that was sent says."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request

from fsm.io.jsonio import loads
from fsm.web.forgery import Refused
from fsm.web.site import JSON

LARGEST = 100_000  # bytes
FIELDS = 100  # of a form at most


async def given(request: Request, lists: Collection[str] = ()) -> Mapping[str, Any]:
    """What was sent.

    Args:
        request: that brought it.
        lists: names of fields of a form that may be there several times.

    Raises:
        Refused: where it is neither, or too large.
    """
    size, parts = 0, []
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise Refused(413, "the command is too large")
        parts.append(part)
    body = b"".join(parts)
    if request.headers.get("content-type", "").partition(";")[0].strip() == JSON:
        return _document(body)
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        raise Refused(400, "the form cannot be read") from None
    return {name: values if name in lists else values[-1] for name, values in found.items()}


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        plain = loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Refused(400, "the command is no JSON") from None
    if not isinstance(plain, dict):
        raise Refused(400, "the command must be a JSON object")
    return plain
