"""Log dictionaries of any era, from alerts or from GraceDB, read into entries."""

import re

from fsm.core.evidence.entries import LogEntry, tag_set
from fsm.core.evidence.fields import Plain
from fsm.core.interning import once
from fsm.core.times import unix_seconds

MOST_COUNTED = 2 ** 63 - 1
_VERSIONED = re.compile(r"(.+),(\d{1,9})", re.DOTALL)


def split_version(name: str) -> tuple[str, int | None]:
    """Split ``x.fits,2`` into name and version; None as version where none is written."""
    match = _VERSIONED.fullmatch(name)
    return (match[1], int(match[2])) if match else (name, None)


def log_entry(record: Plain, received: float, comment: str | None = None,
              filename: str | None = None) -> LogEntry:
    """Read a log dictionary, from an alert or from GraceDB's REST interface.

    The same texts and tags of many candidates are kept once.

    Args:
        record: log dictionary of any era; missing and odd values are tolerated.
        received: time to use where it has none, unix seconds.
        comment: message to use where the record has none.
        filename: name, perhaps with version, to use where the record has none.
    """
    time = unix_seconds(record.get("created"))
    name = record.get("filename") or filename or ""
    name, version = split_version(name) if isinstance(name, str) else ("", None)
    stated = record.get("file_version")
    number = record.get("N")
    tags = record.get("tag_names")
    tags = tags if isinstance(tags, list) else ()
    text = record.get("comment", comment)
    return LogEntry(
        received if time is None else time,
        _count(number),
        once(text) if type(text) is str else comment or "",
        once(name),
        version if _count(stated) is None else _count(stated),
        tag_set(tuple(t for t in tags if type(t) is str)),
    )


def _count(value: object) -> int | None:
    """A number of an entry or a version, None for what no database would have."""
    return value if type(value) is int and 0 <= value <= MOST_COUNTED else None
