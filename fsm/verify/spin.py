"""The model checker spin, where it is installed: a second opinion on the sentences of a lifecycle.

It shares nothing with the exploration of our own but the charts: :mod:`fsm.verify.promela` writes
them down for it.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from fsm.errors import ToolMissing
from fsm.verify.promela import model
from fsm.verify.sentences import Claimed, Theory

COMPILER = "cc"
DEPTH = 3_000_000  # steps of one way
SECONDS = 300.0  # for one sentence
_ERRORS = re.compile(r"errors: (\d+)")


def installed() -> bool:
    """Whether spin is there, and the compiler that it needs."""
    return all(shutil.which(program) for program in ("spin", COMPILER))


def refuted(theory: Theory) -> list[Claimed]:
    """Those of the sentences that spin finds not to hold.

    Raises:
        ToolMissing: where it is not installed, or cannot say.
    """
    if not installed():
        raise ToolMissing(f"spin, and {COMPILER} to compile what it makes, are not installed: "
                          "apt-get install spin gcc")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "model.pml").write_text(model(theory), encoding="utf-8")
        _run(folder, "spin", "-a", "model.pml")
        _run(folder, COMPILER, "-O1", "-w", "-o", "pan", "pan.c")
        return [one for number, one in enumerate(theory.claimed) if _wrong(folder, f"p{number}")]


def _wrong(folder: str, claim: str) -> bool:
    told = _run(folder, "./pan", "-a", "-n", f"-m{DEPTH}", "-N", claim)
    errors = _ERRORS.search(told)
    if errors is None or "max search depth too small" in told:
        raise ToolMissing(f"spin could not look at everything for {claim}: {told[-300:]}")
    return int(errors[1]) > 0


def _run(folder: str, *command: str) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                              timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolMissing(f"{command[0]} could not be run: {error}") from None
    if done.returncode and command[0] != "./pan":
        raise ToolMissing(f"{command[0]} failed: {(done.stdout + done.stderr)[-300:]}")
    return done.stdout + done.stderr
