"""The oracle itself: what it says must be told of nights in which one thing went wrong."""

import pytest

from fsm.registry import charts
from tests.oracle.judge import judge
from tests.oracle.names import NAMES
from tests.oracle.rows import ROWS, RULES
from tests.sweeps.nights import changed, described, labelled, later, retagged, simulated, without

NOTICE = ("json", "avro", "brokers")


def night(kind):
    """The lines of the first night of a kind."""
    return next(list(one.lines) for one in simulated() if one.name == f"{kind} 0")


def at(lines, text, number=1):
    """Where the line is that is described so."""
    found = [position for position, line in enumerate(lines) if described(line).startswith(text)]
    return found[number - 1]


def must(lines):
    """What must be told."""
    return {finding.row for finding in judge(lines) if finding.must}


@pytest.mark.parametrize("one", [one for one in simulated() if one.today],
                         ids=lambda one: one.name)
def test_nothing_of_a_healthy_night_must_be_told(one):
    assert must(one.lines) == set()


@pytest.mark.parametrize(("kind", "gone", "number", "told"), [
    ("significant", "G log: bayestar.multiorder.fits", 1, {"bayestar map"}),
    ("significant", "G label: SKYMAP_READY", 1, {"complete", "ready and incomplete"}),
    ("significant", "S label: LOW_SIGNIF_LOCKED", 1, {"locked low", "locked once"}),
    ("estimated", "S log: Bilby.png", 1, {"picture of the map"}),
    ("significant", "S log: *-preliminary.json", 2, {"second notice: json"}),
    ("significant", "S label: DQR_REQUEST", 1, {"report asked for"}),
    ("less-significant", "S log: *-preliminary.avro", 2, {"second less-significant notice: avro"}),
    ("retracted", "S log: retraction-circular.txt", 1, {"retraction circular"}),
    ("coincident", "E log: coincidence_far.json", 1, {"coincidence_far"}),
    ("coincident", "S log: RAVEN: publishing", 1, {"verdict on a coincidence"}),
    ("estimated", "S log: *-update.json", 1, {"update: json", "update after estimation"}),
])
def test_what_lacks_must_be_told(kind, gone, number, told):
    lines = night(kind)
    assert must(without(lines, at(lines, gone, number))) == told


def test_what_is_late_or_wrong_must_be_told():
    lines = night("significant")
    position = at(lines, "S log: H1_omegascan.png")
    assert must(changed(lines, position, retagged)) == {"spectrogram"}
    assert must(changed(lines, position, later(1000.0))) == {"spectrogram"}
    assert must(changed(lines, position, later(200.0))) == set()


def test_what_is_held_back_need_not_come():
    lines = night("significant")
    sent = at(lines, "S label: GCN_PRELIM_SENT")
    second = [at(lines, "S log: *-preliminary.json", 2), at(lines, "S log: *-preliminary.avro", 2),
              at(lines, "S log: preliminary-circular.txt", 2),
              *(position for position, line in enumerate(lines[sent:], sent)
                if "Kafka" in described(line) and position < at(lines, "S signoff_created"))]
    made = without(lines, *second)
    assert {f"second notice: {part}" for part in NOTICE} <= must(made)
    superevent = lines[sent]["payload"]["uid"]
    approved = labelled(made, superevent, "ADVOK", lines[sent]["time"] + 20.0)
    assert not any(row.startswith("second") for row in must(approved))
    assert "report asked for" in must(without(approved, at(approved, "S label: DQR_REQUEST")))


def test_each_generation_is_waited_for():
    lines = night("estimated")
    order = lines[at(lines, "S log: User operator@example.org queued an Update alert")]
    again = changed([order], 0, later(9000.0))
    assert must([*lines, *again]) == {f"update: {part}" for part in NOTICE}


def test_all_rows_have_names_and_all_names_are_processes():
    rows = {row.name.split(" (")[0] for row in ROWS} | {rule.name for rule in RULES}
    assert rows == set(NAMES)
    named = {pattern.split(".")[0] for patterns in NAMES.values() for pattern in patterns}
    processes = {chart.name for chart in charts()[0]}
    assert {name for name in named if "*" not in name} <= processes
