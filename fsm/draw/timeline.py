"""Draws a candidate: its regions, and its processes by family on a logarithmic axis of time."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

import attrs

from fsm.core.printable import counted
from fsm.core.times import span, utc
from fsm.draw.axis import Axis
from fsm.draw.looks import FAINT, LINE
from fsm.draw.marks import (
    BAD,
    BEFORE,
    COLOURS,
    DUE,
    UNSURE,
    answer,
    cross,
    dot,
    legend,
    tick,
    triangle,
)
from fsm.draw.region_pills import draw_regions
from fsm.draw.svg import Picture, fitting, paragraphs, size_for, tip, width_of
from fsm.report.timeline import CAME, NEEDLESS, NEVER_CAME, TROUBLE
from fsm.report.timeline_words import says

WIDTH, LEFT, RIGHT, SAYS = 830.0, 206.0, 664.0, 674.0  # pixels: of a page, of the axis, of words
MARGIN, ROW, FAMILY = 12.0, 18.0, 24.0
NEAR, ASIDE = 26.0, 8.0  # pixels: deadlines that are nearer are told as one; to what was missed
TELLING = "attention", "incomplete"  # in the state of an event that needs to be looked at


def draw_timeline(data: dict[str, Any], link: Callable[[str], str] | None = None,
                  rows_only: bool = False) -> bytes:
    """A candidate as SVG.

    Args:
        data: as :func:`fsm.report.timeline.timeline` gives it, perhaps through JSON.
        link: function from the name of a process to the address of its page, "" for none; None for
            no links.
        rows_only: whether what it is and its regions are shown elsewhere.
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
    yield from (one["since"] for one in row["renewed"])
    yield from (one["at"] for one in (*row["checks"], *row["before"]) if one["at"] is not None)


def _header(picture: Picture, data: dict[str, Any]) -> float:
    name = fitting(str(data["graceid"]), 300, 20, bold=True)
    picture.text(MARGIN, 28, name, 20, font_weight="bold")
    x, (words, colour) = MARGIN + width_of(name, 20, bold=True) + 12, _verdict(data)
    wide = width_of(words, 11, bold=True) + 18
    picture.rect(x, 13, wide, 20, rx="10", fill=colour)
    picture.text(x + wide / 2, 27, words, 11, fill="#ffffff", font_weight="bold",
                 text_anchor="middle")
    age = data["now"] - data["created"]
    facts = [f"{data['kind']}, {data['state'].replace('.', ' ').replace('_', ' ')}",
             *([data["reason"]] if data["reason"] else ()), *data["facts"],
             f"created {utc(data['created'])}",
             f"shown as of {utc(data['now'])}, {span(age)} later"]
    y = 48.0
    for line in paragraphs(facts, WIDTH - 2 * MARGIN):
        picture.text(MARGIN, y, line, fill=FAINT)
        y += 15
    return y


