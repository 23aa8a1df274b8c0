"""Draws a candidate: its regions, and its processes by family on a logarithmic axis of time."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from fsm.core.printable import counted
from fsm.core.times import span, utc
from fsm.draw.axis import Axis
from fsm.draw.looks import FAINT, LINE
from fsm.draw.marks import BAD, CAME, cross, dot, legend, tick
from fsm.draw.region_pills import draw_regions
from fsm.draw.svg import Picture, fitting, paragraphs, tip, width_of
from fsm.report.timeline import DONE, LATE, NEEDLESS, NEVER_CAME, TROUBLE, UNVERIFIED, WAITING

WIDTH, LEFT, RIGHT, SAYS = 830.0, 206.0, 664.0, 674.0  # pixels: of a page, of the axis, of words
MARGIN, ROW, FAMILY = 12.0, 18.0, 24.0
CROSSES = 6  # of one deadline, beside each other


def draw_timeline(data: dict[str, Any], rows_only: bool = False,
                  link: Callable[[str], str] | None = None) -> bytes:
    """A candidate as SVG.

    Args:
        data: as :func:`fsm.report.timeline.timeline` gives it, perhaps through JSON.
        rows_only: whether what it is and its regions are shown elsewhere.
        link: function from the name of a process to the address of its page; None for no links.
    """
    picture, y = Picture(WIDTH, f"{data['graceid']}, {data['kind']}: {data['state']}"), 0.0
    if not rows_only:
        y = _header(picture, data)
        y = draw_regions(picture, data["regions"], data["created"], y + 4)
    drawing = _Drawing(picture, data, _axis(data), link)
    y = drawing.rows(y + 12)
    y = _foot(picture, data, y)
    return picture.done(y)


def _axis(data: dict[str, Any]) -> Axis:
    times = [data["now"], *(one for row in _rows(data) for one in _times(row))]
    after = [time - data["created"] for time in times]
    first = min((one for one in after if one > 0), default=1.0)
    return Axis(LEFT, RIGHT, min(max(first * 0.8, 1.0), 10.0), max(max(after) * 1.1, 120.0))


def _rows(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for family in data["families"]:
        yield from family["rows"]


def _times(row: dict[str, Any]) -> Iterator[float]:
    yield row["since"]
    yield row["until"]
    yield from (one["at"] for one in (*row["checks"], *row["before"]) if one["at"] is not None)


def _header(picture: Picture, data: dict[str, Any]) -> float:
    name = fitting(str(data["graceid"]), 300, 20, bold=True)
    picture.text(MARGIN, 28, name, 20, font_weight="bold")
    x, problems = MARGIN + width_of(name, 20, bold=True) + 12, data["problems"]
    words = (f"{counted(len(problems), 'follow-up')} {'needs' if len(problems) == 1 else 'need'} "
             "attention") if problems else "nothing is overdue"
    wide = width_of(words, 11, bold=True) + 18
    picture.rect(x, 13, wide, 20, rx="10", fill=BAD if problems else CAME["met"])
    picture.text(x + wide / 2, 27, words, 11, fill="#ffffff", font_weight="bold",
                 text_anchor="middle")
    age = data["now"] - data["created"]
    facts = [f"{data['kind']}, {data['state'].replace('.', ' ').replace('_', ' ')}",
             *([data["reason"]] if data["reason"] else ()), *data["facts"],
             f"created {utc(data['created'])}",
             f"shown as of {utc(data['now'])}, {span(age)} later",
             *(f"event {name}: {state.replace('.', ' ')}"
               for name, state in data["members"].items())]
    y = 48.0
    for line in paragraphs(facts, WIDTH - 2 * MARGIN):
        picture.text(MARGIN, y, line, fill=FAINT)
        y += 15
    return y


def _foot(picture: Picture, data: dict[str, Any], y: float) -> float:
    over = data["over"]
    if over:
        for line in paragraphs([f"{counted(len(over), 'check')} of what must not happen came about "
                                "and is over:", ", ".join(over)], WIDTH - 2 * MARGIN, between=" "):
            picture.text(MARGIN, y + 14, line, fill=FAINT)
            y += 15
    return legend(picture, MARGIN, y + 22) + 12


@attrs.frozen
class _Drawing:
    """The rows of a candidate in a picture."""

    picture: Picture
    data: dict[str, Any]
    axis: Axis
    link: Callable[[str], str] | None = None

    def rows(self, top: float) -> float:
        """Draw all rows; returns where they end."""
        places, y = {}, top + 18
        for family in self.data["families"]:
            y += FAMILY
            self.picture.text(MARGIN, y, family["title"], 11, fill=FAINT, font_weight="bold")
            for row in family["rows"]:
                y += ROW
                places[row["process"]] = y - 4
                if row["standing"] == TROUBLE:
                    self.picture.rect(4, y - 13, WIDTH - 8, ROW, fill="#fdecea")
        self._grid(top, y + 8)
        for row in _rows(self.data):
            self._bar(row, places[row["process"]])
        for row in _rows(self.data):
            self._arrow(row, places)
        for row in _rows(self.data):
            self._row(row, places[row["process"]])
        return y + 10

    def _x(self, time: float) -> float:
        return self.axis.at(time - self.data["created"])

    def _grid(self, top: float, bottom: float) -> None:
        now = self._x(self.data["now"])
        for x, words in self.axis.ticks():
            self.picture.line(x, top + 18, x, bottom, stroke="#eceff1")
            if abs(x - now) > 36:
                self.picture.text(x, top + 12, words, 10, fill=FAINT, text_anchor="middle")
        self.picture.line(now, top + 18, now, bottom, stroke="#3d7ea6", stroke_dasharray="4 3")
        self.picture.text(now, top + 12, "now", 10, fill="#3d7ea6", text_anchor="middle",
                          font_weight="bold")

    def _bar(self, row: dict[str, Any], y: float) -> None:
        if row["standing"] != NEEDLESS:
            since, until = self._x(row["since"]), self._x(row["until"])
            fill = "#f4b5ad" if row["standing"] == TROUBLE else "#dde3e8"
            tip(self.picture.rect(since, y - 2.5, max(until - since, 2), 5, rx="2", fill=fill),
                f"{row['process']}: has time from {utc(row['since'])} to {utc(row['until'])}")

    def _arrow(self, row: dict[str, Any], places: dict[str, float]) -> None:
        by = row["started_by"]
        if by is None or by["process"] not in places or row["standing"] == NEEDLESS:
            return
        x, y = self._x(by["at"]), places[by["process"]]
        to_x, to_y = self._x(row["since"]) - 2, places[row["process"]]
        tip(self.picture.path(
            f"M{x:.1f},{y:.1f} C{x - 16:.1f},{y:.1f} {to_x - 20:.1f},{to_y:.1f} "
            f"{to_x - 5:.1f},{to_y:.1f}", fill="none", stroke=LINE, stroke_opacity="0.7"),
            f"{row['process']} was started by {by['check']} of {by['process']}")
        self.picture.path(f"M{to_x:.1f},{to_y:.1f} l-5,-3 v6 z", fill=LINE)

    def _row(self, row: dict[str, Any], y: float) -> None:
        bad = row["standing"] == TROUBLE
        looks = {"fill": BAD, "font_weight": "bold"} if bad else {}
        if row["standing"] == NEEDLESS:
            looks = {"fill": FAINT}
        name = fitting(row["process"], LEFT - 10 - MARGIN, 11, bold=bad)
        text = tip(self.picture.text(LEFT - 10, y + 4, name, text_anchor="end", **looks),
                   f"{row['process']}: {row['title']}, {row['state']}")
        if self.link:
            self.picture.link(text, self.link(row["process"]))
        self._marks(row, y)
        words = says(row, self.data["created"], self.data["now"])
        looks.setdefault("fill", FAINT)
        tip(self.picture.text(SAYS, y + 4, fitting(words, WIDTH - SAYS - 8, 10, bold=bad),
                              10, **looks), words)

    def _marks(self, row: dict[str, Any], y: float) -> None:
        created, missed = self.data["created"], dict[float, int]()
        for due in sorted({one["due"] for one in row["checks"]}) \
                if row["standing"] != NEEDLESS else ():
            tick(self.picture, self._x(due), y, f"due {utc(due)}, +{span(due - created)}")
        for one in row["before"]:
            dot(self.picture, self._x(one["at"]), y, one["state"],
                f"{one['check']}: came +{span(one['at'] - created)}, before it began anew",
                opacity="0.35")
        for one in row["checks"]:
            told = f"{one['check']}: {one['state'].replace('_', ' ')}"
            if one["state"] in NEVER_CAME:
                count = missed[one["due"]] = missed.get(one["due"], 0) + 1
                if count <= CROSSES:
                    cross(self.picture, self._x(one["due"]) + 9 * count - 3, y,
                          f"{told}; {one['why']}")
            elif one["at"] is not None and one["state"] in CAME:
                dot(self.picture, self._x(one["at"]), y, one["state"],
                    f"{told} +{span(one['at'] - created)}; {one['why']}")
            elif one["state"] == "unverified":
                self.picture.text(self._x(one["due"]) + 5, y + 4, "?", 11, fill="#8e5bb5",
                                  font_weight="bold")


def says(row: dict[str, Any], created: float, now: float) -> str:
    """What there is to say of a process in a few words."""
    checks = row["checks"]

    def named(*states: str) -> str:
        return ", ".join(one["check"] for one in checks if one["state"] in states)

    came = [one["at"] for one in checks if one["at"] is not None and one["state"] in CAME]
    last = f"+{span(max(came) - created)}" if came else ""
    if row["standing"] == TROUBLE:
        return f"no {named(*NEVER_CAME)}"
    if row["standing"] == UNVERIFIED:
        return f"not verified: {named('unverified')}"
    if row["standing"] == WAITING:
        return f"due in {span(row['next'] - now)}" if row["next"] else "being asked about"
    if row["standing"] == LATE:
        return f"{last}, late"
    return last if row["standing"] == DONE else f"not needed: {_why(checks)}"


def _why(checks: Iterable[dict[str, Any]]) -> str:
    return next((one["why"] for one in checks if one["why"]), "")
