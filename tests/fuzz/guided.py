"""Feeds one target what atheris (libFuzzer) draws, led by what the program has not yet done.

``python -m tests.fuzz.guided TARGET INPUTS SEED FOLDER``: goes on until the target was fed so many
inputs, then ends with status 0. The corpus, bytes of which each did something new, is kept there.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

import atheris

from tests.fuzz.found import Found

INSTRUMENTED = ["fsm", "machines"]
MEGABYTES = 1024  # that the process may have
STILL = 120  # seconds after which what does not move is ended
SEEDS = 50  # bytes by chance, with which a corpus begins


def main(name, inputs, seed, folder):
    """The command."""
    logging.disable(logging.CRITICAL)
    found, corpus = Found(name, folder), Path(folder) / "corpus" / name
    with tempfile.TemporaryDirectory(prefix="fuzz", dir=_quick()) as files:
        with atheris.instrument_imports(include=INSTRUMENTED):
            # what is imported late, as by the first sample, is instrumented too
            from tests.fuzz.feeding import OCTETS, Feeding, drawn

            feeding = Feeding(name, files)
            feeding.feed(b"")
        corpus.mkdir(parents=True, exist_ok=True)
        for number in range(0 if any(corpus.iterdir()) else SEEDS):
            (corpus / f"seed-{number}").write_bytes(drawn(name, number))

        def one(octets):
            found.feed(feeding, octets)
            if found.inputs >= inputs:
                found.save()
                feeding.close()
                os._exit(0)  # libFuzzer takes any other end for a mistake

        atheris.Setup([sys.argv[0], f"-seed={seed}", f"-max_len={OCTETS}", "-len_control=0",
                       f"-rss_limit_mb={MEGABYTES}", f"-timeout={STILL}", "-verbosity=0",
                       f"-artifact_prefix={found.folder / name}-", str(corpus)], one)
        atheris.Fuzz()


def _quick():
    """A folder in memory, since many small files are written; None for the usual one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
