"""Tells systemd how the program fares: ready, alive, reloading, stopping.

Source: sd_notify(3): datagrams of assignments to the socket named in the environment. Outside
systemd nothing is told.
"""

import contextlib
import os
import socket


def tell(**assignments: object) -> None:
    """Tell systemd, for example ``tell(READY=1, STATUS="3 candidates")``."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    text = "\n".join(f"{name}={value}" for name, value in assignments.items())
    if path.startswith("@"):  # in the abstract namespace
        path = "\0" + path[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.sendto(text.encode(), path)


def watched() -> float | None:
    """Seconds within which systemd wants a sign of life, or None."""
    try:
        microseconds = int(os.environ.get("WATCHDOG_USEC", "0"))
    except ValueError:
        return None
    meant = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return microseconds / 1e6 if microseconds > 0 and meant else None
