"""``fsm config``: checks, shows and imports configurations."""

import click

from fsm.cli.shared import FAILED, charts_and_policy, charts_of, print_json, terminal
from fsm.errors import SupervisorError


@click.group()
def config():
    """Configurations: check one, show what it means, import the earlier system's."""


@config.command("check")
@click.argument("name", metavar="FILE|NAME")
@click.pass_context
def check_config(ctx, name):
    """Say whether a configuration is right; exit status 1 where it is not."""
    from fsm.core.charts.policy import UNCONFIGURED
    from fsm.daemon import wiring
    from fsm.io.config.daemon import running
    from fsm.io.config.load import load, read

    try:
        plain = read(name)
        processes, _ = charts_of(plain)
        policy, around = load(name, processes), running(plain)
    except SupervisorError as error:
        click.echo(f"fsm: {error}", err=True)
        ctx.exit(FAILED)
    own = [profile for profile in policy.profiles if profile.name != UNCONFIGURED]
    click.echo(f"{name} is right: {len(own)} profiles, {len(processes)} processes")
    for profile in own:
        on = sum(profile.settings[chart.name].enabled and chart.era in ("", profile.era)
                 for chart in processes)
        click.echo(f"  {profile.name}: {on} processes supervised")
    if len(own) < len(policy.profiles):
        click.echo("  what none of these matches is left alone")
    for words in (*wiring.unmatched(policy, around), *wiring.unable(around)):
        click.echo(f"  {words}")
    for party in wiring.unreached(policy, around):
        click.echo(f"  party {party!r} has no address in [parties]: only the log will tell it")


@config.command("show")
@click.argument("name", metavar="FILE|NAME")
@click.argument("group", required=False, default="")
@click.argument("pipeline", required=False, default="")
@click.argument("search", required=False, default="")
@click.option("--era", type=click.Choice(["o2", "o4"]), default="o2", show_default=True,
              help="Of GraceDB without superevents (o2), or with them (o4).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show_config(name, group, pipeline, search, era, as_json):
    """Show what holds for the candidates of a GROUP, PIPELINE and SEARCH."""
    from fsm.report.processes import profile_as_data
    from fsm.report.terminal import show_profile

    (processes, _), policy = charts_and_policy(name)
    fields = {"group": group, "pipeline": pipeline, "search": search}
    profile = policy.profile_for({**fields, **({"superevent": None} if era == "o4" else {})})
    shown = profile_as_data([chart for chart in processes if chart.era in ("", era)], profile,
                            policy)
    if as_json:
        print_json(shown)
    else:
        show_profile(terminal(), shown)


@config.command("import")
@click.argument("files", metavar="OLD.ini...", nargs=-1, required=True)
@click.option("--out", required=True, metavar="NEW.toml", help="Where to; must not exist.")
@click.option("--server", metavar="HOST", help="LVAlert's server, where the listener was given it.")
@click.option("--username", metavar="NAME", help="Likewise, to log in there.")
@click.option("--netrc", metavar="FILE", help="Likewise, with the password.")
@click.option("--resource", metavar="NAME", help="Likewise, of the login.")
def import_config(files, out, **login):
    """Turn the earlier system's configurations into one of today's.

    Give all its children's files and the listener's, which tells the nodes that each child hears.
    What is not carried over as it was is listed, with what answers to it today; see
    docs/coming-from-event-supervisor2.md.
    """
    from fsm.io.config.daemon import running
    from fsm.io.config.legacy import imported, written
    from fsm.io.config.load import policy

    processes, _ = charts_of({})
    tables, notes = imported(files, processes, {key: login[key] for key in login if login[key]})
    policy(tables, processes)  # what is written must be right
    running(tables)
    written(tables, out)
    click.echo(f"{out}: {len(tables['profile'])} profiles")
    for note in notes:
        click.echo(f"note: {note}")
