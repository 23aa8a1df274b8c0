"""What the demo has done, on one screen: what to look at, what happened, three letters, the rest.

Usage: demo_screen.py FOLDER [ADDRESS OF THE PAGES]
"""

import json
import sys
import textwrap
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from fsm.core.charts.severity import SEVERITIES, Rank, rank
from fsm.registry import charts

WIDTH, TEXT = 100, 4  # columns; lines of each letter
TROUBLED, MOST = ("missing", "overdue", "late", "unverified"), 5
CHARTS = {chart.name: chart for chart in charts()[0]}


def trouble(candidate: dict) -> list[str]:
    """What is wrong with a candidate, its worst first: a state, and the checks that are in it."""
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    for process, run in candidate["processes"].items():
        name, _, key = process.partition("[")
        for check, one in run["checks"].items():
            found.setdefault(one["state"], {}).setdefault((name, check), []).append(key[:-1])
    return [f"{state}: {', '.join(_named(found[state]))}" for state in TROUBLED if state in found]


def _named(checks: dict[tuple[str, str], list[str]]) -> list[str]:
    """Processes with their checks, as one where only keys tell them apart."""
    named: dict[str, list[str]] = {}
    for (name, check), keys in checks.items():
        process = f"{name}[{', '.join(keys)}]" if any(keys) else name
        named.setdefault(process, []).append(check)
    return [f"{process} {'/'.join(checks)}" for process, checks in named.items()]


def gravest(candidate: dict) -> tuple[int, Rank]:
    """What candidates are sorted by, of which something is wrong: the worst state, how grave it is.
    """
    return min((TROUBLED.index(one["state"]), rank(
        CHARTS.get(process.partition("[")[0]), candidate.get("significance", "")))
        for process, run in candidate["processes"].items()
        for one in run["checks"].values() if one["state"] in TROUBLED)


def happened(night: dict, letters: int) -> list[str]:
    """What became of the candidates; those with trouble by name, the gravest first."""
    states = Counter(check["state"].replace("_", " ") for candidate in night["graceids"].values()
                     for run in candidate["processes"].values()
                     for check in run["checks"].values())
    counts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    graceids = len(night["graceids"])
    lines = [f"{night['alerts']} alerts came about {graceids} superevents and events, and "
             f"{letters} letters were written.", f"The checks: {counts}."]
    wrong = {graceid: trouble(candidate) for graceid, candidate in night["graceids"].items()}
    worst = sorted(filter(wrong.get, wrong), key=lambda graceid: (
        gravest(night["graceids"][graceid]), graceid))
    for graceid in worst[:MOST]:
        lines += wrapped(f"{graceid:<10} {'; '.join(wrong[graceid])}", 11, 2)
    if worst[MOST:]:
        lines.append(f"{'':<10} and {len(worst) - MOST} with less")
    return lines


def chosen(letters: list[EmailMessage]) -> list[tuple[str, EmailMessage]]:
    """Three letters about different things: the gravest, one that something is over, the longest.
    """
    grave = [letter for severity in SEVERITIES for letter in letters
             if f"[{severity}]" in letter["Subject"] or f"{severity})" in letter.get_content()]
    over = [letter for letter in letters if "recovered" in letter["Subject"]]
    longest = sorted(letters, key=lambda letter: -len(letter.get_content()))
    found: list[tuple[str, EmailMessage]] = []
    for kind, some in (("the gravest", grave or letters), ("something came at last", over),
                       ("the longest", longest)):
        others = [about(letter) for _, letter in found]
        found += [(kind, letter) for letter in some if about(letter) not in others][:1]
    return found


def about(letter: EmailMessage) -> str:
    """Which candidate, as far as a subject says it, a letter is about first."""
    return letter["Subject"].partition(":")[0]


def shown(kind: str, letter: EmailMessage) -> list[str]:
    """A letter: its head, and its first lines."""
    text = [line for line in letter.get_content().splitlines() if line.strip()]
    lines = [part for line in text[:TEXT] for part in wrapped(line, 4, 2)]
    more = len(text) - TEXT
    return [letter["Subject"], f"  to {letter['To']} ({kind})",
            *(f"  {line}" for line in lines[:TEXT]), *([f"  … {more} more lines"] * (more > 0))]


def wrapped(line: str, indent: int, most: int) -> list[str]:
    """A line in several, the further ones indented."""
    return textwrap.wrap(line, WIDTH - 6, subsequent_indent=" " * indent, max_lines=most,
                         placeholder=" …") or [line]


def looks(folder: Path, pages: str) -> list[str]:
    """Where the pages are, and what they look like."""
    seen = [f"  {folder}/board.png        what they look like"] \
        if (folder / "board.png").exists() else []
    return [f"  {pages:<27} its pages, for a minute; Ctrl-C ends it", *seen] if pages else []


def screen(folder: Path, pages: str = "") -> list[str]:
    """The lines of the screen."""
    night = json.loads((folder / "night.json").read_text(encoding="utf-8"))
    letters = [message_from_bytes(path.read_bytes(), policy=default)
               for path in sorted((folder / "mail").glob("*.eml"))]
    lines = [
        "LOOK AT", *looks(folder, pages),
        f"  {folder}/candidate.svg    the candidate with the gravest trouble, as it went",
        f"  {folder}/latency.png      how long each follow-up took",
        "  diagrams/README.md          what is expected of every candidate",
        "", "WHAT HAPPENED", *(f"  {line}" for line in happened(night, len(letters))),
        "", "THREE LETTERS"]
    for kind, letter in chosen(letters):
        lines += [f"  {line}" for line in shown(kind, letter)]
    lines += [
        "", f"THE REST, in {folder}",
        "  night.txt, night.json       each candidate, check by check",
        f"  mail, messages.jsonl        all {len(letters)} letters, and what they were made of",
        "  status.txt, logs, run.log   the daemon as operators see it, and what it did, and when",
        f"  .venv/bin/fsm latency --journal {folder}/journal.db"]
    return [fitted(line) for line in lines]


def fitted(line: str) -> str:
    """A line that a terminal shows whole."""
    return line if len(line) <= WIDTH else f"{line[:WIDTH - 1]}…"


if __name__ == "__main__":
    print("\n".join(screen(Path(sys.argv[1]), *sys.argv[2:3])))
