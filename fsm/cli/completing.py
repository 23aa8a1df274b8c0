"""What a shell may complete besides commands, options and files: names, asked for when wanted.

A shell shows nothing where there is nothing to show, whatever the reason, so errors end here.
"""

from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from fsm.cli.control import commanded
from fsm.cli.shared import charts_and_policy
from fsm.errors import SupervisorError

Completing = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _names(among: Callable[[dict[str, Any]], Iterable[tuple[str, str]]]) -> Completing:
    """Complete with pairs of name and explanation, found by the options given so far."""
    def complete(ctx: click.Context, parameter: click.Parameter,
                 incomplete: str) -> list[CompletionItem]:
        try:
            return [CompletionItem(name, help=about) for name, about in among(ctx.params)
                    if name.lower().startswith(incomplete.lower())]
        except (SupervisorError, OSError):
            return []
    return complete


def _kinds(options: dict[str, Any]) -> Iterable[tuple[str, str]]:
    from fsm.simulator.kinds import KINDS

    return [(kind, "") for kind in KINDS]


def _charts(options: dict[str, Any]) -> Iterable[tuple[str, str]]:
    from fsm.registry import drawn

    charts, _ = charts_and_policy(options.get("config"))
    return [(chart.name, chart.title) for chart in drawn(*charts)]


def _candidates(options: dict[str, Any]) -> Iterable[tuple[str, str]]:
    found = commanded(options.get("config"), options.get("socket"), "status", profile="")
    return [(row["graceid"], row["state"]) for row in found["listed"]]


kinds, charts, candidates = map(_names, (_kinds, _charts, _candidates))
