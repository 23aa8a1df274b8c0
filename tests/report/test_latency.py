"""How long checks take: from the journal, in numbers, as proposals, and drawn."""

import json
import tomllib

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fsm.cli import main
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Measured
from fsm.errors import JournalError
from fsm.io.config.load import policy
from fsm.io.journal.journal import Journal
from fsm.io.journal.postgresql import PostgreSQL
from fsm.registry import charts
from fsm.report.latency import (
    Latency,
    as_toml,
    of_annotations,
    quantile,
    read,
    statistics,
    suggested,
)

T = 1_502_000_000.0


def measured(graceid, process, check, at, state="met", generation=0, created=T):
    return Measured(T, graceid, process, check, generation, state,
                    None if at is None else created + at, created, created + 5, created + 10)


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "j.db")
    with made.writing():
        made.measured([measured(f"G{n}", "bayestar", "skymap", 40 + n) for n in range(1, 31)])
        made.measured([measured("G31", "bayestar", "skymap", 900, "late"),
                       measured("G32", "bayestar", "skymap", None, "missing"),
                       measured("G1", "idq[H1]", "flag[x]", 8),
                       measured("G1", "idq[L1]", "flag[y]", 20, created=T + 1000)])
    made.close()
    return tmp_path / "j.db"


def test_median_percentiles_longest_and_share_on_time(journal):
    bayestar, idq = statistics(read(journal))
    assert (bayestar["process"], bayestar["check"], bayestar["number"], bayestar["missing"]) == (
        "bayestar", "skymap", 32, 1)
    assert bayestar["on_time"] == 30 / 32
    assert bayestar["since_creation"] == {"median": 56, "90%": 68, "99%": 900, "longest": 900}
    assert bayestar["since_start"]["median"] == 51 and bayestar["since_stage"]["median"] == 46
    assert (idq["process"], idq["check"], idq["number"]) == ("idq", "flag", 2)
    assert idq["since_stage"]["median"] == 0  # it came before its stage began


def test_of_one_process_one_key_or_since_a_time(journal):
    assert {row.process for row in read(journal, "idq")} == {"idq[H1]", "idq[L1]"}
    assert {row.process for row in read(journal, "idq[H1]")} == {"idq[H1]"}
    assert {row.process for row in read(journal, since=T + 1)} == {"idq[L1]"}


def test_answers_to_the_supervisors_own_questions_are_no_latencies():
    rows = [Latency("properties_content[em_bright.json]", "sane", "met", 203.0, 193.0, 193.0),
            Latency("local_rate", "rate", "met", 10.0, 10.0, 10.0),
            Latency("idq[H1]", "flag[x]", "met", 8.0, 3.0, 2.0),
            Latency("gone", "x", "met", 1.0, 1.0, 1.0)]
    assert of_annotations(rows, charts()[0]) == rows[2:]


def test_what_comes_after_it_was_given_up_counts_as_late(journal):
    made = Journal(journal)
    with made.writing():
        made.measured([measured("G32", "bayestar", "skymap", 9000, "late")])
    made.close()
    (one,) = statistics(read(journal, "bayestar"))
    assert (one["number"], one["missing"], one["since_creation"]["longest"]) == (32, 0, 9000)


def test_deadlines_are_proposed_where_there_are_enough(journal):
    proposed = suggested(statistics(read(journal)))
    assert proposed["bayestar"]["skymap"] == {"within": 1500, "number": 31, "99%": 890}
    assert proposed["idq"]["flag"]["within"] is None
    text = as_toml(proposed)
    assert "fewer than 20, so nothing is proposed: flag (2)" in text
    known = charts()[0]
    made = policy(tomllib.loads(text), known)
    assert made != default_policy(known)
    assert made.profiles[-1].settings["bayestar"].deadlines["skymap"] == 1500


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_is_one_of_the_values_and_enough_are_not_above_it(values, share):
    values.sort()
    found = quantile(values, share)
    assert found in values and sum(v <= found for v in values) >= share * len(values) * (1 - 1e-12)
    assert quantile(values, 1.0) == values[-1] and quantile([], share) is None


@given(st.floats(0, 1e7))
def test_a_proposed_deadline_is_round_and_has_a_margin(seconds):
    rows = [Latency("p", "c", "met", seconds, seconds, seconds)] * 20
    within = suggested(statistics(rows))["p"]["c"]["within"]
    assert max(10, 1.5 * seconds) <= within <= max(10, 3.01 * seconds)


def run(*arguments):
    return CliRunner().invoke(main, ["latency", *map(str, arguments)])


def test_the_command(journal, tmp_path):
    done = run("--journal", journal)
    assert done.exit_code == 0 and "bayestar" in done.stdout and "94%" in done.stdout
    assert json.loads(run("--journal", journal, "--json").stdout)[0]["number"] == 32
    assert "deadlines = { skymap = 1500 }" in run("--journal", journal, "--suggest").stdout
    since = run("--journal", journal, "--since", "2018-01-01", "--json")
    assert since.exit_code == 2 or json.loads(since.stdout) == []
    assert "Products, events of the second observing run (2017)" in done.stdout
    for name in ("l.png", "l.svg"):
        done = run("--journal", journal, "--plot", tmp_path / name)
        assert done.exit_code == 0 and (tmp_path / name).stat().st_size > 5000
    assert (tmp_path / "l.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "l.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(("arguments", "words"), [
    (("--journal", "/nowhere.db"), "there is no journal"),
    (("--plot", "x.doc"), "expected a name that ends with")])
def test_clear_errors(journal, arguments, words):
    done = run("--journal", journal, *arguments)
    assert done.exit_code == 2 and words in done.stderr


def test_of_a_database(journal, postgres):
    url = postgres.create()
    made = Journal(PostgreSQL(url))
    with made.writing():
        made.measured([measured("G1", "idq[H1]", "flag[x]", 8), measured("G2", "p", "c", None)])
    made.close()
    assert [(row.process, row.creation) for row in read(url)] == [("idq[H1]", 8), ("p", None)]
    assert json.loads(run("--journal", url, "--json").stdout)[0]["number"] == 1
    postgres.execute("DROP TABLE latencies", url)
    done = run("--journal", url)
    assert done.exit_code == 2 and "no journal with latencies" in done.stderr


def test_what_is_no_journal_is_said(tmp_path):
    (tmp_path / "j.db").write_text("no database" * 100)
    with pytest.raises(JournalError, match="no journal with latencies"):
        read(tmp_path / "j.db")


@pytest.mark.parametrize("name", ["j.db", "what?mode=rw.db", "a#b%41.db"])
def test_an_empty_journal_is_no_error(tmp_path, name):
    Journal(tmp_path / name).close()
    done = run("--journal", tmp_path / name, "--plot", tmp_path / "l.png")
    assert done.exit_code == 0 and "no check has come to an end yet" in done.stdout
