"""Announces every change as the alert that GraceDB would have sent, as lines of a recording."""

import json
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fsm.core.evidence.fields import Plain
from fsm.io.recordings.payloads import LEGACY, payload


class Announcer:
    """Appends alerts to a file, and hands them to listeners.

    Args:
        path: of the file, or None for none.
        flavour: of the payloads; by default that of the time whose GraceDB is stood in for.
        seed: of the choice which alerts are lost.

    Attributes:
        listeners: functions called with each line, a dict as in a recording.
        lose: share of the alerts that are lost: they are in the file marked as not delivered, and
            no listener gets them.
    """

    def __init__(self, path: str | Path | None = None, flavour: str | None = None,
                 seed: int = 0) -> None:
        self.path, self.flavour = Path(path) if path else None, flavour
        self.listeners: list[Callable[[Plain], object]] = []
        self.lose, self._chance, self._lock = 0.0, random.Random(seed), threading.Lock()

    def say(self, time: float, topic: str, uid: str, what: str, data: Any, state: Plain) -> None:
        """Announce a change; see :func:`fsm.io.recordings.payloads.payload`."""
        line = {"time": round(time, 3), "topic": topic,
                "payload": payload(uid, self.flavour or LEGACY, what, data, state)}
        with self._lock:
            if self._chance.random() < self.lose:
                line["delivered"] = False
            if self.path:
                with self.path.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(line) + "\n")
        if line.get("delivered", True):
            for listener in self.listeners:
                listener(line)
