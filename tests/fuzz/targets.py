"""What is fed with hostile inputs, and what must be true of it whatever these are.

Each target makes an input of a random generator and takes it. What it raises is a mistake of the
program, unless it is one of the project's own errors, whose sentence says what is wrong.
"""

import gzip
import json
import tomllib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import tomli_w

from fsm.core.charts.policy import default_policy
from fsm.core.engine import snapshot
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Tick
from fsm.core.evidence.superevent_names import Names
from fsm.errors import ConfigurationError, RecordingError
from fsm.io.config import load
from fsm.io.config.daemon import running
from fsm.io.journal import codec
from fsm.io.jsonio import dumps, loads
from fsm.io.recordings import files
from fsm.registry import charts
from tests.fuzz.mutating import Mutator

ROOT = Path(__file__).parents[2]
KEEP = 60  # inputs that one engine takes, so that they meet each other


@lru_cache(maxsize=1)
def recorded():
    """The lines of all examples, as structures, by recording."""
    return [[json.loads(line) for line in path.read_bytes().splitlines()]
            for path in sorted((ROOT / "examples").glob("*.jsonl"))]


def named(words):
    """See to it that a rejection says something."""
    assert isinstance(words, str) and len(words.strip()) > 8, f"it says only {words!r}"
    assert len(words) < 2000, f"it says too much: {words[:200]!r}"


class Target:
    """What all targets have."""

    def begin(self):
        """A round begins: nothing of those before it is left."""

    def close(self):
        """There will be no more."""


class Alerts(Target):
    """Alerts as a listener hands them over, acted on as the daemon does."""

    name = "alerts"

    def __init__(self, folder):
        self.declared = charts()
        self.policy = default_policy(self.declared[0])
        self.begin()

    def begin(self):
        self.engine, self.names = Engine(*self.declared, self.policy), Names()
        self.taken, self._left = 0, []

    def made(self, chance):
        """A line."""
        if not self._left:
            self.begin()
            some = chance.choice(recorded())
            begin = chance.randrange(len(some)) if chance.random() < 0.3 else 0
            self._left = some[begin:begin + KEEP]
        plain = self._left.pop(0)
        if chance.random() < 0.5:
            return Mutator(chance, recorded()[0]).line(plain)
        return json.dumps(plain).encode()

    def take(self, line):
        """Have it acted on."""
        self.taken += 1
        now = max(self.engine.now, 1_700_240_000.0) + 1.0
        row = codec.of_line(line, now)
        if row is None:
            return
        if row.item is None:
            named(row.reason)
            assert codec.read(row.time, row.graceid, row.kind, row.body).item is None
            return
        item = self.names.under_one(row.item)
        self._step(item)
        if self.taken % 7 == 0:
            self._step(Tick(self.engine.now + 4000.0, item.graceid))
        again = codec.read(row.time, row.graceid, row.kind, row.body)
        assert type(again.item) is type(row.item), again.item
        if self.taken % 5 == 0 and item.graceid in self.engine.candidates:
            plain = snapshot.of(self.engine.candidates[item.graceid])
            Engine(*self.declared, self.policy).restore(loads(dumps(plain)))

    def _step(self, item):
        for effect in self.engine.step(item).effects:
            repr(effect).encode("utf-8", "backslashreplace")


class Answers(Alerts):
    """Answers of GraceDB, as they come and as the journal has them."""

    name = "answers"

    def made(self, chance):
        """A structure."""
        lines = chance.choice(recorded())
        first = next(one["payload"] for one in lines)
        entry = [1700240003.0, 4, "em bright complete", "em_bright.json", 0, ["em_bright"]]
        plain = {"time": 1700240100.0, "graceid": first["uid"], "question": "q",
                 "event": first.get("data") or first.get("object") or {},
                 "logs": [entry, [1700240004.0, 5, "x", "bayestar.fits", 1, []]],
                 "labels": ["EM_READY"], "failure": "", "signoffs": [], "contents": {
                     "bayestar.fits,0": {"norm": 1.0, "coordsys": "C", "nan": 0}},
                 "neighbours": {"gpstime": [{"graceid": "G1", "gpstime": 1.0}]},
                 "unread": {}, "unavailable": [], "members": [], "gone": False}
        return Mutator(chance, lines).structure(plain), first

    def take(self, made):
        """Have it read, and acted on by a candidate that is there."""
        plain, first = made
        self.begin()
        row = codec.of_line(dumps({"time": 1700240001.0, "topic": "", "payload": first}),
                            1700240002.0)
        self._step(row.item)
        with suppress(RecursionError):
            plain = loads(json.dumps(plain))
        found = codec.read(1700240100.0, first["uid"], codec.ANSWER, dumps(plain)
                           if isinstance(plain, dict) else b"{}")
        if type(found.item).__name__ == "Unreadable":
            named(f"{type(found.item.error).__name__}: {found.item.error}")
            return
        self._step(found.item)
        self._step(Tick(self.engine.now + 90_000.0, first["uid"]))


class Recordings(Target):
    """Files of recordings."""

    name = "recordings"

    def __init__(self, folder):
        self.path = folder / "recording.jsonl"

    def made(self, chance):
        """The content of a file."""
        mutator = Mutator(chance)
        lines = chance.choice(recorded())
        begin = chance.randrange(len(lines))
        made = b"\n".join(json.dumps(one).encode() for one in lines[begin:begin + 4])
        if chance.random() < 0.3:
            made = gzip.compress(made, 1)
        return mutator.octets(made, 6)

    def take(self, content):
        """Have it read."""
        self.path.write_bytes(content)
        try:
            for found in files.read(self.path):
                if isinstance(found, files.Rejection):
                    named(found.reason)
        except RecordingError as error:
            named(str(error))


class Configurations(Target):
    """Configurations, as structures and as texts."""

    name = "configurations"

    def __init__(self, folder):
        self.path, self.processes = folder / "some.toml", charts()[0]
        paths = [*sorted((ROOT / "examples").glob("*.toml")),
                 *sorted((ROOT / "fsm/profiles").glob("*.toml"))]
        self.texts = [path.read_text() for path in paths if path.name != "plan.toml"]
        self.samples = list(map(tomllib.loads, self.texts))

    def made(self, chance):
        """A structure, or the bytes of a file."""
        mutator = Mutator(chance, self.samples)
        if chance.random() < 0.2:
            return mutator.octets(chance.choice(self.texts).encode())
        plain = mutator.structure(self._some(chance))
        return plain if isinstance(plain, dict) else {"general": plain}

    def _some(self, chance):
        """A few tables of one, so that what is changed is not always a process's."""
        plain = chance.choice(self.samples)
        names = chance.sample(sorted(plain), min(len(plain), chance.randint(1, 4)))
        return {name: plain[name] for name in names}

    def take(self, made):
        """Have it read."""
        try:
            if isinstance(made, bytes):
                self.path.write_bytes(made)
                made = load.read(self.path)
            load.policy(made, self.processes)
            running(made)
        except ConfigurationError as error:
            named(str(error))

    @staticmethod
    def shown(made):
        """It as a text."""
        with suppress(Exception):
            return tomli_w.dumps(made)
        return repr(made)


TARGETS = {one.name: one for one in (Alerts, Answers, Recordings, Configurations)}
