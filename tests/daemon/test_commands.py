"""Every order of an operator, by the command, against a running daemon."""

import getpass
import json
import os
import pty
import subprocess
import sys
import time

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from fsm.cli import main
from fsm.errors import CommandRefused, ControlError
from fsm.io.control import request
from fsm.standin.mail import MailStandIn
from fsm.testing.script import Script

ME = getpass.getuser()
WAIT = 30.0


class Served:
    """A daemon that supervises three events, in a folder of its own, with a mail server."""

    def __init__(self, running, tmp_path):
        self.recording = tmp_path / "alerts.jsonl"
        self.scripts = [Script(f"G{n}", time.time() - 5, transit=0.0) for n in (1, 2, 3)]
        self.recording.write_text("".join(json.dumps(s.new()) + "\n" for s in self.scripts))
        self.mail = MailStandIn(tmp_path / "mail").start()
        self.daemon = running(tmp_path / "d", self.recording, "--gracedb", "none")
        self.config = self.daemon.folder / "config.toml"
        with self.config.open("a") as stream:
            stream.write(f"""
gather = 0.1
[mail]
server = "127.0.0.1"
port = {self.mail.port}
security = "none"
sender = "es@example.org"
[parties]
operators = "ops@example.org"
[logs]
folder = "{self.daemon.folder}/logs"
""")
        self.socket = f"{self.daemon.journal}.sock"
        self.daemon.start(env={**os.environ, "NETRC": str(tmp_path / "none")})
        self.daemon.until(lambda: self.idle(3))

    def idle(self, candidates):
        done = self.run("status", "--json")
        return done.exit_code < 2 and json.loads(done.stdout)["candidates"] == candidates

    def run(self, *arguments, stdin=None):
        return CliRunner().invoke(main, [*arguments, "--socket", self.socket], input=stdin)

    def __call__(self, *arguments, stdin=None):
        done = self.run(*arguments, "--json", stdin=stdin)
        in_trouble = arguments[0] == "status" and done.exit_code == 1  # which it says that way
        assert done.exit_code == 0 or in_trouble, done.output
        return json.loads(done.stdout)

    def refused(self, *arguments, stdin=None):
        done = self.run(*arguments, stdin=stdin)
        assert done.exit_code == 2 and "Traceback" not in done.output
        return done.stderr

    def history(self, graceid):
        return [(one["trigger"], one["process"], one["check"], one["why"])
                for one in self("show", graceid)["history"]]

    def journaled(self):
        rows = self.daemon.rows("SELECT body FROM inputs WHERE kind = 'command' ORDER BY number")
        return [(one["order"], one["graceid"], one["who"]) for one in
                (json.loads(body) for (body,) in rows)]

    def mailed(self, *words):
        """Wait for a mail with these words in it."""
        end = time.monotonic() + WAIT
        while not any(all(word in text for word in words) for text in self.mail.received):
            assert time.monotonic() < end, self.mail.received
            time.sleep(0.05)


@pytest.fixture
def served(running, tmp_path):
    made = Served(running, tmp_path)
    yield made
    made.mail.stop()


def test_status_and_show(served):
    status = served("status")
    assert (status["candidates"], status["pid"], status["user"]) == (
        3, served.daemon.process.pid, ME)
    assert status["open_checks"] == sum(row["open"] for row in status["listed"]) > 30
    assert [row["graceid"] for row in served("status", "G2")["listed"]] == ["G2"]
    shown = served("show", "G1")
    assert shown["lifecycle"] == "open.following" and shown["fields"]["pipeline"] == "gstlal"
    assert shown["processes"]["far"]["checks"]["far"]["state"] == "met"
    assert ("evidence", "far", "far", "far is 1.2e-08") in served.history("G1")
    (row,) = served("status", "G2")["listed"]
    assert row["kind"] == "event" and "gstlal" in row["facts"][0]
    assert [one for one in row["facts"] if one.startswith("FAR 1 per ")]
    text = served.run("status", "--all").stdout
    assert "G3" in text and "3 candidates" in text and "\x1b" not in text
    few = served.run("status").stdout  # on a slow machine something is unverified by now
    assert ("3 candidates without trouble more with --all" in few
            or served("status")["troubled_checks"])
    text = served.run("show", "G1", "--all").stdout
    assert "What has happened" in text and "evidence" in text and "\x1b" not in text
    text = served.run("show", "G1").stdout
    assert "more with --all" in text and "next: " in text and "What has happened" not in text


