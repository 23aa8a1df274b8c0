"""What operators command a running supervisor: ``fsm status``, ``show``, ``waive`` and so on."""

import sys
from typing import BinaryIO

import click

from fsm.cli.about_candidates import (
    acknowledge,
    of_profile,
    reasoned,
    retire,
    unacknowledge,
    unretire,
    unwaive,
    waive,
)
from fsm.cli.completing import candidates
from fsm.cli.control import commanded, operator, said
from fsm.cli.shared import REJECTED, print_json, terminal
from fsm.core.printable import counted


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


ACT = (waive, unwaive, acknowledge, unacknowledge, retire, unretire, retry, inject, pause, resume,
       tell, reload, stop)
