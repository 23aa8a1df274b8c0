"""The catalogues of annotations as data, and how an annotation is compared with them."""

import itertools
import re
import tomllib
from pathlib import Path

import attrs

from fsm.core.evidence.graceids import SUPEREVENT, kind_of

NAME = re.compile(r"<(\w+)>")
GROUPING = ("new", "added_to_superevent")  # how events and superevents come to be


@attrs.frozen(eq=False)
class Row:
    """A row of a catalogue; its keys are explained in the file."""

    names: dict = attrs.field(repr=False)
    row: str
    on: list
    by: str
    files: list = ()
    says: list = ()
    silent: bool = False
    tags: list | None = None
    label: str = ""
    unlabel: str = ""
    change: str = ""
    after: list = ()
    optional: str = ""

    def parts(self):
        """What a simulated night must show of it."""
        entry = ["entry"] if self.files or self.says else []
        return [(self, part) for part in (
            *entry, *(key for key in ("label", "unlabel", "change") if getattr(self, key)))]

    def is_entry(self, comment, filename, tags):
        """Whether a log entry is one of this row."""
        if not (self.files or self.says):
            return False
        named = any(re.fullmatch(self._pattern(name), filename) for name in self.files) \
            if self.files else not filename
        said = not comment if self.silent else not self.says or any(
            re.search(self._pattern(fragment), comment, re.DOTALL) for fragment in self.says)
        return named and said and (self.tags is None or set(self.tags) == set(tags))

    def instances(self):
        """Real entries as (file name, comment), with everything that a name may stand for."""
        made = []
        for name, fragment in itertools.product(self.files or [""], self.says or [""]):
            used = sorted(set(NAME.findall(name + fragment)))
            for values in itertools.product(*(self.names[one][1] for one in used)):
                chosen = dict(zip(used, values, strict=True))
                made.append(tuple(NAME.sub(lambda found, known=chosen: known[found[1]], text)
                                  for text in (name, fragment)))
        return made

    def _pattern(self, text):
        pieces = NAME.split(text)
        return "".join(self.names[piece][0] if index % 2 else re.escape(piece)
                       for index, piece in enumerate(pieces))


def catalogue(name):
    """The rows of a catalogue."""
    plain = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
    return [Row(plain["names"], **row) for row in plain["row"]]


def carrier(graceid):
    """Which kind of candidate it is: ``superevent``, ``external`` or ``event``."""
    if kind_of(graceid) == SUPEREVENT:
        return "superevent"
    return "external" if graceid.startswith("E") else "event"


def found(rows, change):
    """The parts of rows that a :class:`~fsm.testing.script.Change` shows, as sets, all needed."""
    here = [row for row in rows if carrier(change.script.graceid) in row.on]
    data = change.data
    if change.what in ("log", "voevent"):
        entry = _entry(change)
        return [{(row, "entry") for row in here if row.is_entry(*entry)}]
    if change.what in ("label_added", "label_removed"):
        part = "label" if change.what == "label_added" else "unlabel"
        return [{(row, part) for row in here if getattr(row, part) == data["name"]}]
    if change.what == "update" and carrier(change.script.graceid) == "superevent":
        return [{(row, "change") for row in here if row.change == f"update {key}"}
                for key in data]
    return [{(row, part) for row in here if _is_change(row, change)
             for part in ("change", "label", "unlabel") if getattr(row, part)}]


def _entry(change):
    data = change.data
    if change.what == "voevent":
        return "New VOEvent", f"{change.script.graceid}-1-{data['kind']}.xml", ("em_follow",)
    return data["comment"], data["filename"], data["tags"]


def _is_change(row, change):
    if change.what == "signoff_created":
        who = change.data["instrument"] or change.data["signoff_type"]
        return row.change == change.what and row.label == who + change.data["status"]
    return row.change == change.what