def test_the_whole_configuration_as_nested_states(served):
    text = served.run("show", "G1", "--tree").stdout
    lines = [line.strip("│├└─ ") for line in text.splitlines()]
    assert lines[:4] == ["G1", "lifecycle", "open", "following"]
    at = lines.index("segdb2grcdb")
    assert lines[at + 1] in ("open", "closed")
    states = served("show", "G1", "--tree")
    assert states["name"] == "G1" and len(states["inside"]) == len(
        served("show", "G1")["processes"]) + len(served("show", "G1")["regions"]) + 1


def test_graceids_may_be_given_in_any_case(served):
    assert served("show", "g1")["graceid"] == "G1"
    assert [row["graceid"] for row in served("status", "g2")["listed"]] == ["G2"]
    assert served("retire", "g3")["retired"] == ["G3"]


def test_a_picture_of_a_candidate_now_and_as_it_was(served, tmp_path):
    file = tmp_path / "g1.svg"
    data = served("show", "G1", "--svg", str(file))
    assert data["graceid"] == "G1" and {one["family"] for one in data["families"]} > {"quality"}
    assert b"G1" in file.read_bytes() and file.read_bytes().startswith(b"<?xml")
    then = served("show", "G1", "--svg", str(file), "--as-of", str(data["now"]))
    assert then["now"] == data["now"] and then["families"] == data["families"]
    assert "nothing was known of it by 2017" in served.refused(
        "show", "G1", "--svg", str(file), "--as-of", "2017-08-17 12:41:45")
    for short in ("2017-08-17 12:41", "2017-08-17"):  # without seconds, or time of day
        assert "nothing was known of it by 2017" in served.refused(
            "show", "G1", "--svg", str(file), "--as-of", short)
    assert "or '2017-08-17'" in served.refused("show", "G1", "--svg", str(file), "--as-of", "8:00")
    assert "give one of them" in served.refused("show", "G1", "--svg", str(file), "--tree")
    assert "give --svg too" in served.refused("show", "G1", "--as-of", "2017-08-17 12:41:45")
    assert "is not known here" in served.refused("show", "G77", "--svg", str(file))
    with pytest.raises(ControlError, match="'as_of' must be unix seconds"):
        request(served.socket, "timeline", graceid="G1", as_of="yesterday")


def test_waive(served):
    before = served("show", "G1")["processes"]["segdb2grcdb"]["checks"]
    result = served("waive", "G1", "segdb2grcdb", "start", "--reason", "database is down")
    assert result["waived"] == 1
    after = served("show", "G1")["processes"]["segdb2grcdb"]["checks"]
    assert after["start"]["why"] == f"waived by {ME}: database is down"
    assert sum(one["state"] == "waived" for one in after.values()) == 1 < len(before)
    assert ("waive", "segdb2grcdb", "start", f"by {ME}: database is down") in served.history("G1")
    assert served("waive", "G1")["open"] == 0
    assert served("show", "G1")["lifecycle"] == "closed.complete"
    assert served("show", "G2")["lifecycle"] == "open.following"
    assert served.journaled() == [("waive", "G1", ME)] * 2


def test_what_was_ordered_outlives_the_supervisor(served):
    served("waive", "G1", "segdb2grcdb")
    served("retire", "G2")
    served.daemon.kill()
    served.daemon.start().until(lambda: served.idle(2))
    assert served("show", "G1")["processes"]["segdb2grcdb"]["state"] == "closed.waived"
    assert served("show", "G2")["retired"] is True


def test_retire(served):
    assert served("retire", "G1", "G2", "--reason", "tests")["retired"] == ["G1", "G2"]
    assert [row["graceid"] for row in served("status")["listed"]] == ["G3"]
    assert served("show", "G1")["retired"] is True
    assert served.history("G1")[-1][0] == "retire"
    assert "is not under supervision" in served.refused("retire", "G1")
    done = served.run("retire", "--all", stdin="n\n")
    assert done.exit_code == 1 and served("status")["candidates"] == 1
    assert served("retire", "--all", "--yes")["retired"] == ["G3"]
    assert served("status")["candidates"] == 0


def test_commands_may_be_limited_to_the_candidates_of_a_profile(served):
    (name,) = {row["profile"] for row in served("status")["listed"]}
    assert name == "default"
    assert served("status", "--profile", "today")["listed"] == []
    assert "there is no profile defalt; did you mean 'default'" in served.refused(
        "status", "--profile", "defalt")
    assert served("retire", "--profile", "today", "--yes")["retired"] == []
    assert served("status")["candidates"] == 3
    assert served("acknowledge", "--profile", "today")["acknowledged"] == 0
    assert served("retry", "--profile", "default") == {"retried": 0, "failed": []}
    assert "not both" in served.run("retire", "G1", "--profile", "default").output
    assert "not both" in served.refused("retry", "G1", "--profile", "default")
    assert len(served("retire", "--profile", "default", "--yes")["retired"]) == 3


