"""``fsm whatif``."""

import signal
import threading
from collections.abc import Mapping
from functools import partial
from math import inf, isinf
from pathlib import Path
from typing import Any

import click

from fsm.cli.shared import FAILED, PATH, charts_and_policy, moment, print_json, terminal

NONE = "default"  # in the place of a configuration: that which is used without any
SAVED = ".json"


@click.command()
@click.argument("nights", metavar="RECORDING|JOURNAL...", nargs=-1, type=PATH)
@click.option("--config", "configs", metavar="FILE|NAME|SAVED.json", multiple=True, type=PATH,
              help="Given twice: a configuration as it is, and one as it may become; 'default' is "
                   "that without any. Or what 'fsm replay --json' has printed, also with another "
                   "version of the program.")
@click.option("--since", callback=moment, metavar="TIME",
              help="Of a journal, only candidates first heard of from then on (unix seconds, or "
                   "UTC).")
@click.option("--until", callback=moment, metavar="TIME", help="Stop the virtual clock here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--html", metavar="FILE", type=PATH, help="Write a page too.")
@click.option("--all", "everything", is_flag=True, help="Also print verdicts that change and of "
                                                        "which nobody is told.")
@click.option("--journal", metavar="FILE|URL", type=PATH, envvar="FSM_JOURNAL",
              help="The journal that is meant where none is named.")
@click.option("--every", type=click.FloatRange(min=1), hidden=True, metavar="SECONDS",
              help="Do it again and again, and say when something has changed.")
@click.option("--until-eof", is_flag=True, hidden=True, help="End with standard input.")
@click.pass_context
def whatif(ctx: click.Context, nights: tuple[str, ...], configs: tuple[str, ...], since: float,
           until: float, as_json: bool, html: str | None, everything: bool, journal: str | None,
           every: float | None, until_eof: bool) -> None:
    """Judge the same nights by two configurations: who would have been told earlier, later, more
    or less, by party and follow-up, and what it costs in questions.

    So a changed deadline is judged on last month's nights before it goes live. A night is a
    recording, or the journal of a daemon, which may run and notices nothing: its alerts, the
    commands of operators, and what GraceDB's answers showed are all there.

    \b
        fsm whatif supervisor.db --config supervisor.toml --config changed.toml
        fsm whatif night.jsonl --config default --config changed.toml --html whatif.html
        fsm replay night.jsonl --json > old.json     (with the old version of the program)
        fsm whatif night.jsonl --config old.json --config default       (with the new one)

    Exit status: 0 where both tell the same, 1 where they do not; 2 for usage.
    """
    if len(configs) != 2:
        raise click.UsageError("give --config twice: the configuration as it is, and as it may "
                               "become")
    nights = nights or ((journal,) if journal else ())
    if not nights and not all(name.endswith(SAVED) for name in configs):
        raise click.UsageError("give a recording or a journal")
    if not isinf(since) and any(name.endswith(SAVED) for name in configs):
        raise click.UsageError("--since does not count for what was saved: leave it out, or give "
                               "two configurations")
    begin = -inf if isinf(since) else since
    if every is not None:
        _again(nights, configs, begin, every, html, until_eof)
        return
    found = _compared(nights, configs, begin, until)
    if html:
        _write_page(found, html)
    if as_json:
        print_json(found)
    else:
        from fsm.report.comparison_terminal import show_comparison

        show_comparison(terminal(), found, everything)
    ctx.exit(FAILED if found["differences"] else 0)


def _compared(nights: tuple[str, ...], configs: tuple[str, ...], since: float,
              until: float) -> dict[str, Any]:
    from fsm.report.comparison import compared

    before, after = (_document(nights, config, since, until) for config in configs)
    return {"nights": list(nights), "configs": list(configs), **compared(before, after)}


def _document(nights: tuple[str, ...], config: str, since: float, until: float
              ) -> Mapping[str, Any]:
    """What a replay decides by a configuration, or has decided."""
    if config.endswith(SAVED):
        return _saved(config)
    from fsm.replay.from_files import from_files
    from fsm.report.candidate import parts

    return parts(from_files(nights, *charts_and_policy(None if config == NONE else config),
                            until=until, since=since))


def _saved(name: str) -> Mapping[str, Any]:
    from fsm.errors import RecordingError
    from fsm.io.jsonio import loads
    from fsm.io.paths import shown
    from fsm.report.comparison import compared

    try:
        found = loads(Path(name).read_bytes())
    except OSError as error:
        raise RecordingError(f"{shown(name)}: {error.strerror}") from None
    except (ValueError, RecursionError):
        found = None
    try:
        compared(found, found)
    except (AttributeError, LookupError, TypeError, ValueError):  # it is of another shape
        raise RecordingError(f"{shown(name)}: it is not what 'fsm replay --json' prints") from None
    return found


def _write_page(found: Mapping[str, Any], name: str) -> None:
    from fsm.errors import ToolMissing
    from fsm.io.extras import missing

    try:
        from fsm.web.comparison import page
    except ImportError as error:
        raise ToolMissing(missing(error, "web")) from None
    Path(name).write_text(page(found))


def _again(nights: tuple[str, ...], configs: tuple[str, ...], since: float, every: float,
           html: str | None, until_eof: bool) -> None:
    """Compare until standard input ends; a line where something is told otherwise than before."""
    from fsm.errors import SupervisorError
    from fsm.report.comparison import in_words

    ended, said = threading.Event(), ""
    if until_eof:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends when its parent has
        threading.Thread(target=partial(_wait_for_end, ended), daemon=True).start()
    while True:
        try:
            found = _compared(nights, configs, since, inf)
        except SupervisorError as error:
            words = f"cannot compare: {error}"
        else:
            words = in_words(found)
            if html:
                _write_page(found, html)
        if words != said:
            click.echo(f"shadow: {words}", err=True)
            said = words
        if ended.wait(every):
            return


def _wait_for_end(ended: threading.Event) -> None:
    from fsm.io.child import wait_for_parent

    wait_for_parent()
    ended.set()
