"""Feeds a million hostile inputs: ``python -m tests.fuzz.fuzzing``, or ``make fuzz``.

Each target is fed by a process of its own (:mod:`tests.fuzz.guided`). What was fed and found is in
``build/fuzz``; a run that was ended goes on where it was.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.feeding import GROWTH, SHARES, Feeding
from tests.fuzz.found import Found

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "fuzz"
PARTS = 10  # in turn all targets are fed a part of what they shall be
CRASHES = 20  # ends of processes, after which a target is fed no more in its turn
TAIL = 3000  # characters that are shown of what a process said before it ended


def main():
    """The command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", choices=list(SHARES), help="one target alone, of all its inputs")
    options.add_argument("--repeat", type=Path, help="feed the bytes of a file once more")
    given = options.parse_args()
    if given.repeat:
        return repeated(given.repeat)
    shares = {given.only: 100} if given.only else SHARES
    bad = False
    for part in range(1, PARTS + 1):
        for name, share in shares.items():
            bad |= fed(name, given.inputs * share * part // (100 * PARTS), given.seed * 100 + part)
    for name in shares:
        (FOLDER / f"{name}.json").unlink()  # the next run begins anew, with the same corpora
    return 1 if bad else 0


def fed(name, inputs, seed):
    """Feed a target; returns whether something is wrong, which is printed.

    Args:
        name: of the target.
        inputs: until it was fed so many, by earlier runs too.
        seed: of what libFuzzer draws.
    """
    crashes, told = 0, set(Found(name, FOLDER).mistakes)
    while (found := Found(name, FOLDER)).inputs < inputs and crashes < CRASHES:
        ended = subprocess.run([sys.executable, "-m", "tests.fuzz.guided", name, str(inputs),
                                str(seed + 10 * crashes), str(FOLDER)], cwd=ROOT, check=False,
                               stderr=subprocess.PIPE, text=True)
        if ended.returncode:
            crashes += 1
            print(ended.stderr[-TAIL:], f"{name}: its process ended with status {ended.returncode};"
                  f" the bytes are the newest file of {found.folder}", sep="\n", flush=True)
    print(f"{name}: {found.inputs:,} inputs in {found.seconds:.0f} s, {len(found.mistakes)} "
          f"mistakes, grown by {found.grown >> 10} MB",
          *(words for key, words in found.mistakes.items() if key not in told),
          sep="\n", flush=True)
    return bool(found.mistakes or crashes or found.grown > GROWTH)


def repeated(path):
    """Feed what was found once more, and the least input that comes to the same; both are told."""
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        feeding = Feeding(path.name.split("-")[0], folder)
        try:
            feeding.feed(path.read_bytes())
        except Exception:  # which the following raises again
            feeding.shrunk()
            raise
        finally:
            feeding.close()
    print("nothing is wrong with it any more")
    return 0


if __name__ == "__main__":
    sys.exit(main())
