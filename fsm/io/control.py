"""The operators' way to a running supervisor: a Unix socket on which commands come, a line each.

A command is a JSON object, ``{"command": "waive", "graceid": ...}``; the answer is one too, with
``result`` or ``error``. Who may write to the socket is a matter of its owner, group and mode; who
does is told by the system.
"""

import contextlib
import grp
import os
import pwd
import queue
import re
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from fsm.core.evidence.fields import Plain
from fsm.core.printable import short
from fsm.errors import CommandRefused, ControlError
from fsm.io.jsonio import dumps, loads

LONGEST = 64 << 20  # bytes of a command
PATIENCE = 120.0  # seconds until an answer
BEHALF = "behalf"  # the key of whoever gives a command through somebody else, such as the page
LONGEST_NAME = 80  # characters of such a name
EARLIER_KEY = "order"  # what 'command' was called until version 0.1
_BRACKETS = re.compile(r"[()]")  # which tell who vouches for such a name
PROMPT = 0.8  # seconds after which it is asked why there is none


def _first(answer: Callable[..., None]) -> Callable[..., None]:
    """A function that passes on what it is called with first, and nothing after that."""
    said = False

    def once(**words: Any) -> None:
        nonlocal said
        if not said:
            said = True
            answer(**words)

    return once


@attrs.frozen(slots=True, eq=False)
class Request:
    """What an operator wants done.

    Attributes:
        name: such as ``waive``.
        who: name of the operator's account.
        arguments: by name.
        answer: called with ``result`` or ``error``; what it is called with later goes nowhere.
    """

    name: str
    who: str
    arguments: Plain
    answer: Callable[..., None] = attrs.field(converter=_first)


