"""Nights to sweep over, how to replay one, and what can be done to a line of it."""

import json
import os
import random
import re
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import attrs

from fsm import registry
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Notify
from fsm.io.config import load
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.replay.replay import Replay
from fsm.simulator.night import KINDS, OF_O2, plan
from fsm.testing.script import CURRENT, LEGACY
from tests.oracle.world import seconds

# How many nights of each kind; of every how many mutations one is tried.
AMOUNT = int(os.environ.get("FSM_SWEEPS", "0"))
THOROUGH = AMOUNT > 0
EXAMPLES = Path(__file__).parents[2] / "examples"
MOST_QUESTIONS = 250
START = 1_700_000_000.0
CALLED_OFF = ("cbc_vetoed", "cbc-vetoed", "cbc-refused")  # so that most of them is not expected
FAILURE, RECOVERY, EXCEPTION = "failure", "recovery", "exception"
GOOD = ("met", "found", "late")


@attrs.frozen
class Night:
    """A recording with a name, and whether it is of the present era, which the oracle knows."""

    name: str
    lines: tuple = attrs.field(repr=False, eq=False)
    today: bool

    @property
    def annotations(self):
        """Positions of the lines that annotate something."""
        made = ("log", "label_added", "label", "signoff_created", "voevent", "update")
        return [position for position, line in enumerate(self.lines)
                if line["payload"]["alert_type"] in made and line.get("delivered", True)]


@attrs.frozen
class Run:
    """What the supervisor made of a recording."""

    outcome: object
    endless: str = ""  # the last of too many questions

    @property
    def notices(self):
        """All messages to people, successes apart."""
        return [effect for effect in self.outcome.effects
                if isinstance(effect, Notify) and effect.outcome != "success"]

    def told(self, *outcomes):
        """The messages of some outcomes."""
        return [notice for notice in self.notices if notice.outcome in outcomes]

    @property
    def states(self):
        """The last state of each check, by GraceID, process and check."""
        return {(graceid, name, key): check["state"]
                for graceid, configuration in self.outcome.configurations.items()
                for name, process in configuration["processes"].items()
                for key, check in process["checks"].items()}

    def waived(self, graceid):
        """Whether a candidate ended called off."""
        return self.outcome.configurations[graceid]["state"].startswith("waived")

    @property
    def messages(self):
        """Which messages were sent, whatever their time and number."""
        return {(one.graceid, one.process, one.check, one.outcome) for one in self.notices}


@cache
def charts():
    """The processes and lifecycles."""
    return registry.charts()


@cache
def policy():
    """That of the present, and of the second observing run what needs no configuration."""
    present, plain = load.load("o4", charts()[0]), default_policy(charts()[0])
    return attrs.evolve(present, profiles=(*present.profiles[:-1], *plain.profiles))


def _simulated(kind, seed, flavour=CURRENT):
    candidate, = plan([kind], 1, 2.0, seed, START)
    lines = candidate.lines(candidate.graceid, charts()[0], {}, flavour)
    name = f"{kind} {seed}" + (" legacy" if flavour == LEGACY else "")
    return Night(name, tuple(lines), candidate.of_today)


@cache
def simulated():
    """Simulated nights of all kinds; those of the second observing run in both flavours.

    In alerts of 2016 labels have no date, so that a request for a sign-off that comes again cannot
    be told from a new one: refused candidates, of whom nothing may be asked, are left out of these.
    """
    made = [_simulated(kind, str(seed)) for kind in KINDS for seed in range(max(1, AMOUNT))]
    legacy = [kind for kind in OF_O2 if kind not in CALLED_OFF]
    return [*made, *(_simulated(kind, "0", LEGACY) for kind in legacy)]


@cache
def examples():
    """The recordings that come with the project."""
    return [Night(path.stem, tuple(json.loads(line) for line in path.read_text().splitlines()),
                  path.stem.startswith("superevent")) for path in sorted(EXAMPLES.glob("*.jsonl"))]


def healthy():
    """The nights in which nothing lacks, and nothing was called off before it was due."""
    return [night for night in (*simulated(), *examples())
            if not plain(night).notices and not night.name.startswith(CALLED_OFF)]


@cache
def plain(night):
    """The run of a night as it is."""
    return run(night.lines)


def run(lines, gracedb=lambda records: RecordedGraceDB(records)):
    """Replay lines.

    Args:
        lines: of a recording, in any order.
        gracedb: makes of the records who answers questions.
    """
    records = [record_of(json.dumps(line)) for line in sorted(lines, key=lambda one: one["time"])]
    records = sorted(filter(None, records), key=lambda record: record.alert.received)
    replay = Replay(*charts(), policy(), Counted(gracedb(records)))
    try:
        for _ in replay.run(records):
            pass
    except EndlessError as error:
        return Run(replay.outcome, str(error))
    return Run(replay.outcome)


class EndlessError(Exception):
    """So many questions that there seems to be no end of them."""


class Counted:
    """A GraceDB that answers only so many questions about a night."""

    def __init__(self, gracedb):
        self.gracedb, self.left = gracedb, MOST_QUESTIONS

    def answer(self, ask):
        """Answer one."""
        self.left -= 1
        if self.left < 0:
            raise EndlessError(f"{MOST_QUESTIONS} questions, the last of them for {ask.wants}")
        return self.gracedb.answer(ask)


