"""A short night: a superevent whose follow-up dies, with what operators command meanwhile."""

import json
from functools import lru_cache
from pathlib import Path

import attrs

from fsm.io.recordings.files import read
from fsm.io.recordings.gracedb import RecordedGraceDB

EXAMPLES = Path(__file__).parents[2] / "examples"
HOUR, DAY = 3600.0, 86400.0
SIGNS_OF_LIFE = (600.0, 2 * HOUR, 9 * HOUR, 2 * DAY, 20 * DAY, 60 * DAY)  # seconds after the end

# What makes a night as short as it can be and still have everything in it.
SHORT = {"only": ("advocate_vetting", "copied_skymap"), "give_up": 3 * HOUR}


@attrs.frozen
class Night:
    """What comes in a night.

    Attributes:
        lines: of a recording, those that are delivered.
        commands: what operators command, (after so many lines, name, arguments).
        source: path of the recording, which tells too what GraceDB has.
        only: processes that are followed; () for all.
        give_up: seconds after which what does not come is given up.
        keep_days: for how long the journal keeps inputs and messages.
    """

    lines: tuple[bytes, ...]
    commands: tuple[tuple[int, str, dict], ...]
    source: Path
    only: tuple[str, ...] = ()
    give_up: float = DAY
    keep_days: float = 5.0

    def gracedb(self):
        """Who answers by what the recording shows."""
        return RecordedGraceDB(read(self.source))


@lru_cache(maxsize=8)
def night(name="superevent_mdc_dies", lines=None, only=(), give_up=DAY):
    """One of the examples as a night, or its beginning.

    Args:
        name: of the example.
        lines: how many of its lines there are to be; None for all.
        only, give_up: as of :class:`Night`.
    """
    source = EXAMPLES / f"{name}.jsonl"
    entries = [json.loads(line) for line in source.read_bytes().splitlines()]
    told = [one for one in entries if one.get("delivered", True)][:lines]
    last = told[-1]["time"]
    told += [{"time": last + later, "topic": "", "payload": {"uid": "heartbeat", "alert_type": ""}}
             for later in SIGNS_OF_LIFE]
    graceid = next(one["payload"]["uid"] for one in told if "S" in one["payload"]["uid"])
    alerts = len(told) - len(SIGNS_OF_LIFE)
    commands = (
        (alerts // 2, "pause", {}), (alerts // 2 + 1, "reload", {}),
        (alerts - 1, "waive", {"graceids": [graceid], "process": "copied_skymap"}),
        (alerts, "resume", {}),
        (alerts + 2, "acknowledge", {"graceids": [graceid]}), (alerts + 3, "reload", {}))
    return Night(tuple(json.dumps(one).encode() for one in told), commands, source, only, give_up)
