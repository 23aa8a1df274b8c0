"""``fsm journal``: checks, copies and shrinks a journal."""

import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import click

from fsm.cli.shared import FAILED, PATH, charts_and_policy, configuration, journal_of, print_json
from fsm.core.printable import counted
from fsm.io.paths import is_address, shown

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from fsm.io.journal.check import Further

PATIENCE = 2.0  # seconds after which a progress is shown


@click.group()
def journal() -> None:
    """A journal: check it, copy it while its supervisor runs, make it smaller.

    \b
        fsm journal check supervisor.db
        fsm journal check --fold --at-rest postgresql://fsm@host/journal
        fsm journal backup --config supervisor.toml /backup/supervisor.db
        systemctl stop event-supervisor && fsm journal vacuum supervisor.db

    FILE is the journal, which may be the address of a PostgreSQL database where it is checked;
    without one it is that of --config, or supervisor.db.
    """


def _file(name: str | None, config: str | None, instead: str) -> str:
    """The journal that is meant, a file; ``instead`` says what serves for a database."""
    journal = journal_of(name, config)
    if is_address(journal):
        raise click.UsageError(f"this journal is in a PostgreSQL database: {instead}")
    return journal


_COUNTS = (("inputs", "inputs"), ("not_acted_on", "of them not acted on yet"),
           ("candidates", "candidates"), ("archived", "archived"), ("waiting", "messages wait"),
           ("folded", "candidates folded again"), ("not_folded", "not"))
MOST_NAMED = 10  # candidates that were not folded
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@journal.command()
@click.argument("file", required=False, type=PATH)
@click.option("--quick", is_flag=True, help="Only the structure, not indexes and contents; of a "
                                            "large journal, seconds instead of minutes.")
@click.option("--fold", is_flag=True, help="Also step through the inputs of each candidate again, "
                                           "by --config: what comes of them must be there.")
@click.option("--at-rest", is_flag=True, help="Also nothing may wait to be acted on, or be due "
                                              "for more than 5 s.")
@as_json
@configuration
@click.pass_context
def check(ctx: click.Context, file: str | None, quick: bool, fold: bool, at_rest: bool,
          as_json: bool, config: str | None) -> None:
    """Say whether a journal is sound; nothing is written, and its supervisors may run.

    SQLite looks at every page of a file. Then everything is read that a supervisor may have to
    read, and the tables are compared: the inputs of each candidate have places from 1 on and times
    that do not fall, it is as it is after the last of them, nothing goes out twice, and nobody has
    it in hand for ever.

    --fold is for a journal all of whose inputs were acted on by this configuration and this
    version. It compares the configurations that are stored and archived, messages, annotations, and
    what superevents are told of events, of the candidates whose inputs are all there and did not
    fail. In a database it leaves out, and names, those under supervision that other rules judged
    last. --at-rest goes by the clock of a database, or by that of recorded alerts; of a file, by
    the time of the last input.

    Exit status: 0; 1 where something is wrong, a sentence each; 2 where there is no journal. What
    to do then is in docs/operating.md, 'Journal damaged'.
    """
    from fsm.io.journal.check import check

    with _Progress() as progress:
        found = check(journal_of(file, config), quick, at_rest,
                      _fold(config, progress) if fold else None, progress)
    if as_json:
        print_json(found)
    elif found["sound"]:
        version = [] if found["version"] is None else [f"version {found['version']}"]
        counts = [f"{found[name]} {words}" for name, words in _COUNTS if name in found]
        click.echo(f"{shown(found['journal'])} is sound: "
                   + ", ".join([*version, _megabytes(found["bytes"]), *counts]))
    if not as_json and found.get("other_rules"):
        click.echo(_not_folded(found["other_rules"]), err=True)
    for sentence in () if as_json else found["findings"]:
        click.echo(f"fsm: {shown(found['journal'])}: {sentence}", err=True)
    ctx.exit(0 if found["sound"] else FAILED)


def _not_folded(graceids: list[str]) -> str:
    """What is said of candidates that were judged by other rules."""
    more = ", ..." if len(graceids) > MOST_NAMED else ""
    return (f"fsm: not folded, since other rules than those of --config judged them last: "
            f"{counted(len(graceids), 'candidate')}: {', '.join(graceids[:MOST_NAMED])}{more}")


def _fold(config: str | None, progress: "_Progress") -> "Further":
    from fsm.daemon.fold_check import FoldCheck

    return FoldCheck(*charts_and_policy(config), progress)


@journal.command()
@click.argument("files", metavar="[FILE] TO", nargs=-1, required=True, type=PATH)
@as_json
@configuration
def backup(files: tuple[str, ...], as_json: bool, config: str | None) -> None:
    """Copy a journal into the new file TO, as it is at this moment; its supervisor may run.

    The copy is one file that only its owner may read, and is verified. To go back to it, stop the
    supervisor, put the copy in the journal's place, remove what is there as FILE-wal and FILE-shm,
    and start it.

    What is in a PostgreSQL database is copied by pg_dump.

    Exit status: 0; 2 where it cannot be made; 65 where the journal is damaged, and so is the copy.

    \b
        fsm journal backup supervisor.db /backup/supervisor.db
        fsm journal backup --config supervisor.toml /backup/supervisor.db
    """
    from fsm.io.journal.maintenance import backup

    if len(files) > 2:
        raise click.UsageError("give the journal and the copy, or with --config the copy alone")
    *file, to = files
    path = _file(file[0] if file else "", config, "pg_dump copies it, pg_restore brings it back")
    with _Progress() as progress:
        made = backup(path, to, partial(progress, "copying"))
    if as_json:
        print_json(made)
    else:
        inputs = f", {counted(made['inputs'], 'input')}" if "inputs" in made else ""
        click.echo(f"{shown(made['copy'])}: {_megabytes(made['bytes'])}{inputs}, sound")


@journal.command()
@click.argument("file", required=False, type=PATH)
@as_json
@configuration
def vacuum(file: str | None, as_json: bool, config: str | None) -> None:
    """Make a journal as small as it can be, while no supervisor has it open.

    A supervisor gives back by itself what becomes free; a journal that an early version has made
    does so only after this. It needs about the journal's size on the disk for a while. What is in a
    PostgreSQL database is left to the autovacuum of the server.
    """
    from fsm.io.journal.maintenance import vacuum

    done = vacuum(_file(file, config, "the server's autovacuum keeps it small"))
    if as_json:
        print_json(done)
    else:
        click.echo(f"{shown(done['journal'])}: {_megabytes(done['before'])} before, "
                   f"{_megabytes(done['after'])} now")


class _Progress:
    """Bars on standard error, one after the other, for what takes long."""

    def __enter__(self) -> Self:
        self._bar: ProgressBar[int] | None = None
        self._began = time.monotonic()
        return self

    def __call__(self, doing: str, done: int, whole: int) -> None:
        if self._bar is not None and self._bar.label != doing:
            self.__exit__()
        if self._bar is None:
            if time.monotonic() < self._began + PATIENCE:
                return
            self._bar = click.progressbar(length=whole, label=doing, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def __exit__(self, *error: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
        self._bar = None


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB"
