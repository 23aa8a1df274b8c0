"""What commands print on terminals of several widths, as it is stored in ``golden/``.

``make golden`` stores what they print now; the difference tells what has changed.
"""

import io
from pathlib import Path

from rich.console import Console

from fsm.cli.shared import charts_and_policy
from fsm.core.charts.catalogue import Charts
from fsm.core.charts.policy import TODAY
from fsm.core.engine.effects import Transition
from fsm.replay.from_files import from_files
from fsm.report.candidate import candidate, parts
from fsm.report.explain_terminal import show_explained, show_process
from fsm.report.explaining import change_of, explained, explained_process
from fsm.report.headline import headline
from fsm.report.latency import Latency
from fsm.report.latency_groups import grouped
from fsm.report.latency_terminal import show_latencies
from fsm.report.operator_terminal import show_status
from fsm.report.processes import named, processes_as_data, profile_as_data
from fsm.report.processes_terminal import show_processes, show_profile
from fsm.report.show_terminal import show_candidate
from fsm.report.states import nested_states
from fsm.report.states_terminal import show_states
from fsm.report.terminal import show_replay

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "golden"
WIDTHS = (60, 80, 120, 200)
DIES = "superevent_mdc_dies.jsonl"
BEGUN = 1_700_240_001.0  # unix seconds: when its superevent was created
NOW = BEGUN + 1200.0  # some of its checks are overdue, others awaited
(PROCESSES, LIFECYCLES), POLICY = charts_and_policy(None)
CHARTS, PROFILE = Charts(PROCESSES, LIFECYCLES), POLICY.profiles[-1]
HOSTILE = "\x1b[31m\u202eevil\n" + "広い字" * 30 + "x" * 150


def outcome(name, until=float("inf")):
    return from_files([str(ROOT / "examples" / name)], (PROCESSES, LIFECYCLES), POLICY, "recorded",
                      until)


def live():
    """A candidate as its view has it: some checks are overdue, others awaited."""
    plain = candidate(outcome(DIES, NOW).configurations["MS231117d"])
    return {"now": NOW, "graceid": "MS231117d", "hindered": None, "retired": False, **plain,
            "labels": ["SIGNIF_LOCKED", "ADVREQ"],
            "acknowledged": [["omegascans[H1]", "plot", "shift", "acknowledged by shift: known"]],
            "history": [one._asdict() for one in (
                Transition(BEGUN + 1, "MS231117d", "", "", "started", "open", "open", ""),
                Transition(BEGUN + 130, "MS231117d", "omegascans[H1]", "plot", "expire",
                           "awaiting", "overdue", "no file 'H1_omegascan.png'"))],
            "failed": [{"number": 7, "kind": "alert", "time": BEGUN + 60,
                        "trace": "Traceback:\n  in judge\nValueError: " + HOSTILE}]}


