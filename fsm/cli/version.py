"""``fsm --version``: the version, and the commit it was made of."""

import click

from fsm import __version__


def _say(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from fsm.commit import made_of

        commit = made_of()
        click.echo(f"fsm {__version__}" + (f", commit {commit}" if commit else ""))
        ctx.exit()


version = click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say,
                       help="Show the version and the commit, and exit.")
