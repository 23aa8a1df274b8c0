"""Alerts too large for Kafka: their message only links to the content, which is fetched here.

The client's own way of fetching knows neither a time-out nor a limit, and a failure ends its
stream. Source: hop-client 0.13, whose messages of the format ``external`` hold an address, where
the whole message is kept as BSON.
"""

import queue
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import attrs
import requests
from hop import bson, http_scram
from hop import io as hop
from requests.auth import AuthBase

TIME_OUT = 20.0  # seconds for one message, and for each step on the way to it
MOST_BYTES = 64 << 20  # of a message
CHUNK = 1 << 16


@attrs.define
class Source:
    """The broker that large alerts come from.

    Attributes:
        auth: the client's credential, or None.
        brokers: addresses, host and port each.
        trusted: scheme and host of the server that keeps their contents, once it is known.
    """

    auth: Any
    brokers: list[str]
    trusted: tuple[str, str] | None = None


class Unfetched(Exception):
    """The content of a message could not be fetched."""


def fetched(source: Source, url: str) -> Any:
    """The message that a link leads to, as the client's model of it.

    Args:
        source: :class:`Source`.
        url: address of the whole message.

    Raises:
        Unfetched: where it cannot be had within the time-out and the limit.
    """
    done: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=lambda: done.put(_tried(source, url)), daemon=True).start()
    try:
        found = done.get(timeout=TIME_OUT)
    except queue.Empty:
        raise Unfetched(f"no answer within {TIME_OUT:g} s") from None
    if isinstance(found, Exception):
        raise Unfetched(f"{type(found).__name__}: {found!s:.200}") from None
    return found


def _tried(source: Source, url: str) -> Any:
    try:
        return _whole(source, url)
    except Exception as error:  # whatever a server may send, or a client library raise
        return error


def _whole(source: Source, url: str) -> Any:
    plain = bson.loads(_content(url, _credential(source, url)))
    wrong = hop.Consumer._check_bson_message_structure(plain, "there")
    if wrong:
        raise Unfetched(wrong)
    about = plain["metadata"]
    message = hop.Consumer.ExternalMessage(plain["message"], about["headers"], "", 0, 0,
                                           about["timestamp"], about.get("key"))
    model = hop.Deserializer.deserialize(message)
    if not hasattr(model, "content"):
        raise Unfetched("it is no alert")
    return model


def _content(url: str, auth: AuthBase | None) -> bytes:
    end, content = time.monotonic() + TIME_OUT, bytearray()
    with requests.get(url, auth=auth, stream=True, timeout=TIME_OUT) as response:
        if not response.ok:
            raise Unfetched(f"HTTP status {response.status_code}")
        for chunk in response.iter_content(CHUNK):
            content += chunk
            if len(content) > MOST_BYTES:
                raise Unfetched(f"it has more than {MOST_BYTES} bytes")
            if time.monotonic() > end:
                raise Unfetched("it comes too slowly")
    return bytes(content)


def _credential(source: Source, url: str) -> AuthBase | None:
    """The way to log in, for the server only that the broker itself names; else none."""
    if not source.auth:
        return None
    if source.trusted is None:
        named = hop._get_offload_server(source.brokers, source.auth) or ""
        source.trusted = urlsplit(named)[:2]
    if urlsplit(url)[:2] != source.trusted:
        return None
    if source.auth.is_scram:
        return http_scram.SCRAMAuth(source.auth, shortcut=True)
    return hop._make_bearer_auth(source.auth.token) if source.auth.is_token else None
