"""Changes the charts and the core in one thing at a time, and sees whether their tests notice.

    python benchmarks/mutants.py machines --sample 150 --seed 1 [--jobs 2]
    python benchmarks/mutants.py core --only fsm/core/engine fsm/core/expect --sample 60

Each mutant is a process of its own, forked from one that has imported what the tests need, in which
one module is imported changed; no file is touched, so that several run side by side. What was found
is appended to build/mutants/PLACE-SEED.jsonl at once, and a mutant that is there is not run again:
what was broken off goes on. `benchmarks/mutants_page.py` makes the page of it.
"""

import argparse
import ast
import contextlib
import importlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs
from mutation import Importer, digest, mutants, spot

ROOT = Path(__file__).parents[1]
PLACES = {"machines": ("machines",), "core": ("fsm/core",)}
# What tests import, as far as it is not changed itself; their own modules are imported anew.
IMPORTED = ("pytest", "hypothesis.strategies", "fsm.testing", "fsm.testing.bench", "fsm.registry",
            "fsm.io.config.load", "fsm.io.journal.postgresql", "fsm.io.gracedb.retrying",
            "fsm.replay.replay", "fsm.standin.server", "fsm.simulator.night", "fsm.cli")
# With asserts as they are: what rewrites them would import fsm itself, unchanged.
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0",
           "--assert=plain")
FACTS = "tests/facts/test_facts.py"
# Machines that use what there is in the core: keys, questions, members, contradictions.
USING = ("o4/test_raven.py", "o4/test_superevent_manager.py", "o4/test_inconsistencies.py",
         "o2/test_idq.py", "o2/test_fits_summaries.py", "o2/test_rates.py")
# What is decided on some of the simulated nights: all of them would cost more than all else.
DECISIONS = [f"tests/sweeps/test_decisions.py::test_decisions_are_as_before[{number}]"
             for number in range(2, 200, 10)]
MEMORY = 3 << 30  # bytes that a mutant may take
LIMITS = {"machines": 120.0, "core": 480.0}  # seconds that a mutant has
WITHOUT = 3600.0  # seconds for all tests together without a mutant
SAID = ROOT / "build" / "mutants" / "without.txt"  # what these say


def tests_of(path):
    """The tests that matter for a module, in turns: later ones only where earlier ones pass."""
    parts = Path(path).parts
    if parts[0] == "machines":
        return _tests_of_machine(Path(path))
    rooms = {"evidence": ("evidence", "expect", "engine"), "expect": ("expect", "engine"),
             "engine": ("engine",), "charts": ("charts", "engine")}
    named = [f"tests/core/{room}" for room in rooms.get(parts[2], ("",))]
    return [named, [FACTS], [f"tests/machines/{name}" for name in USING], DECISIONS]


def _tests_of_machine(path):
    """The facts, its own tests, and those of the modules that import it where it has none."""
    own = _named_test(path)
    if own:
        found = [own]
    else:
        name = ".".join(path.with_suffix("").parts)
        users = [user.relative_to(ROOT) for user in sorted((ROOT / "machines").rglob("*.py"))
                 if name in _imports(user)]
        found = [test for user in users if (test := _named_test(user))]
    templates = ["tests/catalogue/test_templates.py"] if "o4" in path.parts else []
    return [turn for turn in ([FACTS], found, templates) if turn]


def _named_test(path):
    test = Path("tests") / path.parent / f"test_{path.name}"
    return str(test) if (ROOT / test).exists() else ""


def _imports(path):
    return {node.module for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)}


def prepare(place):
    """Import what all mutants of a place have in common, and forget what may be changed."""
    for name in IMPORTED:
        importlib.import_module(name)
    changing = ("machines",) if place == "machines" else ("machines", "fsm")
    for name in list(sys.modules):
        if name.partition(".")[0] in changing:
            del sys.modules[name]


def start(turns, mutant=None, said=os.devnull):
    """Fork a process that runs tests in turns with a mutant, and writes what they say: its id."""
    number = os.fork()
    if number:
        return number
    try:
        os.setpgid(0, 0)
        # The tests may start what limits itself otherwise.
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        if mutant:
            Importer(ROOT, mutant).install()
        for tests in turns:
            if code := int(sys.modules["pytest"].main([*OPTIONS, *tests])):
                os._exit(code)
        os._exit(0)
    except BaseException:  # whatever goes wrong: the parent must not go on here
        os._exit(3)


