"""Nights whose follow-ups behave as a file says."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.errors import ConfigurationError
from fsm.io.recordings.files import record_of_entry
from fsm.registry import charts
from fsm.simulator.habits import read
from fsm.simulator.night import plan, usual_start

KNOWN = charts()[0]
EXAMPLE = Path(__file__).parents[2] / "examples" / "plan.toml"
MAPS = ("bayestar.fits.gz", "bayestar.png", "bayestar-skymapSummary.html")


@pytest.fixture
def habits(tmp_path):
    def write(text):
        path = tmp_path / "plan.toml"
        path.write_text(text)
        return read(path, KNOWN)
    return write


def changes(kind, habits=(), seed=0, events=1):
    night = plan([kind], events, 2.0, seed, usual_start([kind]), habits)
    return [one.changes(one.graceid, KNOWN, {}) for one in night]


def times(made):
    """Seconds after the creation at which each file or message comes first, by its name."""
    found = {}
    for change in made:
        data = change.data if isinstance(change.data, dict) else {}
        name = data.get("filename") or data.get("comment") or data.get("name") or change.what
        if change.what == "signoff_created":
            name = f"{change.what} {data['signoff_type']}{data['instrument']}"
        after = change.after * change.script.pace
        found[name] = min(after, found.get(name, after))
    return found


def moves(kind, habits):
    """By how many seconds what is named comes later than usual, None where it does not come."""
    usual, made = times(*changes(kind)), times(*changes(kind, habits))
    after = {name: made[name] - time if name in made else None for name, time in usual.items()}
    return {name: by for name, by in after.items() if by is None or abs(by) > 1e-6}


def test_a_process_begins_when_it_is_told_and_keeps_its_distances(habits):
    made = times(*changes("cbc", habits("[process.segdb2grcdb]\ndelay = 300")))
    assert made["began searching for segments in : https://segments.example.org"] == 300.0
    moved = moves("cbc", habits("[process.segdb2grcdb]\ndelay = 300"))
    assert len(moved) == 20 and max(moved.values()) - min(moved.values()) < 1e-6


def test_what_a_file_has_started_follows_it_and_nothing_else(habits):
    moved = moves("cbc", habits("[process.bayestar.check.skymap]\ndelay = 900"))
    assert set(MAPS) <= set(moved)
    decided = {"EM_READY"}  # approval waits for a map that may be shared
    assert all("bayestar." in name or "bayestar-" in name or name.startswith("AP: ")
               or name in decided for name in moved)
    assert not any("no_virgo.png" in name or name == "LALInference.png" for name in moved)
    gone = moves("cbc", habits("[process.bayestar.check.skymap]\nprobability = 0"))
    assert set(gone) == set(moved) and set(gone.values()) == {None}


def test_a_check_of_today_moves_alone(habits):
    moved = moves("significant", habits("[process.gwskynet]\ndelay = 1000"))
    assert set(moved) == {"gwskynet.json"}


def test_scans_are_told_apart_by_their_channels(habits):
    moved = moves("cbc", habits("[process.l1_omega_scan.check.data]\nprobability = 0"))
    assert set(moved) == {"l1_r-reduced.json", "l1_r-standard.json"}


def test_sign_offs_come_late_or_not_at_all(habits):
    late = moves("cbc", habits("[process.operator_signoff]\ndelay = 4000"))
    assert set(late) >= {f"signoff_created OP{ifo}" for ifo in ("H1", "L1", "V1")}
    assert "AP: State: preliminary_to_initial --> initial_to_update." in late  # waits for them
    never = moves("significant", habits("[process.advocate_vetting]\nprobability = 0"))
    assert set(never.values()) == {None} and "S260101a-initial.json" in never
    assert "signoff_created ADV" in never and "S260101a-preliminary.json" not in never


def test_the_plan_that_is_shipped_makes_no_notice_before_its_sign_off():
    for made in changes("significant", read(EXAMPLE, KNOWN), events=30):
        first = times(made)
        signed = first.get("signoff_created ADV")
        sent = [time for name, time in first.items() if name.endswith("-initial.json")]
        assert sent == [] if signed is None else signed < sent[0] < signed + 100


def test_chance_has_the_shape_that_is_told(habits):
    told = habits("[process.lldq_report]\ndelay = 500\njitter = 100\nprobability = 0.5")
    report = "Automatic Data-quality report posted"
    found = [times(made)[report] for made in changes("lib", told, events=200)
             if report in times(made)]
    mean = sum(found) / len(found)
    spread = (sum((one - mean) ** 2 for one in found) / len(found)) ** 0.5
    assert 75 < len(found) < 125 and 470 < mean < 530 and 75 < spread < 125


def test_nothing_comes_before_the_creation(habits):
    told = habits("[process.idq]\njitter = 1e6")
    assert all(change.after >= 0 for made in changes("lib", told, events=5) for change in made)


def test_the_same_seed_is_the_same_night_and_tables_are_independent(habits):
    one = "[process.idq]\njitter = 50\n[process.lib_pe]\njitter = 500\nprobability = 0.5\n"
    more = one + "[process.lldq_report]\njitter = 9\n"
    first, again, third = (list(map(times, changes("lib", habits(text), 7, 4)))
                           for text in (one, one, more))
    assert first == again
    for made, known in zip(third, first, strict=True):
        assert {name for name in known if known[name] != made.get(name)} == {
            "Automatic Data-quality report posted"}


@pytest.mark.parametrize(("text", "words"), [
    ("[process.bayestr]", "no process 'bayestr'; did you mean 'bayestar'"),
    ("[process.bayestar]\ndelai = 5", "'delai' in process.bayestar; did you mean 'delay'"),
    ("[process.bayestar.check.skymp]", "no check 'skymp'; did you mean 'skymap'"),
    ("[process.bayestar.check.skymap]\nprobability = 2", "process.bayestar.check.skymap.probab"),
    ("[process.bayestar]\ndelay = -1", "process.bayestar.delay: expected a number from 0 on"),
    ("[process.bayestar]\ndelay = 1e9", "at most a year"),
    ("[process.bayestar]\njitter = 'much'", "not 'much'"),
    ("[process.bayestar]\njitter = nan", "nan"), ("[proces.bayestar]", "did you mean 'process'"),
    ("process = 5", "must be a table"), ("[process]\nbayestar = 5", "expected a table"),
    ("[process.idq]\ncheck = 5", "process.idq.check: expected a table"),
    ("[process.idq.check]\nstart = 5", "expected a table"), ("[process", "--plan"),
    ("\x00", "--plan")])
def test_what_is_wrong_in_a_plan_is_named(habits, tmp_path, text, words):
    with pytest.raises(ConfigurationError) as error:
        habits(text)
    assert words in str(error.value) and f"--plan {tmp_path}" in str(error.value)


def test_the_example_is_read_and_the_command_takes_it(tmp_path):
    assert {habit.process for habit in read(EXAMPLE, KNOWN)} == {
        "copied_skymap", "advocate_vetting", "idq", "lalinf"}
    arguments = ["simulate", "significant", "cbc", "--events", "4", "--plan"]
    with_it, again = (CliRunner().invoke(main, [*arguments, str(EXAMPLE)]) for _ in range(2))
    assert with_it.exit_code == 0 and with_it.stdout == again.stdout
    assert with_it.stdout != CliRunner().invoke(main, arguments[:-1]).stdout
    missing = CliRunner().invoke(main, [*arguments, str(tmp_path / "missing.toml")])
    assert missing.exit_code == 2 and "missing.toml: No such file" in missing.stderr


def test_a_plan_makes_recordings_that_can_be_read(habits):
    told = habits("[process.bayestar]\njitter = 100\n[process.idq]\nprobability = 0.5")
    (one,) = plan(["cbc"], 1, 2.0, 3, usual_start(["cbc"]), told)
    lines = one.lines(one.graceid, KNOWN, {"slow": 1.0})
    assert all(record_of_entry(line) for line in lines)
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
