"""Reads one command by HTTP, hands it on, and sends the answer."""

import contextlib
import queue
import re
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote

from fsm.core.evidence.fields import Plain
from fsm.core.printable import short
from fsm.io.control.messages import BEHALF, DO, JSON, LONGEST, PATIENCE, SCHEMA, Request
from fsm.io.jsonio import dumps, loads
from fsm.io.unix_socket import account, peer

LONGEST_NAME = 80  # characters of a name on whose behalf something is commanded
LONGEST_WORDS = 300  # characters of why it is none, which may quote whatever has come
PROMPT = 0.8  # seconds after which it is asked why there is no answer
EXPECTED = f"expected POST {DO}NAME with a JSON object, of type {JSON}"
_BRACKETS = re.compile(r"[()]")  # which tell who vouches for such a name


class _Refused(Exception):
    """A request that is no command: status and words."""


class Handler(BaseHTTPRequestHandler):
    """One connection, on which one command comes.

    Args:
        tell: called with the :class:`Request`.
        busy: function that says why a command is not answered; "" where it will be.
    """

    protocol_version, server_version, sys_version = "HTTP/1.1", "fsm", ""
    default_request_version = "HTTP/1.0"  # what is no HTTP at all is answered by it all the same
    timeout = 10.0  # seconds for what is read next to come
    tell: Callable[[Request], None]
    busy: Callable[[], str]

    def __init__(self, *args: Any, tell: Callable[[Request], None], busy: Callable[[], str]
                 ) -> None:
        self.tell, self.busy = tell, busy
        super().__init__(*args)

    @classmethod
    def of(cls, tell: Callable[[Request], None], busy: Callable[[], str]) -> "partial[Handler]":
        """What a server makes handlers with."""
        return partial(cls, tell=tell, busy=busy)

    def do_POST(self) -> None:
        """Take a command."""
        try:
            name, arguments = self._command()
        except _Refused as refused:
            self.send_error(*refused.args)
            return
        except OSError:  # it ends, or rests for too long
            return
        behalf, who = arguments.pop(BEHALF, ""), account(peer(self.connection))
        if behalf and behalf != who:  # in brackets is who vouches for it
            who = f"{short(_BRACKETS.sub('', behalf), LONGEST_NAME)} (by {who})"
        answers: queue.SimpleQueue[Plain] = queue.SimpleQueue()
        self.tell(Request(name, who, arguments, lambda **said: answers.put(said)))
        status, said = self._answer(answers)
        self._send(status, said)

    def do_GET(self) -> None:
        """Say that there is nothing to read: that is what the pages are for."""
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)

    def _command(self) -> tuple[str, Plain]:
        """(name, arguments).

        Raises:
            _Refused: where it is none.
        """
        path = self.path.partition("?")[0]
        if not path.startswith(DO) or path == DO:
            raise _Refused(HTTPStatus.NOT_FOUND, f"there is no {short(path, 80)} here; {EXPECTED}")
        if self.headers.get_content_type() != JSON:
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, EXPECTED)
        length, *others = self.headers.get_all("Content-Length", [""])
        if others or "Transfer-Encoding" in self.headers:  # the end of it is not beyond doubt
            raise _Refused(HTTPStatus.BAD_REQUEST, f"{EXPECTED}, and one Content-Length")
        if not length.isdecimal() or len(length) > len(str(LONGEST)):
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, f"{EXPECTED}, and its Content-Length")
        if int(length) > LONGEST:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                           f"a command may have {LONGEST} bytes, not {length}")
        body = self.rfile.read(int(length))
        try:
            plain = loads(body) if len(body) == int(length) else None
        except (ValueError, RecursionError):
            raise _Refused(HTTPStatus.BAD_REQUEST, f"this is no JSON; {EXPECTED}") from None
        if not isinstance(plain, dict) or not isinstance(plain.get(BEHALF, ""), str):
            raise _Refused(HTTPStatus.BAD_REQUEST, EXPECTED)
        return unquote(path.removeprefix(DO)), plain

    def _answer(self, answers: queue.SimpleQueue[Plain]) -> tuple[int, Plain]:
        """What is answered; where there is no answer, why, as soon as that is known."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                said = answers.get(timeout=PROMPT)
            except queue.Empty:
                why = self.busy()
                if why:
                    return HTTPStatus.SERVICE_UNAVAILABLE, {"error": why}
            else:
                return HTTPStatus.CONFLICT if "error" in said else HTTPStatus.OK, said
        return HTTPStatus.GATEWAY_TIMEOUT, {
            "error": f"the supervisor did not answer within {PATIENCE:g} s"}

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Say why this is no command, as JSON."""
        self._send(code, {"error": short(message or EXPECTED, LONGEST_WORDS)})

    def _send(self, status: int, said: Plain) -> None:
        head = {"view": "error", "status": int(status)} if "error" in said else {"view": "done"}
        body = dumps({"schema": SCHEMA, **head, **said}, default=str) + b"\n"
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in (("Content-Type", JSON), ("Content-Length", str(len(body))),
                                ("Connection", "close")):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what is commanded is in the journal."""
