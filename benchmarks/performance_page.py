"""Writes docs/performance.md, with its plot, from what benchmarks have measured.

    python benchmarks/performance_page.py [build/performance/PART.json ...]

Each file is what a benchmark prints with --json; PART is ``questions``, ``daemon``, or the name of
a figure of benchmarks/replay.py. What is in it replaces what docs/performance.json has of that
part, and the page is written from all of these.
"""

import json
import re
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FIGURES, PAGE, PLOT = (DOCS / f"performance.{kind}" for kind in ("json", "md", "svg"))
LIVE = re.compile(r"cost per alert, ([\d,]+) live to 10, (\w+)")
MET = {True: "met", False: "not met", None: ""}
PARTS = ("command", "missing", "tables", "process", "live", "memory", "long", "start", "daemon",
         "phases")  # in their order, before the questions
QUESTIONS = "questions"
HEAD = """# Speed, memory, and questions

This page is written from `docs/performance.json`, which the benchmarks print: `make performance`
measures what `build/performance/` does not have yet, `make -B performance` everything. The last
column is the commit on which a figure was measured. Times of a replay are those of the processor.
The bare loop, to which the whole command is compared on the same lines in the same run, parses the
JSON and the alert and fires one flat trigger: such ratios hold on any machine, the other times do
not. The daemon's latencies are by the clock, so what other programs take makes them longer.

"""
TABLE = """
| what | measured | aim | | commit |
| --- | --- | --- | --- | --- |
"""
AFTER = """
![Cost of an alert against live candidates](performance.svg)

## Questions to GraceDB

How often GraceDB is asked about one GraceID in its whole life, in nights with every kind of
candidate of an era; aims are about the mean. Missing annotations are never made, each by itself.
Superevents cost what they do because each version of a product is opened once; see
[What is in the files](architecture.md#what-is-in-the-files). Counted on the commit: {commit}.

| era | night | GraceID | mean | 95th percentile | most | aim | |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def number(value):
    """A figure for people."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def machines(measured):
    """On which machines the parts were measured, in sentences."""
    on = {}
    for part in (*PARTS, QUESTIONS):
        where = f"Measured on {measured[part]['machine']}" if part in measured else "Not measured"
        on.setdefault(where, []).append(part)
    return "".join(f"- {where}: {', '.join(parts)}.\n" for where, parts in on.items())


def page(measured):
    """The text of the page.

    Args:
        measured: by part, what benchmarks/figures.py and benchmarks/questions.py print.
    """
    rows = [f"| {one['name']} | {number(one['figure'])} {one['unit']} | {one['aim'] or ''} "
            f"| {MET[one['met']]} | {measured[part]['commit']} |"
            for part in PARTS if part in measured for one in measured[part]["figures"]]
    asked = []
    for one in measured[QUESTIONS]["questions"]:
        dead = one["gracedb"] == "dead"
        night = "GraceDB never answers" if dead else f"{one['missing']:.0%} missing"
        aim = "" if one["aim"] is None else f"at most {one['aim']:g}"
        asked.append(f"| {one['era']} | {night} | {one['kind']} | {one['mean']:.2f} | {one['p95']} "
                     f"| {one['most']} | {aim} | {MET[one['met']]} |")
    return (HEAD + machines(measured) + TABLE + "\n".join(rows) + "\n"
            + AFTER.format(commit=measured[QUESTIONS]["commit"]) + "\n".join(asked) + "\n")


def draw(measured):
    """Draw the cost of an alert against the number of live candidates."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "performance"  # the same figures, the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.2), layout="constrained")
    for era, mark in (("2017", "o"), ("today", "s")):
        points = [(10, 1.0)]
        for one in measured["live"]["figures"]:
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
    measured |= {Path(name).stem: json.loads(Path(name).read_text()) for name in names}
    FIGURES.write_text(json.dumps(measured, indent=1) + "\n")
    PAGE.write_text(page(measured))
    draw(measured)


if __name__ == "__main__":
    main(sys.argv[1:])
