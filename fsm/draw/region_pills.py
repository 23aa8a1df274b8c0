"""Draws where a candidate is in its regions: states passed, the present one, and those possible."""

from typing import Any

from fsm.core.times import span
from fsm.draw.looks import FAINT, INK
from fsm.draw.svg import Picture, fitting, tip, width_of
from fsm.report.regions import PASSED, POSSIBLE, PRESENT

LEFT, PILL, LINE, GAP = 206.0, 30.0, 46.0, 16.0  # pixels; a line is a pill with what is above it
LABEL = 186.0  # pixels for the name of a region
LOOKS = {
    PASSED: {"fill": "#e8f0f8", "stroke": "#5b84ad"},
    PRESENT: {"fill": "#1f4e79", "stroke": "#1f4e79"},
    POSSIBLE: {"fill": "#ffffff", "stroke": "#9aa5b1", "stroke_dasharray": "4 3"},
}
INKS = {PASSED: INK, PRESENT: "#ffffff", POSSIBLE: FAINT}


def draw_regions(picture: Picture, regions: list[dict[str, Any]], created: float,
                 top: float) -> float:
    """Draw regions, a line or more each.

    Args:
        picture: to be drawn into.
        regions: as :func:`fsm.report.regions.regions_as_data` gives them.
        created: when the candidate was, unix seconds.
        top: where they begin, pixels.

    Returns:
        Where they end.
    """
    for region in regions:
        words = region["name"].replace("_", " ")
        tip(picture.text(LEFT - 10, top + 30, fitting(words, LABEL, bold=True), text_anchor="end",
                         font_weight="bold"), region["title"])
        top = _states(picture, region["states"], created, top)
    return top


def _states(picture: Picture, states: list[dict[str, Any]], created: float, top: float) -> float:
    x, above = LEFT, ""
    for number, state in enumerate(states):
        outer, _, name = state["path"].rpartition(".")
        name, when = name.replace("_", " "), _when(state, created)
        bold = state["how"] == PRESENT
        width = max(width_of(name, 11, bold), width_of(when, 9), 30) + 16
        if outer != above:
            width = max(width, width_of(outer.replace("_", " "), 9) + 4)
        if x + width > picture.width - 8:
            x, above, top = LEFT, "", top + LINE
        if outer and outer != above:
            picture.text(x + 1, top + 8, outer.replace("_", " "), 9, fill=FAINT)
        above = outer
        _pill(picture, x, top + 12, width, name, when, state["how"])
        x += width + GAP
        if number + 1 < len(states):
            following = states[number + 1]["how"] != POSSIBLE or state["how"] == PRESENT
            picture.text(x - GAP / 2, top + 31, "›" if following else "·", 12, fill=FAINT,
                         text_anchor="middle")
    return top + LINE


def _pill(picture: Picture, x: float, y: float, width: float, name: str, when: str,
          how: str) -> None:
    tip(picture.rect(x, y, width, PILL, rx="6", **LOOKS[how]), f"{name}: {how} {when}")
    middle = x + width / 2
    picture.text(middle, y + (13 if when else 19), name, 11, text_anchor="middle",
                 fill=INKS[how], **({"font_weight": "bold"} if how == PRESENT else {}))
    if when:
        picture.text(middle, y + 25, when, 9, text_anchor="middle",
                     fill=FAINT if how == PASSED else INKS[how])


def _when(state: dict[str, Any], created: float) -> str:
    if state["since"] is None:
        return ""
    after = state["since"] - created
    return f"+{span(after)}" if after > 0 else "begin"
