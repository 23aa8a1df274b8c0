"""Measures a replay, each figure beside what is aimed at.

    python benchmarks/replay.py [--json] [FIGURE ...]

Without figures (command, missing, tables, process, live, memory, long, start, phases) all are
measured, which takes an hour. What the whole command ``fsm replay --json`` takes is told as a ratio
to a bare loop on the same lines in the same run, which only parses the JSON and the alert and fires
one flat trigger: ratios hold on any machine. Times are those of the processor.
"""

import cProfile
import gc
import json
import os
import pstats
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from contextlib import contextmanager
from pathlib import Path

import figures
import recordings
from transitions import Machine

from fsm.core.charts.policy import default_policy
from fsm.core.evidence.parsing import parse
from fsm.io.recordings.files import read
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.registry import charts
from fsm.replay.replay import Replay, keep_garbage_rare
from fsm.simulator.night import NIGHT_OF_TODAY, plan
from fsm.testing.followups import compact_binary
from fsm.testing.script import Script

ROOT = Path(__file__).parents[1]
ERAS = ("2017", "today")
START = 1_502_000_000.0
SEARCHES = 500  # so that each search of 2017 stays below 10 events in 10,000 s
AN_HOUR = 7200.0  # candidates of today
LIVE, FEW, LONG = 1000, 10, 1_000_000
MORE = (100, 1000, 5000)  # live candidates, to compare with few
IN_MEMORY = 200  # live candidates whose memory is measured
AGAIN, FEW_TIMES = 5, 3  # times that what is quick is measured, or less so; the best counts
# Runs a command from a small process: a child's most memory is never less than its parent's.
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print([used.ru_utime + used.ru_stime, used.ru_maxrss])
"""
PHASES = {  # modules to what they do
    "parse": ("evidence/parsing.py", "evidence/records.py", "recordings/files.py",
              "recordings/alike.py", "core/times.py"),
    "route": ("charts/index.py",),
    "judge": ("expect/annotations.py", "expect/values.py", "expect/base.py",
              "expect/templates.py", "engine/judge.py"),
    "fire": ("engine/table.py", "engine/transitions.py", "engine/schedule.py", "engine/runs.py",
             "engine/timers.py"),
    "start": ("engine/starter.py", "engine/conditions.py", "engine/planned.py",
              "engine/models.py"),
    "ask": ("engine/deadlines.py", "engine/answers.py", "engine/inputs.py",
            "engine/log_numbers.py", "recordings/gracedb.py", "recordings/history.py"),
    "evidence": ("evidence/evidence.py", "evidence/marks.py", "evidence/labels.py"),
    "engine": ("engine/engine.py", "engine/news.py")}


def lines(number, era):
    """A healthy night of so many candidates that are all live at the same time, as dicts."""
    if era == "today":
        processes, _ = charts()
        made = [line for one in plan(["significant"], number, AN_HOUR, "bench", NIGHT_OF_TODAY)
                for line in one.lines(one.graceid, processes, {}, None)]
    else:
        made = [line for n in range(number) for line in compact_binary(
            Script(f"G{100_000 + n}", START + n * 0.5, group="CBC", pipeline="gstlal",
                   search=f"Bench{n % SEARCHES}")).lines]
    return sorted(made, key=lambda line: line["time"])


def texts(made):
    """Lines as they are in a recording."""
    return [json.dumps(line) for line in made]


def without_a_tenth(made):
    """A night in which a tenth of what is written about candidates never comes."""
    chance = random.Random("a tenth")
    return [line for line in made
            if line["payload"]["alert_type"] == "new" or chance.random() >= 0.1]


def bare(raw):
    """Seconds an alert of the bare loop."""
    class Model:
        __slots__ = ("state",)

    machine = Machine(model=None, states=["a", "b"], initial="a", auto_transitions=False)
    machine.add_transition("go", "a", "b")
    machine.add_transition("go", "b", "a")
    go, model = machine.events["go"], Model()
    model.state = "a"
    began = time.process_time()
    for line in raw:
        plain = json.loads(line)
        parse(plain["payload"], plain["time"])
        go.trigger(model)
    return (time.process_time() - began) / len(raw)


def command(path, *options, **environment):
    """Run ``fsm replay``: seconds of the processor, and the most memory in MB."""
    program = [sys.executable, "-m", "fsm", "replay", str(path), *options]
    folders = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run([sys.executable, "-c", MEASURED, *program], check=True, text=True,
                          stdout=subprocess.PIPE,
                          env={**os.environ, "PYTHONPATH": folders, **environment})
    seconds, most = json.loads(done.stdout)
    return seconds, most / 1000


def ratio(made):
    """What the whole command takes, as a multiple of the bare loop before and after it."""
    raw = texts(made)
    with recorded(raw) as path:
        before = bare(raw)
        taken, _ = command(path, "--json")
        return taken / len(raw) / ((before + bare(raw)) / 2)


@contextmanager
def recorded(raw):
    """The path of a recording of these lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "night.jsonl"
        path.write_text("\n".join(raw), encoding="utf-8")
        yield path


