"""Configurations of the earlier system: what is carried over, and what is told."""

import tomllib

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config.legacy import imported, written
from fsm.io.config.legacy_names import SECTIONS, TEXTS
from fsm.io.config.load import policy
from fsm.registry import charts

PROCESSES, _ = charts()
CHARTS = {chart.name: chart for chart in PROCESSES}

GENERAL = """
[general]
process_type = event_supervisor
gracedb = https://gracedb.example.org/api/
annotate = True
warnings = {warnings}
log_directory = /var/log/es/
"""
GSTLAL = GENERAL + """
[idq start]
dt = 61
ifos = H1 L1 V1
email on success =
email on failure = shift@example.org
email on exception = shift@example.org
[idq]
classifiers = ovl forest   ; two of them
glitch fap dt = 601
finish dt = 3001
tables dt = 300
email on success =
email on failure = shift@example.org idq@example.org
email on exception = shift@example.org
[bayestar]
skymap dt = 91
skymap tagnames = sky_loc public
[local rate]
dt = 0
win+ = 5
win- = 500
max rate = 2.5
[lalinf start]
dt = 3600
far thr = 1.65343e-06
[notify]
dt = 10
ignore inj = True
by phone =
by email = shift@example.org
by sms = 555
[colour]
dt = 3
"""
CWB = GENERAL + """
[cwb pe]
ced dt = 121
[local rate]
dt = 0
win+ = 5
win- = 500
max rate = 2.5
"""
LISTENER = """
[general]
process_type = event_supervisor
[gstlal]
nodes = cbc_gstlal_lowmass cbc_gstlal_highmass command-x eventSupervisor_gstlal-heartbeat
childConfig = /home/es/etc/childA.ini
sleep = 0.1
[cwb long]
nodes = burst_cwb_allskylong
childConfig = etc/childB.ini
"""


@pytest.fixture
def old(tmp_path):
    def make(**texts):
        paths = []
        for name, text in texts.items():
            paths.append(tmp_path / f"{name}.ini")
            paths[-1].write_text(text.replace("{warnings}", "True"))
        return paths
    return make


def test_deadlines_options_thresholds_and_parties(old):
    tables, _ = imported(old(cfg_gstlal=GSTLAL), PROCESSES)
    made = policy(tables, PROCESSES).profile_for({"pipeline": "gstlal", "group": "CBC"})
    assert made.name == "cfg_gstlal"
    idq = made.settings["idq"]
    assert idq.deadlines == {"start": 61, "glitch_fap": 601, "rank": 601, "finish": 3001}
    assert idq.options["ifos"] == ("H1", "L1", "V1")
    assert idq.options["classifiers"] == ("ovl", "forest")
    assert idq.failure == ("shift@example.org", "idq@example.org") and idq.success == ()
    assert made.settings["bayestar"].tags == {"skymap": ("sky_loc", "public")}
    rate = made.settings["local_rate"].options
    assert (rate["window_after"], rate["window_before"], rate["max_rate"]) == (5, 500, 2.5)
    assert made.settings["lalinf"].far_threshold == 1.65343e-6
    assert made.settings["notify"].success == ("shift@example.org",)


def test_what_had_no_section_is_off(old):
    tables, notes = imported(old(cfg_gstlal=GSTLAL), PROCESSES)
    settings = policy(tables, PROCESSES).profile_for({"pipeline": "gstlal"}).settings
    on = {name for name, setting in settings.items() if setting.enabled}
    assert on == {"idq", "bayestar", "local_rate", "lalinf", "notify"}
    assert any("no such process: approval_preliminary" in note or "approval_preliminary" in note
               for note in notes)


@pytest.mark.parametrize("told", [
    "[colour]: no supervisor had it", "[idq] tables dt = 300: required there",
    "[notify] by sms = 555: it was never implemented; [parties]",
    "[general] log_directory = /var/log/es/: the logs are in /var/log/es/supervisor",
    "[idq] email on failure: all checks of the process tell",
    "[general] process_type = event_supervisor: one program",
    "no [[listen]]", "no file names whom the supervisor tells of its own troubles",
    "[mail] server = localhost, port 25, without encryption",
])
def test_what_is_not_carried_over_is_told(old, told):
    _, notes = imported(old(cfg_gstlal=GSTLAL), PROCESSES)
    assert [note for note in notes if told in note], notes


def test_what_is_as_today_or_empty_is_not_told(old):
    _, notes = imported(old(cfg_gstlal=GSTLAL), PROCESSES)
    assert not [note for note in notes if "ignore inj" in note or "by phone" in note]


