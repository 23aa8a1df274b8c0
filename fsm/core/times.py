"""Times as GraceDB writes them, turned into unix seconds."""

import math
import re
from datetime import UTC, datetime
from functools import lru_cache

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s*(UTC|Z|[+-]\d\d:?\d\d)?", re.ASCII
)

EARLIEST, LATEST = 946_684_800.0, 4_102_444_800.0  # the years 2000 and 2100, unix seconds


def finite(value):
    """Read a finite number from a number or its text; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def unix_seconds(value):
    """Read a moment in any form that GraceDB or its clients have used.

    Args:
        value: ``2017-08-17 12:41:45 UTC``, ISO 8601 with or without fraction and offset, or unix
            seconds as a number (test generators), also in thousandths, millionths or billionths
            of a second: nothing here is older than 2000 or comes after 2100, so the size of the
            number tells its unit.

    Returns:
        Unix seconds as a float, or None where the value is no time.
    """
    if isinstance(value, str):
        return _from_text(value)
    number = finite(value)
    if number is None or number < LATEST:
        return number
    return next((number / unit for unit in (1e3, 1e6, 1e9)
                 if EARLIEST <= number / unit < LATEST), None)


@lru_cache(maxsize=4096)
def _from_text(text):
    match = _FORM.fullmatch(text.strip()[:64])
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


def utc(seconds):
    """Write unix seconds for people, for example ``2017-08-17 12:41:45 UTC``."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return f"{seconds} s"


def span(seconds):
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
