"""What ``make fuzz`` has found, and how much of a target was fed; kept in files, so that a run that
was ended goes on where it was.
"""

import hashlib
import json
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = (f"{ROOT / 'fsm'}/", f"{ROOT / 'machines'}/")
SAVED = 2.0  # seconds after which the counts are written again


class Found:
    """What came of one target.

    Args:
        name: of the target.
        folder: of all targets.

    Attributes:
        inputs: how many were fed, by processes before this one too.
        seconds: for how long.
        grown: kilobytes by which a process has grown at most.
        mistakes: by the place in the program, the first input that came to it, in words.
        folder: where bytes are kept of which mistakes come.
    """

    KEPT = ("inputs", "seconds", "grown", "mistakes")

    def __init__(self, name, folder):
        self.name, self.folder = name, Path(folder) / "found"
        self.path = Path(folder) / f"{name}.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.inputs, self.seconds, self.grown, self.mistakes = 0, 0.0, 0, {}
        if self.path.exists():
            vars(self).update(json.loads(self.path.read_text()))
        self._saved = time.monotonic()

    def feed(self, feeding, octets):
        """Feed what is made of bytes, and keep them where it raises.

        Args:
            feeding: a :class:`~tests.fuzz.feeding.Feeding`.
            octets: the bytes.
        """
        before = feeding.inputs
        try:
            feeding.feed(octets)
        except Exception as error:  # whatever it is, that is what is looked for
            self._note(error, octets, feeding.made)
        self.inputs += feeding.inputs - before
        self.grown = max(self.grown, feeding.grown())
        if time.monotonic() - self._saved > SAVED:
            self.save()

    def save(self):
        """Write it down."""
        now = time.monotonic()
        self.seconds, self._saved = self.seconds + now - self._saved, now
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps({key: getattr(self, key) for key in self.KEPT}, indent=1))
        part.replace(self.path)

    def _note(self, error, octets, made):
        key = f"{type(error).__name__} {_place(error)}"
        if key not in self.mistakes:
            path = self.folder / f"{self.name}-{hashlib.sha1(octets).hexdigest()[:12]}"
            path.write_bytes(octets)
            self.mistakes[key] = (f"{self.name}: {key}: {error!s:.300}\n    {made!r:.1500}\n"
                                  f'    make fuzz FUZZ="--repeat {path}"')
            self.save()


def _place(error):
    """Where in the program an error, or what was raised before it, is from; else where at all."""
    frames = []
    while error is not None:
        frames += reversed(traceback.extract_tb(error.__traceback__))
        error = error.__context__
    ours = [one for one in frames if one.filename.startswith(PROGRAM)]
    return f"{(ours or frames)[0].filename}:{(ours or frames)[0].lineno}"
