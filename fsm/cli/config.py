"""``fsm config``: checks, shows and imports configurations."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from fsm.cli.shared import FAILED, PATH, charts_and_policy, charts_of, print_json, terminal
from fsm.errors import SupervisorError

if TYPE_CHECKING:
    from fsm.core.charts.policy import Profile

ERAS = {"": "candidates of every era", "o2": "candidates of GraceDB without superevents",
        "o4": "today's candidates"}


@click.group()
def config() -> None:
    """Configurations: check one, show what it means, import the earlier system's."""


@config.command("check")
@click.argument("name", metavar="FILE|NAME", type=PATH)
@click.pass_context
def check_config(ctx: click.Context, name: str) -> None:
    """Say whether a configuration is right; exit status 1 where it is not."""
    from fsm.core.charts.policy import UNCONFIGURED
    from fsm.daemon import in_vain, wiring
    from fsm.io.config.daemon import running
    from fsm.io.config.load import load, machines, read

    try:
        plain = read(name)
        processes, _ = charts_of(machines(plain))
        policy, around = load(name, processes), running(plain)
    except SupervisorError as error:
        click.echo(f"fsm: {error}", err=True)
        ctx.exit(FAILED)
    own = [profile for profile in policy.profiles if profile.name != UNCONFIGURED]
    click.echo(f"{name} is right: {len(own)} profiles, {len(processes)} processes")
    for profile in own:
        on = sum(profile.settings[chart.name].enabled and chart.era in ("", profile.era)
                 for chart in processes)
        click.echo(f"  {profile.name}: {on} processes supervised, of {ERAS[profile.era]}: "
                   f"{profile.conditions or 'all that no profile before it matches'}")
    for words in (*_in_vain(own), *_left_alone(own)):
        click.echo(f"  {words}")
    for words in (*in_vain.unmatched(policy, around), *wiring.unable(around),
                  *wiring.unheard(policy, around), *in_vain.unused(processes, policy, around)):
        click.echo(f"  {words}")


def _in_vain(profiles: list["Profile"]) -> Iterator[str]:
    """Which profiles leave nothing to one after them, in words."""
    for number, profile in enumerate(profiles):
        before = next((one for one in profiles[:number] if not one.leaves(profile)), None)
        if before is not None:
            yield f"{profile.name} is never tried: {before.name}, before it, takes all it is for"


def _left_alone(profiles: list["Profile"]) -> Iterator[str]:
    """Which candidates no profile is for, in words."""
    for era, name in ERAS.items():
        own = [one for one in profiles if one.era in ("", era)]
        if era and not own:
            yield f"{name} are left alone: no profile has era = {era!r}"
        elif era and all(one.conditions for one in own):
            yield f"{name} that none of these matches are left alone"


@config.command("show")
@click.argument("name", metavar="FILE|NAME", type=PATH)
@click.argument("group", required=False, default="")
@click.argument("pipeline", required=False, default="")
@click.argument("search", required=False, default="")
@click.option("--era", type=click.Choice(["o2", "o4"]), default="o2", show_default=True,
              help="Of GraceDB without superevents (o2), or with them (o4).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show_config(name: str, group: str, pipeline: str, search: str, era: str, as_json: bool) -> None:
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
@click.argument("files", metavar="OLD.ini...", nargs=-1, required=True, type=PATH)
@click.option("--out", required=True, metavar="NEW.toml", type=PATH,
              help="Where to; must not exist.")
@click.option("--server", metavar="HOST", help="LVAlert's server, where the listener was given it.")
@click.option("--username", metavar="NAME", help="Likewise, to log in there.")
@click.option("--netrc", metavar="FILE", type=PATH, help="Likewise, with the password.")
@click.option("--resource", metavar="NAME", help="Likewise, of the login.")
def import_config(files: tuple[str, ...], out: str, **login: str | None) -> None:
    """Turn the earlier system's configurations into one of today's.

    Give all its children's files and the listener's, which tells the nodes that each child hears.
    What is not carried over as it was is listed, with what answers to it today; see
    docs/coming-from-event-supervisor2.md.
    """
    from fsm.io.config.daemon import running
    from fsm.io.config.legacy import imported, written
    from fsm.io.config.load import policy

    processes, _ = charts_of()
    given = {key: value for key, value in login.items() if value}
    tables, notes = imported(files, processes, given)
    policy(tables, processes)  # what is written must be right
    running(tables)
    written(tables, out)
    click.echo(f"{out}: {len(tables['profile'])} profiles")
    for note in _grouped(notes, files):
        click.echo(f"note: {note}")


def _grouped(notes: Iterable[str], files: tuple[str, ...]) -> Iterator[str]:
    """Notes, of which those that are the same of several files are one."""
    found: dict[str, list[str | None]] = {}
    for note in notes:
        name = next((name for name in files if note.startswith(f"{name}: ")), None)
        found.setdefault(note if name is None else note[len(name) + 2:], []).append(name)
    for words, names in found.items():
        of = [name for name in names if name is not None]
        yield f"{', '.join(of)}: {words}" if of else words
