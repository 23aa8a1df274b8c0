"""The listener of the earlier system: what is listened to, who logs in, whom its queue told."""

import pytest

from fsm.daemon import wiring
from fsm.errors import ConfigurationError
from fsm.io.config.daemon import running
from fsm.io.config.legacy import imported
from fsm.io.config.listen import ListenLVAlert
from fsm.io.config.load import policy
from fsm.registry import charts

PROCESSES, _ = charts()
CHILD = "[far]\ndt = 0\n"
QUEUE = "warnThr = 1e3\nwarnDelay = 1800\nmaxWarn = 100\nrecipients = op@example.org\n"


@pytest.fixture
def old(tmp_path):
    """Imports a listener's file; returns (what runs, notes)."""
    def make(text, children=("a", "b"), child=CHILD, **login):
        files = [tmp_path / "listener.ini"]
        files[0].write_text(text)
        for name in children:
            files.append(tmp_path / f"{name}.ini")
            files[-1].write_text(child.replace("NAME", name))
        tables, notes = imported(files, PROCESSES, login)
        make.policy = policy(tables, PROCESSES)
        return running(tables), notes
    return make


def section(name, nodes, child="a", more=""):
    return f"[{name}]\nnodes = {nodes}\nchildConfig = /old/etc/{child}.ini\n{more}"


def said(notes, words):
    return [note for note in notes if words in note]


def test_all_nodes_of_searches_are_heard_by_one_connection(old):
    made, notes = old(section("gstlal", "cbc_gstlal_lowmass cbc_gstlal_highmass command-x")
                      + section("cwb", "burst_cwb_allsky", "b"))
    assert made.listen == (ListenLVAlert(
        server="lvalert.cgca.uwm.edu",
        nodes=("cbc_gstlal_lowmass", "cbc_gstlal_highmass", "burst_cwb_allsky")),)
    assert said(notes, "command-x: it is not listened to; its commands are fsm status")
    assert said(notes, "no file names LVAlert's server")
    assert said(notes, "must be in ~/.netrc: machine lvalert.cgca.uwm.edu login NAME")


def test_each_node_of_heartbeats_has_a_connection_of_its_own(old):
    made, notes = old(section("gstlal", "cbc_gstlal a-heartbeat") + section("cwb", "burst_cwb b-"
                      "heartbeat c-heartbeat", "b"), server="lvalert.example.org", resource="es")
    assert [(one.name, one.nodes, one.heartbeat, one.resource) for one in made.listen] == [
        ("lvalert gstlal", ("cbc_gstlal",), "a-heartbeat", "es-gstlal"),
        ("lvalert cwb", ("burst_cwb",), "b-heartbeat", "es-cwb")]
    assert said(notes, "c-heartbeat: 'heartbeat' of [[listen]] is one node")
    assert said(notes, "resource = es: each connection needs its own")


def test_logins_of_the_file_of_the_children_and_of_the_command_line(old):
    text = ("[general]\nserver = lvalert.example.org\nusername = old\npassword = hidden\n"
            + section("a", "cbc_gstlal") + section("b", "cbc_pycbc", "b"))
    child = CHILD + "[data]\nname = es\nnetrc = /old/netrc-NAME\n"
    made, notes = old(text, child=child, username="new")
    assert [(one.server, one.username, one.netrc) for one in made.listen] == [
        ("lvalert.example.org", "new", "/old/netrc-a"), ("lvalert.example.org", "new",
                                                         "/old/netrc-b")]
    assert made.operators.name == "es"
    assert said(notes, "[general] password: it belongs into the netrc file")
    assert said(notes, "must be in /old/netrc-b: machine lvalert.example.org login new")
    assert not said(notes, "hidden")


def test_of_several_names_for_heartbeats_there_is_one(old):
    made, notes = old(section("a", "cbc_gstlal") + section("b", "cbc_pycbc", "b"),
                      child=CHILD + "[data]\nname = event_supervisor-NAME\n")
    assert made.operators.name == "event_supervisor"
    assert said(notes, "operators.name is one for all searches")


