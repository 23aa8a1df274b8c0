"""A logarithmic axis of time: from seconds to days after the creation of a candidate."""

from math import log

import attrs

from fsm.core.times import span

TICKS = (1, 3, 10, 30, 60, 120, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400, 3 * 86_400,
         7 * 86_400, 30 * 86_400, 365 * 86_400)  # seconds
APART = 50.0  # pixels between two labels, at least


@attrs.frozen
class Axis:
    """Where a time is.

    Attributes:
        left, right: of the axis, pixels.
        first, last: the times there, seconds; what is earlier is at the left end.
    """

    left: float
    right: float
    first: float
    last: float

    def at(self, seconds: float) -> float:
        """The place of a time, pixels from the left."""
        within = min(max(seconds, self.first), self.last)
        share = log(within / self.first) / log(self.last / self.first)
        return self.left + share * (self.right - self.left)

    def seconds(self, place: float) -> float:
        """The time at a place, the other way round."""
        share = (place - self.left) / (self.right - self.left)
        return float(self.first * (self.last / self.first) ** share)

    def ticks(self) -> list[tuple[float, str]]:
        """Places with their labels, as many as have room."""
        made: list[tuple[float, str]] = []
        for tick in TICKS:
            place = self.at(tick)
            if self.first <= tick <= self.last and (not made or place - made[-1][0] >= APART):
                made.append((place, f"+{span(tick)}"))
        return made
