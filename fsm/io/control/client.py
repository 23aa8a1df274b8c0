"""Gives commands to a running supervisor."""

import socket
from contextlib import suppress
from http.client import BadStatusLine, HTTPConnection, HTTPException, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fsm.errors import CommandRefused, ControlError
from fsm.io.control.messages import DO, JSON, LONGEST, PATIENCE
from fsm.io.jsonio import dumps, loads


class _Connection(HTTPConnection):
    """HTTP on a Unix socket."""

    def __init__(self, path: str | Path) -> None:
        super().__init__("supervisor", timeout=PATIENCE + 10)
        self._path = str(path)

    def connect(self) -> None:
        """Reach the other end."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def request(path: str | Path, name: str, **arguments: object) -> Any:
    """Give a command to a running supervisor; returns the result.

    Args:
        path: of its socket, or of the one on which its pages are served.
        name: of the command.
        arguments: of the command, values that JSON can hold; with ``behalf`` the name of whoever
            gives it by way of this program.

    Raises:
        CommandRefused: where the supervisor refuses.
        ControlError: where none can be reached.
    """
    body = dumps(arguments)
    if len(body) > LONGEST:
        raise ControlError(f"command {name:.40}: it has {len(body)} bytes, and may have {LONGEST}")
    try:
        said = loads(_answered(path, DO + quote(name, safe=""), body))
    except FileNotFoundError:
        raise ControlError(f"{path}: no supervisor is there; start one with 'fsm run', or name its "
                           "socket with --socket, or its configuration with --config") from None
    except ConnectionRefusedError:
        raise ControlError(f"{path}: the supervisor that made this socket has gone; start one with "
                           "'fsm run'") from None
    except PermissionError:
        raise ControlError(f"{path}: you may not give commands to this supervisor; its owner may, "
                           "and the group in its configuration ([operators] group)") from None
    except RemoteDisconnected:
        raise ControlError(f"{path}: the supervisor has ended meanwhile") from None
    except BadStatusLine:
        raise ControlError(f"{path}: what serves this socket does not speak HTTP; a supervisor of "
                           "an earlier version must be started anew") from None
    except (OSError, HTTPException, ValueError) as error:
        raise ControlError(f"{path}: {error}") from None
    if not isinstance(said, dict) or not said.keys() & {"error", "result"}:
        raise ControlError(f"{path}: what serves this socket is no supervisor")
    if "error" in said:
        raise CommandRefused(said["error"])
    return said["result"]


def _answered(path: str | Path, address: str, body: bytes) -> bytes:
    connection = _Connection(path)
    try:
        with suppress(BrokenPipeError):  # it may be answered before all of it was read
            connection.request("POST", address, body, {"Content-Type": JSON, "Accept": JSON,
                                                       "Connection": "close"})
        return connection.getresponse().read()
    finally:
        connection.close()
