"""The lock that lets one program alone have a journal open for writing."""

import fcntl
import os
from pathlib import Path
from typing import IO

from fsm.errors import JournalError


def locked(path: str | Path) -> list[IO[bytes]]:
    """Lock a journal; returns the open streams that hold the lock until they are closed, that of
    the file itself last.

    The file itself is locked, by whatever name it was reached, and ``path.lock`` beside it, which
    earlier versions lock and which tells the holder's process.

    Args:
        path: of the journal's file, made where there is none.

    Raises:
        JournalError: where another program holds it.
        OSError: where the files cannot be opened.
    """
    held = []
    try:
        for name in (f"{path}.lock", path):  # a file is made only where nobody has this name
            held.append(_opened(name))
            fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(f"{path}.lock")
        unlock(held)
        raise JournalError(f"another supervisor (process {holder}) has this journal open; stop it "
                           "first, or give this one another journal") from None
    held[0].truncate(0)
    held[0].write(str(os.getpid()).encode())
    held[0].flush()
    return held


def unlock(held: list[IO[bytes]]) -> None:
    """Let others have it; last of all, since SQLite's own locks on the file go with this."""
    for stream in held:
        stream.close()


def _opened(name: str | Path) -> IO[bytes]:
    return os.fdopen(os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b")


def _holder(name: str | Path) -> str:
    try:
        return Path(name).read_text("ascii").strip() or "?"
    except (OSError, ValueError):
        return "?"
