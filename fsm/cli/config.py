"""``fsm config``: checks, shows and imports configurations."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from fsm.cli.shared import FAILED, PATH, charts_and_policy, charts_of, era, print_json, terminal
from fsm.core.printable import counted
from fsm.errors import SupervisorError

if TYPE_CHECKING:
    from fsm.core.charts.policy import Policy, Profile

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
    click.echo(f"{name} is right: {counted(len(own), 'profile')}, "
               f"{counted(len(processes), 'process')}")
    for profile in own:
        on = sum(profile.settings[chart.name].enabled and chart.era in ("", profile.era)
                 for chart in processes)
        click.echo(f"  {profile.name}: {counted(on, 'process')} supervised, of "
                   f"{ERAS[profile.era]}: "
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
    for of, name in ERAS.items():
        own = [one for one in profiles if one.era in ("", of)]
        if of and not own:
            yield f"{name} are left alone: no profile has era = {of!r}"
        elif of and all(one.conditions for one in own):
            yield f"{name} that none of these matches are left alone"


@config.command("show")
@click.argument("name", metavar="FILE|NAME", type=PATH)
@click.argument("group", required=False, default="")
@click.argument("pipeline", required=False, default="")
@click.argument("search", required=False, default="")
@era
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show_config(name: str, group: str, pipeline: str, search: str, era: str | None,
                as_json: bool) -> None:
    """Show what holds for the candidates of a GROUP, PIPELINE and SEARCH.

    \b
        fsm config show o4 CBC gstlal AllSky
        fsm config show o2 CBC gstlal LowMass
    """
    from fsm.core.charts.policy import TODAY
    from fsm.report.processes import of_era, profile_as_data
    from fsm.report.processes_terminal import show_profile

    (processes, _), policy = charts_and_policy(name)
    fields = {"group": group, "pipeline": pipeline, "search": search}
    era = era or _era_of(policy)
    profile = policy.profile_for({**fields, **({"superevent": None} if era == TODAY else {})})
    shown = profile_as_data(of_era(processes, era), profile, policy)
    if as_json:
        print_json(shown)
    else:
        show_profile(terminal(), shown)


def _era_of(policy: "Policy") -> str:
    """Today's, but of a configuration that has profiles of the earlier era alone."""
    from fsm.core.charts.policy import EARLIER, TODAY, UNCONFIGURED

    eras = {profile.era for profile in policy.profiles if profile.name != UNCONFIGURED}
    return EARLIER if eras == {EARLIER} else TODAY


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
    click.echo(f"{out}: {counted(len(tables['profile']), 'profile')}")
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
