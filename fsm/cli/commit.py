"""``fsm --version``: the version, and the commit it was made of."""

from pathlib import Path

import click

import fsm

# What is made of a clone (wheel, sdist, archive of git) has the commit in this file.
BAKED = Path(fsm.__file__).with_name("commit.txt")
UNKNOWN = "$Format:"  # how it begins in a clone


def made_of() -> str:
    """The commit that the program was made of, or "" where nothing tells.

    Of a clone it is git's: the commit that is checked out, with ``-dirty`` where files differ from
    it.
    """
    baked = BAKED.read_text(encoding="utf-8").strip()
    if not baked.startswith(UNKNOWN):
        return baked
    folder = BAKED.parents[1]
    if not (folder / ".git").exists():  # a repository that it merely lies in says nothing of it
        return ""
    from subprocess import run

    try:
        return run(["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=12",
                    "--exclude=*"], capture_output=True, text=True, check=False).stdout.strip()
    except OSError:  # no git
        return ""


def _say(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        commit = made_of()
        click.echo(f"fsm {fsm.__version__}" + (f", commit {commit}" if commit else ""))
        ctx.exit()


version = click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say,
                       help="Show the version and the commit, and exit.")
