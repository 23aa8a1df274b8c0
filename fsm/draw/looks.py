"""How things look in every picture: colours, and texts that are broken between words."""

import html
import re
from collections.abc import Mapping

from fsm.core.charts.families import CONTRADICTIONS, OTHER, Family

FONT = "Arial"  # or what has its measures; a text is as wide as it is thought to be
INK, FAINT, LINE = "#1f2933", "#52606d", "#8795a1"  # texts, lesser texts, arrows
OUTCOME_COLOURS = {
    "met": "#b7e1b0", "found": "#d3ecc0", "late": "#f3e3a1", "waived": "#dddddd",
    "not_expected": "#eeeeee", "awaiting": "#cfe2f7", "warned": "#fbe3b0", "overdue": "#f7b6a6",
    "missing": "#ef8f80", "unverified": "#e3cdf0", "unverifiable": "#e3cdf0",
}
LIFECYCLE_COLOURS = {
    "pending.new_to_preliminary": "#cfe2f7", "pending.preliminary_to_initial": "#cfe2f7",
    "pending.initial_to_update": "#cfe2f7", "complete": "#b7e1b0", "rejected": "#ef8f80",
    "open.following": "#cfe2f7", "open.attention": "#f7b6a6", "closed.complete": "#b7e1b0",
    "closed.incomplete": "#ef8f80",
}
FAMILY_COLOURS: Mapping[Family, str] = {
    "labels": "#f3f0e4", "notices": "#fdeee4", "quality": "#e8f3e8", "people": "#fbeaf1",
    "coincidence": "#eee9f8", "products": "#e6f0fa", "estimation": "#e4f4f4",
    "pictures": "#f1f3f5", CONTRADICTIONS: "#fbe9e7", OTHER: "#f5f5f5",
}
# Where a long word may be broken: after what joins names, paths and texts of other programs.
# More letters than 24 without such a sign are no word.
_JOINTS = r"_/.,;:|\[\]()+-"
_PIECES = re.compile(rf"[^{_JOINTS}]{{0,24}}[{_JOINTS}]{{1,9}}|[^{_JOINTS}]{{1,24}}")


def lines(text: str, width: int = 46) -> list[str]:
    """Break a text into lines, between words; a longer word after a sign within, or not at all.

    Args:
        text: the text.
        width: characters of a line.
    """
    made = [""]
    for word in text.split():
        for number, piece in enumerate(_pieces(word, width)):
            gap = " " if made[-1] and not number else ""
            if made[-1] and len(made[-1]) + len(gap) + len(piece) > width:
                made.append(piece)
            else:
                made[-1] += gap + piece
    return made


def _pieces(word: str, width: int) -> list[str]:
    return [word] if len(word) <= width else _PIECES.findall(word)


def shortened(text: str, most: int) -> str:
    """A text up to the end of its last word within a length, and an ellipsis where it goes on.

    A word of several parts, such as a name of a file, may end after one of them. The first part is
    there in any case.
    """
    words = text.split()
    text, kept = " ".join(words), ""
    if len(text) <= most:
        return text
    for word in words:
        for number, piece in enumerate(_PIECES.findall(word)):
            longer = kept + (" " if kept and not number else "") + piece
            if kept and len(longer) > most:
                return f"{kept.rstrip(',;: ')} …"
            kept = longer
    return text


def wrapped(text: str, width: int = 46) -> str:
    """A text in lines, as HTML of graphviz."""
    return "<br/>".join(html.escape(line) for line in lines(text, width))
