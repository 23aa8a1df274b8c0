"""What the demo has done, on one screen: what to look at, what happened, three letters, the rest.

Usage: demo_screen.py FOLDER [ADDRESS OF THE PAGES]
"""

import json
import sys
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

WIDTH, TEXT = 100, 4  # columns; lines of each letter
TROUBLED, MOST = ("missing", "overdue", "late", "unverified"), 5


def trouble(candidate: dict) -> list[str]:
    """What is wrong with a candidate, its worst first: a state, and the checks that are in it."""
    found: dict[str, dict[str, list[str]]] = {}
    for process, run in candidate["processes"].items():
        for check, one in run["checks"].items():
            found.setdefault(one["state"], {}).setdefault(process, []).append(check)
    return [f"{state}: " + ", ".join(f"{process} {'/'.join(checks)}"
                                     for process, checks in found[state].items())
            for state in TROUBLED if state in found]


def happened(night: dict, letters: int) -> list[str]:
    """What became of the candidates; those with most trouble, by name."""
    states = Counter(check["state"].replace("_", " ") for candidate in night["graceids"].values()
                     for run in candidate["processes"].values()
                     for check in run["checks"].values())
    counts = ", ".join(f"{count} {state}" for state, count in states.most_common())
    graceids = len(night["graceids"])
    lines = [f"{night['alerts']} alerts came about {graceids} superevents and events.",
             f"Of the checks are {counts}; {letters} letters were written."]
    wrong = {graceid: trouble(candidate) for graceid, candidate in night["graceids"].items()}
    worst = sorted(filter(wrong.get, wrong), key=lambda graceid: (
        -max(map(len, wrong[graceid])), graceid))
    lines += [f"{graceid:<10} {'; '.join(wrong[graceid])}" for graceid in worst[:MOST]]
    if worst[MOST:]:
        lines.append(f"{'':<10} and {len(worst) - MOST} with less")
    return lines


def chosen(letters: list[EmailMessage]) -> list[tuple[str, EmailMessage]]:
    """Three letters that differ: the first, one that something is over, and the longest."""
    over = [letter for letter in letters if "recovered" in letter["Subject"]]
    longest = max(letters, key=lambda letter: len(letter.get_content()))
    kinds = (("the first", letters[:1]), ("something came at last", over[:1]),
             ("the longest", [longest]))
    return [(kind, letter) for kind, some in kinds for letter in some]


def shown(kind: str, letter: EmailMessage) -> list[str]:
    """A letter: its head, and its first lines."""
    text = [line for line in letter.get_content().splitlines() if line.strip()]
    more = [f"… {len(text) - TEXT} more lines"] if len(text) > TEXT else []
    return [f"{letter['Subject']}", f"  to {letter['To']} ({kind})",
            *(f"  {line}" for line in text[:TEXT]), *(f"  {line}" for line in more)]


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
        f"  {folder}/superevent.svg   the candidate with most trouble, as it went",
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
