"""The commit that the program was made of. Imports nothing but Python's own: builds import it."""

import subprocess
from pathlib import Path

# What is made of a clone (wheel, sdist, archive of git) has the commit in this file.
BAKED = Path(__file__).with_name("commit.txt")
UNKNOWN = "$Format:"  # how it begins in a clone


def made_of() -> str:
    """The commit in words, or "" where nothing tells.

    Of a clone it is git's: the commit that is checked out, with ``-dirty`` where files differ from
    it.
    """
    baked = BAKED.read_text(encoding="utf-8").strip()
    return of_clone(BAKED.parents[1]) if baked.startswith(UNKNOWN) else baked


def of_clone(folder: Path) -> str:
    """The commit of the clone of which a folder is the top, or "".

    A repository that the folder merely lies in says nothing of it.
    """
    if not (folder / ".git").exists():
        return ""
    try:
        return subprocess.run(
            ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=12",
             "--exclude=*"], capture_output=True, text=True, check=False).stdout.strip()
    except OSError:  # no git
        return ""
