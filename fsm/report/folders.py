"""The folders of charts, and of whom their processes are: today's kinds, and 2017's events."""

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from fsm.core.charts.kinds import EVENT, EXTERNAL, SUPEREVENT, Kind
from fsm.core.charts.policy import EARLIER, TODAY, Era
from fsm.core.charts.process import Process


@attrs.frozen
class Folder:
    """Of whom the charts in a folder are.

    Attributes:
        kind: of the candidates.
        era: of the candidates.
        one: what one of them is called.
        many: what several are called.
    """

    kind: Kind
    era: Era
    one: str
    many: str

    @property
    def title(self) -> str:
        """What several are called, as a heading."""
        return self.many[0].upper() + self.many[1:]

    def has(self, process: Process) -> bool:
        """Whether its candidates have a process, whose chart may be in another folder."""
        return self.kind in process.of and process.era in ("", self.era)


# By their names, those of today first.
FOLDERS: Mapping[str, Folder] = MappingProxyType({
    SUPEREVENT: Folder(SUPEREVENT, TODAY, "superevent", "superevents"),
    EVENT: Folder(EVENT, TODAY, "event", "events"),
    EXTERNAL: Folder(EXTERNAL, TODAY, "external event", "external events"),
    EARLIER: Folder(EVENT, EARLIER, "event of the second observing run",
                    "events of the second observing run (2017)"),
})


def folder_of(process: Process) -> str:
    """The name of the folder in which the chart of a process is."""
    return EARLIER if process.era == EARLIER else process.of[0]