def test_inject(served, tmp_path):
    payload = served.scripts[0].log("an annotation", 1)["payload"]
    path = tmp_path / "alert.json"
    path.write_text(json.dumps(payload, indent=1))
    assert served("inject", str(path), "--reason", "it was lost")["graceids"] == ["G1"]
    assert ("inject", "", "", f"by {ME}: it was lost") in served.history("G1")
    lines = "".join(json.dumps(Script(f"G{n}", time.time()).new()) + "\n" for n in (8, 9))
    assert served("inject", "-", stdin=lines)["graceids"] == ["G8", "G9"]
    assert served("status")["candidates"] == 5
    kinds = served.daemon.rows("SELECT kind FROM inputs WHERE graceid = 'G8' ORDER BY number")
    assert kinds == [("alert",), ("command",)]
    for rubbish, words in (("{}", "'uid'"), ('{"uid": "X9", "alert_type": "new"}', "no GraceID"),
                           ("[1]", "JSON object"), ('{"payload": 7}', "JSON object"),
                           ("{", "not JSON"), ('{"uid": "heartbeat", "alert_type": "x"}', "contr")):
        done = served.run("inject", "-", stdin=rubbish)
        assert done.exit_code == 3 and words in done.stderr and "line 1" in done.stderr


def test_inject_names_the_lines_that_cannot_be_used_and_takes_the_rest(served, tmp_path):
    new = [json.dumps(Script(f"G{n}", time.time()).new()) for n in (8, 9)]
    path = tmp_path / "alerts.jsonl"
    nobody = json.dumps({"uid": "X1", "alert_type": "new"})
    path.write_text(f"{new[0]}\nrubbish\n\n{nobody}\n{new[1]}\n")
    done = served.run("inject", str(path))
    assert done.exit_code == 3 and "2 alerts taken, about G8, G9; 2 cannot be used" in done.stdout
    assert f"{path} line 2: not JSON" in done.stderr and f"{path} line 4: uid" in done.stderr
    done = json.loads(served.run("inject", str(path), "--json").stdout)
    assert done["graceids"] == ["G8", "G9"] and [r["line"] for r in done["rejected"]] == [2, 4]
    served("stop")
    assert served.run("inject", str(path)).exit_code == 2  # nobody is there: no line's fault


def test_pause_and_resume(served):
    assert served("pause")["paused"]["who"] == ME
    served("tell", "is anybody there?")
    assert served("status")["paused"]["who"] == ME and served.mail.received == []
    assert "held back" in served.run("status").stdout
    assert served("resume")["paused"] is None
    served.mailed("is anybody there?", f"(from {ME})", "test message")
    assert served.journaled() == [(name, "", ME) for name in ("pause", "tell", "resume")]


def test_acknowledge(served):
    served.daemon.until(lambda: served("status")["overdue"] == 0)
    assert served("acknowledge", "G1")["acknowledged"] == 0
    assert ("acknowledge", "", "", f"by {ME}") in served.history("G1")
    assert served("acknowledge")["acknowledged"] == 0
    for name in ("acknowledge", "unacknowledge"):
        assert "has no process 'nonsense'" in served.refused(name, "G1", "--process", "nonsense")
        assert "of the process 'supervisor'" in served.refused(name, "--process", "nonsense")


def test_reload(served):
    text = served.config.read_text()
    served.config.write_text(text + "[process.bayestar]\ndeadlines = { start = 77 }\n"
                                    "[silence]\nall = 1e9\n")
    assert served("reload") == {"reloaded": True, "after_restart": []}
    psd = served.scripts[1].log("PSDs", 1, filename="psd.xml.gz")
    served("inject", "-", stdin=json.dumps(psd))
    start = served("show", "G2")["processes"]["bayestar"]["checks"]["start"]
    assert start["due"] - served.scripts[1].created == pytest.approx(78, abs=1)
    assert served("show", "G1")["lifecycle"] == "open.following"
    served.config.write_text(text + "[journal]\nkeep_days = 3\n")
    assert served("status")["configured"]["after_restart"] == []
    before = time.time()
    for _ in range(2):  # it has not been started again meanwhile
        assert served("reload")["after_restart"] == ["journal"]
    known = served("status")["configured"]
    assert known["after_restart"] == ["journal"] and before < known["read"] < time.time()
    served.config.write_text(text + "[proces]\n")
    assert "did you mean 'process'?" in served.refused("reload")
    assert served("status")["candidates"] == 3
    assert [name for name, *_ in served.journaled()] == ["reload", "inject", "reload", "reload"]


