"""The command: exit codes, formats, clear errors."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ON_TIME = str(EXAMPLES / "cbc_on_time.jsonl")


def run(*arguments, stdin=None):
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)


def test_replay_json():
    done = run("replay", ON_TIME, "--json")
    assert done.exit_code == 0
    plain = json.loads(done.stdout)
    assert plain["alerts"] == 128 and plain["rejected"] == []


def test_replay_for_people_without_colours_off_a_terminal():
    done = run("replay", *sorted(EXAMPLES.glob("*.jsonl")))
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    for words in ("G298048", "closed.complete", "What would have been sent",
                  "operators, em-bright"):
        assert words in done.stdout
    assert "launch.start" not in done.stdout  # nothing is wrong with it
    assert "launch.start" in run("replay", ON_TIME, "--all").stdout


@pytest.mark.parametrize("columns", ["60", "200"])
def test_a_replay_is_as_wide_as_columns_says(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    shown = run("replay", EXAMPLES / "superevent_mdc_dies.jsonl").stdout
    assert ("┏" in shown) == (columns == "200")
    assert "'preliminary-emcoinc-circular.txt'" in shown


def test_standard_input_and_rejected_lines():
    done = run("replay", "-", "--json", stdin="rubbish\n" + Path(ON_TIME).read_text())
    assert done.exit_code == 3
    (rejected,) = json.loads(done.stdout)["rejected"]
    assert rejected["line"] == 1 and "JSON" in rejected["reason"]


@pytest.mark.parametrize("arguments", [
    ("replay",), ("replay", "/nowhere.jsonl"), ("replay", ON_TIME, "--config", "/nowhere.toml"),
    ("replay", ON_TIME, "--until", "soon"), ("replay", ON_TIME, "--gracedb", "ftp://x"),
    ("replay", ON_TIME, "--svg", "/nowhere/x.svg"), ("diagram", "bayestr"), ("nonsense",),
])
def test_usage_is_exit_status_2_with_one_clear_line(arguments):
    done = run(*arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output and done.output.strip()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    done = run("diagram", "far", "--out", tmp_path / "file" / "inside")
    assert done.exit_code == 1 and "Traceback" not in done.output and "file" in done.output


def test_a_full_disk_is_said():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "fsm", "replay", ON_TIME, "--json"],
                              stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1 and "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error():
    done = subprocess.run(f"{sys.executable} -m fsm machines | head -1", shell=True, check=False,
                          capture_output=True, text=True)
    assert "Traceback" not in done.stderr and done.stdout


def test_hostile_text_stays_text(tmp_path):
    evil = '[red]<script>&"\'"\x1b[31m' + "A" * 50_000
    lines = [{"time": 1.5e9, "payload": {"uid": "G1", "alert_type": "new", "description": "",
                                         "object": {"group": evil, "pipeline": evil, "far": evil,
                                                    "created": evil, "instruments": evil}}},
             {"time": 1.5e9 + 1, "payload": {"uid": "G1", "alert_type": "update",
                                             "description": "UPLOAD: 'x' y", "file": evil + ".fits",
                                             "object": {"comment": evil}}}]
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = run("replay", path, "--svg", tmp_path / "x.svg")
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.stdout and len(done.stdout) < 200_000
    assert "<script>" not in (tmp_path / "x.svg").read_text()


def test_svg_draws_the_one_with_the_gravest_trouble_which_is_no_mock(tmp_path):
    done = run("replay", *sorted(EXAMPLES.glob("*.jsonl")), "--svg", tmp_path / "x.svg")
    assert "\nS231116b is drawn" in f"\n{done.stderr}"
    assert "missing" in (tmp_path / "x.svg").read_text()


def test_machines():
    listed = json.loads(run("machines", "--json", "--era", "o2").stdout)
    bayestar = next(p for p in listed if p["name"] == "bayestar")
    assert bayestar["starts"] == ("file psd.xml.gz or log message "
                                  "“INFO:BAYESTAR:starting sky localization”")
    assert [c["within"] for s in bayestar["stages"] for c in s["checks"]] == [60, 90, 90]
    assert "sky localization" in bayestar["parties"]["failure"]
    assert "bayestar  BAYESTAR" not in run("machines").stdout
    (named,) = json.loads(run("machines", "bayestar", "--json").stdout)
    assert named == bayestar


def test_of_processes_today_has_those_of_today_and_mistakes_are_named():
    today = {one["name"] for one in json.loads(run("machines", "--json").stdout)}
    assert "preliminary_notice" in today and "segdb2grcdb" not in today
    done = run("machines", "bayestr")
    assert done.exit_code == 2 and "did you mean 'bayestar'?" in done.stderr


def test_help_has_every_command_under_a_heading_with_its_whole_sentence():
    shown = run("--help").stdout
    assert all(f"  {name} " in shown for name in main.commands)
    assert "...\n" not in shown.partition("\n")[2]  # behind the line of usage
    assert re.findall(r"^\w.*(?=:$)", shown, re.MULTILINE)[1:] == [
        "Watch", "Act on a running supervisor", "Explain what is expected",
        "Rehearse, on recordings and simulated nights"]


def test_help_teaches_and_loads_nothing_heavy():
    assert "fsm replay" in run("--help").stdout
    code = ("import sys, fsm.cli; print([m for m in ('transitions', 'rich', 'ligo', 'graphviz', "
            "'attr') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_configuration_that_is_right():
    done = run("config", "check", "o2")
    assert done.exit_code == 0 and "o2 is right: 8 profiles" in done.stdout
    assert "without superevents that none of these matches are left alone" in done.stdout


def test_a_profile_that_nothing_is_left_to_is_said(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("".join(f"[[profile]]\nname = '{name}'\n{more}\n" for name, more in (
        ("one", "group = ['CBC']"), ("two", "group = ['CBC']\npipeline = ['gstlal']"),
        ("three", "group = ['Burst', 'CBC']"), ("four", "era = 'o4'"), ("five", ""),
        ("six", "searches = ['cbc_gstlal']"))))
    said = run("config", "check", path).stdout
    assert [line.split()[0] for line in said.splitlines() if "is never tried" in line] == [
        "two", "six"]
    assert "six is never tried: five, before it" in said and "left alone" not in said


def test_what_is_listened_to_in_vain_is_said(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text('''
[[listen]]
kind = "lvalert"
server = "lvalert.example.org"
nodes = ["cbc_gstlal", "burst_cwb_allsky", "superevent"]
[[profile]]
name = "gstlal"
group = ["CBC"]
pipeline = ["gstlal"]
search = ["LowMass"]
''')
    said = run("config", "check", path).stdout
    assert "burst_cwb_allsky is listened to, and no profile is for its candidates" in said
    assert "cbc_gstlal is listened" not in said
    assert "superevent is listened to" in said  # the profile has no era = "o4"


def test_what_would_keep_the_daemon_from_starting_here_is_said(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_CONFIG_HOME", "NETRC"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    path = tmp_path / "c.toml"
    path.write_text('''
[[listen]]
kind = "igwn-alert"
topics = ["superevent"]
consumer_group = "x"
''')
    said = run("config", "check", path).stdout
    assert "on this machine 'fsm run' would not start: listener igwn-alert: auth = true" in said
    assert "there is no credential for kafka.scimma.org:9092" in said


def test_a_configuration_that_is_wrong_is_exit_status_1(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("[process.bayestr]\nenabled = false\n")
    done = run("config", "check", path)
    assert done.exit_code == 1 and "bayestar" in done.stderr


def test_an_unknown_configuration_names_the_shipped_ones():
    done = run("config", "show", "o5")
    assert done.exit_code == 2 and "o2" in done.stderr


def test_what_holds_for_one_search():
    done = run("config", "show", "o2", "Burst", "LIB", "--json")
    plain = json.loads(done.stdout)
    assert plain["profile"] == "olib"
    (lib,) = [p for p in plain["processes"] if p["name"] == "lib_pe"]
    assert lib["far_threshold"] == 1.666667e-2
    shown = run("config", "show", "o2", "Burst", "LIB").stdout
    assert "profile olib" in shown and "bayestar_no_virgo" in shown.rpartition("supervised:")[2]


def test_import_of_the_earlier_systems_configuration(tmp_path):
    old, new = tmp_path / "gstlal.ini", tmp_path / "new.toml"
    old.write_text("[far]\ndt = 0\nmin far = 0.0\nmax far = 1e-3\nemail on failure = a@example.org"
                   "\n[general]\nlog_directory = /var/log\n")
    done = run("config", "import", old, "--out", new)
    assert done.exit_code == 0, done.output
    assert "note: " in done.stdout and "log_directory" in done.stdout
    assert run("config", "check", new).exit_code == 0
    assert run("config", "import", old, "--out", new).exit_code == 2


def test_the_page_of_processes(tmp_path):
    page = tmp_path / "docs" / "p.md"
    assert run("document", "--out", page).exit_code == 0
    assert run("document", "--out", page, "--check").exit_code == 0
    page.write_text(page.read_text().replace("12 min", "13 min"))
    done = run("document", "--out", page, "--check")
    assert done.exit_code == 1 and "stale" in done.stderr
    assert run("document", "--out", tmp_path / "none.md", "--check").exit_code == 1


def test_what_holds_for_a_search_of_today():
    done = run("config", "show", "o4", "CBC", "gstlal", "EarlyWarning", "--json")
    shown = json.loads(done.stdout)
    assert shown["profile"] == "early-warning"
    on = {process["name"]: process["enabled"] for process in shown["processes"]}
    assert on["early_warning_notice"] and not on["check_vectors"] and "segdb2grcdb" not in on


def test_what_is_left_alone_is_told_with_the_reason(tmp_path):
    lines = [json.loads(line) for line in Path(ON_TIME).read_text().splitlines()]
    late = {**lines[-1], "time": lines[-1]["time"] + 30 * 86400}
    path = tmp_path / "r.jsonl"
    path.write_text(Path(ON_TIME).read_text() + json.dumps(late) + "\n")
    done = run("replay", path)
    assert "1 alert was about candidates that had been retired" in done.stdout
    assert "no lifecycle" not in done.stdout
    plain = json.loads(run("replay", path, "--json").stdout)
    assert (plain["unsupervised"], plain["of_retired"]) == (1, 1)


def test_a_recording_in_one_list_over_many_lines(tmp_path):
    lines = [json.loads(line) for line in Path(ON_TIME).read_text().splitlines()]
    path = tmp_path / "r.json"
    path.write_text(json.dumps(lines, indent=1))
    assert run("replay", path, "--json").stdout == run("replay", ON_TIME, "--json").stdout


def test_a_time_in_milliseconds_is_understood():
    until = json.loads(Path(ON_TIME).read_text().splitlines()[0])["time"] + 100
    texts = {run("replay", ON_TIME, "--json", "--until", at).stdout
             for at in (f"{until:.0f}", f"{until * 1000:.0f}")}
    assert len(texts) == 1
    assert run("replay", ON_TIME, "--until", "9e9").exit_code == 2


def test_what_an_annotation_or_a_process_means_is_explained():
    shown = run("explain", "label", "ADVNO").stdout
    assert "retraction_notice" in shown and "who expects it" in shown
    plain = json.loads(run("explain", "file", "bayestar.fits.gz", "--era", "o2", "--json").stdout)
    assert "bayestar" in {one["process"] for one in plain["kinds"]["event"]["expected"]}
    assert "second_notice" in run("explain", "message", "Superevent", "cleaned", "up", "after",
                                  "first", "preliminary", "alert").stdout
    shown = run("explain", "advocate_vetting").stdout
    assert "is started by what these expect" in shown and "initial_notice" in shown
    assert json.loads(run("explain", "bayestar", "--json").stdout)["process"]["name"] == "bayestar"


def test_what_cannot_be_explained_is_said():
    assert "nothing expects it, or waits for it\n" in run("explain", "label", "nonsense").stdout
    assert "in 2017 it was: --era o2" in run("explain", "file", "psd.xml.gz").stdout
    assert run("explain", "label").exit_code == 2
    for given, said in ((("bayestr",), "did you mean 'bayestar'?"),
                        (("bayestr", "--era", "o4"), "did you mean 'bayestar_map'?"),
                        (("bayestar", "--era", "o4"), "there is no process 'bayestar'"),
                        (("advno",), "but a label: fsm explain label ADVNO"),
                        (("label", "ADVNOO"), "did you mean 'ADVNO'?")):
        done = run("explain", *given)
        assert done.exit_code == 2 and said in done.stderr, given
