"""Keeps what was read of a candidate, lest it is read again while its log has not grown.

GraceDB has no conditional requests, and gives a log whole or one entry by its number. Its server
writes an entry about every label, tag, sign-off and membership that it changes, numbered without a
gap, so where there is no next entry nothing of these has changed. Source: GraceDB's server:
``config/settings/base.py``, ``api/v1/paginators.py``, ``api/v1/events/views.py``,
``superevents/utils.py``, ``core/models.py``.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeAlias

import attrs

from fsm.core.evidence.entries import LogEntry, Signoff, SignoffKey
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import Kind, kind_of

MOST = 500  # candidates; one of 150 entries takes some 15 kB
LASTS = 900.0  # seconds; an entry after one that is hidden or was taken back is seen then at last

# Names of labels and since when; sign-offs by kind and instrument.
Labels: TypeAlias = tuple[tuple[str, float | None], ...]
Signed: TypeAlias = tuple[SignoffKey, Signoff]


@attrs.frozen(slots=True)
class Known:
    """What was read of a candidate.

    Attributes:
        time: of the question, unix seconds.
        logs: all its entries.
        labels: that were on; None where that could not be read.
        signoffs: that there were.
        shown: names of labels in its event dictionary.
    """

    time: float
    logs: tuple[LogEntry, ...]
    labels: Labels | None
    signoffs: tuple[Signed, ...]
    shown: frozenset[str]

    @property
    def complete(self) -> bool:
        """Whether no entry lacks; one that this account is not shown may come at any place."""
        return sorted(entry.number or 0 for entry in self.logs) == \
            list(range(1, len(self.logs) + 1))


class ReadCache:
    """Keeps the candidates that were read last, for any number of threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._lock = threading.Lock()
        self._single: dict[Kind | None, bool] = {}

    def single(self, graceid: str, probe: Callable[[], bool]) -> bool:
        """Whether the server gives single entries of such candidates at all.

        Args:
            graceid: of the event or superevent.
            probe: asks for an entry that there is; called until it has returned once.
        """
        kind = kind_of(graceid)
        if kind not in self._single:
            self._single[kind] = probe()
        return self._single[kind]

    def get(self, graceid: str, time: float, event: Plain) -> Known | None:
        """What is known of a candidate, if it may still be so.

        Args:
            graceid: of the event or superevent.
            time: of the question, unix seconds.
            event: its event dictionary as it is now.
        """
        with self._lock:
            known = self._known.get(graceid)
        lasts = known is not None and self._single.get(kind_of(graceid), True) \
            and 0.0 <= time - known.time <= LASTS and known.shown == shown_labels(event)
        return known if lasts else None

    def keep(self, graceid: str, known: Known) -> None:
        """Keep what was read, if it is such that its next entry would tell of a change."""
        with self._lock:
            self._known.pop(graceid, None)
            if known.complete:
                self._known[graceid] = known
            if len(self._known) > MOST:
                self._known.popitem(last=False)


def shown_labels(event: Plain) -> frozenset[str]:
    """The names of labels that an event dictionary shows."""
    return frozenset(event.get("labels") or ())
