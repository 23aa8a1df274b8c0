"""Moments as GraceDB tells them."""

from datetime import UTC, datetime

from fsm.core.evidence.fields import Plain
from fsm.core.times import unix_seconds

GPS_EPOCH, LEAP_SECONDS = 315964800, 18


def date(seconds: float) -> str:
    """A time as GraceDB writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def created_at(fields: Plain) -> float:
    """When an event or superevent was created, unix seconds."""
    seconds = unix_seconds(fields["created"])
    assert seconds is not None  # the stand-in itself has written it
    return seconds


def gps(seconds: float) -> float:
    """GPS seconds of unix seconds."""
    return seconds - GPS_EPOCH + LEAP_SECONDS


def day_of(gpstime: float) -> str:
    """The day of a GPS time as it is in the ids of superevents, such as 170817."""
    return f"{datetime.fromtimestamp(gpstime + GPS_EPOCH - LEAP_SECONDS, UTC):%y%m%d}"
