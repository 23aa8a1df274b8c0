"""Unix sockets on which something is served: made so that nobody reaches them before their mode is
right, and told who is at the other end."""

import contextlib
import os
import pwd
import socket
import struct
from pathlib import Path

from fsm.errors import ControlError


class Served(ControlError):
    """Somebody listens to a socket that was to be made."""


def account(uid: int) -> str:
    """The name of an account of the operating system, by its number."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def peer(way: socket.socket) -> int:
    """The number of the account of whoever is at the other end, as the system tells it."""
    found = way.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    number: int = struct.unpack("3i", found)[1]
    return number


def bound(path: Path, group: int = -1, backlog: int = 128) -> socket.socket:
    """A socket that listens under a name; one that nobody serves any more is replaced.

    Args:
        path: its name.
        group: number of the group that may reach it too; -1 for the owner alone.
        backlog: how many may ask in the same moment.

    Raises:
        Served: where somebody else listens there.
        ControlError: where there is a file that is no socket.
        OSError: where none can be made.
    """
    _refuse_served(path)
    way = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        made.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            way.bind(str(made))
        finally:
            os.umask(mask)
        if group >= 0:
            os.chown(made, -1, group)
            made.chmod(0o660)
        way.listen(backlog)
        made.rename(path)
    except OSError:
        way.close()
        with contextlib.suppress(OSError):
            made.unlink()
        raise
    return way


def _refuse_served(path: Path) -> None:
    if path.exists() and not path.is_socket():
        raise ControlError(f"{path}: there is a file that is no socket")
    try:
        with socket.socket(socket.AF_UNIX) as way:
            way.settimeout(5.0)
            way.connect(str(path))
    except (BlockingIOError, TimeoutError):
        pass  # whoever serves it is only busy
    except OSError:
        return
    raise Served(f"{path}: somebody serves this socket")
