"""Nights to be judged: the story of one candidate, with something taken away, added or moved."""

import attrs
import pytest

from fsm.simulator.kinds import FAINT, KINDS, OF_O2
from fsm.testing.script import CURRENT, LEGACY, Script
from tests.sweeps import nights
from tests.sweeps.invariants import broken

CREATED = 1_714_000_000.0  # unix seconds; an evening in April 2024
SUPEREVENT, EVENT, SECOND = "S240424ab", "G240001", "G740001"
CLEAN_UP = "Superevent cleaned up after first preliminary alert"
OPERATOR = "User shift@example.org"


class Tale:
    """The story of a superevent of a kind, or of an event of the second observing run.

    Args:
        kind: of which kind it is, see :data:`fsm.simulator.kinds.KINDS`.
        fields: further or other values of the preferred event.
    """

    def __init__(self, kind, created=CREATED, graceid=None, **fields):
        of_o2 = kind in OF_O2
        story, usual = KINDS[kind]
        far = {"far": 1e-6 if kind in FAINT else 2e-10}
        own = {} if of_o2 else {"preferred_event": EVENT}
        graceid = graceid or (EVENT if of_o2 else SUPEREVENT)
        self.script = Script(graceid, created, LEGACY if of_o2 else CURRENT,
                             **{**usual, **far, **own, **fields})
        self.changes = self.script.planned(story)
        self.made = None

    def member(self, graceid=EVENT):
        """The script of one of the superevent's events."""
        return next(change.script for change in self.changes
                    if change.script.graceid == graceid)

    def without(self, *texts, since=float("-inf"), until=float("inf")):
        """Take away what is described by a text, in a time; there must be something."""
        kept = [change for change in self.changes
                if not (since <= change.after < until
                        and any(text in described(change) for text in texts))]
        assert len(kept) < len(self.changes), f"nothing is called {texts}"
        self.changes = kept
        return self

    def cut(self, after):
        """Nothing is written any more after a time."""
        self.changes = [change for change in self.changes if change.after < after]
        return self

    def moved(self, text, by, since=float("-inf"), until=float("inf")):
        """Move what is described by a text to a later or an earlier time."""
        found = [change for change in self.changes
                 if text in described(change) and since <= change.after < until]
        assert found, f"nothing is called {text}"
        for change in found:
            change.after += by
        return self

    def and_then(self, tell):
        """Something more is done to it, told by a function of its script."""
        self.changes += self.script.planned(tell)
        return self

    def at(self, after):
        """Seconds after its creation as unix seconds."""
        return self.script.at(after)

    @property
    def lines(self):
        """The lines of its recording."""
        if self.made is None:
            self.script.write(self.changes)
            self.made = sorted(self.script.lines, key=lambda line: line["time"])
        return self.made

    def heard_late(self, start, stop):
        """The alerts of a time arrive in one go at its end, in their order."""
        self.made = [{**line, "time": self.at(stop)}
                     if self.at(start) <= line["time"] < self.at(stop) else line
                     for line in self.lines]
        return self

    def unheard(self, start, stop):
        """The alerts of a time never arrive; GraceDB has it all the same."""
        self.made = nights.unheard(self.lines, self.at(start), self.at(stop))
        return self

    def judged(self, *gracedb):
        """What the supervisor makes of it; another GraceDB may answer."""
        return Judged(nights.run(self.lines, *gracedb))


class Judged:
    """What was told about a night."""

    def __init__(self, run):
        self.run = run
        self.failed, self.recovered, self.doubted = (
            {called(one) for one in run.told(outcome)}
            for outcome in ("failure", "recovery", "exception"))

    def times(self, name, outcome="failure"):
        """When a check was told, seconds after the creation of the usual superevent."""
        return [one.time - CREATED for one in self.run.told(outcome) if called(one) == name]


@attrs.frozen
class Case:
    """What is right about a night.

    Attributes:
        rule: in words.
        tale: function that makes the :class:`Tale`.
        must: which checks must be told as failed; no others may.
        back: which of them must be told as recovered; no others may.
    """

    rule: str
    tale: object
    must: frozenset = attrs.field(default=(), converter=frozenset)
    back: frozenset = attrs.field(default=(), converter=frozenset)


def table(*cases):
    """Mark a test that is done for each of the cases."""
    return pytest.mark.parametrize("case", [pytest.param(one, id=one.rule) for one in cases])


def verify(case, judged=None):
    """Judge a case's night, and compare what was told with what is right."""
    judged = judged or case.tale().judged()
    told = "\n".join(f"{one.time - CREATED:.0f} s: {one.outcome} {called(one)}: {one.message}"
                     for one in judged.run.notices)
    assert judged.doubted == set(), told
    assert judged.failed == case.must, told
    assert judged.recovered == case.back, told
    assert broken(judged.run) == [], told
    return judged


def checks(process, *names):
    """Checks of a process, as they are called in messages."""
    return {f"{process}.{name}" for name in names}


def called(notice):
    """Which check a message is about."""
    return f"{notice.process}.{notice.check}"


def described(change):
    """A change in words: whose, what, and its file, message, label or status."""
    data = change.data if isinstance(change.data, dict) else {}
    parts = (change.script.graceid, change.what, data.get("filename"), data.get("comment"),
             data.get("name"), data.get("status"))
    return " ".join(str(part) for part in parts if part)
