"""A faulty declaration is told with file and line, process and check, and the closest word."""

import importlib
import sys

import pytest

from fsm.errors import ChartError, ConfigurationError
from fsm.registry import charts

GOOD = '''"""A follow-up of ours."""
from fsm.chart import *

MINE = Process(
    "scattering", "Scattered light",
    starts=new(),
    key="ifo",
    per="ifos",
    options={"ifos": ("H1", "L1"), "words": "on", "tag_list": ("a",)},
    parties=("us",),
    gravity="serious",
    of="event",
    stages=[
        Stage("launch", check("start", log("begun at {ifo}"), within=60)),
        Stage(
            "search",
            check("report", file("{ifo}.json", tags=["dq"]), within=600, warn=300,
                  when=field("pipeline", equals="CWB") & ~label("INJ")),
            check(
                "finish",
                log("done, {words}", tags="tag_list"),
                within=600,
                each=Each("ifos", "site"),
            )),
    ],
)
'''
PROCESS = "process 'scattering'"
LAUNCH = f"{PROCESS}, stage 'launch'"
START = f"{LAUNCH}, check 'start'"
REPORT = f"{PROCESS}, stage 'search', check 'report'"
FINISH = f"{PROCESS}, stage 'search', check 'finish'"

# What is written, instead of what, on which line; whose fault it is; what is said.
FAULTS = (
    ('parties="text"', 'parties=("us",)', 10, PROCESS, "write ('text',)"),
    ("parties=(7,)", 'parties=("us",)', 10, PROCESS, "must be names of parties, not (7,)"),
    ('"ifos": "H1"', '"ifos": ("H1", "L1")', 9, PROCESS, "'ifos' must be a list, because"),
    ("", 'per="ifos",', 7, PROCESS, "its start never tells its key"),
    ('each=Each("words",', 'each=Each("ifos",', 9, FINISH, "one check for each of its values"),
    ('each=Each("ifoss",', 'each=Each("ifos",', 23, FINISH, "did you mean 'ifos'?"),
    ('each="ifos"', 'each=Each("ifos", "site")', 23, FINISH, "must be Each("),
    ('"tag_list": "a"', '"tag_list": ("a",)', 9, FINISH, "it lists tags, not 'a': write ('a',)"),
    ("begun at {ifo", "begun at {ifo}", 14, START, "a brace is not closed"),
    ("begun at ifo}", "begun at {ifo}", 14, START, "a brace was never opened"),
    ("begun at {gpstime:.4q}", "begun at {ifo}", 14, START, "'.4q' is no format"),
    ("begun at {gpstime:s}", "begun at {ifo}", 14, START, "'s' is no format"),
    ("begun at {ifo:.4f}", "begun at {ifo}", 14, START, "'.4f' is no format for such as 'H1'"),
    ("begun at {ifoo}", "begun at {ifo}", 14, START, "did you mean 'ifo'?"),
    ('field("pipline"', 'field("pipeline"', 18, REPORT,
     "unknown field 'pipline'; did you mean 'pipeline'?"),
    ('label("EM_REDY")', 'label("INJ")', 18, REPORT,
     "unknown label 'EM_REDY'; did you mean 'EM_READY'?"),
    ('any_of("INJ")', '~label("INJ")', 18, REPORT, "expected an expectation"),
    ('within="60")', "within=60)", 14, START, "seconds from 0 on, not '60'"),
    ("within=-1)", "within=60)", 14, START, "seconds from 0 on, not -1"),
    ('within=float("nan"))', "within=60)", 14, START, "seconds from 0 on, not nan"),
    ("within=True)", "within=60)", 14, START, "seconds from 0 on, not True"),
    (")", ", within=60)", 14, START, "check() missing 1 required positional argument: 'within'"),
    ('warn="300"', "warn=300", 17, REPORT, "its warning must be a number"),
    ('warn=float("nan")', "warn=300", 17, REPORT, "its warning must be a number"),
    ("warn=600", "warn=300", 17, REPORT, "must come before its deadline (600 s)"),
    ("wran=300", "warn=300", 17, REPORT, "no argument 'wran'; did you mean 'warn'?"),
    ("start=new()", "starts=new()", 6, PROCESS, "no argument 'start'; did you mean 'starts'?"),
    ('starts="psd.xml"', "starts=new()", 6, PROCESS, "must be an expectation"),
    ("partys=", "parties=", 10, PROCESS, "no argument 'partys'; did you mean 'parties'?"),
    ("tag=[", "tags=[", 17, REPORT, "file() has no argument 'tag'; did you mean 'tags'?"),
    ("tags=[3, ", "tags=[", 17, REPORT, "'tags' must be names of tags"),
    ('tgs="x"', 'tags="tag_list"', 21, FINISH, "log() has no argument 'tgs'; did you mean 'tags'"),
    ('Stage("launch", chek=check', 'Stage("launch", check', 14, LAUNCH,
     "Stage() has no argument 'chek'"),
    ('Stage("launch", "x", check', 'Stage("launch", check', 14, LAUNCH,
     "it must consist of check(...), not of 'x'"),
    ('of="superevnt"', 'of="event"', 12, PROCESS, "did you mean 'superevent'?"),
    ('gravity="seriuos"', 'gravity="serious"', 11, PROCESS, "did you mean 'serious'?"),
    ('"Report"', '"report"', 17, REPORT.replace("report", "Report"), "lower-case"),
    ('Stage("search"', 'Stage("launch"', 4, PROCESS, "two stages named 'search'"),
    ("options=None, #", "options=", 9, PROCESS, "'options' must be a dict"),
)