def account(uid: int) -> str:
    """The name of an account of the operating system, by its number."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


class Control:
    """Takes commands on a socket.

    Args:
        path: of the socket; one that another supervisor has left behind is replaced.
        tell: called, from threads, with every :class:`Request`.
        group: of the operating system, whose members may give commands too; "" for the owner alone.
        busy: function that says, in words and to any thread, why a command is not answered; ""
            where it will be.

    Raises:
        ControlError: where the socket cannot be made, or another supervisor serves it.
    """

    def __init__(self, path: str | Path, tell: Callable[[Request], None], group: str = "",
                 busy: Callable[[], str] = str) -> None:
        self.path, self._tell, self._group, self._busy = Path(path), tell, group, busy
        self._make()

    def start(self) -> None:
        """Begin to take commands."""
        self._thread.start()

    def close(self) -> None:
        """Take none any more; what was answered is sent."""
        if self._thread.ident is not None:
            self._server.shutdown()
        self._server.server_close()
        if not self.lost():
            with contextlib.suppress(OSError):
                self.path.unlink()

    def lost(self) -> str:
        """What has become of the socket, under its name; "" where that is all right."""
        try:
            there = os.stat(self.path)
        except OSError as error:
            return f"the socket {self.path} cannot be found any more ({error.strerror})"
        same = (there.st_dev, there.st_ino) == self._made
        return "" if same else f"{self.path} is another socket than the one that was made"

    def renew(self) -> None:
        """Make the socket anew where it was deleted; one that others serve is left to them.

        Raises:
            ControlError: as at first.
        """
        before = self._server, self._thread
        self._make()
        self._thread.start()
        before[0].shutdown()
        before[0].server_close()

    def _make(self) -> None:
        _refuse_served(self.path)
        made = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            made.unlink(missing_ok=True)
            self._server = _Server(str(made), self._tell, self._busy)
            mode = 0o600
            if self._group:
                os.chown(made, -1, grp.getgrnam(self._group).gr_gid)
                mode = 0o660
            made.chmod(mode)
            found = made.stat()
            self._made = found.st_dev, found.st_ino
            made.rename(self.path)  # nobody can reach it before its mode is right
        except KeyError:
            raise ControlError(f"operators.group: there is no group {self._group!r}") from None
        except OSError as error:
            raise ControlError(f"{self.path}: no socket for operators can be made: "
                               f"{error.strerror or error}") from None
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,),
                                        name="control", daemon=True)


def _refuse_served(path: Path) -> None:
    """Leave a socket alone that somebody listens to, or what is none."""
    if path.exists() and not path.is_socket():
        raise ControlError(f"{path}: there is a file that is no socket; give [operators] another "
                           "'socket', or remove it")
    try:
        with socket.socket(socket.AF_UNIX) as way:
            way.settimeout(5.0)
            way.connect(str(path))
    except (BlockingIOError, TimeoutError):
        pass  # whoever serves it is only busy
    except OSError:
        return
    raise ControlError(f"{path}: another supervisor serves this socket; stop it first, or give "
                       "this one another ([operators] socket)")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    # Nobody who keeps silent, or waits for an answer, may hold up the end.
    daemon_threads, block_on_close = True, False
    request_queue_size = 128  # of those who ask in the same moment

    def __init__(self, path: str, tell: Callable[[Request], None], busy: Callable[[], str]) -> None:
        mask = os.umask(0o177)
        try:
            super().__init__(path, _Handler)
        finally:
            os.umask(mask)
        self.tell, self.busy = tell, busy


class _Handler(socketserver.StreamRequestHandler):
    timeout = 10.0  # seconds for a line to come
    server: _Server

    def handle(self) -> None:
        try:
            line = self.rfile.readline(LONGEST)
            plain = loads(line)
            name = plain.pop("command", None) or plain.pop(EARLIER_KEY)
            behalf = plain.pop(BEHALF, "")
            if not isinstance(name, str) or not isinstance(behalf, str):
                raise TypeError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError):
            self._send({"error": "expected a JSON object with a 'command', in one line"})
            return
        answers: queue.SimpleQueue[Plain] = queue.SimpleQueue()
        who = self._who()
        if behalf and behalf != who:  # in brackets is who vouches for it
            who = f"{short(_BRACKETS.sub('', behalf), LONGEST_NAME)} (by {who})"
        self.server.tell(Request(name, who, plain, lambda **said: answers.put(said)))
        self._send(self._answer(answers))

    def _answer(self, answers: queue.SimpleQueue[Plain]) -> Plain:
        """What is answered; where there is no answer, why, as soon as that is known."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                return answers.get(timeout=PROMPT)
            except queue.Empty:
                why = self.server.busy()
                if why:
                    return {"error": why}
        return {"error": f"the supervisor did not answer within {PATIENCE:g} s"}

    def _who(self) -> str:
        """The account of whoever is at the other end, as the system tells it."""
        found = self.request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED,
                                        struct.calcsize("3i"))
        return account(struct.unpack("3i", found)[1])

    def _send(self, said: Plain) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(dumps(said, default=str) + b"\n")


def request(path: str | Path, name: str, **arguments: object) -> Any:
    """Give a command to a running supervisor; returns the result.

    Args:
        path: of its socket.
        name: of the command.
        arguments: of the command, values that JSON can hold; with ``behalf`` the name of whoever
            gives it by way of this program.

    Raises:
        CommandRefused: where the supervisor refuses.
        ControlError: where none can be reached.
    """
    try:
        with socket.socket(socket.AF_UNIX) as way:
            way.settimeout(PATIENCE + 10)
            way.connect(str(path))
            way.sendall(dumps({"command": name, **arguments}) + b"\n")
            with way.makefile("rb") as stream:
                said = loads(stream.readline() or b"null")
    except FileNotFoundError:
        raise ControlError(f"{path}: no supervisor is there; start one with 'fsm run', or name its "
                           "socket with --socket, or its configuration with --config") from None
    except ConnectionRefusedError:
        raise ControlError(f"{path}: the supervisor that made this socket has gone; start one with "
                           "'fsm run'") from None
    except PermissionError:
        raise ControlError(f"{path}: you may not give commands to this supervisor; its owner may, "
                           "and the group in its configuration ([operators] group)") from None
    except (OSError, ValueError) as error:
        raise ControlError(f"{path}: {error}") from None
    if not isinstance(said, dict):
        raise ControlError(f"{path}: the supervisor has ended meanwhile")
    if "error" in said:
        raise CommandRefused(said["error"])
    return said["result"]
