"""Configuration: complete, validated, and an error names the closest thing that is known."""

from pathlib import Path

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config.load import load, policy
from fsm.registry import charts

PROCESSES, _ = charts()
EXAMPLE = Path(__file__).parents[3] / "examples" / "supervisor.toml"


def loaded(tmp_path, text):
    path = tmp_path / "c.toml"
    path.write_text(text)
    return load(path, PROCESSES)


def test_the_example():
    made = load(EXAMPLE, PROCESSES)
    gstlal = made.profile_for({"group": "CBC", "pipeline": "gstlal", "search": "LowMass"})
    assert gstlal.name == "gstlal"
    assert gstlal.settings["bayestar"].far_threshold == 1e-4
    cwb = made.profile_for({"group": "Burst", "pipeline": "CWB", "search": None})
    assert not cwb.settings["local_rate"].enabled
    assert cwb.settings["event_creation"].failure == ("operators", "burst searches")
    assert made.profile_for({"group": "Burst", "pipeline": "LIB"}).name == "unconfigured"


def test_an_empty_file_is_the_default(tmp_path):
    made = loaded(tmp_path, "")
    assert [p.name for p in made.profiles] == ["tests", "today", "default"]
    assert made.warnings and made.annotate


def test_profiles_add_to_what_holds_for_all(tmp_path):
    made = loaded(tmp_path, """
        [process.idq]
        options = { classifiers = ["ovl", "forest"] }
        [[profile]]
        name = "p"
        only = ["idq", "skyviewer"]
        [profile.process.idq]
        deadlines = { start = 5 }
        success = ["me"]
    """)
    idq = made.profiles[0].settings["idq"]
    assert idq.options["classifiers"] == ("ovl", "forest") and idq.options["ifos"] == ("H1", "L1")
    assert idq.deadlines == {"start": 5} and idq.success == ("me",)
    assert {n for n, s in made.profiles[0].settings.items() if s.enabled} == {"idq", "skyviewer"}


def test_exact_tags_add_to_what_holds_for_all(tmp_path):
    made = loaded(tmp_path, """
        [process.bayestar.tags]
        start = ["em_follow"]
        skymap = ["sky_loc"]
        [[profile]]
        name = "p"
        [profile.process.bayestar.tags]
        skymap = []
    """)
    assert made.profiles[-1].settings["bayestar"].tags["skymap"] == ("sky_loc",)
    assert made.named("p").settings["bayestar"].tags == {"start": ("em_follow",), "skymap": ()}


@pytest.mark.parametrize(("text", "words"), [
    ("[genral]", "did you mean 'general'"),
    ("[general]\nanotate = true", "did you mean 'annotate'"),
    ("[general]\nannotate = 1", "general.annotate"),
    ("[general]\nannotate = [\"sucess\"]", "expected true, false, or a list of 'failure'"),
    ("[general]\nwarnings = 1", "true or false"),
    ("[[profile]]\nname = \"p\"\nannotate = \"failure\"", "annotate"),
    ("[[profile]]\nname = \"unconfigured\"", "two profiles are named 'unconfigured'"),
    ("[timing]\ngrase = 1", "did you mean 'grace'"),
    ("[timing]\ngrace = -1", "number from 0"),
    ("[timing]\nretry = 0", "at least 0.01"),
    ("[process.unblind_injections]\noptions = {found_texts = ['']}", "an empty text fits anything"),
    ("[timing]\nretry_longest = 0", "at least 0.01"),
    ("[timing]\ngrace = 1e11", "at most a year"), ("[timing]\ngrace = 1e13", "1e+12 at most"),
    ("[timing]\nretry_longest = 1", "asked more than 10,000 times"),
    ("[[profile]]\nname = 'a'\nsearches = 'x'", "a list of texts"),
    ("[timing]\ngrace = nan", "number from 0"),
    ("[process.bayestr]", "did you mean 'bayestar'"),
    ("[process.bayestar]\ndeadline = {}", "did you mean 'deadlines'"),
    ("[process.bayestar.deadlines]\nskymp = 3", "did you mean 'skymap'"),
    ("[process.bayestar.deadlines]\nskymap = 'soon'", "expected a number"),
    ("[process.bayestar.warnings]\nskymap = 5", "no warning"),
    ("[process.idq.options]\nifo = []", "did you mean 'ifos'"),
    ("[process.bayestar.tags]\nskymp = []", "did you mean 'skymap'"),
    ("[process.bayestar.tags]\nskymap = 'lvem'", "list of texts"),
    ("[process.far.tags]\nfar = []", "neither a message nor a file"),
    ("[process.idq.options]\nifos = 'H1'", "list of texts"),
    ("[process.far]\nfailure = 'me'", "list of texts"),
    ("[process.far]\nfar_threshold = true", "expected a number"),
    ("process = 3", "must be a table"),
    ("profile = 3", "[[profile]]"),
    ("[[profile]]", "needs a 'name'"),
    ("[[profile]]\nname = 'a'\npipelin = []", "did you mean 'pipeline'"),
    ("[[profile]]\nname = 'a'\nonly = ['fr']", "did you mean 'far'"),
    ("[[profile]]\nname = 'a'\n[[profile]]\nname = 'a'", "two profiles"),
    ("[[profile]\n", "not TOML"),
])
def test_what_is_wrong_is_named(tmp_path, text, words):
    with pytest.raises(ConfigurationError) as told:
        loaded(tmp_path, text)
    assert words in str(told.value) and "c.toml" in str(told.value)


