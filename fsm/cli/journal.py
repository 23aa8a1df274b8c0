"""``fsm journal``: checks, copies and shrinks a journal."""

import sys
from typing import TYPE_CHECKING, Any, Self

import click

from fsm.cli.shared import FAILED, configuration, print_json
from fsm.io.paths import shown

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

LARGE = 10_000_000  # bytes from which on a progress is shown


@click.group()
def journal() -> None:
    """A journal: check it, copy it while its supervisor runs, make it smaller.

    \b
        fsm journal check supervisor.db
        fsm journal backup --config supervisor.toml /backup/supervisor.db
        systemctl stop event-supervisor && fsm journal vacuum supervisor.db

    FILE is the journal; without one it is that of --config, or supervisor.db.
    """


def _path(file: str | None, config: str | None) -> str:
    """The journal that is meant."""
    if file:
        return file
    from fsm.io.config.daemon import running
    from fsm.io.config.load import read

    return running(read(config) if config else {}).journal.path


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@journal.command()
@click.argument("file", required=False)
@click.option("--quick", is_flag=True, help="Only the structure, not indexes and contents; of a "
                                            "large journal, seconds instead of minutes.")
@as_json
@configuration
@click.pass_context
def check(ctx: click.Context, file: str | None, quick: bool, as_json: bool,
          config: str | None) -> None:
    """Say whether a journal is sound; nothing is written, and its supervisor may run.

    SQLite looks at every page; then everything is read that a supervisor may have to read, and its
    tables are compared: version, inputs, how far these have been acted on.

    Exit status: 0; 1 where something is wrong, a sentence each; 2 where there is no journal. What
    to do then is in docs/operating.md, 'Journal damaged'.
    """
    from fsm.io.journal.check import check

    found = check(_path(file, config), quick)
    if as_json:
        print_json(found)
    elif found["sound"]:
        counts = ", ".join(f"{found[name]} {words}" for name, words in (
            ("inputs", "inputs"), ("not_acted_on", "of them not acted on yet"),
            ("candidates", "candidates"), ("archived", "archived"),
            ("waiting", "messages wait")) if name in found)
        click.echo(f"{shown(found['journal'])} is sound: version {found['version']}, "
                   f"{_megabytes(found['bytes'])}" + (f", {counts}" if counts else ""))
    for sentence in () if as_json else found["findings"]:
        click.echo(f"fsm: {shown(found['journal'])}: {sentence}", err=True)
    ctx.exit(0 if found["sound"] else FAILED)


@journal.command()
@click.argument("files", metavar="[FILE] TO", nargs=-1, required=True)
@as_json
@configuration
def backup(files: tuple[str, ...], as_json: bool, config: str | None) -> None:
    """Copy a journal into the new file TO, as it is at this moment; its supervisor may run.

    The copy is one file that only its owner may read, and is verified. To go back to it, stop the
    supervisor, put the copy in the journal's place, remove what is there as FILE-wal and FILE-shm,
    and start it.

    Exit status: 0; 2 where it cannot be made; 65 where the journal is damaged, and so is the copy.

    \b
        fsm journal backup supervisor.db /backup/supervisor.db
        fsm journal backup --config supervisor.toml /backup/supervisor.db
    """
    from fsm.io.journal.maintenance import backup

    if len(files) > 2:
        raise click.UsageError("give the journal and the copy, or with --config the copy alone")
    *file, to = files
    with _Progress() as progress:
        made = backup(_path(file[0] if file else "", config), to, progress)
    if as_json:
        print_json(made)
    else:
        inputs = f", {made['inputs']} inputs" if "inputs" in made else ""
        click.echo(f"{shown(made['copy'])}: {_megabytes(made['bytes'])}{inputs}, sound")


@journal.command()
@click.argument("file", required=False)
@as_json
@configuration
def vacuum(file: str | None, as_json: bool, config: str | None) -> None:
    """Make a journal as small as it can be, while no supervisor has it open.

    A supervisor gives back by itself what becomes free; a journal that an early version has made
    does so only after this. It needs about the journal's size on the disk for a while.
    """
    from fsm.io.journal.maintenance import vacuum

    done = vacuum(_path(file, config))
    if as_json:
        print_json(done)
    else:
        click.echo(f"{shown(done['journal'])}: {_megabytes(done['before'])} before, "
                   f"{_megabytes(done['after'])} now")


class _Progress:
    """A bar on standard error, for large journals."""

    def __enter__(self) -> Self:
        self._bar: ProgressBar[int] | None = None
        return self

    def __call__(self, done: int, whole: int) -> None:
        if self._bar is None:
            if whole * 4096 < LARGE:
                return
            self._bar = click.progressbar(length=whole, label="copying", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def __exit__(self, *error: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB"
