"""Each call of the disk, of GraceDB and of the mail server fails once: nothing is lost by that.

In the suite every call of GraceDB and of the mail server fails, and some of the disk's, by turns in
each way; ``make faults`` has all of them fail in all ways.
"""

import os

import attrs
import pytest

from tests.faults.failing import DISK, Refuser, endured
from tests.faults.night import SHORT, night
from tests.faults.outcome import outcome
from tests.faults.world import World

SIZE = int(os.environ.get("FSM_FAULTS", 0))
STEP = 1 if SIZE else 50  # of the disk's calls one in so many fails
# Nothing is dropped from the journal, so that it shows at the end who was told what.
NIGHT = attrs.evolve(night(**SHORT), keep_days=400.0)


def own(key):
    """Whether a message tells of the journal, which could not be written."""
    return key.startswith("supervisor/journal/")


class Calm:
    """The night without any failure."""

    def __init__(self, folder):
        self.folder, self.calls = folder, {}
        for kind in ("disk", "GraceDB", "mail"):
            world = World(folder / kind)
            refuser = Refuser(world, kind)
            endured(world, NIGHT)
            self.calls[kind], self.outcome = refuser.names, outcome(world)

    def with_failure(self, kind, number, error=DISK[0]):
        """What comes of it where the call of a number fails: (name of the call, outcome)."""
        world = World(self.folder / f"{kind}{number}{error}")
        refuser = Refuser(world, kind, number, error)
        endured(world, NIGHT)
        made = outcome(world)
        world.remove()
        return refuser.names[number - 1], made


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    return Calm(tmp_path_factory.mktemp("f"))


@pytest.mark.parametrize("part", range(2))
def test_a_disk_that_fails_once(calm, part):
    expected = calm.outcome.without(own)
    numbers = list(range(1, len(calm.calls["disk"]) + 1, STEP))[part::2]
    for turn, number in enumerate(numbers):
        for error in DISK if SIZE else (DISK[turn % len(DISK)],):
            name, made = calm.with_failure("disk", number, error)
            assert list(made.without(own).faults(expected)) == [], f"{number}: {name}, {error}"


def test_a_mail_server_that_fails_once(calm):
    for number in range(1, len(calm.calls["mail"]) + 1):
        name, made = calm.with_failure("mail", number)
        assert list(made.faults(calm.outcome)) == [], f"{number}: {name}"


def states(made):
    """The state of each check."""
    return {(graceid, process, check): one["state"]
            for graceid, configuration in made.candidates.items()
            for process, run in configuration["processes"].items()
            for check, one in run["checks"].items()}


def test_a_gracedb_that_fails_once(calm):
    """An annotation is written later. What cannot be judged is said to be unverified, and judged
    when GraceDB can be asked again: later, with a message besides, and instead of a warning."""
    for number in range(1, len(calm.calls["GraceDB"]) + 1):
        name, made = calm.with_failure("GraceDB", number)
        if "ask" not in name:
            assert list(made.faults(calm.outcome)) == [], f"{number}: {name}"
            continue
        assert states(made) == states(calm.outcome), f"{number}: {name}"
        lacking = set(calm.outcome.messages) - set(made.messages)
        besides = set(made.messages) - set(calm.outcome.messages)
        assert all("/warning/" in key or "/reminder/" in key for key in lacking), lacking
        assert all("/exception/" in key or "/reminder/" in key for key in besides), besides
        assert {key.replace("/warning/", "/exception/") for key in lacking
                if "/warning/" in key} <= besides
        assert len(set(made.messages)) == len(made.messages)
        assert not any(made.left.values()) and not made.findings
