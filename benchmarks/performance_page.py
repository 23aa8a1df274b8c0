"""Writes docs/performance.md, with its plot, from what benchmarks have measured.

    python benchmarks/replay.py --json > replay.json
    python benchmarks/questions.py --json > questions.json
    python benchmarks/performance_page.py replay.json questions.json

The figures are kept in docs/performance.json. Without a file the page is written from these anew.
"""

import json
import re
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FIGURES, PAGE, PLOT = (DOCS / f"performance.{kind}" for kind in ("json", "md", "svg"))
LIVE = re.compile(r"cost per alert, ([\d,]+) live to 10, (\w+)")
MET = {True: "met", False: "not met", None: ""}
HEAD = """# Speed, memory, and questions

This page is written from `docs/performance.json`, which the benchmarks print. Times are those of
the processor on a virtual machine with two cores. The bare loop, to which the whole command is
compared on the same lines in the same run, parses the JSON and the alert and fires one flat
trigger: such ratios hold on any machine, the other times do not. The tables that `fsm replay`
prints for people without `--json` take as long again, or longer. Not measured here: a recording of
a million alerts (`python benchmarks/replay.py long`), and the daemon
(`python benchmarks/daemon.py`).

| what | measured | aim | |
| --- | --- | --- | --- |
"""
AFTER = """
![Cost of an alert against live candidates](performance.svg)

## Questions to GraceDB

How often GraceDB is asked about one GraceID in its whole life, in nights with every kind of
candidate of an era; aims are about the mean. Missing annotations are never made, each by itself.
Superevents cost what they do because each version of a product is opened once; see
[What is in the files](architecture.md).

| era | night | GraceID | mean | 95th percentile | most | aim | |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def number(value):
    """A figure for people."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def page(measured):
    """The text of the page.

    Args:
        measured: ``figures`` as benchmarks/replay.py prints them, ``questions`` as
            benchmarks/questions.py does.
    """
    rows = [f"| {one['name']} | {number(one['figure'])} {one['unit']} | {one['aim'] or ''} "
            f"| {MET[one['met']]} |" for one in measured["figures"]]
    asked = []
    for one in measured["questions"]:
        dead = one["gracedb"] == "dead"
        night = "GraceDB never answers" if dead else f"{one['missing']:.0%} missing"
        aim = "" if one["aim"] is None else f"at most {one['aim']:g}"
        asked.append(f"| {one['era']} | {night} | {one['kind']} | {one['mean']:.2f} | {one['p95']} "
                     f"| {one['most']} | {aim} | {MET[one['met']]} |")
    return HEAD + "\n".join(rows) + "\n" + AFTER + "\n".join(asked) + "\n"


def draw(measured):
    """Draw the cost of an alert against the number of live candidates."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "performance"  # the same figures, the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.2), layout="constrained")
    for era, mark in (("2017", "o"), ("today", "s")):
        points = [(10, 1.0)]
        for one in measured["figures"]:
            match = LIVE.fullmatch(one["name"])
            if match and match[2] == era:
                points.append((int(match[1].replace(",", "")), one["figure"]))
        axes.plot(*zip(*sorted(points), strict=True), marker=mark, label=f"candidates of {era}")
    axes.axhline(1.1, color="0.6", linestyle=":", label="aim at 5,000")
    axes.set(xscale="log", xlabel="live candidates", ylabel="cost of an alert, 10 live = 1",
             ylim=(0, 1.1 * axes.get_ylim()[1]))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.legend()
    figure.savefig(PLOT, metadata={"Date": None})


def main(names):
    """Take up the files' figures, and write the page."""
    measured = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    for name in names:
        measured |= json.loads(Path(name).read_text())
    if missing := {"figures", "questions"} - measured.keys():
        sys.exit(f"nothing was measured of {' and '.join(sorted(missing))}: give the files that "
                 "the benchmarks printed with --json")
    FIGURES.write_text(json.dumps(measured, indent=1) + "\n")
    PAGE.write_text(page(measured))
    draw(measured)


if __name__ == "__main__":
    main(sys.argv[1:])