def test_the_listener_tells_to_which_candidates_a_child_applies(old):
    files = old(childA=GSTLAL, childB=CWB, listener=LISTENER)
    tables, notes = imported(files, PROCESSES)
    made = policy(tables, PROCESSES)
    assert [p.name for p in made.profiles] == ["gstlal", "cwb long", "unconfigured"]
    low = {"group": "CBC", "pipeline": "gstlal", "search": "LowMass"}
    assert made.profile_for(low).name == "gstlal"
    assert made.profile_for({**low, "search": "MDC"}).name == "unconfigured"
    assert made.profile_for({"group": "Burst", "pipeline": "CWB", "search": "AllSkyLong"}
                            ).name == "cwb long"
    assert any("[gstlal] sleep = 0.1: nothing is looked at" in note for note in notes)


def test_two_children_of_one_file_are_two_profiles(old):
    files = old(childA=CWB, listener=LISTENER.replace("childB", "childA"))
    tables, _ = imported(files, PROCESSES)
    assert [p["name"] for p in tables["profile"]] == ["gstlal", "cwb long"]
    assert tables["profile"][0]["group"] == ["cbc"] and tables["profile"][1]["group"] == ["burst"]
    assert tables["listen"][0]["nodes"] == ["cbc_gstlal_lowmass", "cbc_gstlal_highmass"]


def test_what_is_the_same_in_all_is_written_once(old):
    tables, _ = imported(old(gstlal=GSTLAL, cwb=CWB), PROCESSES)
    assert "local_rate" in tables["process"]
    assert not any("local_rate" in profile.get("process", {}) for profile in tables["profile"])


def test_narrower_profiles_come_first(old):
    tables, _ = imported(old(cWB=CWB, cWBLong=CWB), PROCESSES)
    assert [p["name"] for p in tables["profile"]] == ["cWBLong", "cWB"]


def told(tables, pipeline):
    made = policy(tables, PROCESSES).profile_for({"pipeline": pipeline})
    return set(made.annotate), made.warnings


def test_switches_of_each_group(old):
    first, second = old(gstlal=GENERAL, cwb=GENERAL)
    tables, _ = imported([first, second], PROCESSES)
    assert tables["general"] == {"annotate": ["failure", "success"], "warnings": True}
    second.write_text(GENERAL.replace("{warnings}", "no").replace("= True", "= off"))
    tables, _ = imported([first, second], PROCESSES)
    assert "general" not in tables
    assert told(tables, "gstlal") == ({"failure", "recovery", "success"}, True)
    assert told(tables, "CWB") == (set(), False)


def test_who_was_told_by_the_only_list_of_the_tenth_engineering_run(old):
    text = "[skymap summary]\ndata dt = 120\nfinish dt = 180\nemail = a@example.org b@example.org\n"
    tables, _ = imported(old(eventSupervisor_CBC=text), PROCESSES)
    made = policy(tables, PROCESSES).profile_for({"group": "CBC"}).settings["sngl_fits"]
    assert made.deadlines == {"html": 120, "finish": 180} and made.success == ()
    assert made.failure == made.exception == ("a@example.org", "b@example.org")


def test_addresses_that_only_the_machines_mail_program_knew(old):
    text = "[far]\ndt = 0\nemail on failure = root, a@example.org json://x/secret\n"
    tables, notes = imported(old(gstlal=text), PROCESSES)
    assert tables["process"]["far"]["failure"] == ["root@localhost", "a@example.org"]
    assert any("root is an account of the machine's" in note for note in notes)
    assert any("one of these is no e-mail address" in note for note in notes)
    assert not any("secret" in note for note in notes)


def test_the_settings_of_one_daemon_are_those_of_the_first_child(old):
    first, second = old(gstlal=GENERAL, cwb=GENERAL.replace("gracedb.example", "other.example"))
    tables, notes = imported([first, second], PROCESSES)
    assert tables["gracedb"] == {"url": "https://gracedb.example.org/api/"}
    assert tables["logs"] == {"folder": "/var/log/es/supervisor"}
    assert [note for note in notes if "https://other.example.org/api/: gracedb.url is one" in note]


def test_without_anybody_to_tell_there_is_no_mail(old):
    tables, _ = imported(old(gstlal="[far]\ndt = 0\n"), PROCESSES)
    assert "mail" not in tables and "parties" not in tables


def test_a_child_that_was_another_program_is_left_out(old):
    files = old(gstlal=GSTLAL, ap="[general]\nprocess_type = approval_processorMP\n")
    tables, notes = imported(files, PROCESSES)
    assert [profile["name"] for profile in tables["profile"]] == ["gstlal"]
    assert any("approval_processorMP: it was another program" in note for note in notes)
    with pytest.raises(ConfigurationError, match="ap: none of these supervises any search"):
        imported(files[1:], PROCESSES)


