"""``fsm run``."""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from fsm.cli.shared import (
    DAMAGED,
    FAILED,
    PATH,
    Charts,
    charts_and_policy,
    configuration,
    with_gracedb,
    with_journal,
)

if TYPE_CHECKING:
    from types import FrameType

    from fsm.core.charts.policy import Policy
    from fsm.daemon.daemon import Daemon
    from fsm.errors import JournalDamaged
    from fsm.io.config.sections import Running


SHADOW = 300.0  # seconds between two comparisons with another configuration


@click.command()
@click.argument("recordings", metavar="[FILE|DIR|-]...", nargs=-1, type=PATH)
@configuration
@click.option("--journal", metavar="FILE|URL", type=PATH,
              help="Its journal, instead of the configured one.")
@click.option("--gracedb", metavar="URL|none", help="GraceDB's REST interface, instead of the "
                                                    "configured one.")
@click.option("--clock", type=click.Choice(["real", "recorded"]), default="real",
              show_default=True, help="Whose time it is: the machine's, or for trials that of the "
                                      "alerts, as in a replay.")
@click.option("--web", is_flag=True, help="Serve its pages too, see 'fsm web', in a process of "
                                          "their own.")
@click.option("--bind", metavar="HOST:PORT|unix:PATH", multiple=True,
              help="Where these are served, instead of the configured place.")
@click.option("--shadow", metavar="FILE|NAME", type=PATH,
              help="Also judge all that comes by this configuration, tell nobody of it, and say in "
                   "the log what it would have told otherwise, as 'fsm whatif' does; in a process "
                   "of its own.")
def run(recordings: tuple[str, ...], config: str | None, journal: str | None, gracedb: str | None,
        clock: str, web: bool, bind: tuple[str, ...], shadow: str | None) -> None:
    """Supervise: listen to alerts, ask GraceDB where something is missing, tell who is responsible.

    It listens to what the tables [[listen]] of the configuration name, and follows the given
    recordings (files, folders of *.jsonl, or - for standard input) while they are written. All that
    it takes is in its journal first; killed at any moment, it goes on where it was. SIGTERM or
    Ctrl-C finishes what is under way; a second one ends at once.

    \b
        fsm run --config supervisor.toml
        fsm run --config examples/trial.toml      (beside fsm standin --superevents)

    Exit status: 0; 2 for usage; 1 where it ended by an error and may be started again; 65 where the
    journal is damaged, so that starting it again is no use: the operators are told.
    """
    from fsm.daemon import wiring
    from fsm.daemon.daemon import Daemon
    from fsm.errors import ConfigurationError
    from fsm.io import logs

    def load() -> tuple[Charts, "Policy", "Running"]:
        return *charts_and_policy(config), _running(config, recordings, journal, gracedb)

    charts, policy, running = load()
    if not running.listen:
        raise ConfigurationError("nothing to listen to: give a recording, or [[listen]] tables in "
                                 "the configuration")
    wiring.check(running)
    _keep_private(running)
    logs.begin(running.logs)
    with _last_words(policy, running):
        daemon = Daemon(charts, policy, running, clock == "recorded", load)
    _stop_on_signals(daemon)
    if web:
        _show(running, config, gracedb, bind)
    if shadow:
        _judge_beside(running, config, shadow, clock == "recorded")
    status = _run(daemon)
    logging.shutdown()
    sys.stdout.flush()
    os._exit(status)  # requests that still wait for GraceDB must not hold up the end


@contextmanager
def _last_words(policy: "Policy", running: "Running") -> Iterator[None]:
    """Tell the operators that it could not be started, where its journal is damaged."""
    from fsm.errors import JournalDamaged
    from fsm.io.delivery import emergency

    try:
        yield
    except JournalDamaged as error:
        if policy.warnings:
            emergency.say(running, f"It could not be started. {error}")
        raise


def _show(running: "Running", config: str | None, gracedb: str | None,
          bind: tuple[str, ...]) -> None:
    """Have the pages served, as long as this process lives."""
    from fsm.io.child import Child

    where = running.journal.url or str(running.journal.path)
    options = [*(("--config", config) if config else ()), "--socket", running.socket,
               *(("--gracedb", gracedb) if gracedb else ()),
               *(word for place in bind for word in ("--bind", place))]
    Child("pages", ["web", "--until-eof", *options], {"FSM_JOURNAL": where}).start()


def _judge_beside(running: "Running", config: str | None, shadow: str, recorded: bool) -> None:
    """Have what is heard from now on judged by another configuration too."""
    from fsm.cli.whatif import NONE
    from fsm.io.child import Child

    charts_and_policy(shadow)  # what is wrong with it is said at once
    journal = running.journal
    since = [] if recorded else ["--since", f"{time.time():.3f}"]
    options = [word for name in (config or NONE, shadow) for word in ("--config", name)]
    Child("shadow", ["whatif", "--every", f"{SHADOW:g}", "--until-eof", *since, *options],
          {"FSM_JOURNAL": journal.url or str(journal.path)}).start()


def _run(daemon: "Daemon") -> int:
    """Have a daemon run to its end; returns the exit status."""
    from fsm.errors import JournalDamaged, SupervisorError

    log = logging.getLogger("fsm")
    try:
        daemon.run()
    except JournalDamaged as error:
        return _damaged(daemon, error)
    except SupervisorError as error:
        log.critical("it ends, and may be started again: %s", error)
        return FAILED
    except Exception:  # a mistake of the program's, or what damage may lead to
        log.critical("it ends by an error that nobody has thought of", exc_info=True)
        return _by_mistake(daemon)
    return 0


def _damaged(daemon: "Daemon", error: "JournalDamaged") -> int:
    from fsm.io.delivery import emergency

    logging.getLogger("fsm").critical("it ends. %s", error)
    if daemon.supervisor.dispatcher.warnings:
        emergency.say(daemon.running, f"It has ended. {error}")
    return DAMAGED


def _by_mistake(daemon: "Daemon") -> int:
    """Whether the journal was to blame, which the error does not tell."""
    from fsm.errors import JournalError
    from fsm.io.journal.check import check
    from fsm.io.journal.errors import damaged

    if daemon.journal.database.shared:
        return FAILED
    try:
        found = check(daemon.journal.name, quick=True)
    except JournalError:
        return FAILED
    if found["sound"]:
        return FAILED
    return _damaged(daemon, damaged(daemon.journal.name, found["findings"][0]))


def _keep_private(running: "Running") -> None:
    from fsm.io import private

    journal = running.journal.path
    files = [journal, *(f"{journal}{end}" for end in ("-wal", "-shm", ".lock"))]
    private.begin(running.operators.group, [*files, *filter(None, [running.tell.file])],
                  filter(None, [running.logs.folder]))


def _running(config: str | None, recordings: tuple[str, ...], journal: str | None,
             gracedb: str | None) -> "Running":
    """What the configuration and the options say together."""
    import attrs

    from fsm.io.config.daemon import running
    from fsm.io.config.listen import ListenFile, ListenStdin
    from fsm.io.config.load import read

    made = running(read(config) if config else {})
    given = tuple(ListenStdin() if name == "-" else ListenFile(name) for name in recordings)
    made = attrs.evolve(made, listen=(*made.listen, *given))
    return with_gracedb(with_journal(made, journal), gracedb)


def _stop_on_signals(daemon: "Daemon") -> None:
    import signal

    def stop(number: int, frame: "FrameType | None") -> None:
        if daemon.inbox.closed:
            os._exit(128 + number)
        logging.getLogger("fsm").info("%s: finishing what is under way; once more ends at once",
                                      signal.Signals(number).name)
        daemon.inbox.close()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
