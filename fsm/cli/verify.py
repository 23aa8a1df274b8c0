"""``fsm verify``: proves the charts."""

from typing import TYPE_CHECKING, Any

import click

from fsm.cli import completing
from fsm.cli.shared import (
    FAILED,
    PATH,
    charts_and_policy,
    configuration,
    print_json,
    terminal,
)

if TYPE_CHECKING:
    from fsm.cli.shared import Charts
    from fsm.core.charts.policy import Policy
    from fsm.verify.findings import Finding
    from fsm.verify.verifying import Scope


@click.command()
@click.argument("names", metavar="[NAME...]", nargs=-1, shell_complete=completing.charts)
@configuration
@click.option("--witness", metavar="DIR", type=PATH,
              help="Folder for recordings that show what is found, for fsm replay.")
@click.option("--promela", metavar="DIR", type=PATH,
              help="Folder for the lifecycles and their sentences in Promela, for spin.")
@click.option("--spin/--no-spin", default=None,
              help="Whether the model checker spin gives a second opinion on the sentences; by "
                   "default where it is installed.")
@click.option("--against", metavar="FILE|URL", type=PATH,
              help="A supervisor's journal, which may run: also say what these charts and this "
                   "configuration would change for the candidates under way.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify(ctx: click.Context, names: tuple[str, ...], config: str | None, witness: str | None,
           promela: str | None, spin: bool | None, against: str | None, as_json: bool) -> None:
    """Prove the charts: every state reached, nothing waited for without end, nobody told twice.

    \b
        fsm verify                                  all charts
        fsm verify superevent quality               a lifecycle and a region
        fsm verify --config my.toml --witness shown
        fsm replay shown/*.jsonl --config my.toml   see what was found
        fsm verify --config new.toml --against supervisor.db    before an upgrade or a reload

    All that can happen is looked at, whatever GraceDB, people and pipelines do. Exits with 0 where
    all is sound, 1 where something is found, or a candidate under way could not go on by these
    charts, 2 where it was asked for what is not there.
    """
    from fsm.core.charts.policy import TODAY
    from fsm.daemon.preview import REFUSED
    from fsm.report.verify_terminal import show_verified
    from fsm.verify.findings import PROPERTIES
    from fsm.verify.promela import model
    from fsm.verify.verifying import looked_at, scope, verified

    charts, policy = charts_and_policy(config)
    over = scope(*charts, policy, names)
    found = list(verified(over))
    told, doubts = _second_opinion(over, found, spin)
    wrong = [one for one in (*found, *doubts) if one.wrong]
    if promela:
        for theory in over.theories():
            _write(promela, f"{theory.name}-{theory.lifecycle.era or TODAY}.pml", model(theory))
    document = {"config": config or "", "looked_at": looked_at(over),
                "properties": dict(PROPERTIES), "spin": told,
                "findings": [_row(over, one, number, witness)
                             for number, one in enumerate(wrong, 1)],
                "overlaps": [{**one.plain(), "where": one.where}
                             for one in found if not one.wrong]}
    changes = _changes(against, charts, policy) if against else []
    if against:
        document["changes"] = changes
    refused = any(one["change"] == REFUSED for one in changes)
    if as_json:
        print_json(document)
    else:
        show_verified(terminal(), document)
    ctx.exit(FAILED if wrong or refused else 0)


def _changes(where: str, charts: "Charts", policy: "Policy") -> list[dict[str, Any]]:
    """What would change for the candidates that a journal has under way."""
    from fsm.core.engine.engine import Engine
    from fsm.daemon.preview import preview
    from fsm.io.journal.readable import ReadOnly
    from fsm.io.journal.reading import of_today

    with of_today(where) as found:
        journal = ReadOnly(found)
        with journal.reading("what it has under way"):
            return list(preview(journal, Engine(*charts, policy)))


def _second_opinion(over: "Scope", found: "list[Finding]",
                    asked: bool | None) -> "tuple[str, list[Finding]]":
    """What spin says of the sentences, in a word, and what it finds otherwise."""
    from fsm.verify import spin
    from fsm.verify.verifying import second_opinion

    if asked is False:
        return "left out", []
    if asked is None and not spin.installed():
        return "missing", []
    doubts = list(second_opinion(over.theories(), found))
    return "differs" if doubts else "agrees", doubts


def _row(over: "Scope", found: "Finding", number: int, folder: str | None) -> dict[str, Any]:
    """A finding as plain data, with the recording that shows it where these are wanted."""
    from fsm.verify.making import Unshown
    from fsm.verify.verifying import shown

    row = {**found.plain(), "where": found.where, "witness": ""}
    try:
        made = shown(over, found)
    except Unshown as why:
        row["unshown"] = str(why)
    else:
        if folder:
            row["witness"] = _write(folder, f"{number}-{found.name}.jsonl", made)
    return row


def _write(folder: str, name: str, text: str) -> str:
    """Write a file; returns its path."""
    from pathlib import Path

    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)