def test_a_name_that_is_our_own_is_changed(old):
    tables, _ = imported(old(default=CWB), PROCESSES)
    assert tables["profile"][0]["name"] == "earlier default"
    assert policy(tables, PROCESSES)


@pytest.mark.parametrize("texts, words", [
    ({"gstlal": "[far]\ndt = soon\n"}, r"gstlal.ini: \[far\] dt: expected a number.*'soon'"),
    ({"gstlal": "[far]\ndt = -1\n"}, r"\[far\] dt"),
    ({"gstlal": "[far]\ndt = nan\n"}, r"\[far\] dt"),
    ({"gstlal": "dt = 1\n"}, "not an INI file"),
    ({"gstlal": "[general]\nannotate = perhaps\n"}, "expected True or False"),
    ({"a": CWB, "b": CWB}, "nothing tells .* a, b"),
    ({"listener": LISTENER}, "no child"),
])
def test_a_wrong_file_is_a_clear_error(old, texts, words):
    with pytest.raises(ConfigurationError, match=words):
        imported(old(**texts), PROCESSES)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigurationError, match="No such file"):
        imported([tmp_path / "none.ini"], PROCESSES)


def test_written_and_read_again(old, tmp_path):
    tables, _ = imported(old(gstlal=GSTLAL), PROCESSES)
    out = tmp_path / "new.toml"
    written(tables, out)
    assert tomllib.loads(out.read_text()) == tables
    with pytest.raises(ConfigurationError, match="exists"):
        written(tables, out)


def test_every_name_leads_to_a_check_or_option_of_today():
    for process, names in SECTIONS.values():
        checks = {check.name for _, check in CHARTS[process].checks()}
        assert {check for group in names.values() for check in group} <= checks, process
    options = {option for chart in PROCESSES for option in chart.options}
    assert set(TEXTS.values()) <= options


def test_sections_in_any_case_and_a_mark_at_the_beginning(old):
    tables, notes = imported(old(gstlal="\ufeff[General]\nwarnings = False\n[Data]\nname = es\n"
                                        "[FAR]\ndt = 1\n"), PROCESSES)
    assert tables["general"] == {"warnings": False} and tables["operators"] == {"name": "es"}
    assert tables["profile"][0]["only"] == ["far"] and not any("[General]" in n for n in notes)


def test_what_stands_for_another_option_is_filled_in(old):
    text = ("[DEFAULT]\nbase = /home/es\nwho = a@example.org\n[general]\nlog_directory = "
            "%(base)s/log\n[far]\ndt = 1\nemail on failure = %(who)s\nemail on exception = "
            "100%@example.org\n")
    tables, notes = imported(old(gstlal=text), PROCESSES)
    assert tables["logs"] == {"folder": "/home/es/log/supervisor"}
    assert tables["process"]["far"]["failure"] == ["a@example.org"]
    assert tables["process"]["far"]["exception"] == ["100%@example.org"]
    assert not any("base" in note for note in notes)
    with pytest.raises(ConfigurationError, match="whom"):
        imported(old(gstlal="[far]\nemail on failure = %(whom)s\n"), PROCESSES)


def test_the_profile_of_a_pipeline_comes_before_that_of_a_group(old):
    tables, _ = imported(old(cbc=CWB, gstlal=CWB), PROCESSES)
    assert [p["name"] for p in tables["profile"]] == ["gstlal", "cbc"]


def test_passwords_are_in_no_note(old):
    texts = {name: f"[general]\ngracedb = https://u:secret-{name}@example.org/api/\n[far]\ndt = 1\n"
             for name in ("gstlal", "cwb")}
    _, notes = imported(old(**texts), PROCESSES)
    assert any("gracedb.url is one for all" in note for note in notes)
    assert not any("secret" in note for note in notes)


def test_what_nothing_ever_started_is_off_until_it_is_named(old):
    text = "[approval processor segdb]\nflags dt = 70\nemail on failure = a@example.org\n"
    tables, notes = imported(old(gstlal=text + "[far]\ndt = 1\n"), PROCESSES)
    assert tables["profile"][0]["only"] == ["far"]
    assert tables["process"]["approval_segdb"]["deadlines"] == {"flag": 70}
    assert any("it was never started, so approval_segdb is off" in note for note in notes)
    tables["profile"][0]["only"].append("approval_segdb")
    (profile, _) = policy(tables, PROCESSES).profiles
    assert profile.settings["approval_segdb"].enabled
