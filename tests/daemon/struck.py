"""The program, struck by a signal at a moment that somebody has asked for.

Where the configuration's folder has a file of the name of a moment, this process gets the signal
whose name is in it, once. Moments: ``step`` (a step has been made, nothing is written), ``commit``
(all is written and not committed), ``heard`` (alerts are
committed, and nobody has acted on them or been told).
"""

import os
import signal
import sys
from pathlib import Path

from fsm.cli import main
from fsm.core.engine.isolation import Guard
from fsm.daemon.acting import Acting
from fsm.daemon.loop import Supervisor

FOLDER = Path(sys.argv[sys.argv.index("--config") + 1]).parent


def struck(kind, name, moment, always=True):
    """Have it struck after a method of a class, or only where that returns anything."""
    method = getattr(kind, name)

    def do(self, *args):
        made = method(self, *args)
        if made or always:
            strike(FOLDER / moment)
        return made

    setattr(kind, name, do)


def strike(order):
    """Get the signal, where that is ordered."""
    try:
        number = signal.Signals[order.read_text()]
        order.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), number)


struck(Guard, "step", "step")
struck(Acting, "_write", "commit")
struck(Supervisor, "_committed", "heard", always=False)
main(prog_name="fsm")