def test_stop(served):
    assert served("stop") == {"stopping": True}
    assert served.daemon.process.wait(15) == 0
    assert served.daemon.log().rstrip().endswith("stopped")
    assert "fsm run" in served.refused("status")
    assert served.journaled() == [("stop", "", ME)]


def test_each_candidate_has_a_log_of_its_own(served):
    served("waive", "G1", "far")
    logs = served.daemon.folder / "logs"
    lines = (logs / "G1.log").read_text().splitlines()
    assert any(f"fsm.G1.far INFO waive: open.following: by {ME}" in line for line in lines)
    assert all(" fsm.G1" in line for line in lines)
    every = (logs / "supervisor.log").read_text().splitlines()
    assert set(lines) <= set(every) and any("supervising" in line for line in every)


@pytest.mark.parametrize(("arguments", "words"), [
    (("show", "G77"), "is not known here"), (("show", "nobody"), "is not known here"),
    (("waive", "G77"), "is not under supervision"), (("waive", "../x"), "is no GraceID"),
    (("waive", "G1", "bayestr"), "did you mean 'bayestar'?"),
    (("waive", "G1", "segdb2grcdb", "strat"), "did you mean 'start'?"),
    (("acknowledge", "G77"), "is not under supervision"), (("retire",), "give GraceIDs, or --all"),
])
def test_clear_refusals(served, arguments, words):
    assert words in served.refused(*arguments)


def test_a_program_that_injects_what_is_no_json_is_told_that(served):
    for rubbish in ("", "{", "[" * 100_000):
        with pytest.raises(CommandRefused, match="command inject: the alert is no JSON"):
            request(served.socket, "inject", alert=rubbish)


def test_a_shell_completes_its_candidates(served):
    shell = ShellComplete(main, {}, "fsm", "_FSM_COMPLETE")
    offered = shell.get_completions(["waive", "--socket", served.socket], "G")
    assert {item.value for item in offered} == {"G1", "G2", "G3"}


# The program is loaded before the user is changed, who may not read it.
AS_NOBODY = """
import os, sys
import fsm.cli.operators, fsm.io.control, fsm.io.config.daemon, fsm.io.config.load, fsm.cli
os.setuid(65534)
fsm.cli.main(sys.argv[1:])
"""


