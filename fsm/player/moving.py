"""Moves a recording in time: all that it tells of its own days, by the same whole seconds.

Times stand everywhere in payloads: as values, in names of files (``trigger_1186000000.25.txt``), in
messages and notices. What is a GPS or unix time, or a date with its time of day, of about then is
moved, wherever it stands; GraceIDs are names, and stay.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from fsm.core.times import DAY, GPS_EPOCH, finite

KEYS = ("created", "gpstime", "t_0", "t_start", "t_end")  # whose values are times, of whenever
NEAR = 30 * DAY  # seconds from its alert within which anything else is taken for a time
UNITS = (1, 1_000, 1_000_000, 1_000_000_000)  # seconds, and what test generators wrote
EVER = float("inf")

_DATE = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)")
_SECONDS = re.compile(r"(?<![\dA-Za-z.])\d{9,10}(?!\d)")


def moved(value: Any, by: int, at: float, near: float = NEAR) -> Any:
    """Plain data with its times moved.

    Args:
        value: of any kind that JSON knows.
        by: whole seconds.
        at: when its alert arrived, unix seconds.
        near: seconds from then within which something is taken for a time.
    """
    if isinstance(value, dict):
        return {key: moved(one, by, at, EVER if key in KEYS else near)
                for key, one in value.items()}
    if isinstance(value, list):
        return [moved(one, by, at, near) for one in value]
    if isinstance(value, str):
        return _in_text(value, by, at, near)
    return _number(value, by, at, near)


def _number(value: Any, by: int, at: float, near: float) -> Any:
    number = finite(value)
    if number is None:
        return value
    if near == EVER:  # it is known to be one, so that its size tells the unit
        near = 30 * 365 * DAY
    for unit in UNITS:
        if abs(number / unit - at) <= near or (unit == 1 and abs(number + GPS_EPOCH - at) <= near):
            return value + by * unit
    return value


def _in_text(text: str, by: int, at: float, near: float) -> str:
    def date(found: re.Match[str]) -> str:
        try:
            time = datetime.fromisoformat(f"{found[1]}T{found[3]}+00:00")
            shifted = time + timedelta(seconds=by)
        except (ValueError, OverflowError):
            return found[0]
        if abs(time.timestamp() - at) > near:
            return found[0]
        return f"{shifted:%Y-%m-%d}{found[2]}{shifted:%H:%M:%S}"

    return _SECONDS.sub(lambda found: str(_number(int(found[0]), by, at, near)),
                        _DATE.sub(date, text))
