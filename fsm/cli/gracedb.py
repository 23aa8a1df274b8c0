"""``fsm standin``, ``simulate`` and ``record``: a GraceDB to try things on, nights, recordings."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from fsm.cli import completing
from fsm.cli.shared import PATH, charts_of, moment
from fsm.core.printable import counted

if TYPE_CHECKING:
    from fsm.core.charts.process import Process
    from fsm.simulator.night import Candidate


@click.command()
@click.option("--data", metavar="DIR", type=PATH, default="standin", show_default=True,
              help="Folder of its data and of the alerts it announces.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535),
              help="TCP port on 127.0.0.1; 0 for any.")
@click.option("--tls", is_flag=True, help="Serve HTTPS, with a certificate of its own in DIR.")
@click.option("--flavour", type=click.Choice(["current", "legacy"]),
              help="Payloads of the alerts: today's, or those of 2016; by default today's with "
                   "--superevents.")
@click.option("--token", default="", metavar="TOKEN", envvar="FSM_STANDIN_TOKEN",
              help="Serve only who bears this token.")
@click.option("--superevents", is_flag=True,
              help="Put events into superevents, as today's GraceDB does.")
@click.option("--mail", metavar="PORT", type=int,
              help="Be a mail server too, which keeps each e-mail as a file in DIR/mail; 0 for any "
                   "port.")
def standin(data: str, port: int, tls: bool, flavour: str | None, token: str, superevents: bool,
            mail: int | None) -> None:
    """Serve a stand-in for GraceDB, for trials and tests without access to the real one.

    It speaks what GraceDB's own client uses, keeps its data in DIR/standin.db, and appends every
    alert that GraceDB would have sent to DIR/alerts.jsonl, a recording for 'fsm replay'. PUT
    /standin/faults orders faults: {"status": 503, "times": 3}, {"latency": 2}, {"lose": 0.1} ...
    """
    from pathlib import Path

    from fsm.errors import ConfigurationError

    try:
        from fsm.standin.announce import Announcer
        from fsm.standin.app import StandIn
        from fsm.standin.mail import MailStandIn
        from fsm.standin.server import Server
        from fsm.standin.store import Store
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is missing: pip install "
                                 "'event-supervisor[standin]'") from None
    folder = Path(data)
    folder.mkdir(parents=True, exist_ok=True)
    announcer = Announcer(folder / "alerts.jsonl", flavour)
    server = Server(StandIn(Store(folder / "standin.db"), announcer, token, superevents), port,
                    folder if tls else None)
    click.echo(f"GraceDB's stand-in is at {server.url}, its alerts in {announcer.path}")
    if mail is not None:
        caught = MailStandIn(folder / "mail", mail).start()
        click.echo(f"a mail server is at 127.0.0.1:{caught.port}, its e-mails in {caught.folder}")
    if tls:
        click.echo(f"trust it with REQUESTS_CA_BUNDLE={server.certificate}")
    try:
        server.serve()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


@click.command()
@click.argument("graceids", metavar="[GRACEID...]", nargs=-1)
@click.option("--query", metavar="Q", help="Record what this query finds, in GraceDB's language.")
@click.option("--kind", type=click.Choice(["event", "superevent"]), default="event",
              show_default=True, help="Of what the query finds.")
@click.option("--gracedb", default="https://gracedb.ligo.org/api/", show_default=True,
              metavar="URL", help="Address of GraceDB's REST interface.")
@click.option("--out", default="-", show_default=True, metavar="FILE", type=PATH,
              help="Where to; - for standard output.")
def record(graceids: tuple[str, ...], query: str | None, kind: str, gracedb: str, out: str) -> None:
    """Record past candidates from GraceDB, for 'fsm replay'; superevents with their events.

    Its event, log, labels, files, notices and sign-offs are read with their times, and turned into
    the alerts that they must have caused. What cannot be read is named and left out.
    """
    from fsm.core.evidence.graceids import in_any_case
    from fsm.io.gracedb.api import GraceDB
    from fsm.io.gracedb.retrying import Caller
    from fsm.replay import record as recording

    if not graceids and not query:
        raise click.UsageError("give GraceIDs, or --query")
    source = GraceDB(Caller(gracedb))
    wanted = [*map(in_any_case, graceids), *(recording.found(source, query, kind) if query else ())]
    lines = []
    with click.progressbar(recording.together(source, wanted), length=len(wanted),
                           label="recording", file=sys.stderr) as shown:
        for made in shown:
            lines += made
    with click.open_file(out, "w", encoding="utf-8") as stream:
        stream.write(recording.text(lines))
    count = len({line["payload"]["uid"] for line in lines})
    click.echo(f"{counted(count, 'candidate')}, {counted(len(lines), 'line')}", err=True)


@click.command()
@click.argument("kinds", metavar="KIND...", nargs=-1, required=True,
                shell_complete=completing.kinds)
@click.option("--events", default=1, show_default=True, type=click.IntRange(1),
              help="Number of candidates.")
@click.option("--rate", default=2.0, show_default=True, type=click.FloatRange(0.001, 1e6),
              help="Candidates an hour, on average.")
@click.option("--faults", default="", metavar="F",
              help="What goes wrong: never, dies, slow, wrong, tags (of follow-ups), omitted "
                   "(annotations), lost, duplicated, reordered (alerts), each with its rate, "
                   "such as slow=0.2,lost=0.01; all=0.1 for all of them.")
@click.option("--plan", metavar="FILE", type=PATH,
              help="Delay, jitter and probability of follow-ups, as examples/plan.toml explains.")
@click.option("--seed", default="0", show_default=True, help="Same seed, same night.")
@click.option("--start", callback=moment, metavar="TIME",
              help="When the night begins: unix seconds, or UTC; by default now in a GraceDB, at "
                   "the beginning of 2026 in a recording, and in 2017 where all are of that time.")
@click.option("--flavour", type=click.Choice(["current", "legacy"]),
              help="Payloads of the alerts: today's, or those of 2016; by default those of the "
                   "kind's time.")
@click.option("--to", default="-", show_default=True, metavar="FILE|URL", type=PATH,
              help="A recording (- for standard output), or a GraceDB to be written into.")
@click.option("--speed", type=click.FloatRange(0), metavar="X",
              help="Into a GraceDB: so many times as fast as in reality; 0 for as fast as it can. "
                   "By default 1 for a night that begins now, else 0.")
def simulate(kinds: tuple[str, ...], events: int, rate: float, faults: str, plan: str | None,
             seed: str, start: float, flavour: str | None, to: str, speed: float | None) -> None:
    """Simulate a night of candidates of the given kinds with all their follow-up.

    Events of the second observing run: cbc, cbc-mbta, cbc-pycbc, cbc-spiir, burst, burst-long, lib;
    cbc-refused (by an advocate), cbc-vetoed (by operators); grb, grb-swift, supernova (external
    events). Superevents of today: significant, mbta, pycbc, spiir, aframe, ssm, unmodelled, mly,
    cwb-bbh, less-significant, early-warning, retracted (by an advocate), refused (by an operator
    too), vetoed, injected, rechecked, updated, signed-again, by-hand, estimated, mdc;
    early-upgraded, upgraded, later-significant, swapped (by a second event); coincident,
    coincident-targeted, coincident-snews, coincident-icecube, refuted (with an external event).

    A --plan says how the follow-ups behave: [process.lalinf] delay = 3000, jitter = 300,
    probability = 0.9, and [process.lalinf.check.skymap] for one check of them.

    \b
        fsm simulate cbc burst --events 5 --to night.jsonl && fsm replay night.jsonl
        fsm simulate significant --plan examples/plan.toml --events 9 --to night.jsonl
        fsm simulate significant mdc --to http://127.0.0.1:8080/api/   (fsm standin --superevents)

    The last of these begins now and lasts as long as such a night does: what has not come yet is
    not in that GraceDB yet. With --start 2026-01-01T00:00:00 it is all written at once.
    """
    from fsm.simulator import habits, night
    from fsm.simulator.faults import rates

    processes, _ = charts_of()
    wrong, uploads = rates(faults), to.startswith(("http://", "https://"))
    begin, pace = _begin(kinds, start, uploads)
    behaviour = habits.read(plan, processes) if plan else ()
    candidates = night.plan(kinds, events, rate, seed, begin, behaviour)
    if uploads:
        _drive(to, processes, wrong, pace if speed is None else speed, candidates)
        return
    from fsm.replay.record import text

    lines = [line for candidate in candidates for line in
             candidate.lines(candidate.graceid, processes, wrong, flavour)]
    with click.open_file(to, "w", encoding="utf-8") as stream:
        stream.write(text(lines))
    click.echo(f"{counted(events, 'candidate')}, {counted(len(lines), 'alert')}", err=True)


def _begin(kinds: Sequence[str], start: float, uploads: bool) -> tuple[float, float]:
    """When a night begins, unix seconds, and how fast it goes where nobody says."""
    from math import isfinite
    from time import time

    from fsm.simulator.night import NIGHT_OF_TODAY, usual_start

    now = time()
    begin = start if isfinite(start) else usual_start(kinds, now if uploads else NIGHT_OF_TODAY)
    return begin, 1.0 if begin == now else 0.0


def _drive(url: str, processes: Sequence["Process"], wrong: dict[str, float], speed: float,
           night: list["Candidate"]) -> None:
    from fsm.simulator.driver import Driver

    with click.progressbar(length=len(night), label="simulating", file=sys.stderr) as bar:
        for done, planned in Driver(url, processes, wrong, speed).run(night):
            bar.length = planned
            bar.update(done - bar.pos)
    click.echo(f"{counted(len(night), 'candidate')} in {url}", err=True)