def test_a_second_user_is_refused(served):
    if os.getuid():
        command = ["sudo", "-n", "-u", "nobody", sys.executable, "-m", "fsm"]
    else:
        command = [sys.executable, "-c", AS_NOBODY]
    for parent in (served.daemon.folder, *list(served.daemon.folder.parents)[:-2]):
        parent.chmod(parent.stat().st_mode | 0o011)
    done = subprocess.run([*command, "stop", "--socket", served.socket], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 2 and "you may not give commands to this supervisor" in done.stderr
    assert served("status")["candidates"] == 3


@pytest.mark.parametrize(("name", "arguments"), [
    ("inject", {"alert": "[" * 50_000}),
    ("inject", {"alert": '{"payload":' * 2000 + "1" + "}" * 2000}),
    ("inject", {"alert": 7}), ("inject", {}), ("waive", {"graceids": [["G1"]]}),
    ("waive", {"graceids": ["G1"], "process": {"a": 1}}), ("retire", {"graceids": "G1"}),
    ("retire", {"graceids": ["G1"] * 1000}), ("show", {"graceid": ["G1"]}),
    ("tell", {"parties": "operators"}), ("tell", {"parties": [1], "message": "x"}),
    ("__init__", {}), ("waive\n", {}), ("x" * 10_000, {})])
def test_whatever_an_order_holds_the_supervisor_goes_on(served, name, arguments):
    with pytest.raises(ControlError) as told:
        request(served.socket, name, **arguments)
    assert len(str(told.value)) < 500
    assert served("status")["candidates"] == 3 and served.journaled() == []


def test_a_candidate_with_labels_is_shown(served):
    script = served.scripts[0]
    with served.recording.open("a") as stream:
        for line in (script.label("EM_READY", 1), script.label("INJ", 2), script.unlabel("INJ", 3)):
            stream.write(json.dumps(line) + "\n")
    served.daemon.until(lambda: served("show", "G1")["labels"] == ["EM_READY"])
    assert "labels: EM_READY" in served.run("show", "G1").stdout


@pytest.mark.parametrize("name", ["json://user:token@127.0.0.1/x", "slack://token"])
def test_an_address_is_no_name_of_a_party(served, name):
    refusal = served.refused("tell", "hello", "--to", name)
    assert "expected names of parties" in refusal and "token" not in refusal


@pytest.mark.parametrize(("arguments", "words"), [
    (("status", "rubbish"), "is no GraceID"), (("status", "G77"), "G77 is not under supervision"),
    (("retry", "G77"), "no input about G77 has failed")])
def test_a_candidate_that_is_not_there_is_no_success(served, arguments, words):
    assert words in served.refused(*arguments)


def test_a_configuration_with_a_fault_leaves_the_socket(served):
    served.config.write_text("[tell]\nnonsense = 1\n")
    done = CliRunner().invoke(main, ["status", "--config", str(served.config)])
    assert done.exit_code == 2 and "socket with --socket" in done.stderr


def test_a_waiver_is_undone(served):
    before = served("show", "G1")
    served("waive", "G1")
    assert "that is not waived; of G1 operators have waived all of it" in served.refused(
        "unwaive", "G1", "far")
    result = served("unwaive", "G1", "--reason", "a mistake")
    assert result["expected"] == result["open"] > 0
    after = served("show", "G1")
    assert after["lifecycle"] == before["lifecycle"]
    assert ("unwaive", "", "", f"by {ME}: a mistake") in served.history("G1")
    assert "operators have waived nothing" in served.refused("unwaive", "G1")
    served("waive", "G1", "segdb2grcdb", "start")
    assert "segdb2grcdb start" in served.refused("unwaive", "G1", "segdb2grcdb", "finish")
    assert served("unwaive", "G1", "segdb2grcdb")["expected"] == 1


def test_what_a_waiver_covers_now_and_later_is_told_before(served):
    found = request(served.socket, "waive", graceids=["G1"], preview=True)
    assert sum(found["open"].values()) == served("status", "G1")["listed"][0]["open"] > 0
    assert "segdb2grcdb" in found["open"] and "advocate_signoff" in found["later"]
    assert not set(found["open"]) & set(found["later"])
    assert served.journaled() == []


@pytest.mark.parametrize(("answer", "status", "waived"), [("n\n", 1, False), ("y\n", 0, True)])
def test_at_a_terminal_a_waiver_of_all_is_asked_for(served, answer, status, waived):
    primary, secondary = pty.openpty()
    done = subprocess.Popen([sys.executable, "-m", "fsm", "waive", "G1", "--socket",
                             served.socket], stdin=secondary, stderr=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)
    os.write(primary, answer.encode())
    _, said = done.communicate(timeout=WAIT)
    os.close(primary)
    os.close(secondary)
    assert "later whatever starts: " in said and "Waive all of it?" in said
    assert done.returncode == status and (served.journaled() != []) == waived


def test_a_retired_candidate_is_supervised_again(served):
    before = served("show", "G1")["processes"]
    served("retire", "G1", "--reason", "tests")
    refused = served.refused("unretire", "G2")
    assert "G2 is under supervision" in refused
    assert "G77 is not in the archive" in served.refused("unretire", "G77")
    assert served("unretire", "G1", "--reason", "a mistake")["supervised"] == ["G1"]
    shown = served("show", "G1")
    assert shown["retired"] is False and shown["processes"] == before
    assert served.history("G1")[-1] == ("unretire", "", "", f"by {ME}: a mistake")
    assert served.daemon.rows("SELECT COUNT(*) FROM archive") == [(0,)]
    with served.recording.open("a") as stream:
        stream.write(json.dumps(served.scripts[0].label("EM_READY", 9)) + "\n")
    served.daemon.until(lambda: served("show", "G1")["labels"] == ["EM_READY"])
    served.daemon.kill()
    served.daemon.start().until(lambda: served.idle(3))
    again = served("show", "G1")
    assert again["labels"] == ["EM_READY"] and again["retired"] is False
    served("stop")
    served.daemon.process.wait(15)
    checked = CliRunner().invoke(main, ["journal", "check", "--fold", str(served.daemon.journal),
                                        "--config", str(served.config)])
    assert checked.exit_code == 0, checked.output


def test_an_acknowledgement_that_expires_in_the_past_is_refused(served):
    assert "unix seconds to come" in served.refused("acknowledge", "G1", "--until",
                                                    "2017-08-17 12:00:00")
    for odd in (1e308, "rubbish", True, [1]):
        with pytest.raises(ControlError, match="unix seconds to come"):
            request(served.socket, "acknowledge", graceids=["G1"], reason="x", until=odd)
    assert served("acknowledge", "G1", "--until", str(time.time() + 60))["acknowledged"] == 0
    assert served("unacknowledge", "G1", "--reason", "it goes on")["unacknowledged"] == 0
    assert ("unacknowledge", "", "", f"by {ME}: it goes on") in served.history("G1")