def ended(running):
    """Wait for one of these to end or to take too long.

    Args:
        running: by the number of a process (until when it may run, ...).

    Returns:
        its number, and the code with which it ended, None where it was stopped.
    """
    while True:
        number, status = os.waitpid(-1, os.WNOHANG)
        if number in running:
            return number, os.waitstatus_to_exitcode(status)
        for number, (until, *_) in running.items():
            if time.monotonic() > until:
                stop(number)
                return number, None
        time.sleep(0.05)


def stop(number):
    """End a process, with all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)
    os.waitpid(number, 0)


def must_pass(chosen):
    """End where the tests of these mutants fail without any."""
    tests = list(dict.fromkeys(test for path in {mutant.path for mutant in chosen}
                               for turn in tests_of(path) for test in turn))
    _, code = ended({start([tests], said=SAID): (time.monotonic() + WITHOUT,)})
    if code != 0:
        raise SystemExit(f"without any mutant tests fail or take too long, see {SAID}: "
                         f"{' '.join(tests)}")


def run(chosen, jobs, limit, found, done):
    """Run mutants.

    Args:
        chosen: the mutants.
        jobs: how many at a time.
        limit: seconds that each has.
        found: file to which results are appended.
        done: function that is told each result.
    """
    running, waiting = {}, list(chosen)
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                mutant = waiting.pop(0)
                begun = time.monotonic()
                running[start(tests_of(mutant.path), mutant)] = (begun + limit, begun, mutant)
            number, code = ended(running)
            _, begun, mutant = running.pop(number)
            result = told(mutant, code, time.monotonic() - begun)
            found.write(json.dumps(result, ensure_ascii=False) + "\n")
            found.flush()
            done(result)
    finally:
        for number in running:
            stop(number)


def told(mutant, code, seconds):
    """A result as in the file, by the code with which its tests ended, None where stopped."""
    outcome = "survived" if code == 0 else "too long" if code is None else "killed"
    return {"outcome": outcome, "seconds": round(seconds, 1),
            "source": digest(ROOT, mutant.path), **attrs.asdict(mutant)}


def narrowed(all_there, paths):
    """Mutants of these modules and folders, all where none is named."""
    return [one for one in all_there
            if not paths or any(Path(one.path).is_relative_to(path) for path in paths)]


def to_run(all_there, results, sample, again):
    """The mutants of a sample that were not run yet, or those that survived when they were.

    Args:
        all_there: mutants in the order of their seed.
        results: what was found, in the order in which it was.
        sample: how many are in the sample, None for all.
        again: whether those that survived are wanted instead.
    """
    last = {(*spot(one), one["source"]): one["outcome"] for one in results}
    outcomes = [(one, last.get((*spot(attrs.asdict(one)), digest(ROOT, one.path))))
                for one in all_there]
    if again:
        return [one for one, outcome in outcomes if outcome == "survived"]
    return [one for one, outcome in outcomes[:sample] if outcome is None]


def asked_for():
    """What the arguments of the command say."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("place", choices=PLACES)
    parser.add_argument("--only", nargs="+", metavar="PATH", default=[],
                        help="of these modules and of what is in these folders")
    parser.add_argument("--sample", type=int, help="how many; all without it")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument("--again", action="store_true",
                        help="those of this seed that survived, once more, and no others")
    parser.add_argument("--passing", action="store_true",
                        help="the tests are known to pass without any mutant")
    return parser.parse_args()


def main():
    """Take a sample and run what of it was not run."""
    asked = asked_for()
    os.chdir(ROOT)
    all_there = [mutant for top in PLACES[asked.place] for path in sorted(Path(top).rglob("*.py"))
                 for mutant in mutants(ROOT, str(path))]
    random.Random(asked.seed).shuffle(all_there)  # a larger sample has the smaller one in it
    file = ROOT / "build" / "mutants" / f"{asked.place}-{asked.seed}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    results = map(json.loads, file.read_text().splitlines()) if file.exists() else ()
    left = to_run(narrowed(all_there, asked.only), results, asked.sample, asked.again)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True,
                            text=True, check=False).stdout.strip()
    print(f"{len(left)} mutants of {asked.place} to run at {commit}", flush=True)
    prepare(asked.place)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if left and not asked.passing:
        must_pass(left)
    count = iter(range(1, len(left) + 1))
    with file.open("a", encoding="utf-8") as found:
        run(left, asked.jobs, LIMITS[asked.place], found, lambda result: print(
            f"{next(count)}/{len(left)} {result['outcome']:8} {result['seconds']:6.1f} s "
            f"{result['path']}:{result['line']} {result['change']}", flush=True))


if __name__ == "__main__":
    main()
