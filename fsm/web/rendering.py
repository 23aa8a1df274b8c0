"""Turns what the views have found into HTML; whatever came from outside is escaped."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fsm.core.charts.families import FAMILIES
from fsm.core.charts.keys import without_key
from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted, printable
from fsm.core.times import DAY, span, utc
from fsm.report.moments import distance, signed
from fsm.web import pictures

SIGNS = {"met": "✓", "found": "◎", "late": "◆", "overdue": "✕", "missing": "✕", "awaiting": "…",
         "warned": "!", "unverified": "?", "waived": "–", "not_expected": "–"}
AHEAD = 3600.0  # seconds by which clocks of the same time may differ
ORDER = ("overdue", "missing", "unverified", "warned", "awaiting", "late", "found", "met",
         "waived", "not_expected")  # of states, the worst first


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, with what they are given."""
    made = Environment(loader=PackageLoader("fsm.web"), autoescape=True, trim_blocks=True,
                       lstrip_blocks=True, undefined=StrictUndefined, finalize=clean)
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.filters |= {"span": _span, "signed": signed, "utc": _utc, "moment": moment,
                     "distance": distance, "clock": clock, "words": words, "megabytes": megabytes,
                     "without_key": without_key}
    made.globals |= {"counted": counted, "signs": SIGNS, "order": ORDER,
                     "families": FAMILIES, "picture": pictures,
                     "bar": check_bar}
    return made


def render(template: str, document: Plain, **more: Any) -> str:
    """A page.

    Args:
        template: its name.
        document: what is shown.
        more: what else the template is given.
    """
    return environment().get_template(template).render(**document, doc=document, **more)


def clean(value: object) -> object:
    """What is put into a page, without characters that nobody sees; what is markup, and what has
    several lines, stays so."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "\n".join(map(printable, value.split("\n")))


def _span(seconds: float | None) -> str:
    return "" if seconds is None else span(round(seconds) if abs(seconds) >= 60 else seconds)


def _utc(time: float | None) -> str:
    return "" if time is None else utc(time)


def clock(time: float, now: float) -> str:
    """A time in UTC, without the date where that is today's."""
    written = utc(time)
    return written.partition(" ")[2] if time // DAY == now // DAY else written


def moment(time: float | None, now: float, past: bool = False) -> Markup:
    """A time in UTC, and how far that is from now; the script keeps the latter right.

    Args:
        time: unix seconds; None for none.
        now: likewise.
        past: whether it can only have been; one that lies ahead is of another clock then, where
            that of the supervisor is of recorded alerts, and no distance is told.
    """
    if time is None:
        return Markup("")
    if not -1e10 < time < 1e11:
        return Markup("") + utc(time)
    exact = datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")
    if past and time > now + AHEAD:
        return Markup('<time datetime="{}">{}</time>').format(exact, utc(time))
    return Markup('<time datetime="{}">{}</time> <span class="ago" data-time="{:.3f}">{}</span>'
                  ).format(exact, clock(time, now), time, distance(time, now))


def words(state: str) -> str:
    """A state as people read it."""
    return state.replace("_", " ").replace(".", " › ")


def megabytes(size: float | None) -> str:
    """A size in bytes, for people."""
    return "" if size is None else f"{size / 1e6:.1f} MB"


def check_bar(checks: dict[str, int]) -> list[tuple[str, int, int, int]]:
    """How checks stand, for a bar: (state, how many, where it begins and how wide it is, of 100).
    """
    whole, left, made = sum(checks.values()), 0.0, []
    for state in ORDER:
        if checks.get(state):
            width = 100 * checks[state] / whole
            wide = max(1, round(left + width) - round(left))
            made.append((state, checks[state], round(left), wide))
            left += width
    return made
