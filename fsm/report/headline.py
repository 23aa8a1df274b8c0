"""What kind of candidate it is, in a few words: search, false-alarm rate, interferometers."""

from collections.abc import Mapping
from typing import Any

from fsm.core.printable import rounded, short
from fsm.core.times import finite

YEAR, DAY, HOUR = 365.25 * 86400.0, 86400.0, 3600.0  # seconds
LONGEST = 60  # characters of one fact, which comes from outside


def headline(fields: Mapping[str, Any]) -> list[str]:
    """The facts, each a few words.

    Args:
        fields: values of the event, as they were stated.
    """
    search = " ".join(str(fields[name]) for name in ("group", "pipeline", "search")
                      if fields.get(name))
    category = fields.get("category")
    facts = [search, far_in_words(fields.get("far")),
             str(fields.get("instruments") or "").replace(",", " "),
             f"category {category}" if category and category != "Production" else "",
             f"preferred event {fields['preferred_event']}" if fields.get("preferred_event")
             else ""]
    return [short(fact, LONGEST) for fact in facts if fact]


def far_in_words(far: object) -> str:
    """A false-alarm rate in Hz, as its period: ``FAR 1 per 12 yr``; "" where there is none."""
    rate = finite(far)
    if rate is None or rate < 0:
        return ""
    for period, unit in ((YEAR, "yr"), (DAY, "d"), (HOUR, "h")):
        if rate * period <= 1:
            many = 1 / (rate * period) if rate else float("inf")
            return f"FAR 1 per {rounded(many, 3)} {unit}" if many < 1e6 else f"FAR {rate:.2g} Hz"
    return f"FAR {rate:.2g} Hz"
