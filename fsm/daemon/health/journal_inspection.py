"""Looks beside the main loop whether the journal is still sound, all the time and a little.

Otherwise damage is found when what is damaged is needed, which may be weeks later, after the last
sound copy has been thrown away.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from fsm.errors import JournalDamaged, JournalError
from fsm.io.journal.errors import damaged
from fsm.io.journal.journal import Journal
from fsm.io.journal.reading import quick_fault, there

SHARE = 100  # it pauses so many times as long as a look has taken


class JournalInspection:
    """Inspects a journal that is open.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`; it is ``broken`` once damage has been
            found.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal, self._next = journal, float("-inf")
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="inspecting")
        self._looking: Future[None] | None = None

    def look(self, now: float) -> None:
        """Begin to look, as a chore, unless it is too early or the last look is not done."""
        if time.monotonic() >= self._next and (self._looking is None or self._looking.done()):
            self._looking = self._beside.submit(self._look)

    def _look(self) -> None:
        began = time.monotonic()
        try:
            path = there(self.journal.name)
            if not self.journal.database.lost():
                self._inspect(path)
        except JournalDamaged as error:
            self.journal.broken = self.journal.broken or error
        except JournalError:
            pass  # it is not there, or there is no room: others tell that
        finally:
            now = time.monotonic()
            self._next = now + SHARE * (now - began)

    def _inspect(self, path: Path) -> None:
        fault = quick_fault(path)
        if fault:
            raise damaged(self.journal.name, fault)
