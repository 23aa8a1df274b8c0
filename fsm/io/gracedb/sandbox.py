"""Reads what comes from outside by a process of its own, with limits on its time and memory.

A damaged or hostile file may do anything to its reader. A module that reads one kind of file has a
function from the path to the facts as a dict, and hands it to :func:`run` as ``__main__``.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from fsm.core.evidence.fields import Plain

TIME_OUT = 120.0  # seconds
MEMORY = 4 << 30  # bytes of address space, several times what the largest map in use needs


def facts(module: str, path: str | Path) -> Plain:
    """Let a module read a file.

    Args:
        module: its full name.
        path: of the file.

    Returns:
        What it has found; or only ``error``, a sentence, where it came to nothing.
    """
    try:
        done = subprocess.run([sys.executable, "-m", module, str(path)],
                              capture_output=True, timeout=TIME_OUT, check=False)
    except subprocess.TimeoutExpired:
        return {"error": f"reading it took more than {TIME_OUT:g} s"}
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"error": f"reading it ended with status {done.returncode}"}


def failure(error: Exception) -> Plain:
    """The facts of a file that cannot be read, by whatever a reader may raise."""
    if isinstance(error, MemoryError):
        return {"error": "it needs more memory than it should"}
    return {"error": f"{type(error).__name__}: {error}"[:200]}


def run(read: Callable[[str], Plain]) -> None:
    """Be the process of its own: print what a function finds in the file of the command line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print(json.dumps(read(sys.argv[1])))
