"""Draws what stands for a check on a time axis: its colour is never its only sign."""

from collections.abc import Callable
from functools import partial

from fsm.draw.looks import FAINT
from fsm.draw.svg import Picture, tip, width_of

COLOURS = {"met": "#2f9e5b", "found": "#2f6fd0", "late": "#c9730a"}  # of checks that came
BAD, DUE, UNSURE = "#c62f21", "#4a5561", "#8e5bb5"
BEFORE = "0.35"  # how faint is what came before a process began anew


def dot(picture: Picture, x: float, y: float, state: str, told: str, opacity: str = "1") -> None:
    """An annotation: a disc where it was met, a ring where it was found, a diamond where late.

    Args:
        picture: to be drawn into.
        x, y: its middle, pixels.
        state: ``met``, ``found`` or ``late``.
        told: what is shown where the pointer rests on it.
        opacity: from 0 to 1.
    """
    colour = COLOURS[state]
    if state == "late":
        made = picture.path(f"M{x:.1f},{y - 5:.1f} l5,5 l-5,5 l-5,-5 z", fill=colour,
                            stroke="#ffffff", opacity=opacity)
    elif state == "found":
        made = picture.circle(x, y, 3.4, fill="#ffffff", stroke=colour, stroke_width="2.2",
                              opacity=opacity)
    else:
        made = picture.circle(x, y, 4, fill=colour, stroke="#ffffff", opacity=opacity)
    tip(made, told)


def answer(picture: Picture, x: float, y: float, told: str) -> None:
    """An answer to the supervisor's own question: a square."""
    tip(picture.rect(x - 3.5, y - 3.5, 7, 7, fill=COLOURS["met"], stroke="#ffffff"), told)


def cross(picture: Picture, x: float, y: float, told: str) -> None:
    """Something that never came."""
    tip(picture.path(f"M{x - 3:.1f},{y - 3:.1f} l6,6 m0,-6 l-6,6", stroke=BAD, fill="none",
                     stroke_width="2"), told)


def triangle(picture: Picture, x: float, y: float, told: str) -> None:
    """Something that is there, but not as it should be."""
    tip(picture.path(f"M{x:.1f},{y - 4:.1f} l4.5,8 h-9 z", stroke=BAD, fill="#ffffff",
                     stroke_width="1.8"), told)


def tick(picture: Picture, x: float, y: float, told: str, colour: str = DUE) -> None:
    """A deadline."""
    tip(picture.line(x, y - 6, x, y + 6, stroke=colour, stroke_width="1.6"), told)


def legend(picture: Picture, x: float, y: float) -> float:
    """What the marks mean, in lines as wide as the picture; returns where they end."""
    signs: dict[str, Callable[[float, float], object]] = {
        **{words: partial(_dot, picture, state) for words, state in (
            ("came in time", "met"), ("found in GraceDB", "found"), ("late", "late"))},
        "came before it began anew": partial(_dot, picture, "met", opacity=BEFORE),
        "right when it was asked for": lambda x, y: answer(picture, x, y, ""),
        "never came": lambda x, y: cross(picture, x, y, ""),
        "there, but wrong": lambda x, y: triangle(picture, x, y, ""),
        "deadline": lambda x, y: tick(picture, x, y, ""),
        "could not be verified": lambda x, y: _sign(picture, x, y, "?", UNSURE),
        "what started it": lambda x, y: _sign(picture, x, y, "→", FAINT),
        "the time it has": lambda x, y: picture.rect(x - 6, y - 2.5, 12, 5, rx="2",
                                                     fill="#dde3e8")}
    left = x
    for words, draw in signs.items():
        wide = width_of(words, 10) + 30
        if x > left and x + wide > picture.width:
            x, y = left, y + 16
        draw(x + 6, y - 4)
        picture.text(x + 16, y, words, 10, fill=FAINT)
        x += wide
    return y


def _dot(picture: Picture, state: str, x: float, y: float, opacity: str = "1") -> None:
    dot(picture, x, y, state, "", opacity)


def _sign(picture: Picture, x: float, y: float, sign: str, fill: str) -> None:
    picture.text(x, y + 4, sign, 11, fill=fill, font_weight="bold", text_anchor="middle")
