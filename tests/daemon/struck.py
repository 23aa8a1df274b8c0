"""The program, struck by a signal at a moment that somebody has asked for.

Where the configuration's folder has a file of the name of a moment, this process gets the signal
whose name is in it, once. Moments: ``step`` (a step has been made, nothing is written), ``commit``
(all is written and not committed), ``signal`` (alerts are committed, nobody has been told).
"""

import os
import signal
import sys
from pathlib import Path

from fsm.cli import main
from fsm.core.engine.isolation import Guard
from fsm.daemon.acting import Acting
from fsm.io.cluster.jobs import Jobs


def struck(kind, name, moment, before):
    """Have a method of a class struck, before or after what it does."""
    method = getattr(kind, name)

    def strike():
        try:
            number = signal.Signals[(FOLDER / moment).read_text()]
            (FOLDER / moment).unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), number)

    def do(self, *args):
        if before and (args[0] or name != "signal"):
            strike()
        made = method(self, *args)
        if not before:
            strike()
        return made

    setattr(kind, name, do)


FOLDER = Path(sys.argv[sys.argv.index("--config") + 1]).parent
struck(Guard, "step", "step", before=False)
struck(Acting, "_write", "commit", before=False)
struck(Jobs, "signal", "signal", before=True)
main(prog_name="fsm")
