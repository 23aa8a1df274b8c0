"""Feeds targets: counts what they take, and bounds the time and memory of each taking.

What is fed is bytes, of which a target's strategy makes its input: those of a random generator in
the suite, libFuzzer's with ``make fuzz``.
"""

import random
import resource
import signal
import time
import tracemalloc
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis.database import InMemoryExampleDatabase

from tests.fuzz.desk import Commands
from tests.fuzz.http import Requests
from tests.fuzz.products import Products
from tests.fuzz.targets import Alerts, Answers, Configurations, Recordings

TARGETS = {one.name: one for one in (
    Alerts, Answers, Recordings, Configurations, Products, Commands, Requests)}
# Of so many inputs in a hundred how many are of each: what is slow gets fewer.
SHARES = {"alerts": 39, "answers": 10, "recordings": 20, "configurations": 20, "products": 2,
          "commands": 4, "requests": 5}
PEAK = 64 << 20  # bytes that a taking may need besides
GROWTH = 400 << 10  # kilobytes by which the process may grow
LONGEST = 20.0  # seconds of a processor that a taking may need
OCTETS = 2048  # of which most inputs are made
REST = bytes(1 << 14)  # where these do not suffice, as if nothing more were changed
EVERY = 50  # of so many takings the memory of one is measured


class Watch:
    """Raises a TimeoutError in what needs more than :data:`LONGEST` of a processor's time.

    The clock is not that of SIGALRM, by which libFuzzer looks whether anything moves at all. To set
    it takes longer than many a taking, so it is set anew once a second.
    """

    def __init__(self):
        self._begun, self._before = float("-inf"), signal.signal(signal.SIGPROF, self._raised)

    def begin(self):
        """Something else is done from now on."""
        if time.monotonic() - self._begun > 1.0:
            self._begun = time.monotonic()
            signal.setitimer(signal.ITIMER_PROF, LONGEST)

    @staticmethod
    def _raised(number, frame):
        raise TimeoutError(f"it took about {LONGEST:g} s")

    def close(self):
        """Nothing is looked at any more."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, self._before)


class Feeding:
    """Feeds one target.

    Args:
        name: of the target.
        folder: for its files.

    Attributes:
        inputs: how many were fed.
        made: what is fed, or was at last.
    """

    def __init__(self, name, folder):
        self.target = TARGETS[name](Path(folder))
        self.inputs, self._takings, self.made, self._watch = 0, 0, None, Watch()
        self.began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self._test = settings(
            database=InMemoryExampleDatabase(), phases=(Phase.reuse, Phase.shrink), deadline=None,
            derandomize=False, report_multiple_bugs=False,
        )(given(self.target.inputs)(lambda made: self._take(made)))
        self._fed = self._test.hypothesis.fuzz_one_input

    def feed(self, octets):
        """Have the target take what is made of bytes; raises what it raises."""
        self._fed(octets + REST)

    def shrunk(self):
        """Raise what was raised once more, of the least input of which it is."""
        self._test()

    def _take(self, made):
        self.made = made
        self.inputs += len(made) if self.target.most > 1 else 1
        self._takings += 1
        measured = self._takings % EVERY == 0
        if measured:
            tracemalloc.start()
        try:
            self._watch.begin()
            self.target.take(made)
            if measured and (peak := tracemalloc.get_traced_memory()[1]) > PEAK:
                raise MemoryError(f"{peak >> 20} MB")
        finally:
            tracemalloc.stop()

    def grown(self):
        """Kilobytes by which the process has grown."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self.began

    def close(self):
        """End what goes on."""
        self._watch.close()
        self.target.close()


def drawn(name, number):
    """Bytes by chance, always the same ones for a target and a number."""
    return random.Random(f"{name} {number}").randbytes(OCTETS)
