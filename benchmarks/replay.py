"""Measures a replay: alerts per second, where the time goes, memory, questions and messages.

    python benchmarks/replay.py [EVENTS ...]

For each number of events, of compact binaries, bursts and superevents of today, it makes a
recording in which all of them are followed up at once by every process, about 130 alerts each (of a
superevent and its event together about 80), everything on time, and replays it. Searches of the
earlier ones are named so that no rate is exceeded.
"""

import cProfile
import gc
import json
import pstats
import sys
import time
import tracemalloc

from fsm.core.charts.policy import default_policy
from fsm.core.evidence.graceids import letters
from fsm.core.evidence.parsing import parse
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.registry import charts
from fsm.replay.replay import Replay, keep_garbage_rare
from fsm.testing.followups import burst, compact_binary
from fsm.testing.script import Script
from fsm.testing.superevents import significant

KINDS = {"cbc": (compact_binary, {"group": "CBC", "pipeline": "gstlal"}),
         "burst": (burst, {"group": "Burst", "pipeline": "CWB", "instruments": "H1,L1"}),
         "today": (significant, {"far": 1e-9})}
START = 1_502_000_000.0
SEARCHES = 500  # so that each search stays below 10 events in 10,000 s
PHASES = {
    "parse": ("evidence/parsing.py", "evidence/records.py", "recordings/files.py", "times.py"),
    "route": ("charts/index.py",),
    "judge": ("expect/annotations.py", "expect/values.py", "expect/base.py",
              "expect/templates.py", "engine/judge.py"),
    "fire": ("engine/table.py", "engine/transitions.py", "engine/schedule.py", "engine/runs.py"),
    "start": ("engine/starter.py", "engine/models.py"),
    "ask": ("engine/deadlines.py", "engine/answers.py", "engine/inputs.py",
            "recordings/gracedb.py", "rates.py"),
    "evidence": ("evidence/evidence.py", "evidence/marks.py"),
    "engine": ("engine/engine.py", "engine/news.py")}


def lines(events, kind="cbc"):
    """A recording of this many events of one kind, all live at the same time."""
    follow_up, fields = KINDS[kind]
    made = []
    for number in range(events):
        if kind == "today":
            script = Script(f"S170806{letters(number)}", START + number * 0.5,
                            preferred_event=f"G{100000 + number}", **fields)
        else:
            script = Script(f"G{100000 + number}", START + number * 0.5,
                            search=f"Bench{number % SEARCHES}", **fields)
        made += follow_up(script).lines
    made.sort(key=lambda line: line["time"])
    return [json.dumps(line) for line in made]


def prepared(raw):
    """A replay that has not begun, and the seconds that parsing alone takes."""
    began = time.perf_counter()
    records = [record_of(line) for line in raw]
    parsing = time.perf_counter() - began
    known = charts()
    until = records[-1].alert.received
    replay = Replay(*known, default_policy(known[0]), RecordedGraceDB(records), until)
    # The report at the end is no part of the alerts' path.
    replay.engine.configuration = lambda graceid: {"evidence": {}}
    return replay, parsing


def run(raw, replay):
    """Parse and replay line by line, as a live supervisor does; returns the seconds it took."""
    began = time.perf_counter()
    for _ in replay.run(record_of(line) for line in raw):
        pass
    return time.perf_counter() - began


def measured(events, kind):
    """Print the figures for this many live events; returns seconds per alert."""
    raw = lines(events, kind)
    replay, parsing = prepared(raw)
    total = run(raw, replay)
    count, told = len(raw), len(replay.outcome.effects)
    running = total - parsing
    print(f"{kind:5} {events:6d} live events, {count:7d} alerts: {count / total:8.0f} alerts/s, "
          f"{total / count * 1e6:6.1f} us an alert (parse {parsing / count * 1e6:.1f}, engine "
          f"{running / count * 1e6:.1f}); questions/event {replay.outcome.queries / events:.2f}, "
          f"messages/event {told / events:.2f}")
    return total / count


def phases(events):
    """Print how the engine's time divides, by profiling (which itself slows it)."""
    raw = lines(events)
    replay, _ = prepared(raw)
    profiler = cProfile.Profile()
    profiler.enable()
    run(raw, replay)
    profiler.disable()
    times = dict.fromkeys((*PHASES, "other"), 0.0)
    for (path, _, _), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():
        name = next((n for n, parts in PHASES.items() if any(p in path for p in parts)), "other")
        times[name] += own
    total = sum(times.values())
    print("time by phase (profiled): "
          + ", ".join(f"{name} {own / total:.0%}" for name, own in times.items()))


def memory(events):
    """Print the bytes that one live GraceID holds at the height of its follow-up."""
    raw = lines(events)
    replay, _ = prepared(raw)
    gc.collect()
    tracemalloc.start()
    run(raw, replay)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"{held / events / 1000:.1f} kB a live GraceID, its evidence included")


def bare(events):
    """Print the same for a loop that only parses the JSON and fires a flat trigger."""
    from transitions import Machine

    class Model:
        __slots__ = ("state",)

    machine = Machine(model=None, states=["a", "b"], initial="a", auto_transitions=False)
    machine.add_transition("go", "a", "b")
    machine.add_transition("go", "b", "a")
    go, model = machine.events["go"], Model()
    model.state = "a"
    raw = lines(events)
    began = time.perf_counter()
    for line in raw:
        plain = json.loads(line)
        parse(plain["payload"], plain["time"])
        go.trigger(model)
    taken = (time.perf_counter() - began) / len(raw)
    print(f"bare loop (parse JSON and alert, fire one flat trigger): {taken * 1e6:.1f} us an alert")
    return taken


def main():
    """Measure for every number of events on the command line."""
    keep_garbage_rare()
    sizes = [int(size) for size in sys.argv[1:]] or [50, 100, 1000, 5000]
    costs = [measured(size, "cbc") for size in sizes]
    print(f"ratio of cost, {sizes[-1]} to {sizes[0]} live events: {costs[-1] / costs[0]:.2f}")
    for size in sizes:
        measured(size, "burst")
        measured(size, "today")
    floor = bare(200)
    print(f"ratio to the bare loop: {costs[0] / floor:.2f}")
    phases(200)
    memory(200)


if __name__ == "__main__":
    main()
