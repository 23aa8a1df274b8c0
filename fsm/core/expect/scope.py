"""What an expectation may refer to besides the evidence."""

from collections.abc import Mapping
from math import inf
from typing import Any

from fsm.core.evidence.evidence import Evidence
from fsm.core.times import finite


class Scope:
    """What a check may refer to besides the evidence: its process's key, options and start.

    Attributes:
        values: parameter and option names to their values.
        not_before: annotations made before this moment do not count, unix seconds; set only where a
            newer file version has made older ones worthless.
        until: annotations made after this moment do not count, unix seconds.
        start: since when its process is under way, unix seconds; None where there is none.
    """

    __slots__ = ("values", "not_before", "until", "start")

    values: Mapping[str, Any]
    not_before: float
    until: float
    start: float | None

    def __init__(self, values: Mapping[str, Any], not_before: float = -inf) -> None:
        self.values, self.not_before = values, not_before
        self.until, self.start = inf, None

    def lookup(self, name: str, evidence: Evidence) -> Any:
        """The value of a parameter: from the scope, else from the event's fields, else None."""
        if name in self.values:
            return self.values[name]
        if name == "graceid":
            return evidence.graceid
        value = evidence.fields.get(name)
        return finite(value) if name == "gpstime" else value
