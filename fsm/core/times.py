"""Times as GraceDB writes them, turned into unix seconds; and which times there can be."""

import math
import re
from datetime import UTC, datetime
from functools import lru_cache

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s*(UTC|Z|[+-]\d\d:?\d\d)?", re.ASCII
)

DAY = 86_400.0
# Nothing here is older than 1990 or comes after 2100, unix seconds: it is no time, but a mistake.
EARLIEST, LATEST = 631_152_000.0, 4_102_444_800.0
GPS_EPOCH = 315_964_800.0  # GPS second 0, unix seconds, but for leap seconds
# What is told of may be ahead of the clock by a wrong time zone and a clock that is a day fast.
AHEAD = 2 * DAY
# Recorded alerts may be further apart, as between two runs; but one alone is a mistake.
JUMP = 100 * DAY


def finite(value: object) -> float | None:
    """Read a finite number from a number or its text; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def unix_seconds(value: object) -> float | None:
    """Read a moment in any form that GraceDB or its clients have used.

    Args:
        value: ``2017-08-17 12:41:45 UTC``, ISO 8601 with or without fraction and offset, or unix
            seconds as a number (test generators), also in thousandths, millionths or billionths
            of a second: the size of the number tells its unit.

    Returns:
        Unix seconds as a float, or None where the value is no time between :data:`EARLIEST` and
        :data:`LATEST`.
    """
    if isinstance(value, str):
        time = _from_text(value.strip()[:64])  # nothing longer is kept
        return time if time is not None and EARLIEST <= time < LATEST else None
    number = finite(value)
    if number is None:
        return None
    return next((number / unit for unit in (1, 1e3, 1e6, 1e9)
                 if EARLIEST <= number / unit < LATEST), None)


def gps_seconds(value: object) -> float | None:
    """Read a GPS time; None where the value is none within the limits of all times."""
    number = finite(value)
    in_limits = number is not None and EARLIEST <= number + GPS_EPOCH < LATEST
    return number if in_limits else None


def stated(value: object, arrived: float) -> float | None:
    """Read a moment of which something tells that has arrived.

    Args:
        value: as of :func:`unix_seconds`.
        arrived: when, unix seconds.

    Returns:
        Unix seconds; None also where it is later than :data:`AHEAD` after the arrival, so that
        nothing is expected by a time that cannot be.
    """
    time = unix_seconds(value)
    return None if time is None or time > arrived + AHEAD else time


def too_late(time: float, now: float) -> str:
    """Why something that tells this time of itself cannot have come by now; "" where it can."""
    if time <= now + AHEAD:
        return ""
    known = f"one up to {utc(now + AHEAD)}" if math.isfinite(now) else "one near those around it"
    return f"'time' is {utc(time)}, which has not come; expected {known}"


@lru_cache(maxsize=4096)
def _from_text(text: str) -> float | None:
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    if zone in (None, "UTC", "Z"):
        zone = "+00:00"
    try:
        whole = datetime.fromisoformat(f"{day}T{clock}{zone}")
    except ValueError:
        return None
    return whole.timestamp() + (float(fraction) if fraction else 0.0)


def utc(seconds: float) -> str:
    """Write unix seconds for people, for example ``2017-08-17 12:41:45 UTC``."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return f"{seconds} s"


def span(seconds: float) -> str:
    """Write a duration for people in its two largest units, for example ``1 min 30 s``."""
    if seconds < 0:
        return "-" + span(-seconds)
    if seconds < 60:
        return f"{seconds:.3g} s"
    parts, rest = [], round(seconds)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])