def some(items, every, seed=""):
    """Of every so many items one, by chance; all of them in thorough sweeps."""
    items = list(items)
    if THOROUGH:
        return items
    chance = random.Random(f"{seed} {len(items)}")
    every *= max(1, len(KINDS) // 4)  # the more kinds of nights, the less of each
    kept = sorted(chance.sample(range(len(items)), -(-len(items) // every)))
    return [items[position] for position in kept]


# ---- what can be done to a line

def record(line):
    """What a line's payload says of the annotation."""
    payload = line["payload"]
    data = payload.get("data", payload.get("object"))
    return data if isinstance(data, dict) else {}


def described(line):
    """A line in a few words, without GraceIDs and times: of whom, what, which."""
    payload, data, uid = line["payload"], record(line), line["payload"]["uid"]
    what = {"label_added": "label", "update": "log"}.get(payload["alert_type"],
                                                         payload["alert_type"])
    name = data.get("name") or data.get("filename") or data.get("voevent_type") \
        or data.get("comment") or data.get("status") or payload.get("description") or ""
    name = re.sub(r"\d{9,}(\.\d+)?", "#", str(name).replace(uid, "*").split("\n")[0])
    kind = next(letter for letter in "SEG" if letter in uid or letter == "G")
    return f"{kind} {what}: {name[:60]}"


def named(night, position):
    """A line of a night in a few words; with a number where it is not the first that is so."""
    text = described(night.lines[position])
    number = sum(described(line) == text for line in night.lines[:position + 1])
    return text + (f" ({number})" if number > 1 else "")


def without(lines, *positions):
    """The lines without some."""
    return [line for position, line in enumerate(lines) if position not in positions]


def never_made(lines, position):
    """The lines without one of them, and where it put a label on, without that in any state."""
    line = lines[position]
    kept = without(lines, position)
    if line["payload"]["alert_type"] != "label_added":
        return kept
    return [_unlabelled(other, line["payload"]["uid"], record(line)["name"]) for other in kept]


def _unlabelled(plain, graceid, name):
    """A copy of plain data in which a candidate does not have a label."""
    if isinstance(plain, list):
        return [_unlabelled(one, graceid, name) for one in plain]
    if not isinstance(plain, dict):
        return plain
    made = {key: _unlabelled(value, graceid, name) for key, value in plain.items()}
    if graceid in (plain.get("graceid"), plain.get("superevent_id")) and made.get("labels"):
        made["labels"] = [label for label in made["labels"] if label != name]
    return made


def put_off(lines, position, by):
    """The lines, with what one of them tells made later; no state has its label before that."""
    line = lines[position]
    made = changed(lines, position, later(by))
    if line["payload"]["alert_type"] != "label_added":
        return made
    uid, name = line["payload"]["uid"], record(line)["name"]
    silent = position - 1  # the server's own entry about it
    if not made[silent].get("delivered", True) and f"abel: {name}" in str(record(made[silent])):
        made = changed(made, silent, later(by))
    return [_unlabelled(other, uid, name)
            if line["time"] <= other["time"] < line["time"] + by else other for other in made]


def changed(lines, position, change):
    """The lines, with one of them changed."""
    made = list(lines)
    made[position] = deepcopy(made[position])
    change(made[position])
    return made


def later(by):
    """A change: the annotation is made, and told, so many seconds later."""
    def change(line):
        line["time"] = round(line["time"] + by, 3)
        for part in (line["payload"].get("data"), line["payload"].get("object")):
            if part is record(line) and part.get("created"):
                made = datetime.fromtimestamp(seconds(part["created"]) + by, UTC)
                part["created"] = f"{made:%Y-%m-%d %H:%M:%S} UTC"
    return change


def retagged(line):
    """A change: other tags."""
    record(line)["tag_names"] = ["another_tag"]


def emptied(line):
    """A change: the file is empty."""
    error = {"error": "the file is empty"} if ".fits" in record(line)["filename"] else {}
    line["contents"] = {"size": 0, **error}


def unheard(lines, start, stop):
    """The lines, those that arrive between two times undelivered."""
    return [{**line, "delivered": False} if start <= line["time"] < stop else line
            for line in lines]


def labelled(lines, graceid, name, *switches):
    """The lines, and a label put on and taken off at some times, in turn."""
    like = next(line for line in lines if line["payload"]["uid"] == graceid)
    made = list(lines)
    for number, time in enumerate(sorted(switches)):
        dated = f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S} UTC"
        made.append({"time": time + 0.5, "topic": like["topic"], "payload": _label(
            like, graceid, name, dated, on=number % 2 == 0)})
    return possible(sorted(made, key=lambda line: line["time"]))


def possible(lines):
    """The lines without those that tell of no change: GraceDB sends none for them."""
    on, made = set(), []
    for line in lines:
        what, name = line["payload"]["alert_type"], record(line).get("name")
        told = line["payload"].get("description") or ""
        if what == "label":  # as it was told in 2016
            what = "label_removed" if told.endswith(" removed") else "label_added"
            name = told.removeprefix("Label ").removesuffix(" removed")
        place = (line["payload"]["uid"], name)
        if what in ("label_added", "label_removed"):
            if (place in on) == (what == "label_added"):
                continue
            on ^= {place}
        elif what == "signoff_created":
            on.discard((line["payload"]["uid"], "ADVREQ"))
        made.append(line)
    return made


def _label(like, graceid, name, dated, on):
    if "data" not in like["payload"]:
        told = name if on else f"Label {name} removed"
        return {"uid": graceid, "alert_type": "label", "description": told, "file": ""}
    return {"uid": graceid, "alert_type": "label_added" if on else "label_removed",
            "data": {"name": name, "creator": "robot@example.org", "created": dated},
            "object": {}}
