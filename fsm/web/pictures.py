"""Pictures inside of pages: a candidate on its axis of time, and how long a check has taken."""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import kind_of
from fsm.core.times import span
from fsm.draw.axis import Axis
from fsm.draw.looks import FAINT
from fsm.draw.marks import BAD, COLOURS, tick
from fsm.draw.svg import Picture, tip
from fsm.draw.timeline import draw_timeline
from fsm.web.addresses import Addresses

WIDTH, HEIGHT = 320.0, 46.0  # pixels of a distribution
MOST = 400  # dots of one
_DECLARATION = re.compile(rb"^<\?xml[^>]*>\s*")


def inline(svg: bytes) -> Markup:
    """A picture of our own writer as a part of a page, in which all texts are escaped."""
    return Markup(_DECLARATION.sub(b"", svg).decode())  # noqa: S704


def candidate(data: Plain, url: Addresses) -> Markup:
    """The processes of a candidate, each a link.

    Args:
        data: as :func:`fsm.report.timeline.timeline` has them.
        url: makes the links.
    """
    def link(name: str) -> str:
        return url.process(data["graceid"], name) if kind_of(name) is None else url.candidate(name)

    return inline(draw_timeline(data, link, rows_only=True))


def distribution(spans: Sequence[float], within: float | None) -> Markup:
    """How long something has taken, on a logarithmic axis with its deadline.

    Args:
        spans: seconds, in their order.
        within: the deadline, likewise; None for none.
    """
    words = f"{len(spans)} times" + ("" if within is None else f", due within {span(within)}")
    picture = Picture(WIDTH, words)
    ends = [one for one in (*spans, within or 0.0) if one > 0] or [1.0]
    axis = Axis(12, WIDTH - 12, max(min(ends) * 0.8, 0.5), max(max(ends) * 1.2, 10.0))
    for x, label in axis.ticks():
        picture.line(x, 6, x, 28, stroke="#eceff1")
        picture.text(x, 42, label, 9, fill=FAINT, text_anchor="middle")
    for one in _some(spans):
        late = within is not None and one > within
        tip(picture.circle(axis.at(one), 17, 3.4, fill=BAD if late else COLOURS["met"],
                           fill_opacity="0.45"), span(one))
    if within is not None:
        tick(picture, axis.at(within), 17, f"due within {span(within)}")
    return inline(picture.done(HEIGHT))


def _some(spans: Sequence[float]) -> Iterable[float]:
    return spans[::max(1, len(spans) // MOST)]
