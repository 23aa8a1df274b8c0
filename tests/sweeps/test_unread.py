"""What cannot be read in GraceDB is nobody's fault."""

import random

import attrs
import pytest

from fsm.core.engine.inputs import Answer
from fsm.io.recordings.gracedb import RecordedGraceDB
from tests.sweeps.findings import Findings
from tests.sweeps.invariants import broken
from tests.sweeps.nights import FAILURE, healthy, run, some, unheard

WHY = "HTTP 500"


class Failing:
    """A GraceDB of which one part cannot be read.

    Args:
        records: of the recording.
        part: ``logs``, ``labels``, ``signoffs``, ``neighbours``, ``contents``, ``members``,
            ``event``, or ``all``: no answer.
    """

    def __init__(self, records, part):
        self.whole, self.part = RecordedGraceDB(records), part

    def answer(self, ask):
        """Answer, but for the part."""
        if self.part == "all":
            return Answer(ask.time, ask.graceid, ask.question, failure=WHY)
        answer = self.whole.answer(ask)
        if self.part == "members":
            return attrs.evolve(answer, members=(), unread={
                want[1]: WHY for want in ask.wants if want[0] == "member"})
        if self.part == "contents":
            return attrs.evolve(answer, contents={}, unavailable=frozenset(), unread={
                f"{want[1]},{want[2]}": WHY for want in ask.wants if want[0] == "content"})
        nothing = {"logs": (), "labels": None, "signoffs": (), "neighbours": {}}
        return attrs.evolve(answer, **{self.part: nothing[self.part]}, unread={self.part: WHY})


@pytest.mark.parametrize("part", ["logs", "labels", "signoffs", "neighbours", "contents", "members",
                                  "all"])
def test_one_part_cannot_be_read(part):
    """Alerts are lost, and what would make good for them is not to be read."""
    findings = Findings()
    for night in healthy():
        chance = random.Random(f"unread {part} {night.name}")
        for line in some(night.lines, 15, f"unread {part} {night.name}"):
            stop = line["time"]
            start = stop - chance.choice((0.1, 5.0, 60.0, 600.0))
            made = run(unheard(night.lines, start, stop + 0.001),
                       lambda records: Failing(records, part))
            began = night.lines[0]["time"]
            where = f"{night.name}, deaf {start - began:.1f} to {stop - began:.1f} s"
            findings.update([*broken(made), *_blamed(part, made)], where)
    findings.none()


def _blamed(part, made):
    for notice in made.told(FAILURE):
        yield f"{part}: blamed: {notice.process}.{notice.check}: {notice.message}"
