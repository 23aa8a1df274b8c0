"""What operators command a running supervisor: ``fsm status``, ``show``, ``waive`` and so on."""

import sys
from typing import BinaryIO

import click

from fsm.cli.completing import candidates
from fsm.cli.control import commanded, operator, said
from fsm.cli.shared import REJECTED, print_json, terminal
from fsm.core.printable import counted

AT_ONCE = 200  # candidates in one command


of_profile = click.option("--profile", default="", metavar="NAME",
                          help="Only candidates of this profile.")
reasoned = click.option("--reason", default="", metavar="TEXT", help="Why; shown in its history.")


@click.command()
@click.argument("graceid", required=False, shell_complete=candidates)
@of_profile
@click.option("--all", "everything", is_flag=True,
              help="List all candidates, not only those in trouble.")
@operator
def status(graceid: str | None, profile: str, everything: bool, config: str | None,
           socket: str | None, as_json: bool) -> None:
    """Show how the supervisor fares, what is overdue, and the candidates in trouble.

    Of what is overdue: since when, who was told, and who has acknowledged it. With a GraceID or a
    profile its candidates are listed whether in trouble or not.

    For each listener: whether it is well, since when, when a usable alert of each topic came last,
    how often it had to be started again, and why.

    Exit status: 0; 1 where something is wrong with the supervisor itself, so that a monitor can
    use it: an incident, inputs that failed, a journal that cannot be written; 2 where none answers.
    """
    from fsm.report.operator_terminal import show_status

    result = commanded(config, socket, "status", graceid=graceid or "", profile=profile)
    if as_json:
        print_json(result)
    else:
        show_status(terminal(), result, everything or bool(graceid or profile))
    if not result["well"]:
        sys.exit(1)


@click.command()
@click.argument("graceid", shell_complete=candidates)
@click.argument("process", required=False, default="")
@click.argument("check", required=False, default="")
@reasoned
@operator
def waive(graceid: str, process: str, check: str, reason: str, config: str | None,
          socket: str | None, as_json: bool) -> None:
    """Make needless what is still expected of a candidate, or of one of its processes or checks.

    \b
        fsm waive G298048 --reason "a test"
        fsm waive G298048 idq[H1]
        fsm waive G298048 bayestar finish
    """
    result = commanded(config, socket, "waive", graceids=[graceid], process=process, check=check,
                      reason=reason)
    said(result, as_json, f"{graceid}: {counted(result['waived'], 'check')} waived, "
                           f"still open: {result['open']}")


@click.command()
@click.argument("graceids", metavar="[GRACEID...]", nargs=-1, shell_complete=candidates)
@of_profile
@reasoned
@operator
@click.pass_context
def retry(ctx: click.Context, graceids: tuple[str, ...], profile: str, reason: str,
          config: str | None, socket: str | None, as_json: bool) -> None:
    """Take inputs again that have failed: those about some candidates, or all.

    What raises an error when it is taken is put aside, so that everything else goes on; 'fsm show'
    has its traceback. After an upgrade that mends it, this takes it once more.

    Exit status: 0; 1 when some failed again: they are named.
    """
    result = commanded(config, socket, "retry", graceids=list(graceids), profile=profile,
                      reason=reason)
    said(result, as_json, f"{counted(result['retried'], 'input')} taken again, put aside: "
                           f"{len(result['failed'])}")
    for one in result["failed"]:
        click.echo(f"fsm: input {one['number']} about {one['graceid']} ({one['kind']}): "
                   f"{one['why']}", err=True)
    ctx.exit(1 if result["failed"] else 0)