def status():
    """A supervisor in trouble, and of its candidates one."""
    configuration = outcome(DIES, NOW).configurations["MS231117d"]
    overdue = [(name, key, check) for name, process in configuration["processes"].items()
               for key, check in process["checks"].items() if check["state"] == "overdue"]
    row = {"profile": "production", "next": NOW + 300, "heard": BEGUN + 40}
    return {
        "name": "event-supervisor", "version": "1.0", "pid": 4711, "user": "emfollow",
        "host": "supervisor.example.org", "since": NOW - 86400 * 3, "now": NOW,
        "hindered": None, "growth": None, "cluster": None, "paused": None, "alerts": 1,
        "rejected": 0, "candidates": 3, "open_checks": 16, "overdue": len(overdue), "alarms": 2,
        "questions": 1, "outbox": {"waiting": 1, "oldest": 12.0, "given_up": 0},
        "letters_waiting": 2, "incidents": {"silence": NOW - 600}, "failed": {"G5": 1},
        "messages": {"silence": "nothing has been heard of igwn.gwalert for 10 min"},
        "channels": [{"name": "mail of operators@example.org", "state": "failing", "waiting": 1,
                      "since": NOW - 120, "oldest": 12.0, "next": NOW + 60,
                      "reason": "451 4.7.1 " + HOSTILE}],
        "listeners": [{"name": "igwn-alert", "state": "listening", "well": True, "restarts": 1,
                       "since": NOW - 86400, "reason": "the broker was away",
                       "reason_at": NOW - 86500, "topics": {"igwn.gwalert": ""},
                       "heard": {"igwn.gwalert": NOW - 600}}],
        "troubled_checks": [{
            "graceid": "MS231117d", "process": name, "check": key, "since": check["due"],
            "state": "overdue" if number else "unverified", "why": check["why"],
            "told": ["operators", "data quality"] if number else [],
            "told_at": check["due"] if number else None, "reminded": number % 3,
            "acknowledged": "shift" if number == 1 else "",
            "acknowledgement": "acknowledged by shift" if number == 1 else ""}
            for number, (name, key, check) in enumerate(overdue[:4])],
        "listed": [
            {**row, "graceid": "MS231117d", "kind": "superevent", "open": 15,
             "facts": headline(configuration["fields"]), "state": configuration["state"],
             "regions": "alert_stage significant.locked, quality unknown",
             "overdue": len(overdue)},
            {**row, "graceid": "G5", "kind": "event", "facts": [HOSTILE[:60]], "state": HOSTILE,
             "regions": "", "open": 0, "overdue": 0},
            {**row, "graceid": "G6", "kind": "event", "facts": [], "state": "open.following",
             "regions": "", "open": 1, "overdue": 0}]}


def latencies():
    return grouped([
        *(Latency("preliminary_notice", "json", "met", 60.0 + n, 50.0, 40.0) for n in range(20)),
        Latency("preliminary_notice", "json", "late", 900.0, 880.0, 870.0),
        Latency("segdb2grcdb", "flag[L1:DMT-ANALYSIS_READY:1]", "missing", None, None, None),
        Latency(*2 * (HOSTILE.replace("[", ""),), "met", 7.0, 7.0, 7.0)], PROCESSES, PROFILE)


def _profile(console):
    chosen = named(PROCESSES, ["bayestar_map", "approval_gcn"], "")
    show_profile(console, profile_as_data(chosen, PROFILE, POLICY))


# What each command prints, by its name.
TEXTS = {
    "replay": lambda console: show_replay(console, parts(outcome(DIES))),
    "replay_all": lambda console: show_replay(
        console, parts(outcome(DIES)), everything=True),
    "show": lambda console: show_candidate(console, live(), everything=False),
    "show_all": lambda console: show_candidate(console, live(), everything=True),
    "show_tree": lambda console: show_states(
        console, nested_states("MS231117d", live()), BEGUN, NOW),
    "status": lambda console: show_status(console, status(), everything=False),
    "status_all": lambda console: show_status(console, status(), everything=True),
    "machines": lambda console: show_processes(console, processes_as_data(
        named(PROCESSES, ["preliminary_notice", "skymap_content"], ""), PROFILE)),
    "latency": lambda console: show_latencies(console, latencies()),
    "config_show": _profile,
    "explain_label": lambda console: show_explained(
        console, explained([change_of("label", "EM_COINC")], CHARTS, POLICY, TODAY)),
    "explain_process": lambda console: show_process(
        console, explained_process(CHARTS.processes["data_quality_report"], CHARTS, POLICY)),
}


def printed(name, width):
    """What a command prints on a terminal of a width."""
    stream = io.StringIO()
    TEXTS[name](Console(file=stream, width=width, height=50, color_system=None))
    return stream.getvalue()


def stored(name, width):
    """The file that has it."""
    return FOLDER / f"{name}_{width}.txt"


if __name__ == "__main__":
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for command in TEXTS:
        for columns in WIDTHS:
            stored(command, columns).write_text(printed(command, columns), encoding="utf-8")
