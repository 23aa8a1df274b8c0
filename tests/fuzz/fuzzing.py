"""Feeds hostile inputs: ``python -m tests.fuzz.fuzzing``, or ``make fuzz``.

An input is made of its target's name, the seed and its round; inputs of one round meet the same
candidates. So a failure is repeated by its round, and a run that was ended goes on at one.
"""

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import tracemalloc
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from tests.fuzz.desk import Commands
from tests.fuzz.http import Requests
from tests.fuzz.products import Products
from tests.fuzz.targets import KEEP, TARGETS

ALL = {**TARGETS, Products.name: Products, Commands.name: Commands,
       Requests.name: Requests}
# Of so many inputs how many are of each: what is slow gets fewer.
SHARES = {"alerts": 39, "answers": 10, "recordings": 20, "configurations": 20, "products": 2,
          "commands": 4, "requests": 5}
PEAK = 64 << 20  # bytes that one input may need besides
GROWTH = 400 << 10  # kilobytes by which the process may grow
LONGEST = 20.0  # seconds that one input may take
EVERY = 50  # of so many rounds the memory of one is measured


@attrs.define
class Found:
    """What has come of it.

    Attributes:
        inputs: how many were fed, by target.
        failures: by the place in the program, the first input, in words.
    """

    inputs: dict = attrs.field(factory=dict)
    failures: dict = attrs.field(factory=dict)


@contextmanager
def within(seconds):
    """Raise a TimeoutError where what is done within takes longer."""
    def raised(number, frame):
        raise TimeoutError(f"it took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, raised)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


class Fuzzing:
    """Feeds targets.

    Args:
        folder: for files.
        seed: of everything.
        names: of the targets.
    """

    def __init__(self, folder, seed, names=tuple(ALL)):
        self.folder, self.seed, self.found, self.targets = Path(folder), seed, Found(), {}
        for name in names:
            (self.folder / name).mkdir()
            self.targets[name] = ALL[name](self.folder / name)
        self.began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def round(self, name, number):
        """Feed the inputs of a round: as many as :data:`~tests.fuzz.targets.KEEP`."""
        chance = random.Random(f"{name} {self.seed} {number}")
        target, measured = self.targets[name], number % EVERY == 0
        target.begin()
        if measured:
            tracemalloc.start()
        for place in range(KEEP):
            made = None
            with suppress(AttributeError):
                tracemalloc.reset_peak()
            try:
                made = target.made(chance)
                with within(LONGEST):
                    target.take(made)
            except Exception as error:  # whatever it is, that is what is looked for
                self._note(name, number, place, made, error)
            if measured:
                self._bounded(name, number, place, made)
        if measured:
            tracemalloc.stop()
        self.found.inputs[name] = self.found.inputs.get(name, 0) + KEEP

    def _bounded(self, name, number, place, made):
        _, peak = tracemalloc.get_traced_memory()
        if peak > PEAK:
            self._note(name, number, place, made, MemoryError(f"{peak >> 20} MB"))

    def grown(self):
        """Kilobytes by which the process has grown."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self.began

    def _note(self, name, number, place, made, error):
        frames = traceback.extract_tb(error.__traceback__)
        where = next((f"{one.filename}:{one.lineno}" for one in reversed(frames)
                      if "/fsm/" in one.filename or "/machines/" in one.filename),
                     f"{name}, {type(error).__name__}")
        key = f"{type(error).__name__} {where}"
        words = f"{name}, round {number}, input {place}: {type(error).__name__}: {error!s:.300}"
        self.found.failures.setdefault(key, f"{words}\n    {made!r:.1500}")

    def close(self):
        """End what goes on."""
        for target in self.targets.values():
            target.close()


def rounds(inputs, start=0):
    """Yield (target, number of the round) for so many inputs, by their shares."""
    weights = [name for name, share in SHARES.items() for _ in range(share)]
    random.Random(0).shuffle(weights)
    for number in range(start, start + max(1, inputs // KEEP)):
        yield weights[number % len(weights)], number


def main():
    """The command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=1_000_000)
    options.add_argument("--seed", default="1")
    options.add_argument("--start", type=int, default=0, help="the round at which it begins")
    options.add_argument("--only", choices=list(ALL), help="one target alone")
    given = options.parse_args()
    names = (given.only,) if given.only else tuple(ALL)
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        fuzzing, began, shown, fed = Fuzzing(folder, given.seed, names), time.monotonic(), 0.0, 0
        for name, number in rounds(given.inputs, given.start):
            name, known = given.only or name, len(fuzzing.found.failures)
            fuzzing.round(name, number)
            fed += KEEP
            for words in list(fuzzing.found.failures.values())[known:]:
                print(words, flush=True)
            if time.monotonic() - shown > 10.0:
                shown = time.monotonic()
                print(f"{fed:,} inputs, round {number}, {len(fuzzing.found.failures)} failures, "
                      f"{fuzzing.grown() >> 10} MB more, {shown - began:.0f} s", flush=True)
        fuzzing.close()
        print(f"{sum(fuzzing.found.inputs.values()):,} inputs in {time.monotonic() - began:.0f} s: "
              + ", ".join(f"{name} {count:,}" for name, count in fuzzing.found.inputs.items())
              + f"; {len(fuzzing.found.failures)} failures, grown by {fuzzing.grown() >> 10} MB")
    return 1 if fuzzing.found.failures or fuzzing.grown() > GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
