"""``fsm web``."""

from typing import TYPE_CHECKING

import click

from fsm.cli.shared import PATH, charts_and_policy, configuration, with_gracedb, with_journal

if TYPE_CHECKING:
    from fsm.io.config.sections import Running
    from fsm.web.source import Loaded


@click.command()
@configuration
@click.option("--journal", metavar="FILE|URL", type=PATH, envvar="FSM_JOURNAL",
              help="The supervisor's journal, instead of the configured one.")
@click.option("--socket", metavar="FILE", type=PATH, envvar="FSM_SOCKET",
              help="The supervisor's socket, instead of the configured one.")
@click.option("--gracedb", metavar="URL|none", help="GraceDB's REST interface, to whose pages they "
              "link, instead of the configured one.")
@click.option("--bind", metavar="HOST:PORT|unix:PATH", multiple=True,
              help="Where to serve, instead of the configured place, 127.0.0.1:8080; may be "
                   "repeated.")
@click.option("--until-eof", is_flag=True, hidden=True, help="End with standard input.")
def web(config: str | None, journal: str | None, socket: str | None, gracedb: str | None,
        bind: tuple[str, ...], until_eof: bool) -> None:
    """Serve the supervisor's pages: what needs whom, each candidate, what is expected, and health.

    A process of its own: it reads the journal, which it cannot write, and gives commands to the
    supervisor by its socket. Whoever reaches the address may look; who may command, the table [web]
    of the configuration says.

    \b
        fsm web --config supervisor.toml
        fsm web --config supervisor.toml --bind 127.0.0.1:9000 --bind unix:pages.sock

    Exit status: 0 after a signal; 2 where it cannot begin.
    """
    from fsm.errors import ToolMissing
    from fsm.io.config.daemon import running
    from fsm.io.config.load import read
    from fsm.io.extras import missing

    try:
        from fsm.web import serving
        from fsm.web.app import application
        from fsm.web.pulse import Pulse
        from fsm.web.site import Site
        from fsm.web.source import Source
    except ImportError as error:
        raise ToolMissing(missing(error, "web")) from None

    def load() -> "Loaded":
        tables = running(read(config) if config else {})
        return *charts_and_policy(config), with_gracedb(with_journal(tables, journal), gracedb)

    *_, made = load()
    source = Source(made.journal.url or str(made.journal.path), load)
    places = bind or (made.web.bind,)
    ways = [serving.bound(place, _group(made)) for place in places]
    site = Site(source, config, Pulse(source, socket or made.socket))
    hosts = tuple(place.rpartition(":")[0].strip("[]") for place in places)
    app = application(site, hosts)
    site.pulse.start()
    for way, place in zip(ways, places, strict=True):
        shown = place if place.startswith("unix:") else serving.address(way)
        click.echo(f"the pages are at {shown}", err=True)
    serving.serve(app, app.end, ways, until_eof)


def _group(running: "Running") -> int:
    """The number of the operators' group, -1 for none."""
    from grp import getgrnam

    from fsm.errors import ConfigurationError

    try:
        return getgrnam(running.operators.group).gr_gid if running.operators.group else -1
    except KeyError:
        raise ConfigurationError(
            f"operators.group: there is no group {running.operators.group!r}") from None
