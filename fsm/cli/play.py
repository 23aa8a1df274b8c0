"""``fsm play``."""

import sys
from math import isfinite
from typing import TYPE_CHECKING

import click

from fsm.cli.shared import PATH, REJECTED
from fsm.core.printable import counted

if TYPE_CHECKING:
    from fsm.player.playing import Player
    from fsm.player.tape import Tape

SLOWEST = 1e-3  # a night takes a year


def _speed(ctx: click.Context, parameter: click.Parameter, value: float) -> float:
    if not isfinite(value) or value and value < SLOWEST:
        raise click.BadParameter(f"expected a number from {SLOWEST:g} on, such as 1 or 10, or 0 "
                                 "for no pauses")
    return value


@click.command()
@click.argument("recordings", metavar="RECORDING...", nargs=-1, required=True, type=PATH)
@click.option("--to", required=True, metavar="FILE|xmpp://...|kafka://...", type=PATH,
              help="A file that is appended to (- for standard output), "
                   "xmpp://[USER@]SERVER[:PORT], or kafka://HOST[:PORT].")
@click.option("--speed", default=1.0, show_default=True, metavar="X", callback=_speed,
              help="So many times as fast as it was recorded; 0 for as fast as it can.")
@click.option("--keep-times", is_flag=True, help="Leave all times as they were recorded.")
@click.option("--group", default="gracedb", show_default=True, metavar="GROUP",
              help="Kafka: the topics are GROUP.topic.")
@click.option("--auth/--no-auth", default=True, show_default=True,
              help="Kafka: log in, as hop's configuration or the netrc file says.")
@click.option("--netrc", metavar="FILE", type=PATH,
              help="XMPP: file with login and password of the server; else that of NETRC, or "
                   "~/.netrc.")
@click.option("--ca-file", metavar="FILE", type=PATH,
              help="XMPP: certificates to be trusted, instead of those of LVAlert's client.")
@click.option("--anywhere", is_flag=True, help="Play to servers that are not this machine too.")
def play(recordings: tuple[str, ...], to: str, speed: float, keep_times: bool, group: str,
         auth: bool, netrc: str | None, ca_file: str | None, anywhere: bool) -> None:
    """Play recordings back, as if everything happened now: into a file, XMPP or Kafka.

    The alerts of all RECORDINGs (- for standard input) come in their order and at their distances.
    A file gets whole lines, for a supervisor that follows it; nodes of an XMPP server and topics of
    a broker are named like those of the recording. What GraceDB announced of an event in one topic
    (cbc_gstlal_allsky) is announced in the shorter one too (cbc_gstlal), as GraceDB does. Lines
    that say "delivered": false stay in a file, and are announced nowhere.

    Times are moved together, so that the first alert is now: GPS and unix times and dates in
    payloads, names of files and messages, so that a supervisor does not take the candidates for old
    ones. GraceIDs stay, the date in a superevent's included: a supervisor that knows them already
    goes on with what it knows, so give it another journal; and a GraceDB that knows nothing of them
    would have it close them as unknown, so let it ask nobody (warnings and what is overdue are then
    told as what cannot be checked). What was recorded with today's
    payloads before June 2018 is taken for today's once it is moved: --keep-times.

    The distances between times stay those of the recording at any speed; so at another than 1, a
    supervisor that judges as in reality goes by the alerts' time (fsm run --clock recorded).

    \b
        fsm play night.jsonl --to now.jsonl & fsm run now.jsonl --gracedb none
        fsm play night.jsonl --to kafka://127.0.0.1:9092 --no-auth --speed 60
        fsm play night.jsonl --to xmpp://localhost --ca-file cert.pem

    Exit status: 0, also where Ctrl-C ends it; 3 when lines were rejected; 2 for usage, and for what
    cannot be read or reached.
    """
    from fsm.player import outlets, tape
    from fsm.player.playing import Player

    read = tape.read(recordings)
    for one in read.rejected:
        click.echo(f"fsm: {one.recording}, line {one.line}: {one.reason}", err=True)
    outlet = outlets.outlet(to, recordings, group, auth, netrc, ca_file, anywhere)
    player = Player(read, outlet, speed, keep_times)
    _announce(read, player)
    _play(player)
    if read.rejected:
        sys.exit(REJECTED)


def _announce(read: "Tape", player: "Player") -> None:
    from fsm.core.times import span

    words = [f"{counted(len(player.lines), 'alert')} of "
             f"{counted(len(read.graceids), 'candidate')} within "
             f"{span(read.length)}"]
    if player.by:
        words.append(f"times are moved by {span(player.by)}")
    if left := len(read.lines) - len(player.lines):
        words.append(f"left out, never delivered or without topic: {left}")
    click.echo("; ".join(words), err=True)


def _play(player: "Player") -> None:
    """Play to the end, or until Ctrl-C; say how many were played, whatever ends it."""
    from fsm.errors import ConfigurationError

    ended = ""
    try:
        with click.progressbar(player.play(), length=len(player.lines), label="playing",
                               file=sys.stderr) as shown:
            for _ in shown:
                pass
    except KeyboardInterrupt:
        ended = "stopped: "
    except ConfigurationError:
        ended = "given up: "
        raise
    finally:
        player.outlet.close()
        click.echo(_played(player, ended), err=True)


def _played(player: "Player", ended: str) -> str:
    topics = ", ".join(f"{topic or 'no topic'} {count}" for topic, count in player.played.items())
    return (f"{ended}{player.played.total()} of {counted(len(player.lines), 'alert')} played to "
            f"{player.outlet.name}" + (f" ({topics})" if topics else ""))