def prepared(path):
    """A replay of a recording up to its last line."""
    records = list(read(path))
    known = charts()
    running = Replay(*known, default_policy(known[0]), RecordedGraceDB(records),
                     records[-1].alert.received, in_memory=len(records))
    # The report at the end is no part of the alerts' path.
    running.engine.configuration = lambda graceid: {
        "graceid": graceid, "evidence": {"fields": {}, "labels": {}}}
    return running


def run(path, running):
    """Read and replay a recording; returns the seconds it took."""
    began = time.process_time()
    for _ in running.run(read(path)):
        pass
    return time.process_time() - began


def in_process(number, era, again=1):
    """Seconds an alert with so many live candidates, the best of some runs."""
    raw = texts(lines(number, era))
    with recorded(raw) as path:
        return min(run(path, prepared(path)) for _ in range(again)) / len(raw)


def held(era):
    """kB that one live GraceID holds at the height of its follow-up."""
    with recorded(texts(lines(IN_MEMORY, era))) as path:
        running = prepared(path)
        gc.collect()
        tracemalloc.start()
        run(path, running)
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(running.engine.candidates) / 1000  # none is put aside here


def of_command():
    for era in ERAS:
        yield f"fsm replay --json, healthy night of {LIVE:,} live, {era}", \
            ratio(lines(LIVE, era)), "times the bare loop", 4


def of_missing():
    for era in ERAS:
        yield f"fsm replay --json, a tenth missing, {LIVE:,} live, {era}", \
            ratio(without_a_tenth(lines(LIVE, era))), "times the bare loop", 8


def of_tables():
    """With a tenth missing: candidates in which nothing goes wrong are shown in a line each."""
    for era in ERAS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "night.jsonl"
            path.write_text("\n".join(texts(without_a_tenth(lines(IN_MEMORY, era)))),
                            encoding="utf-8")
            taken = [min(command(path, *options)[0] for _ in range(FEW_TIMES))
                     for options in ((), ("--json",))]
        yield f"fsm replay in tables to --json, a tenth missing, {era}", \
            taken[0] / taken[1], "times", 1.3


def of_process():
    for era in ERAS:
        yield f"in process, {LIVE:,} live, {era}", 1 / in_process(LIVE, era), "alerts/s", -20_000


def of_live():
    for era in ERAS:
        least = in_process(FEW, era, AGAIN)
        for number in MORE:
            yield f"cost per alert, {number:,} live to {FEW}, {era}", \
                in_process(number, era) / least, "times", 1.1 if number == MORE[-1] else None


def of_memory():
    for era in ERAS:
        yield f"memory per live GraceID, {era}", held(era), "kB", 40


def of_long():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.jsonl"
        recordings.write(LONG, path)
        yield f"most memory, {LONG:,} alerts of both eras", command(path, "--json")[1], "MB", 300


def of_start():
    example = ROOT / "examples" / "cbc_on_time.jsonl"
    with tempfile.TemporaryDirectory() as compiled:
        where = {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        cold, _ = command(example, "--json", **where)
        yield "start-up and one candidate, nothing compiled", cold, "s", None
        yield "start-up and one candidate", \
            min(command(example, "--json", **where)[0] for _ in range(AGAIN)), "s", 0.25


def of_phases():
    """How the engine's time divides, by profiling (which itself slows it); nothing is aimed at."""
    profiler = cProfile.Profile()
    with recorded(texts(lines(IN_MEMORY, "2017"))) as path:
        running = prepared(path)
        profiler.enable()
        run(path, running)
        profiler.disable()
    times = dict.fromkeys((*PHASES, "other"), 0.0)
    for (path, _, _), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():
        name = next((n for n, parts in PHASES.items() if path.endswith(parts)), "other")
        times[name] += own
    for name, own in times.items():
        yield f"phase {name}, 2017", 100 * own / sum(times.values()), "% of the time", None


FIGURES = {"command": of_command, "missing": of_missing, "tables": of_tables,
           "process": of_process, "live": of_live, "memory": of_memory,
           "long": of_long, "start": of_start, "phases": of_phases}


if __name__ == "__main__":
    keep_garbage_rare()
    figures.main(FIGURES, __doc__.splitlines()[0])