def _verdict(data: dict[str, Any]) -> tuple[str, str]:
    """How the candidate is, in words, and the colour of that."""
    wrong, unsure = data["problems"], data["unverified"]
    said = [f"{counted(len(wrong), 'follow-up')} {'needs' if len(wrong) == 1 else 'need'} "
            "attention"] if wrong else []
    said += [f"{counted(len(unsure), 'follow-up')} could not be verified"] if unsure else []
    return (", ".join(said) or "nothing is overdue",
            BAD if wrong else UNSURE if unsure else COLOURS["met"])


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
        places, titles, bottom = self._laid_out(top + 18)
        for title, y in titles.items():
            self.picture.text(MARGIN, y, title, 11, fill=FAINT, font_weight="bold")
        for name in self._troubled():
            self.picture.rect(4, places[name] - 9, WIDTH - 8, ROW, fill="#fdecea")
        self._grid(top, bottom - 2)
        for draw in (self._bar, self._arrow, self._row):
            for row in _rows(self.data):
                draw(row, places)
        for name, state in self.data["members"].items():
            self._member(name, state, places[name])
        return bottom

    def _laid_out(self, y: float) -> tuple[dict[str, float], dict[str, float], float]:
        """Where the rows are, the titles above them, and where they end."""
        places, titles = {}, {}
        listed = [(family["title"], [row["process"] for row in family["rows"]])
                  for family in self.data["families"]]
        if self.data["members"]:
            listed.append(("Its events", list(self.data["members"])))
        for title, names in listed:
            titles[title] = y = y + FAMILY
            for name in names:
                y += ROW
                places[name] = y - 4
        return places, titles, y + 10

    def _troubled(self) -> Iterator[str]:
        yield from (row["process"] for row in _rows(self.data) if row["standing"] == TROUBLE)
        yield from (name for name, state in self.data["members"].items()
                    if any(one in state for one in TELLING))

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

    def _bar(self, row: dict[str, Any], places: dict[str, float]) -> None:
        """The time that it has, and had before it began anew."""
        if row["standing"] == NEEDLESS:
            return
        y, fill = places[row["process"]], "#f4b5ad" if row["standing"] == TROUBLE else "#dde3e8"
        for one, has, looks in (*((one, "had", "#eceff2") for one in row["renewed"]),
                                (row, "has", fill)):
            since, until = self._x(one["since"]), self._x(one["until"])
            tip(self.picture.rect(since, y - 2.5, max(until - since, 2), 5, rx="2", fill=looks),
                f"{row['process']}: {has} time from {utc(one['since'])} to {utc(one['until'])}")

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

    def _row(self, row: dict[str, Any], places: dict[str, float]) -> None:
        y, bad = places[row["process"]], row["standing"] == TROUBLE
        looks = {"fill": BAD, "font_weight": "bold"} if bad else {}
        if row["standing"] == NEEDLESS:
            looks = {"fill": FAINT}
        self._name(row["process"], y, f"{row['process']}: {row['title']}, {row['state']}",
                   self.link(row["process"]) if self.link else "", **looks)
        self._marks(row, y)
        words = says(row, self.data["created"], self.data["now"])
        looks.setdefault("fill", FAINT)
        tip(self._says(words, y, **looks), words)

    def _member(self, name: str, state: str, y: float) -> None:
        """An event of a superevent: what it is like."""
        bad = any(one in state for one in TELLING)
        looks = {"fill": BAD, "font_weight": "bold"} if bad else {"fill": FAINT}
        self._name(name, y, "an event of the superevent", "", **looks)
        self._says(state.replace(".", " ") or "not known", y, **looks)

    def _says(self, words: str, y: float, **looks: str) -> Element:
        room, bold = WIDTH - SAYS - 8, "font_weight" in looks
        size = size_for(words, room, 10, bold)
        return self.picture.text(SAYS, y + 4, fitting(words, room, size, bold), size, **looks)

    def _name(self, name: str, y: float, told: str, address: str, **looks: str) -> None:
        room, bold = LEFT - 10 - MARGIN, "font_weight" in looks
        size = size_for(name, room, 11, bold)
        made = tip(self.picture.text(LEFT - 10, y + 4, fitting(name, room, size, bold), size,
                                     text_anchor="end", **looks), told)
        if address:
            self.picture.link(made, address)

    def _marks(self, row: dict[str, Any], y: float) -> None:
        created = self.data["created"]
        if row["standing"] != NEEDLESS:
            self._deadlines(row, y)
        for one in row["before"]:
            dot(self.picture, self._x(one["at"]), y, one["state"],
                f"{one['check']}: came +{span(one['at'] - created)}, before it began anew",
                opacity=BEFORE)
        for one in row["checks"]:
            if one["at"] is not None and one["state"] in CAME:
                self._came(one, y)
            elif one["state"] == "unverified":
                tip(self.picture.text(self._x(one["due"]) + 5, y + 4, "?", 11, fill=UNSURE,
                                      font_weight="bold"), f"{one['check']}: {one['why']}")

    def _came(self, check: dict[str, Any], y: float) -> None:
        x, after = self._x(check["at"]), span(check["at"] - self.data["created"])
        if check["asked"]:
            answer(self.picture, x, y, f"{check['check']}: asked at +{after}; {check['why']}")
        else:
            dot(self.picture, x, y, check["state"],
                f"{check['check']}: {check['state']} +{after}; {check['why']}")

    def _deadlines(self, row: dict[str, Any], y: float) -> None:
        """Each as a tick; beside it what has not come by then or is wrong, and how many."""
        dues = sorted({one["due"] for one in row["checks"]})
        missed = [one for one in row["checks"] if one["state"] in NEVER_CAME]
        for due in dues:
            tick(self.picture, self._x(due), y, f"due {utc(due)}, "
                 f"+{span(due - self.data['created'])}",
                 BAD if any(one["due"] == due for one in missed) else DUE)
        ticks = [self._x(due) for due in dues]
        for group in self._near(missed):
            first, last = (self._x(one["due"]) for one in (group[0], group[-1]))
            free = last + NEAR < SAYS and not any(last < x < last + NEAR for x in ticks)
            self._missed(group, last + ASIDE if free else first - 3 * ASIDE, y)

    def _near(self, checks: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """Checks in groups whose deadlines are too near each other to be told apart."""
        groups: list[list[dict[str, Any]]] = []
        for one in sorted(checks, key=lambda one: float(one["due"])):
            if groups and self._x(one["due"]) - self._x(groups[-1][-1]["due"]) < NEAR:
                groups[-1].append(one)
            else:
                groups.append([one])
        return groups

    def _missed(self, group: Iterable[dict[str, Any]], x: float, y: float) -> None:
        for draw, wrong in ((cross, False), (triangle, True)):
            here = [one for one in group if one["wrong"] == wrong]
            if here:
                draw(self.picture, x, y, "\n".join(
                    f"{one['check']}: {one['state']}; {one['why']}" for one in here))
                x += 6
                if len(here) > 1:
                    self.picture.text(x, y + 3.5, str(len(here)), 9, fill=BAD, font_weight="bold")
                    x += 8
                x += 6
