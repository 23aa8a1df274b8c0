"""What the pages are made of: a journal that is only read, and the charts by which it is."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import attrs

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.policy import Policy
from fsm.core.engine.engine import Engine
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import in_any_case
from fsm.daemon import wiring
from fsm.daemon.past import configuration_at, configuration_now
from fsm.daemon.rules import Declared
from fsm.errors import SupervisorError
from fsm.io.config.sections import Running
from fsm.io.journal.readable import ReadOnly
from fsm.io.journal.reading import Reader
from fsm.io.journal.supervised import Place
from fsm.notify.problems import Context
from fsm.notify.reminders import Reminders

Loaded = tuple[Declared, Policy, Running]
MOST = 1000  # configurations that are remembered, about 100 kB each
PAST = 4  # views of the past that are made or waited for, so that others have threads
KEPT = 4  # connections to a database
HARDLY_ANY = 0.0  # the pages remind nobody


class Busy(SupervisorError):
    """Too many want what takes long."""


@attrs.frozen(eq=False)
class Settings:
    """A configuration as the pages go by it.

    Attributes:
        charts: of all processes and lifecycles.
        policy: what is expected of whom.
        running: the tables of the daemon.
        context: what problems hang on.
        scratch: an engine without candidates.
        read: when the pages have read it, unix seconds.
        past: another, in which candidates are made as they were, which takes longer.
    """

    charts: Charts
    policy: Policy
    running: Running
    context: Context
    scratch: Engine
    read: float
    past: Engine


class Source:
    """Reads a journal, and goes by a configuration.

    Args:
        where: path of the journal, or address of its database.
        load: function that reads the configuration.

    Raises:
        SupervisorError: where the configuration cannot be used.
    """

    def __init__(self, where: str, load: Callable[[], Loaded]) -> None:
        self.where, self._load = where, load
        self._reader = Reader(where, KEPT)
        self._folding, self._past = threading.Lock(), threading.Lock()
        self._asking = threading.BoundedSemaphore(PAST)
        self._known: OrderedDict[str, tuple[object, Plain]] = OrderedDict()
        self.read_again()

    def read_again(self) -> None:
        """Go by the configuration as it is now.

        Raises:
            SupervisorError: where it cannot be used; all goes on as before.
        """
        began = time.time()
        (processes, lifecycles), policy, running = self._load()
        made = Settings(Charts(processes, lifecycles), policy, running,
                        wiring.context(running, processes),
                        Engine(processes, lifecycles, policy), began,
                        Engine(processes, lifecycles, policy))
        with self._folding:
            self.settings = made
            self._known.clear()

    def tables(self) -> Running:
        """The tables of the configuration as it is now, whichever the pages go by.

        Raises:
            SupervisorError: where it cannot be used.
        """
        return self._load()[2]

    @contextmanager
    def reading(self) -> Iterator["Look"]:
        """A context with one state of the journal.

        Raises:
            JournalError: where it cannot be read.
        """
        with self._reader.opened() as journal:
            yield Look(self, ReadOnly(journal))

    def configuration(self, journal: ReadOnly, graceid: str, place: Place | None) -> Plain | None:
        """The configuration of a candidate as it is, the last one where it has left; None where it
        was never known.

        Args:
            journal: that has it.
            graceid: of the candidate.
            place: how far it has been acted on; None where it is not under supervision.
        """
        mark = None if place is None else (place.seq, place.stored)
        with self._folding:
            known = self._known.get(graceid)
            if known is not None and known[0] == mark:
                self._known.move_to_end(graceid)
                return known[1]
            made = configuration_now(journal, self.settings.scratch, graceid)
            if made is not None and mark is not None:
                self._known[graceid] = mark, made
                if len(self._known) > MOST:
                    self._known.popitem(last=False)
            return made

    def configuration_at(self, journal: ReadOnly, graceid: str, time: float) -> Plain:
        """Likewise as it was at a time, unix seconds.

        Raises:
            ControlError: where nothing is known of it by then.
            Busy: where too many ask for that at once.
        """
        if not self._asking.acquire(blocking=False):
            raise Busy("others look into the past just now: try again in a moment")
        try:
            with self._past:
                return configuration_at(journal, self.settings.past, graceid, time)
        finally:
            self._asking.release()

    def close(self) -> None:
        """Keep no connections to the journal."""
        self._reader.close()


class Look:
    """One look at the journal.

    Args:
        source: whose.
        journal: as it is at this moment.
    """

    def __init__(self, source: Source, journal: ReadOnly) -> None:
        self.source, self.journal, self.settings = source, journal, source.settings
        self.reminders = Reminders(journal, HARDLY_ANY, 0)

    def configuration(self, graceid: str, at: float | None = None) -> Plain | None:
        """The configuration of a candidate, as it is or as it was at a time, unix seconds; None
        where it was never known.

        Raises:
            ControlError: where nothing is known of it by then.
        """
        name = in_any_case(graceid)
        if at is not None:
            return self.source.configuration_at(self.journal, name, at)
        return self.configurations([name])[name]

    def configurations(self, graceids: Collection[str]) -> dict[str, Plain | None]:
        """Those of several candidates as they are."""
        places = self.journal.places_of(graceids)
        return {graceid: self.source.configuration(self.journal, graceid, places.get(graceid))
                for graceid in graceids}
