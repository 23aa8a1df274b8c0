"""What operators command about candidates: to waive, retire and acknowledge, and to undo that."""

import sys
from collections.abc import Sequence
from math import isfinite
from typing import Any

import click

from fsm.cli.completing import candidates
from fsm.cli.control import commanded, operator, said
from fsm.cli.shared import moment
from fsm.core.printable import counted

AT_ONCE = 200  # candidates in one command
MOST = 12  # processes that are named

of_profile = click.option("--profile", default="", metavar="NAME",
                          help="Only candidates of this profile.")
reasoned = click.option("--reason", default="", metavar="TEXT", help="Why; shown in its history.")


@click.command()
@click.argument("graceid", shell_complete=candidates)
@click.argument("process", required=False, default="")
@click.argument("check", required=False, default="")
@click.option("--yes", is_flag=True, help="Of a candidate as a whole: do not ask.")
@reasoned
@operator
def waive(graceid: str, process: str, check: str, yes: bool, reason: str, config: str | None,
          socket: str | None, as_json: bool) -> None:
    """Make needless what is still expected of a candidate, or of one of its processes or checks.

    Of a candidate as a whole that is all that is expected now, and all that would start later: at a
    terminal it says what, and asks. 'fsm unwaive' undoes it.

    \b
        fsm waive G298048 --reason "a test"
        fsm waive G298048 idq[H1]
        fsm waive G298048 bayestar finish
    """
    if not process and not yes and sys.stdin.isatty():
        found = commanded(config, socket, "waive", graceids=[graceid], preview=True)
        click.echo(_covered(found), err=True)
        click.confirm("Waive all of it?", abort=True, err=True)
    result = commanded(config, socket, "waive", graceids=[graceid], process=process, check=check,
                      reason=reason)
    said(result, as_json, f"{graceid}: {counted(result['waived'], 'check')} waived, "
                           f"still open: {result['open']}")


def _covered(found: dict[str, Any]) -> str:
    """What waiving a candidate covers, now and later, in words."""
    open_now = [f"{name} ({counted(count, 'check')})" for name, count in found["open"].items()]
    return (f"{found['graceid']}: now {counted(sum(found['open'].values()), 'open check')} of "
            f"{_listed(open_now)}; later whatever starts: {_listed(found['later'])}")


def _listed(names: list[str]) -> str:
    more = len(names) - MOST
    return (", ".join(names[:MOST]) or "nothing") + (f" and {more} more" if more > 0 else "")


@click.command()
@click.argument("graceid", shell_complete=candidates)
@click.argument("process", required=False, default="")
@click.argument("check", required=False, default="")
@reasoned
@operator
def unwaive(graceid: str, process: str, check: str, reason: str, config: str | None,
            socket: str | None, as_json: bool) -> None:
    """Expect again what 'fsm waive' has made needless, with its time anew.

    With a process, or a check, only what was waived of it by name; else all that was waived of the
    candidate. What came meanwhile counts.
    """
    result = commanded(config, socket, "unwaive", graceids=[graceid], process=process, check=check,
                      reason=reason)
    said(result, as_json, f"{graceid}: {counted(result['expected'], 'check')} expected again, "
                           f"open: {result['open']}")


@click.command()
@click.argument("graceids", metavar="[GRACEID...]", nargs=-1, shell_complete=candidates)
@of_profile
@click.option("--process", default="", help="Only of this process.")
@click.option("--check", default="", help="Only of this check.")
@click.option("--until", callback=moment, metavar="TIME",
              help="When it expires, UTC or unix seconds; without it it lasts as long as the "
                   "failure.")
@reasoned
@operator
def acknowledge(graceids: tuple[str, ...], profile: str, process: str, check: str, until: float,
                reason: str, config: str | None, socket: str | None, as_json: bool) -> None:
    """Remind nobody any more of what is wrong with a candidate, or not until a time.

    \b
        fsm acknowledge S230518h --until "2023-05-18 16:00" --reason "the node is being repaired"

    The reason is its note: it is shown wherever the failure is. 'fsm unacknowledge' undoes it.

    Without a GraceID: of what is wrong with the supervisor itself. That it is over is told all the
    same, and what else goes wrong too.
    """
    result = commanded(config, socket, "acknowledge", graceids=list(graceids), profile=profile,
                      process=process, check=check, reason=reason,
                      until=until if isfinite(until) else None)
    said(result, as_json, f"{counted(result['acknowledged'], 'failure')} acknowledged")


