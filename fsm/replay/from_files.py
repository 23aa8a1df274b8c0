"""Replays files: reads the recordings, chooses who answers, shows the progress."""

from collections.abc import Iterable
from math import inf
from pathlib import Path

import attrs

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import Policy
from fsm.core.charts.process import Process
from fsm.core.evidence.superevent_names import Names
from fsm.errors import ConfigurationError
from fsm.io.recordings.files import Record, Rejection, read
from fsm.io.recordings.gracedb import NoGraceDB, RecordedGraceDB
from fsm.replay.replay import Outcome, Replay, Source, keep_garbage_rare

RECORDED, NONE = "recorded", "none"
TROUBLE = ("overdue", "missing", "unverified", "unverifiable", "warned", "late")


def from_files(names: Iterable[str], charts: tuple[Iterable[Process], Iterable[Lifecycle]],
               policy: Policy, gracedb: str = RECORDED, until: float = inf) -> Outcome:
    """Replay recordings together, in the order of arrival whatever their lines' order.

    Args:
        names: paths, or ``-`` for standard input.
        charts: (processes, lifecycles).
        policy: :class:`~fsm.core.charts.policy.Policy`.
        gracedb: ``recorded``, ``none``, or the address of a GraceDB.
        until: unix seconds at which the virtual clock stops.

    Returns:
        :class:`~fsm.replay.replay.Outcome`.
    """
    keep_garbage_rare()
    rejected: list[Rejection] = []
    records: list[Record] = []
    for name in names:
        for item in read(name):
            if isinstance(item, Rejection):
                rejected.append(item)
            else:
                records.append(item)
    records.sort(key=lambda record: record.alert.received)
    known = Names()
    records = [attrs.evolve(record, alert=known.under_one(record.alert)) for record in records]
    running = Replay(*charts, policy, _answerer(gracedb, records), until)
    for _ in _shown(running.run(records), len(records)):
        pass
    running.outcome.rejected = rejected
    return running.outcome


def _answerer(gracedb: str, records: Iterable[Record]) -> Source:
    if gracedb == RECORDED:
        return RecordedGraceDB(records)
    if gracedb == NONE:
        return NoGraceDB()
    if gracedb.startswith(("http://", "https://")):
        from fsm.io.gracedb.api import GraceDB
        from fsm.io.gracedb.as_of import PastGraceDB
        from fsm.io.gracedb.retrying import Caller

        return PastGraceDB(GraceDB(Caller(gracedb)))
    raise ConfigurationError(f"--gracedb {gracedb!r}: expected 'recorded', 'none' or an address "
                             "that begins with https://")


def _shown(steps: Iterable[int], total: int) -> Iterable[int]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if not console.is_terminal:
        return steps
    return track(steps, total=total, description="replaying", console=console)


def draw(outcome: Outcome, path: str) -> str | None:
    """Draw the GraceID with most trouble into an SVG file; returns its id, None without any."""
    from fsm.draw.candidate import candidate_graph
    from fsm.draw.flow_charts import svg

    def trouble(graceid: str) -> tuple[int, str]:
        configuration = outcome.configurations[graceid]
        count = sum(check["state"] in TROUBLE for process in configuration["processes"].values()
                    for check in process["checks"].values())
        return (-count, graceid)

    if not outcome.configurations:
        return None
    graceid = min(outcome.configurations, key=trouble)
    drawn = svg(candidate_graph(outcome.configurations[graceid]))
    try:
        Path(path).write_bytes(drawn)
    except OSError as error:
        raise ConfigurationError(f"--svg {path}: {error.strerror}") from None
    return graceid
