"""Times for the terminal: in UTC, and beside that how long after or before something."""

from fsm.core.times import DAY, span, utc


def after(time: float, begin: float) -> str:
    """A time by how long after a beginning it is: ``+38 s 12:41:45``, with the date where that is
    another day's.

    Args:
        time: unix seconds.
        begin: likewise, of which the date is known.
    """
    date, _, clock = utc(time).removesuffix(" UTC").partition(" ")
    other = date[5:] + " " if time // DAY != begin // DAY else ""
    return f"{signed(time - begin)} {other}{clock}".rstrip()


def signed(seconds: float) -> str:
    """A duration with its sign: ``+38 s``."""
    return ("" if seconds < 0 else "+") + span(seconds)


def ago(time: float | None, now: float) -> str:
    """A time with how far it is from now: ``2017-08-17 12:41:45 UTC (3 min ago)``; "" for none.

    Args:
        time, now: unix seconds.
    """
    if time is None:
        return ""
    return f"{utc(time)} ({distance(time, now)})"


def distance(time: float, now: float) -> str:
    """How far a time is from now: ``3 min ago``, ``in 2 h``, ``now``."""
    if abs(time - now) < 1:
        return "now"
    return f"{span(now - time)} ago" if time < now else f"in {span(time - now)}"


def near(time: float | None, now: float) -> str:
    """As :func:`ago`, without the date where that is today's: ``12:41:45 UTC (3 min ago)``."""
    if time is None:
        return ""
    written = ago(time, now)
    return written.partition(" ")[2] if time // DAY == now // DAY else written
