"""Figures beside what is aimed at: measured by name, printed as a table or as JSON."""

import argparse
import json
import os
import platform
import sqlite3
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def row(name, figure, unit, aim=None):
    """A figure as a mapping; an aim below zero stands for at least so much, others for at most."""
    least = aim is not None and aim < 0
    words = None if aim is None else f"{'at least' if least else 'at most'} {abs(aim):,}"
    met = None if aim is None else figure >= -aim if least else figure <= aim
    return {"name": name, "figure": figure, "unit": unit, "aim": words, "met": met}


def in_words(one):
    """A figure as a line of a table."""
    figure = f"{one['figure']:,.0f}" if one["figure"] >= 1000 else f"{one['figure']:.3g}"
    met = {None: "", True: "met", False: "not met"}[one["met"]]
    return f"{one['name']:58} {figure:>8} {one['unit']:20} {one['aim'] or '':18} {met}".rstrip()


def where():
    """On which commit and machine something is measured."""
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, text=True, check=True,
                              stdout=subprocess.PIPE).stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    model = next((line.partition(":")[2].strip() for line in
                  Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
                 platform.machine())
    return {"commit": git("rev-parse", "--short=7", "HEAD") + changed,
            "machine": f"{os.cpu_count()} processors ({model}), Python "
                       f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"}


def main(figures, description):
    """Measure what is named on the command line, or all.

    Args:
        figures: by name, functions that yield the arguments of :func:`row`.
        description: of the program.
    """
    reading = argparse.ArgumentParser(description=description)
    reading.add_argument("--json", action="store_true", help="print one JSON document")
    reading.add_argument("figures", nargs="*", metavar="FIGURE", help=", ".join(figures))
    given = reading.parse_args()
    if unknown := set(given.figures) - set(figures):
        reading.error(f"no figure {sorted(unknown)[0]!r}; known: {', '.join(figures)}")
    measured_at, rows = where(), []
    for name in given.figures or figures:
        for measured in figures[name]():
            rows.append(row(*measured))
            if not given.json:
                print(in_words(rows[-1]), flush=True)
    if given.json:
        print(json.dumps({**measured_at, "figures": rows}, indent=1))
