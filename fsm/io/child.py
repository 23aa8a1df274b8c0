"""A program beside the daemon, which ends with it and never takes it down."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

LOG = logging.getLogger("fsm")
SOON, LATE = 1.0, 60.0  # seconds until it is started again: the first time, and at most
STEADY = 60.0  # seconds after which the next pause is short again


def wait_for_parent() -> None:
    """Wait until whoever has started this program as a :class:`Child` has ended."""
    with suppress(OSError):  # not by sys.stdin, whose lock a thread would hold when all ends
        while os.read(0, 1024):
            pass


class Child:
    """Keeps a command of this program running.

    It is told of the end by its standard input, which the system closes even where this process is
    killed.

    Args:
        name: of the thread, and in the log.
        arguments: of ``fsm``, which all users of the machine can see.
        private: further environment, which they cannot.
    """

    def __init__(self, name: str, arguments: Sequence[str],
                 private: Mapping[str, str] | None = None) -> None:
        self.name, self.arguments, self.private = name, arguments, private or {}

    def start(self) -> None:
        """Begin, in a thread."""
        threading.Thread(target=self._keep, name=self.name, daemon=True).start()

    def _keep(self) -> None:
        pause = SOON
        while True:
            began = time.monotonic()
            try:
                process = subprocess.Popen([sys.executable, "-m", "fsm", *self.arguments],
                                           stdin=subprocess.PIPE,
                                           env={**os.environ, **self.private})
                why = f"ended with status {process.wait()}"
            except OSError as error:
                why = f"could not be started: {error}"
            if time.monotonic() - began > STEADY:
                pause = SOON
            LOG.warning("the %s %s; next start in %g s", self.name, why, pause)
            time.sleep(pause)
            pause = min(2 * pause, LATE)
