"""The accounts of the operating system: how they are called, and whether they are operators'."""

import grp
import os
import pwd
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from fsm.io.unix_socket import account

KEPT = 30.0  # seconds: the system may have to ask a server, and requests come by the hundred
MOST = 1000  # answers that are remembered
Answer = TypeVar("Answer", str, bool)


class Accounts:
    """Knows accounts by their number. What it says may be half a minute old, and may take a while,
    so it is asked in threads."""

    def __init__(self) -> None:
        self._names: OrderedDict[object, tuple[float, str]] = OrderedDict()
        self._operators: OrderedDict[object, tuple[float, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def name(self, uid: int) -> str:
        """The name of an account, by its number."""
        return self._kept(self._names, uid, lambda: account(uid))

    def operates(self, uid: int, group: str) -> bool:
        """Whether an account may write to the operators' socket.

        Args:
            uid: its number.
            group: of the operating system, whose members may; "" for none.
        """
        if uid in (0, os.getuid()):
            return True
        return bool(group) and self._kept(self._operators, (uid, group),
                                          lambda: _is_member(uid, group))

    def _kept(self, known: OrderedDict[object, tuple[float, Answer]], key: object,
              ask: Callable[[], Answer]) -> Answer:
        now = time.monotonic()
        with self._lock:
            found = known.get(key)
        if found is not None and now - found[0] < KEPT:
            return found[1]
        answer = ask()
        with self._lock:
            known[key] = now, answer
            known.move_to_end(key)
            if len(known) > MOST:
                known.popitem(last=False)
        return answer


def _is_member(uid: int, group: str) -> bool:
    try:
        known = pwd.getpwuid(uid)
        return grp.getgrnam(group).gr_gid in os.getgrouplist(known.pw_name, known.pw_gid)
    except KeyError:
        return False