def test_warnings_about_the_queue(old):
    made, notes = old(section("a", "cbc_gstlal", "a", QUEUE)
                      + section("b", "cbc_pycbc", "b", "warnThr = 800\nrecipients = root\n"))
    assert made.health.waiting_checks == 3200  # of 1800 processes
    assert made.tell.remind == 1800 and made.tell.reminders == 6
    assert 2 ** made.tell.reminders <= 100 < 2 ** (made.tell.reminders + 1)
    assert made.parties == {"operators": ("op@example.org", "root@localhost")}
    assert made.mail.server == "localhost" and made.mail.port == 25
    assert made.mail.security == "none"
    assert said(notes, "health.waiting_checks = 3200") and said(notes, "6 reminders take as long")


def test_without_a_pause_between_warnings_reminders_are_as_usual(old):
    made, _ = old(section("a", "cbc_gstlal", "a", "warnDelay = 0\nmaxWarn = 0\n"), ("a",))
    assert made.tell.remind == 3600 and made.tell.reminders == 0
    assert made.health.waiting_checks == 1778  # of the 1000 processes that were usual


def test_a_child_whose_file_is_not_given_is_not_listened_to(old):
    made, notes = old(section("a", "cbc_gstlal") + section("b", "burst_cwb", "b"), ("a",))
    assert made.listen[0].nodes == ("cbc_gstlal",)
    assert said(notes, "[b] childConfig: b is not among these files")


def test_a_child_that_hears_no_search_is_no_profile(old):
    made, notes = old(section("a", "cbc_gstlal") + section("b", "command-x", "b"))
    assert len(made.listen) == 1
    assert said(notes, "[b] nodes: none of a search, so it becomes no profile")


@pytest.mark.parametrize(("text", "words"), [
    (section("a", "cbc_gstlal", "a", "warnThr = many\n"), r"\[a\] warnthr: expected a number"),
    (section("a", "cbc_gstlal", "a", "maxWarn = inf\n"), r"\[a\] maxwarn: expected a number"),
    (section("a", "command-x"), "a: none of these supervises any search"),
])
def test_a_wrong_listener_is_a_clear_error(old, text, words):
    with pytest.raises(ConfigurationError, match=words):
        old(text, ("a",))


def test_searches_that_no_product_of_names_tells_stay_exact(old):
    made, _ = old(section("cbc", "cbc_gstlal_allsky cbc_gstlal_highmass cbc_pycbc_allsky")
                  + section("b", "test_gstlal cbc_gstlal_mdc", "b"))
    for fields, name in (
            ({"group": "CBC", "pipeline": "pycbc", "search": "AllSky"}, "cbc"),
            ({"group": "CBC", "pipeline": "pycbc", "search": "HighMass"}, "unconfigured"),
            ({"group": "Test", "pipeline": "gstlal", "search": "HighMass"}, "b"),
            ({"group": "CBC", "pipeline": "gstlal", "search": "MDC"}, "b"),
            ({"group": "CBC", "pipeline": "gstlal", "search": "LowMass"}, "unconfigured")):
        assert old.policy.profile_for(fields).name == name
    assert wiring.catch_up(made, old.policy).queries == ("group: cbc", "group: test")
    wanted = wiring.wanted(old.policy)
    assert wanted({"group": "CBC", "pipeline": "pycbc", "search": "AllSky"})
    assert not wanted({"group": "CBC", "pipeline": "pycbc", "search": "HighMass"})
    assert not wanted({"group": "Burst", "pipeline": "CWB", "search": None})


def test_what_a_section_without_a_child_says_holds_for_all(old):
    made, notes = old("[general]\nrecipients = boss@example.org\nmaxWarn = 3\nnodes = x-heartbeat\n"
                      + section("a", "cbc_gstlal"))
    assert made.parties == {"operators": ("boss@example.org",)}
    assert said(notes, "[general] nodes: x-heartbeat: this section has no child that hears it")
