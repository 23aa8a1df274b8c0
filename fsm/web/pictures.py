"""Pictures inside of pages: a candidate on its axis of time, and how long a check has taken."""

import re
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import kind_of
from fsm.core.printable import counted
from fsm.core.times import span
from fsm.draw.axis import Axis
from fsm.draw.looks import FAINT
from fsm.draw.marks import BAD, COLOURS, DUE
from fsm.draw.svg import Picture, tip
from fsm.draw.timeline import draw_timeline
from fsm.web.addresses import Addresses

# Pixels of a distribution: its size, the axis, and the tallest bar.
WIDTH, HEIGHT, MARGIN, GROUND, TALLEST = 320.0, 60.0, 12.0, 40.0, 34.0
BARS = 37  # of one
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
    """How often something has taken how long, on a logarithmic axis with its deadline: what has
    taken longer is in another colour.

    Args:
        spans: seconds.
        within: the deadline, likewise; None for none.
    """
    words = f"{len(spans)} times" + ("" if within is None else f", due within {span(within)}")
    picture = Picture(WIDTH, words)
    ends = [one for one in (*spans, within or 0.0) if one > 0] or [1.0]
    axis = Axis(MARGIN, WIDTH - MARGIN, max(min(ends) * 0.8, 0.5), max(max(ends) * 1.2, 10.0))
    for x, label in axis.ticks():
        picture.line(x, 4, x, GROUND, stroke="#eceff1")
        picture.text(x, GROUND + 14, label, 9, fill=FAINT, text_anchor="middle")
    _bars(picture, axis, spans, float("inf") if within is None else within)
    picture.line(MARGIN, GROUND, WIDTH - MARGIN, GROUND, stroke=FAINT)
    if within is not None:
        x = axis.at(within)
        tip(picture.line(x, 2, x, GROUND + 4, stroke=DUE, stroke_width="1.6"),
            f"due within {span(within)}")
    return inline(picture.done(HEIGHT))


def _bars(picture: Picture, axis: Axis, spans: Sequence[float], within: float) -> None:
    """A bar for each part of the axis: what was in time, and above that what was late."""
    wide = (axis.right - axis.left) / BARS
    counts = Counter((min(int((axis.at(one) - axis.left) / wide), BARS - 1), one > within)
                     for one in spans)
    most = max((counts[at, False] + counts[at, True] for at, _ in counts), default=0)
    for at in range(BARS):
        x, foot = axis.left + at * wide, GROUND
        between = f"{span(axis.seconds(x))} to {span(axis.seconds(x + wide))}"
        for late in (False, True):
            number = counts[at, late]
            if number:
                high = max(1.0, TALLEST * number / most)
                foot -= high
                bar = picture.rect(x + 0.5, foot, wide - 1, high,
                                   fill=BAD if late else COLOURS["met"])
                tip(bar, f"{counted(number, 'time')}{' too late' * late}, {between}")
