"""Who may do what as the files say now: they are read again as soon as one of them has changed."""

import logging
import os
import threading
from collections.abc import Callable

from fsm.errors import SupervisorError
from fsm.io.config.sections import Running
from fsm.web.accounts import Accounts
from fsm.web.identity import Identities
from fsm.web.sessions import Sessions

LOG = logging.getLogger("fsm")
Mark = tuple[int, ...] | None


class Rights:
    """Follows the configuration, and the files of secrets that it names.

    A configuration that cannot be used leaves the rights as they were; a file of secrets that
    cannot be used lets nobody in by it. Either is said by :attr:`faults`, until it is mended.

    Args:
        running: the tables as they are at first.
        config: path of the configuration, None for none.
        load: function that reads its tables.

    Attributes:
        running: the tables by which it goes.
        began: the table ``web`` as it was at first.
        faults: what of the files cannot be used, in words.

    Raises:
        ConfigurationError: where a file of secrets cannot be used at first.
    """

    def __init__(self, running: Running, config: str | None,
                 load: Callable[[], Running]) -> None:
        self.running, self._config, self._load = running, config, load
        self.began = running.web
        self._sessions, self._accounts = Sessions(), Accounts()
        self._lock = threading.Lock()
        self._marks = self._now()
        self._identities = Identities(running, self._sessions, self._accounts)
        self.faults: list[str] = []

    @property
    def identities(self) -> Identities:
        """By which is told who somebody is, as the files are now."""
        with self._lock:
            marks = self._now()
            if marks != self._marks:
                self._read_again(marks)
            return self._identities

    @property
    def at_hand(self) -> Identities | None:
        """Likewise, None where a file has changed and must be read first, which takes a while."""
        return self._identities if self._now() == self._marks else None

    def _now(self) -> tuple[Mark, ...]:
        """What tells the files of now from those of another moment."""
        web = self.running.web
        return tuple(_mark(one) for one in (self._config, web.tokens, web.proxy_secret))

    def _read_again(self, marks: tuple[Mark, ...]) -> None:
        faults = []
        if _was_emptied(self._marks[0], marks[0]):
            faults.append("the configuration is empty, perhaps as it is being written, so the "
                          "rights are as they were")
        elif self._config:
            try:
                self.running = self._load()
            except SupervisorError as error:
                faults.append(f"the configuration cannot be used, so the rights are as they were: "
                              f"{error}")
        self._marks = (marks[0], *self._now()[1:])  # other files may be named now
        self._identities = Identities(self.running, self._sessions, self._accounts, True)
        self.faults = [*faults, *self._identities.faults]
        for one in self.faults:
            LOG.error("the pages: %s", one)
        LOG.info("the pages go by the rights as the files say them now")


def _was_emptied(before: Mark, now: Mark) -> bool:
    """Whether nothing is left of a file: without any table everybody may look."""
    return before is not None and now is not None and before[2] > 0 == now[2]


def _mark(path: str | None) -> Mark:
    try:
        found = os.stat(path) if path else None
    except (OSError, ValueError):
        return None
    return None if found is None else (found.st_dev, found.st_ino, found.st_size,
                                       found.st_mtime_ns, found.st_ctime_ns)