@click.command()
@click.argument("graceids", metavar="[GRACEID...]", nargs=-1, shell_complete=candidates)
@of_profile
@click.option("--process", default="", help="Only of this process.")
@click.option("--check", default="", help="Only of this check.")
@reasoned
@operator
def unacknowledge(graceids: tuple[str, ...], profile: str, process: str, check: str, reason: str,
                  config: str | None, socket: str | None, as_json: bool) -> None:
    """Remind again of what was acknowledged; without a GraceID of the supervisor's own troubles."""
    result = commanded(config, socket, "unacknowledge", graceids=list(graceids), profile=profile,
                      process=process, check=check, reason=reason)
    said(result, as_json, f"{counted(result['unacknowledged'], 'failure')} acknowledged no more")


@click.command()
@click.argument("graceids", metavar="[GRACEID...]", nargs=-1, shell_complete=candidates)
@click.option("--all", "everything", is_flag=True, help="All candidates.")
@of_profile
@click.option("--yes", is_flag=True, help="With --all or --profile: do not ask.")
@reasoned
@operator
@click.pass_context
def retire(ctx: click.Context, graceids: tuple[str, ...], everything: bool, profile: str, yes: bool,
           reason: str, config: str | None, socket: str | None, as_json: bool) -> None:
    """Supervise candidates no longer; what is heard of them from now on is left alone.

    'fsm unretire' undoes it.

    \b
        fsm retire G298048
        fsm retire --profile gstlal --reason "pipeline restarted"

    Exit status: 0; 1 when some could not be retired: they are named.
    """
    if bool(graceids) == (everything or bool(profile)):
        raise click.UsageError("give GraceIDs, or --all, or --profile, not both")
    if graceids:
        retired, failed = _retired(graceids, reason, config, socket)
    else:
        if not yes:
            _ask_whether_to_retire(profile, config, socket)
        retired, failed = _all_retired(profile, reason, config, socket)
    said({"retired": retired, "failed": failed}, as_json,
         f"{counted(len(retired), 'candidate')} retired")
    for graceid in failed:
        click.echo(f"fsm: {graceid} could not be retired: 'fsm show {graceid}'", err=True)
    ctx.exit(1 if failed else 0)


def _retired(graceids: Sequence[str], reason: str, config: str | None,
             socket: str | None) -> tuple[list[str], list[str]]:
    """Retire candidates; those that are retired now, and those that could not be."""
    result = commanded(config, socket, "retire", graceids=list(graceids), reason=reason)
    return result["retired"], result["failed"]


def _ask_whether_to_retire(profile: str, config: str | None, socket: str | None) -> None:
    count = commanded(config, socket, "status", profile=profile)["candidates"]
    which = f"the candidates of profile {profile}" if profile else f"{count} candidates"
    click.confirm(f"Retire {which}?", abort=True)


def _all_retired(profile: str, reason: str, config: str | None,
                 socket: str | None) -> tuple[list[str], list[str]]:
    """Likewise all that are listed, until none is listed any more but those that could not be."""
    retired: list[str] = []
    failed: list[str] = []
    while left := [row["graceid"] for row in commanded(
            config, socket, "status", profile=profile)["listed"] if row["graceid"] not in failed]:
        for first in range(0, len(left), AT_ONCE):
            gone, stayed = _retired(left[first:first + AT_ONCE], reason, config, socket)
            retired += gone
            failed += stayed
    return retired, failed


@click.command()
@click.argument("graceids", metavar="GRACEID...", nargs=-1, required=True)
@reasoned
@operator
def unretire(graceids: tuple[str, ...], reason: str, config: str | None, socket: str | None,
             as_json: bool) -> None:
    """Supervise candidates again that have left, as they were then.

    GraceDB is asked for what has happened to them since.
    """
    result = commanded(config, socket, "unretire", graceids=list(graceids), reason=reason)
    said(result, as_json, f"{counted(len(result['supervised']), 'candidate')} supervised again")