@pytest.fixture
def declared(tmp_path, monkeypatch):
    """Writes the module of a package, and loads it as the supervisor does."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def load(source, package=""):
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "__init__.py").write_text(package)
        (tmp_path / "mine" / "scattering.py").write_text(source)
        importlib.invalidate_caches()
        return charts("mine")

    yield load
    for name in [one for one in sys.modules if one.partition(".")[0] == "mine"]:
        del sys.modules[name]


def test_what_the_faults_are_made_of_is_right(declared):
    ((chart,), _) = declared(GOOD)
    assert chart.name == "scattering" and chart.module == "mine.scattering"


@pytest.mark.parametrize(("wrong", "right", "line", "whose", "words"), FAULTS,
                         ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_told_where_it_is(declared, wrong, right, line, whose, words):
    assert GOOD.count(right) == 1
    with pytest.raises(ChartError) as told:
        declared(GOOD.replace(right, wrong))
    assert str(told.value).startswith(f"mine/scattering.py line {line}: {whose}: ")
    assert words in str(told.value)


def test_an_error_of_another_kind_is_told_with_its_place(declared):
    with pytest.raises(ConfigurationError, match=r"imported: ZeroDivisionError: .* \(mine/scatter"
                                                 r"ing.py line 2\)"):
        declared('"""A."""\n1 / 0\n')


def test_a_type_error_of_something_else_is_no_declaration(declared):
    with pytest.raises(ConfigurationError, match="TypeError: len"):
        declared("len()")


@pytest.mark.parametrize(("package", "line"), [('ERA = "o5"', 1), ('"""Ours."""\n\nERA = "O4"', 3)])
def test_an_unknown_era(declared, package, line):
    with pytest.raises(ChartError) as told:
        declared(GOOD, package)
    assert f"mine/__init__.py line {line}: ERA = " in str(told.value)
    assert "is unknown; did you mean 'o4'?" in str(told.value)


def test_an_installation_makes_its_own_labels_and_fields_known(declared):
    source = GOOD.replace("INJ", "OURS").replace('"pipeline"', '"our_far"')
    ((chart,), _) = declared(
        source, 'from fsm.chart import *\nknown_labels("OURS")\nknown_fields("our_far")')
    assert "OURS" in chart.stages[1].checks[0].when.words()


def test_a_helper_names_the_process_by_its_argument(declared):
    source = ('from fsm.chart import *\n\n\ndef ours(name):\n    return Process(\n'
              '        name, "Ours", starts=new(),\n'
              '        stages=[Stage("s", check("c", label("EM_REDY"), within=1))])\n\n\n'
              'MINE = ours("scattering")\n')
    with pytest.raises(ChartError) as told:
        declared(source)
    assert str(told.value).startswith(
        "mine/scattering.py line 7: process 'scattering', stage 's', check 'c': unknown label")


def test_a_lifecycle(declared):
    source = ('from fsm.chart import *\n\nOURS = Lifecycle(\n    "ours", "Ours",\n'
              '    [State("open"), State("closed")],\n'
              '    [Move("ended", "open", "closde", on=label("INJ"))],\n    kind="event")\n')
    with pytest.raises(ChartError) as told:
        declared(source)
    assert str(told.value) == ("mine/scattering.py line 6: lifecycle 'ours', trigger 'ended': "
                               "names the unknown state 'closde'; did you mean 'closed'?")


def test_without_the_registry_it_is_named_without_its_line():
    with pytest.raises(ChartError) as told:
        exec(GOOD.replace('parties=("us",)', 'parties="text"'), {})
    assert str(told.value).startswith("process 'scattering': 'parties' must be")
