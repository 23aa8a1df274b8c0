"""What is fed with hostile inputs, and what must be true of it whatever these are.

Each target has a strategy that makes inputs, and takes them. What it raises is a mistake of the
program, unless it is one of the project's own errors, whose sentence says what is wrong.
"""

import gzip
import json
import tomllib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from hypothesis import strategies as st

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
from tests.fuzz.strategies import changed, damaged, line, parts

ROOT = Path(__file__).parents[2]
KEEP = 20  # inputs that one engine takes, so that they meet each other
STRIDES = (1, 2, 3, 5, 9)  # of so many lines one is fed, so that these are of a whole follow-up


@lru_cache(maxsize=1)
def recorded():
    """The lines of all examples, as structures, by recording."""
    return [[json.loads(line) for line in path.read_bytes().splitlines()]
            for path in sorted((ROOT / "examples").glob("*.jsonl"))]


@lru_cache(maxsize=1)
def told_of():
    """What is in the first lines of each recording."""
    return parts([lines[:10] for lines in recorded()])


def named(words):
    """See to it that a rejection says something."""
    assert isinstance(words, str) and len(words.strip()) > 8, f"it says only {words!r}"
    assert len(words) < 2000, f"it says too much: {words[:200]!r}"


class Target:
    """What all targets have, besides ``name``, a strategy ``inputs``, and ``take(made)``.

    Attributes:
        most: 1, or of how many inputs what is made is a list at most.
    """

    most = 1

    def close(self):
        """There will be no more."""


@st.composite
def some_lines(draw):
    """The first line of a recording, and some of the others in their order; every third changed."""
    told = draw(st.sampled_from(recorded()))
    rest = told[draw(st.integers(1, len(told) - 1))::draw(st.sampled_from(STRIDES))]
    return [draw(changed(one, told_of()).flatmap(line)) if draw(st.integers(0, 2)) == 2
            else json.dumps(one).encode() for one in [told[0], *rest][:KEEP]]


class Alerts(Target):
    """Alerts as a listener hands them over, acted on as the daemon does."""

    name, inputs, most = "alerts", some_lines(), KEEP

    def __init__(self, folder):
        self.declared = charts()
        self.policy = default_policy(self.declared[0])

    def begin(self):
        """Nothing is known yet."""
        self.engine, self.names = Engine(*self.declared, self.policy), Names()

    def take(self, made):
        """Have lines acted on, one after the other."""
        self.begin()
        for number, one in enumerate(made):
            self._line(one, number)

    def _line(self, line, number):
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
        if number % 7 == 6:
            self._step(Tick(self.engine.now + 4000.0, item.graceid))
        again = codec.read(row.time, row.graceid, row.kind, row.body)
        assert type(again.item) is type(row.item), again.item
        if number % 5 == 4 and item.graceid in self.engine.candidates:
            plain = snapshot.of(self.engine.candidates[item.graceid])
            Engine(*self.declared, self.policy).restore(loads(dumps(plain)))

    def _step(self, item):
        for effect in self.engine.step(item).effects:
            repr(effect).encode("utf-8", "backslashreplace")


@st.composite
def some_answer(draw):
    """(the structure of an answer, the payload of the candidate's first alert)."""
    lines = draw(st.sampled_from(recorded()))
    first = next(one["payload"] for one in lines)
    entry = [1700240003.0, 4, "em bright complete", "em_bright.json", 0, ["em_bright"]]
    plain = {"time": 1700240100.0, "graceid": first["uid"], "question": "q",
             "event": first.get("data") or first.get("object") or {},
             "logs": [entry, [1700240004.0, 5, "x", "bayestar.fits", 1, []]],
             "labels": ["EM_READY"], "failure": "", "signoffs": [], "contents": {
                 "bayestar.fits,0": {"norm": 1.0, "coordsys": "C", "nan": 0}},
             "neighbours": {"gpstime": [{"graceid": "G1", "gpstime": 1.0}]},
             "unread": {}, "unavailable": [], "members": [], "gone": False}
    return draw(changed(plain, told_of())), first


class Answers(Alerts):
    """Answers of GraceDB, as they come and as the journal has them."""

    name, inputs, most = "answers", some_answer(), 1

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


@st.composite
def some_recording(draw):
    """The content of a file, compressed or not."""
    lines = draw(st.sampled_from(recorded()))
    begin = draw(st.integers(0, len(lines) - 1))
    made = b"\n".join(json.dumps(one).encode() for one in lines[begin:begin + 4])
    return draw(damaged(gzip.compress(made, 1, mtime=0) if draw(st.integers(0, 3)) == 3 else made))


class Recordings(Target):
    """Files of recordings."""

    name, inputs = "recordings", some_recording()

    def __init__(self, folder):
        self.path = folder / "recording.jsonl"

    def take(self, content):
        """Have it read."""
        self.path.write_bytes(content)
        try:
            for found in files.read(self.path):
                if isinstance(found, files.Rejection):
                    named(found.reason)
        except RecordingError as error:
            named(str(error))


@lru_cache(maxsize=1)
def configured():
    """The texts of the configurations that come with the package."""
    paths = [*(ROOT / "fsm/profiles").glob("*.toml"), *(ROOT / "examples").glob("*.toml")]
    return [path.read_text() for path in sorted(paths) if path.name != "plan.toml"]


@lru_cache(maxsize=1)
def tables():
    """The same, as structures, and what is in them."""
    made = [tomllib.loads(text) for text in configured()]
    return made, parts(made)


@st.composite
def some_configuration(draw):
    """A structure, or the bytes of a file."""
    if draw(st.integers(0, 4)) == 4:
        return draw(damaged(draw(st.sampled_from(configured())).encode()))
    samples, others = tables()
    plain = draw(st.sampled_from(samples))
    # a few tables of it, so that what is changed is not always a process's
    names = st.sampled_from(sorted(plain))
    made = draw(changed({(name := draw(names)): plain[name]
                         for _ in range(draw(st.integers(1, 4)))}, others))
    return made if isinstance(made, dict) else {"general": made}


class Configurations(Target):
    """Configurations, as structures and as texts."""

    name, inputs = "configurations", some_configuration()

    def __init__(self, folder):
        self.path, self.processes = folder / "some.toml", charts()[0]

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