def test_a_file_that_is_not_there():
    with pytest.raises(ConfigurationError, match="No such file"):
        load("/nowhere.toml", PROCESSES)


def test_letter_case_does_not_count_in_matching():
    made = policy({"profile": [{"name": "p", "group": ["cbc"], "search": [""]}]}, PROCESSES)
    assert made.profile_for({"group": "CBC", "search": None}).name == "p"
    assert made.profile_for({"group": "CBC", "search": "AllSky"}).name == "unconfigured"


def test_what_no_profile_matches_is_left_alone_unless_a_last_one_is_for_all():
    narrow = {"name": "gstlal", "pipeline": ["gstlal"]}
    made = policy({"profile": [narrow]}, PROCESSES)
    for values in ({"group": "Burst", "pipeline": "CWB"}, {"superevent_id": "S1", "group": "CBC"}):
        profile = made.profile_for(values)
        assert profile.name == "unconfigured" and not profile.supervises
        assert (profile.annotate, profile.warnings) == ((), False)
    made = policy({"profile": [narrow, {"name": "others"}]}, PROCESSES)
    assert made.profile_for({"group": "Burst", "pipeline": "CWB"}).name == "others"


def test_outcomes_are_annotated_and_told_by_profile():
    made = policy({"general": {"annotate": False}, "profile": [
        {"name": "a", "group": ["cbc"], "annotate": ["failure", "success"], "warnings": False},
        {"name": "b", "group": ["burst"], "annotate": True}, {"name": "c"}]}, PROCESSES)
    assert {p.name: (p.annotate, p.warnings) for p in made.profiles[:3]} == {
        "a": (("failure", "recovery", "success"), False), "b": (("failure", "recovery"), True),
        "c": ((), True)}
    assert made.annotate and made.warnings


@pytest.mark.parametrize(("plain", "annotate", "warnings"), [
    ({}, True, True), ({"general": {"annotate": False, "warnings": False}}, False, False),
    ({"general": {"annotate": []}}, False, True),
    ({"general": {"warnings": False}, "profile": [{"name": "p"}]}, True, False),
    ({"general": {"warnings": False}, "profile": [{"name": "p", "warnings": True}]}, True, True)])
def test_whether_anything_is_annotated_or_told_at_all(plain, annotate, warnings):
    made = policy(plain, PROCESSES)
    assert (made.annotate, made.warnings) == (annotate, warnings)


def test_who_is_told_of_what_stays_overdue_is_a_matter_of_its_gravity():
    made = policy({"escalate": {"serious": [{"after": 0, "to": ["deputies"]},
                                            {"after": 1800, "to": ["heads"]}]}}, PROCESSES)
    settings = made.profiles[1].settings
    assert [(step.after, step.to) for step in settings["advocate_vetting"].escalation] == [
        (0, ("deputies",)), (1800, ("heads",))]
    assert settings["preliminary_notice"].escalation == ()  # which is grave
    assert settings["em_bright"].escalation == ()


@pytest.mark.parametrize(("steps", "words"), [
    ({"serius": []}, "did you mean 'serious'"), ({"grave": 5}, "expected a list of tables"),
    ({"grave": [5]}, "expected a list of tables"), ({"grave": [{"after": 5}]}, "needs 'after'"),
    ({"grave": [{"after": -1, "to": ["a"]}]}, "number from 0"),
    ({"grave": [{"after": 1, "to": ["a"], "who": 1}]}, "who"),
    ({"grave": [{"after": 1, "to": ["slack://a/b/c"]}]}, "expected names of parties"),
    ({"grave": [{"after": 86400, "to": ["a"]}]}, "is given up"),
    ({"grave": [{"after": 60, "to": [" "]}]}, "expected the names of parties"),
    ({"grave": [{"after": 1, "to": []}]}, "expected the names of parties"),
    ({"grave": [{"after": 1, "to": [""]}]}, "expected the names of parties"),
    ({"grave": [{"after": 9, "to": ["a"]}, {"after": 9, "to": ["b"]}]}, "must come after"),
])
def test_steps_that_cannot_be_are_named(steps, words):
    with pytest.raises(ConfigurationError, match=words):
        policy({"escalate": steps}, PROCESSES)


def test_who_must_act_is_warned_and_not_who_watches():
    settings = policy({}, PROCESSES).profiles[1].settings["advocate_vetting"]
    assert settings.warning == ("rapid response",)
    assert settings.failure == ("operators", "rapid response")
    made = policy({}, PROCESSES).profiles[1].settings
    assert made["preliminary_notice"].warning and not made["em_bright"].warning
    changed = policy({"process": {"advocate_vetting": {"warning": ["advocates"]}}}, PROCESSES)
    assert changed.profiles[1].settings["advocate_vetting"].warning == ("advocates",)


@pytest.mark.parametrize("text", [
    "{} = 1", "[general]\n{} = 1", "[process.bayestar]\n{} = 1", "[process.{}]\nenabled = false",
    "[process.bayestar.within]\n{} = 1", "[process.bayestar.options]\n{} = 1",
    "[[profile]]\nname = 'a'\nonly = ['{}']", "[[profile]]\nname = 'a'\nwithout = ['{}']",
    "[[profile]]\nname = '{}'\nera = 'o9'", "[general]\nannotate = ['{}']",
    "[[profile]]\nname = '{0}'\n[[profile]]\nname = '{0}'"])
def test_a_name_of_any_length_is_quoted_in_short(tmp_path, text):
    with pytest.raises(ConfigurationError) as told:
        loaded(tmp_path, text.format("x" * 3000))
    assert "xxxx" in str(told.value) and len(str(told.value)) < 1500
