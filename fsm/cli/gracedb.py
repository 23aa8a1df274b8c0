"""``fsm standin``: a GraceDB to try things on."""

import click


@click.command()
@click.option("--data", metavar="DIR", default="standin", show_default=True,
              help="Folder of its data and of the alerts it announces.")
@click.option("--port", default=8080, show_default=True, help="TCP port on 127.0.0.1; 0 for any.")
@click.option("--tls", is_flag=True, help="Serve HTTPS, with a certificate of its own in DIR.")
@click.option("--flavour", type=click.Choice(["current", "legacy"]), default="current",
              show_default=True, help="Payloads of the alerts: today's, or those of 2016.")
@click.option("--token", default="", metavar="TOKEN", envvar="FSM_STANDIN_TOKEN",
              help="Serve only who bears this token.")
def standin(data, port, tls, flavour, token):
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
        from fsm.standin.server import Server
        from fsm.standin.store import Store
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is missing: pip install "
                                 "'event-supervisor[standin]'") from None
    folder = Path(data)
    folder.mkdir(parents=True, exist_ok=True)
    announcer = Announcer(folder / "alerts.jsonl", flavour)
    server = Server(StandIn(Store(folder / "standin.db"), announcer, token), port,
                    folder if tls else None)
    click.echo(f"GraceDB's stand-in is at {server.url}, its alerts in {announcer.path}")
    if tls:
        click.echo(f"trust it with REQUESTS_CA_BUNDLE={server.certificate}")
    try:
        server.serve()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
