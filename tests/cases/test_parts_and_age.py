"""Each part of an answer speaks for itself; what is long past is nobody's business any more."""

import attrs
import pytest

from fsm.core.engine.inputs import Answer
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.testing.notices import updated
from tests.cases.told import CREATED, EVENT, OPERATOR, Tale, checks, table, verify
from tests.cases.told import Case as C

WHY = "HTTP 404"
FILES = ("json", "avro", "brokers")
HOUR, DAY, YEAR = 3600.0, 86_400.0, 365 * 86_400.0


class Partly:
    """A GraceDB that does not show one part of what it has.

    Args:
        records: of the recording.
        part: ``logs``, ``labels``, ``signoffs`` or a GraceID.
        until: from when on it shows everything, unix seconds.
    """

    def __init__(self, records, part, until=float("inf")):
        self.whole, self.part, self.until = RecordedGraceDB(records), part, until

    def answer(self, ask):
        """Answer, but for the part."""
        answer = self.whole.answer(ask)
        if ask.time >= self.until or not isinstance(answer, Answer):
            return answer
        if self.part in ("logs", "labels", "signoffs"):
            return attrs.evolve(answer, **{self.part: None if self.part == "labels" else ()},
                                unread={self.part: WHY})
        if all(member.graceid != self.part for member in answer.members):
            return answer
        members = tuple(one for one in answer.members if one.graceid != self.part)
        return attrs.evolve(answer, members=members, unread={self.part: WHY})


def partly(tale, part, until=float("inf")):
    """What is told of a night of which GraceDB does not show a part."""
    return tale.judged(lambda records: Partly(records, part, until))


DEAF = [("pycbc", 0.5, 600), ("aframe", 30, 2000), ("retracted", 100, 3000), ("mbta", 300, 400),
        ("coincident", 20, 1000), ("early-upgraded", 60, 900), ("signed-again", 1400, 2500)]


@pytest.mark.parametrize("part", ["logs", "labels", "signoffs", EVENT])
@pytest.mark.parametrize(("kind", "start", "stop"), DEAF)
def test_what_cannot_be_read_is_nobodys_failure(part, kind, start, stop):
    judged = partly(Tale(kind).unheard(start, stop), part)
    assert judged.failed == set()


def test_what_lacks_is_told_though_another_part_cannot_be_read():
    for part in ("signoffs", EVENT):
        judged = partly(Tale("pycbc").without("-preliminary.", since=300), part)
        assert judged.failed == checks("second_notice", *FILES)


def test_what_lacks_is_told_when_the_part_can_be_read_again():
    night = Tale("aframe").without("copied from", since=300)
    judged = partly(night, "logs", until=night.at(2 * HOUR))
    told = {f"copied_{what}.file" for what in ("skymap", "properties", "classification")}
    assert judged.failed == told
    assert all(2 * HOUR <= judged.times(name)[0] <= 12 * HOUR for name in told)


class Patient:
    """A GraceDB that shows one part never, and is asked no more than some 300 times."""

    def __init__(self, records):
        self.whole, self.asked = RecordedGraceDB(records), 0

    def answer(self, ask):
        """Answer; fail the test when it is asked without end."""
        self.asked += 1
        assert self.asked <= 300, f"asked without end: {ask.wants}"
        return self.whole.answer(ask)


def test_an_event_that_cannot_be_read_is_not_asked_for_without_end():
    night = Tale("mbta")
    event = night.member()
    night.and_then(lambda script: [event.unlabel("EMBRIGHT_READY", 555),
                                   script.update(1558, {"preferred_event": "G9"})])
    night.judged(Patient)


# ---- old candidates


def old(kind, age, tell):
    """A night of long ago of which nothing was heard, and what is done to it today."""
    graceid = None if kind in ("cbc", "burst") else "S200101ab"
    night = Tale(kind, created=CREATED - age, graceid=graceid)
    night.script.write(night.changes)
    past = [{**line, "delivered": False} for line in night.script.lines]
    night.script.lines = []
    night.script.write(night.script.planned(lambda script: tell(script, age)))
    night.made = sorted([*past, *night.script.lines], key=lambda line: line["time"])
    return night


def commented(script, age):
    """Somebody writes a comment."""
    script.log("This one is in the catalogue now.", age)


def shown(script, age):
    """It is shown to the public."""
    script.expose(age)


def tagged(script, age):
    """A file of no known kind is added."""
    script.file("notes.pdf", age, "notes", ("analyst_comments",))


def ordered(script, age):
    """An update is ordered, and not sent."""
    script.log(f"{OPERATOR} queued an Update alert through the dashboard.", age, ("em_follow",))


def sent(script, age):
    """An update is ordered and sent."""
    updated(script, script.member(EVENT, pipeline="mbta"), age)


def reopened(script, age):
    """The sign-off is deleted, so that it is asked for."""
    script.withdraw("ADV", "", age)


def new_map(script, age):
    """A map of a later analysis is added, and not drawn."""
    script.file("Bilby.multiorder.fits", age, "of the catalogue", ("sky_loc",))


def estimated(script, age):
    """Parameters are estimated, of which an update has to tell."""
    script.label("PE_READY", age)


def vetoed(script, age):
    """The data are found bad."""
    script.unlabel("DQOK", age)
    script.label("DQV", age + 1)


ANEW = (
    C("an update that is not sent", lambda: old("mbta", 2 * YEAR, ordered),
      checks("update_notice", *FILES)),
    C("an update that is sent", lambda: old("coincident", 3 * YEAR, sent)),
    C("a sign-off", lambda: old("aframe", 2 * YEAR, reopened),
      checks("advocate_vetting", "signoff")),
    C("a map", lambda: old("less-significant", YEAR, new_map),
      checks("estimated_map_annotation[Bilby]", "page", "sky")),
    C("an update after an estimation of two days", lambda: old("mbta", 2 * DAY, estimated),
      checks("update_after_estimation", "update")),
    C("an update after an estimation of twelve hours", lambda: old("mbta", DAY / 2, estimated),
      checks("update_after_estimation", "update")),
    C("whether what was announced half a day ago of bad data is taken back",
      lambda: old("spiir", DAY / 2, vetoed), checks("vetoed_notice", "resolved")),
    C("whether what was announced two days ago of bad data is taken back",
      lambda: old("spiir", 2 * DAY, vetoed), checks("vetoed_notice", "resolved")),
)


@pytest.mark.parametrize("tell", [commented, shown, tagged])
@pytest.mark.parametrize(("kind", "age"), [
    ("mbta", 2 * YEAR), ("retracted", YEAR), ("coincident", 3 * YEAR), ("estimated", 30 * DAY),
    ("less-significant", 40 * DAY), ("early-upgraded", YEAR)])
def test_what_is_said_today_of_an_old_candidate_makes_nothing_due(kind, age, tell):
    verify(C("", lambda: old(kind, age, tell)))


@pytest.mark.parametrize("kind", ["cbc", "burst"])
def test_what_is_said_today_of_an_event_of_2017_makes_nothing_due(kind):
    verify(C("", lambda: old(kind, 7 * YEAR, commented)))


def test_what_was_never_finished_long_ago_is_not_told_today():
    def unfinished(script, age):
        script.log("Looked into again.", age)
    night = old("mbta", YEAR, unfinished)
    night.made = [line for line in night.made if line["time"] < night.at(100)
                  or line["time"] > night.at(DAY)]
    verify(C("", lambda: night))


@table(*ANEW)
def test_of_an_old_candidate_is_supervised_what_is_asked_for_anew(case):
    verify(case)
