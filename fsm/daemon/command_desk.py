"""Takes operators' commands: each is in the journal, with who gave it, before it is done.

Where the journal cannot be written nobody waits for it: who only looks is shown what there is, and
who commands something is told why it is not done.
"""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import in_any_case
from fsm.daemon.journal_writer import Hindered, Stopped
from fsm.errors import SupervisorError
from fsm.io.control import Request
from fsm.io.journal.codec import Input

if TYPE_CHECKING:
    from fsm.daemon.loop import Supervisor

STOP = "stop"
PAUSE = 0.02  # seconds until it is looked again whether others have done with a candidate
PATIENCE = 10.0  # seconds for which that is done: by then one that hangs has lost it
LOG = logging.getLogger("fsm")

# Inputs for the journal, and a function that does the rest.
Prepared: TypeAlias = tuple[tuple[Input, ...], Callable[[], Any]]


@attrs.define(slots=True)
class _Pending:
    """What is to be written down of a command and done after that, how far that has come, and until
    when it waits for other supervisors, by the steady clock."""

    rows: tuple[Input, ...]
    done: Callable[[], Any]
    noted: bool = False
    until: float = attrs.field(factory=lambda: time.monotonic() + PATIENCE)

    @property
    def graceids(self) -> set[str]:
        """The candidates that it is about."""
        return {row.graceid for row in self.rows if row.graceid}


def _name_in_any_case(arguments: Plain) -> None:
    """Put GraceIDs that people have written in other letters into those they have; what is none
    stays as it is, and is refused where it is looked at."""
    graceid, graceids = arguments.get("graceid"), arguments.get("graceids")
    if isinstance(graceid, str):
        arguments["graceid"] = in_any_case(graceid)
    if isinstance(graceids, list):
        arguments["graceids"] = [in_any_case(one) if isinstance(one, str) else one
                                 for one in graceids]


class CommandDesk(ABC):
    """Where commands wait; a subclass tells what each comes to.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
    """

    def __init__(self, supervisor: "Supervisor") -> None:
        self.supervisor = supervisor
        self._ready: dict[Request, _Pending] = {}

    @abstractmethod
    def prepared(self, request: Request, now: float) -> Prepared:
        """What a command, given at a time (unix seconds), comes to."""

    def take(self, requests: Iterable[Request], now: float) -> None:
        """Look at commands; those that are wrong are answered at once.

        Args:
            requests: :class:`~fsm.io.control.Request` objects.
            now: unix seconds.
        """
        for request in requests:
            try:
                _name_in_any_case(request.arguments)
                self._ready[request] = _Pending(*self.prepared(request, now))
            except SupervisorError as error:
                request.answer(error=str(error))
            except Exception as error:  # whatever its arguments lead to must not end the supervisor
                request.answer(error=f"command {request.name}: its arguments do not fit "
                                   f"({type(error).__name__}: {error!s:.100})")

    def rows(self) -> list[Input]:
        """What is to be written into the journal, and acted on, for the commands taken."""
        return [row for ready in self._ready.values() if not ready.noted for row in ready.rows]

    def noted(self) -> None:
        """Their rows are in the journal."""
        for request, ready in self._ready.items():
            before, ready.noted = ready.noted, True
            if ready.rows and not before:
                LOG.info("%s commands: %s %s", request.who, request.name,
                         request.arguments.get("graceids", ""))

    @property
    def patience(self) -> float:
        """Seconds that may pass until :meth:`carry_out` is called again."""
        return PAUSE if self._ready else float("inf")

    def carry_out(self) -> None:
        """Do what remains of the commands taken, and answer them; those about candidates that other
        supervisors have wait for these, while all else goes on."""
        for request, ready in list(self._ready.items()):
            if request not in self._ready or self._waits(ready):
                continue  # what has hindered another one has had it answered
            try:
                self._answer(request, ready.done)
            finally:
                self._ready.pop(request, None)  # likewise

    def _waits(self, ready: _Pending) -> bool:
        if not self.supervisor.journal.database.shared or not ready.graceids:
            return False
        names = self.supervisor.engine.names  # which may have become known meanwhile
        if not self.supervisor.work.has_acted(set(map(names.of, ready.graceids))):
            return time.monotonic() < ready.until and not self.supervisor.inbox.closed
        self.supervisor.candidates.refresh()  # it may be another one that has acted
        return False

    def hindered(self, requests: Iterable[Request], why: Hindered) -> None:
        """Answer commands while the journal cannot be written.

        What only looks, and 'stop', is done all the same. All else is refused; what is in the
        journal already is done when it can be written.

        Args:
            requests: further :class:`~fsm.io.control.Request` objects.
            why: :class:`~fsm.daemon.journal_writer.Hindered`.
        """
        tried = self._ready.keys() - set(requests)  # to be written, which may have come to pass
        self.take(requests, self.supervisor.clock.now())
        for request, ready in list(self._ready.items()):
            if request.name == STOP:
                self.supervisor.inbox.close()
                request.answer(result={"stopping": True})
            elif not ready.rows:
                self._answer(request, ready.done)
            elif ready.noted:
                request.answer(error=f"command {request.name}: it is noted, and done when the "
                                     f"journal can be written; {why}")
                continue
            elif self.supervisor.journal.database.shared and request in tried:
                request.answer(error=f"command {request.name}: {why}; it may have been noted all "
                                     "the same: see when that is over, before giving it again")
            else:
                request.answer(error=f"command {request.name}: {why}; give it again when that is "
                                     "over, which 'fsm status' tells")
            del self._ready[request]

    def _answer(self, request: Request, done: Callable[[], Any]) -> None:
        try:
            request.answer(result=done())
        except Stopped:
            request.answer(error="the supervisor ends, since the journal cannot be written")
            raise
        except SupervisorError as error:
            request.answer(error=str(error))
        except Exception as error:  # as above
            LOG.exception("command %s of %s failed", request.name, request.who)
            request.answer(error=f"command {request.name}: {type(error).__name__}: {error!s:.200}")