@click.command()
@click.argument("graceids", metavar="[GRACEID...]", nargs=-1, shell_complete=candidates)
@of_profile
@click.option("--process", default="", help="Only of this process.")
@click.option("--check", default="", help="Only of this check.")
@reasoned
@operator
def acknowledge(graceids: tuple[str, ...], profile: str, process: str, check: str, reason: str,
                config: str | None, socket: str | None, as_json: bool) -> None:
    """Remind nobody any more of what is wrong with a candidate.

    Without a GraceID: of what is wrong with the supervisor itself. That it is over is told all the
    same, and what else goes wrong too.
    """
    result = commanded(config, socket, "acknowledge", graceids=list(graceids), profile=profile,
                      process=process, check=check, reason=reason)
    said(result, as_json, f"{result['acknowledged']} failures acknowledged")


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

    \b
        fsm retire G298048
        fsm retire --profile gstlal --reason "pipeline restarted"

    Exit status: 0; 1 when some could not be retired: they are named.
    """
    failed = []

    def listed() -> tuple[int, list[str]]:
        found = commanded(config, socket, "status", profile=profile)
        return found["candidates"], [row["graceid"] for row in found["listed"]
                                     if row["graceid"] not in failed]

    def gone(some: list[str]) -> list[str]:
        result = commanded(config, socket, "retire", graceids=some, reason=reason)
        failed.extend(result["failed"])
        return result["retired"]

    if graceids and (everything or profile):
        raise click.UsageError("give GraceIDs, or --all, or --profile, not both")
    if not everything and not profile:
        if not graceids:
            raise click.UsageError("give GraceIDs, or --all, or --profile")
        retired = gone(list(graceids))
    else:
        count, left = listed()
        if not yes:
            which = f"the candidates of profile {profile}" if profile else f"{count} candidates"
            click.confirm(f"Retire {which}?", abort=True)
        retired = []
        while left:
            retired += gone(left[:AT_ONCE])
            left = left[AT_ONCE:] or listed()[1]
    said({"retired": retired, "failed": failed}, as_json,
         f"{counted(len(retired), 'candidate')} retired")
    for graceid in failed:
        click.echo(f"fsm: {graceid} could not be retired: 'fsm show {graceid}'", err=True)
    ctx.exit(1 if failed else 0)


@click.command()
@click.argument("alert", metavar="FILE|-", type=click.File("rb"))
@reasoned
@operator
@click.pass_context
def inject(ctx: click.Context, alert: BinaryIO, reason: str, config: str | None, socket: str | None,
           as_json: bool) -> None:
    """Have alerts taken as if they had just come: payloads, or lines of a recording.

    Exit status: 0; 3 when something in the file cannot be used: it is named, the rest is taken.
    """
    from fsm.errors import CommandRefused, RecordingError
    from fsm.io.jsonio import dumps
    from fsm.io.recordings.json_stream import entries

    taken, rejected, name = [], [], getattr(alert, "name", "standard input")
    for number, entry in entries(alert):
        try:
            if isinstance(entry, RecordingError):
                raise entry
            text = dumps(entry).decode()
            taken.append(commanded(config, socket, "inject", alert=text, reason=reason)["graceid"])
        except (CommandRefused, RecordingError) as error:
            rejected.append({"line": number, "reason": str(error)})
            click.echo(f"fsm: {name} line {number}: {error}", err=True)
    left_out = f"; {len(rejected)} cannot be used" if rejected else ""
    about = ", ".join(dict.fromkeys(taken)) or "nothing"
    said({"graceids": taken, "rejected": rejected}, as_json,
         f"{counted(len(taken), 'alert')} taken, about {about}{left_out}")
    ctx.exit(REJECTED if rejected else 0)


@click.command()
@operator
def pause(config: str | None, socket: str | None, as_json: bool) -> None:
    """Hold letters (mail, chat) back until 'fsm resume'; they are kept, and sent then."""
    paused = commanded(config, socket, "pause")["paused"]
    said({"paused": paused}, as_json, f"letters are held back, by {paused['who']}, until "
                                       "'fsm resume'")


@click.command()
@operator
def resume(config: str | None, socket: str | None, as_json: bool) -> None:
    """Let letters go again; what was held back is sent as digests."""
    said(commanded(config, socket, "resume"), as_json, "letters go again")


@click.command("tell")
@click.argument("message")
@click.option("--to", "parties", multiple=True, default=("operators",), show_default=True,
              metavar="PARTY", help="Whom to; may be repeated.")
@operator
def tell(message: str, parties: tuple[str, ...], config: str | None, socket: str | None,
         as_json: bool) -> None:
    """Send a test message on the way that all messages take."""
    result = commanded(config, socket, "tell", message=message, parties=list(parties))
    said(result, as_json, f"to {', '.join(parties)}: {counted(result['addresses'], 'address')}, "
                          "besides the log")


@click.command()
@operator
def reload(config: str | None, socket: str | None, as_json: bool) -> None:
    """Have the configuration read again; nothing is lost, and if it is wrong all goes on as it is.

    What is already waited for keeps its deadlines. Of the tables journal, gracedb, listen, logs and
    operators, and of machines, a change counts only after a restart.
    """
    result = commanded(config, socket, "reload")
    later = result["after_restart"]
    said(result, as_json, "reloaded" + (f"; only after a restart: {', '.join(later)}"
                                         if later else ""))


@click.command()
@operator
def stop(config: str | None, socket: str | None, as_json: bool) -> None:
    """Stop the supervisor: it finishes what it is doing."""
    said(commanded(config, socket, "stop"), as_json, "it stops")


ACT = (waive, acknowledge, retire, retry, inject, pause, resume, tell, reload, stop)
