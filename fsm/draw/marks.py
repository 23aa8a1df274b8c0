"""Draws what stands for a check on a time axis: its colour is never its only sign."""

from fsm.draw.looks import FAINT
from fsm.draw.svg import Picture, tip, width_of

CAME = {"met": "#2f9e5b", "found": "#2f6fd0", "late": "#c9730a"}
BAD, DUE = "#c62f21", "#4a5561"


def dot(picture: Picture, x: float, y: float, state: str, told: str, opacity: str = "1") -> None:
    """An annotation: a disc where it was met, a ring where it was found, a diamond where late.

    Args:
        picture: to be drawn into.
        x, y: its middle, pixels.
        state: ``met``, ``found`` or ``late``.
        told: what is shown where the pointer rests on it.
        opacity: from 0 to 1.
    """
    colour = CAME[state]
    if state == "late":
        made = picture.path(f"M{x:.1f},{y - 5:.1f} l5,5 l-5,5 l-5,-5 z", fill=colour,
                            stroke="#ffffff", opacity=opacity)
    elif state == "found":
        made = picture.circle(x, y, 3.4, fill="#ffffff", stroke=colour, stroke_width="2.2",
                              opacity=opacity)
    else:
        made = picture.circle(x, y, 4, fill=colour, stroke="#ffffff", opacity=opacity)
    tip(made, told)


def cross(picture: Picture, x: float, y: float, told: str) -> None:
    """Something that never came."""
    tip(picture.path(f"M{x - 3:.1f},{y - 3:.1f} l6,6 m0,-6 l-6,6", stroke=BAD, fill="none",
                     stroke_width="2"), told)


def tick(picture: Picture, x: float, y: float, told: str) -> None:
    """A deadline."""
    tip(picture.line(x, y - 6, x, y + 6, stroke=DUE, stroke_width="1.6"), told)


def legend(picture: Picture, x: float, y: float) -> float:
    """What the marks mean, in a line; returns where it ends."""
    for kind, words in (("met", "came in time"), ("found", "found in GraceDB"), ("late", "late"),
                        ("cross", "never came"), ("tick", "deadline"),
                        ("?", "could not be verified"), ("→", "what started it"),
                        ("bar", "the time it has")):
        if kind in CAME:
            dot(picture, x + 5, y - 4, kind, words)
        elif kind == "cross":
            cross(picture, x + 5, y - 4, words)
        elif kind == "tick":
            tick(picture, x + 5, y - 4, words)
        elif kind == "bar":
            picture.rect(x, y - 6, 12, 5, rx="2", fill="#dde3e8")
        else:
            picture.text(x + 1, y, kind, 11, fill=FAINT, font_weight="bold")
        picture.text(x + 16, y, words, 10, fill=FAINT)
        x += width_of(words, 10) + 28
    return y
