"""Writes docs/mutants.md from what benchmarks/mutants.py has found.

    python benchmarks/mutants_page.py [build/mutants/PLACE-SEED.jsonl ...]

What is in a file replaces what docs/mutants.json has of that place, and the page is written from
that. Results of modules that were changed since are left out. Why a survivor changes nothing is in
benchmarks/mutants_equivalent.toml.
"""

import json
import subprocess
import sys
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

import attrs
from mutation import digest, mutants, spot

ROOT = Path(__file__).parents[1]
FOUND, PAGE = (ROOT / "docs" / f"mutants.{kind}" for kind in ("json", "md"))
EQUIVALENT = ROOT / "benchmarks" / "mutants_equivalent.toml"
PLACES = {"machines": "machines", "core": "fsm/core"}
AIMS = {"machines": 95, "fsm/core/engine": 90, "fsm/core/expect": 90, "fsm/core/evidence": 90}
KEPT = ("path", "line", "change", "text")
HEAD = """# Mutants

Tests that pass show little until it is known that they can fail. So one literal, comparison or
connective of `machines/` or `fsm/core/` at a time is changed, and the tests that matter for that
module are run: the table of facts (`tests/facts/`), which holds deadlines, texts, tags, parties
and conditions with their sources, the module's own tests, and of the core some machines and what
is decided on some of the simulated nights. A mutant is killed where a test fails or takes too
long; one that survives needs a better test, or changes nothing. What only people read is not
changed: docstrings, titles and nouns, reasons of verdicts, messages of errors; nor are types,
slots of classes and sizes of caches. What tests start as programs of their own runs unchanged.

`make mutants` runs a sample, and goes on where it was broken off; all of them take more than a
night: `make mutants SAMPLE=9999`. With `SEED=2` it is another sample. The page is written from
`docs/mutants.json` by `benchmarks/mutants_page.py`. The changes are those that mutmut and
cosmic-ray make; but mutmut changes nothing outside functions, where charts are, and cosmic-ray no
texts. With `--only fsm/core/engine` `benchmarks/mutants.py` runs those of a room alone, with
`--again` survivors of its seed once more, which have got better tests: of what was not in the
sample the first score of a fresh seed tells more, which is kept.
"""


def gather(paths):
    """What was found, with what earlier files had of other places, as in docs/mutants.json."""
    known = json.loads(FOUND.read_text(encoding="utf-8")) if FOUND.exists() else {}
    commit = subprocess.run(["git", "rev-parse", "--short=8", "HEAD"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.strip()
    first, last = defaultdict(dict), defaultdict(dict)
    for path in paths:
        place, _, seed = path.stem.partition("-")
        results = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        first[place][seed] = _first(results)
        last[place].update((spot(one), one) for one in results if _still(one))
    for place, results in last.items():
        # What was found first stays as it was found: tests have been written for it since.
        known[place] = {"commit": commit, "seeds": sorted(map(int, first[place])),
                        "first": first[place] | known.get(place, {}).get("first", {}),
                        **summary(PLACES[place], results.values())}
    return known


def _first(results):
    """What was found of the mutants of a seed when each was run for the first time."""
    each = {}
    for one in results:
        each.setdefault((one["path"], one["text"], one["column"], one["change"]), one)
    return {"sample": len(each), "survivors": _survivors(each.values())}


def _still(result):
    """Whether a result is of a module as it is, and of what is changed nowadays."""
    path = result["path"]
    return (ROOT / path).exists() and result["source"] == digest(ROOT, path) \
        and spot(result) in _spots(path)


@cache
def _spots(path):
    return {spot(attrs.asdict(one)) for one in mutants(ROOT, path)}


def summary(top, results):
    """What was found of the mutants of a place: of each module [mutants, killed], and survivors."""
    counts = defaultdict(lambda: [0, 0])
    for one in results:
        counts[one["path"]][0] += 1
        counts[one["path"]][1] += one["outcome"] != "survived"
    return {"sample": len(results),
            "of": sum(len(mutants(ROOT, str(file.relative_to(ROOT))))
                      for file in (ROOT / top).rglob("*.py")),
            "modules": dict(sorted(counts.items())),
            "survivors": _survivors(results)}


def _survivors(results):
    return sorted(({key: one[key] for key in KEPT} for one in results
                   if one["outcome"] == "survived"),
                  key=lambda one: (one["path"], one["line"], one["change"]))


def reasons():
    """Why survivors change nothing, by (path, text of the line, change)."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("equivalent", [])
    return {(one["path"], one["text"], one["change"]): one["why"] for one in listed}


def _key(survivor):
    return survivor["path"], survivor["text"], survivor["change"]


def _score(modules, survivors, known):
    """(sampled, killed, equivalent, score in percent of those that change something)."""
    sampled, killed = (sum(column) for column in zip(*modules.values(), strict=True))
    equivalent = sum(_key(one) in known and one["path"] in modules for one in survivors)
    return sampled, killed, equivalent, 100 * killed / max(1, sampled - equivalent)


def _first_scores(first, known):
    """How many of each seed were killed when they were run for the first time, as a table."""
    text = ("\nThe mutants of a seed when they were run for the first time, before tests were "
            "written for\nsurvivors of it:\n\n"
            "| seed | mutants | killed | change nothing | first score |\n"
            "| --- | --- | --- | --- | --- |\n")
    for seed, one in sorted(first.items(), key=lambda pair: int(pair[0])):
        killed = one["sample"] - len(one["survivors"])
        equivalent = sum(_key(left) in known for left in one["survivors"])
        text += (f"| {seed} | {one['sample']} | {killed} | {equivalent or ''} | "
                 f"{100 * killed / max(1, one['sample'] - equivalent):.0f} % |\n")
    return text


def _rooms(path):
    """A module's rooms, from the widest."""
    parts = path.split("/")[:-1]
    rooms = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    return [room for room in rooms if room != "fsm"]


def page(found):
    """The page, from what docs/mutants.json holds."""
    known, text = reasons(), HEAD
    for place, one in sorted(found.items(), reverse=True):
        text += (f"\n## {PLACES[place]}\n\n{one['sample']} of {one['of']} mutants, "
                 f"seed {' and '.join(map(str, one['seeds']))}, at commit {one['commit']}.\n\n"
                 "| | mutants | killed | change nothing | score | aim |\n"
                 "| --- | --- | --- | --- | --- | --- |\n")
        groups = defaultdict(dict)
        for path, counts in one["modules"].items():
            for group in (*_rooms(path), path):
                groups[group][path] = counts
        for group in sorted(groups):
            sampled, killed, equivalent, score = _score(groups[group], one["survivors"], known)
            bold = "" if group.endswith(".py") else "**"
            aim = f"{AIMS[group]} %" if group in AIMS else ""
            text += (f"| {bold}`{group}`{bold} | {sampled} | {killed} | {equivalent or ''} | "
                     f"{score:.0f} % | {aim} |\n")
        text += _first_scores(one["first"], known)
        text += "\nSurvivors:\n\n" + "".join(
            f"- `{left['path']}`, line {left['line']}: ``{left['change']}`` in ``{left['text']}``: "
            f"{known.get(_key(left), '**a test lacks**')}\n" for left in one["survivors"])
        text += "" if one["survivors"] else "none.\n"
    return text


if __name__ == "__main__":
    FOUND.write_text(json.dumps(gather([Path(name) for name in sys.argv[1:]]), indent=1,
                                ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(json.loads(FOUND.read_text(encoding="utf-8"))), encoding="utf-8")
