"""Configuration: complete, validated, and an error names the closest thing that is known."""

from pathlib import Path

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config import load, policy
from fsm.registry import charts

PROCESSES, _ = charts()
EXAMPLE = Path(__file__).parents[2] / "examples" / "supervisor.toml"


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
    assert made.profile_for({"group": "Burst", "pipeline": "LIB"}).name == "default"


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
    assert made.named("default").settings["bayestar"].tags["skymap"] == ("sky_loc",)
    assert made.named("p").settings["bayestar"].tags == {"start": ("em_follow",), "skymap": ()}


@pytest.mark.parametrize(("text", "words"), [
    ("[genral]", "did you mean 'general'"),
    ("[general]\nanotate = true", "did you mean 'annotate'"),
    ("[general]\nannotate = 1", "true or false"),
    ("[timing]\ngrase = 1", "did you mean 'grace'"),
    ("[timing]\ngrace = -1", "number from 0"),
    ("[timing]\nretry = 0", "more than 0"),
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
    assert made.profile_for({"group": "CBC", "search": "AllSky"}).name == "default"
