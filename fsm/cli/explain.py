"""``fsm explain``."""

from typing import TYPE_CHECKING, Any

import click

from fsm.cli import completing
from fsm.cli.shared import charts_and_policy, configuration, era, print_json, terminal

if TYPE_CHECKING:
    from fsm.core.charts.catalogue import Charts
    from fsm.core.charts.policy import Policy

KINDS = ("label", "file", "message")  # of annotations


@click.command()
@click.argument("what", metavar="NAME|label LABEL|file FILE|message TEXT", nargs=-1, required=True,
                shell_complete=completing.charts)
@era
@configuration
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def explain(what: tuple[str, ...], era: str | None, config: str | None, as_json: bool) -> None:
    """Say who expects an annotation, what it starts, and what waits for it; likewise a process.

    \b
        fsm explain preliminary_notice
        fsm explain label ADVNO
        fsm explain file bayestar.multiorder.fits
        fsm explain message "Superevent cleaned up after first preliminary alert"

    It is found as the supervisor itself finds whom an alert concerns. The case of a label does not
    matter.
    """
    from fsm.core.charts.catalogue import Charts

    found, policy = charts_and_policy(config)
    charts = Charts(*found)
    if what[0] in KINDS:
        if len(what) == 1:
            raise click.UsageError(f"which {what[0]}?")
        _annotation(what[0], " ".join(what[1:]), charts, policy, era, as_json)
    else:
        _process(" ".join(what), charts, policy, era, as_json)


def _process(name: str, charts: "Charts", policy: "Policy", era: str | None,
             as_json: bool) -> None:
    from fsm.core.charts.policy import TODAY
    from fsm.core.expect.names import spelled
    from fsm.errors import ChartError
    from fsm.report.explain_terminal import show_process
    from fsm.report.explaining import explained_process
    from fsm.report.processes import named, of_era

    label = spelled(name)
    if label and name not in charts.processes:
        raise ChartError(f"there is no process {name!r}, but a label: fsm explain label {label}")
    known = charts.processes.values()
    (process,) = named(of_era(known, era) if era else known, [name], era or TODAY)
    made = explained_process(process, charts, policy)
    if as_json:
        print_json(made)
    else:
        show_process(terminal(), made)


def _annotation(kind: str, text: str, charts: "Charts", policy: "Policy", era: str | None,
                as_json: bool) -> None:
    from fsm.core.charts.policy import EARLIER, TODAY
    from fsm.report.explain_terminal import show_explained
    from fsm.report.explaining import change_of, explained

    if kind == "label":
        _refuse_mistaken(text)

    def of(era: str) -> dict[str, Any]:
        return explained([change_of(kind, text)], charts, policy, era)

    found = of(era or TODAY)
    if as_json:
        print_json({"kind": kind, "text": text, "era": era or TODAY, "kinds": found})
    elif found:
        show_explained(terminal(), found)
    else:
        then = "; in 2017 it was: --era o2" if era is None and of(EARLIER) else ""
        click.echo(f"{kind} {text}: nothing expects it, or waits for it{then}")


def _refuse_mistaken(label: str) -> None:
    """Refuse a label that no chart knows, where it comes near to one that is known."""
    from fsm.core.expect.names import closest_label, spelled
    from fsm.errors import ChartError

    near = "" if spelled(label) else closest_label(label)
    if near.startswith("did you mean"):
        raise ChartError(f"label {label}: nothing expects it, or waits for it; {near}")
