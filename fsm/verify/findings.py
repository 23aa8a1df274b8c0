"""What verification finds: which property fails where, and what shows it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import attrs

from fsm.core.expect.base import Expectation

Property = Literal[
    "reached", "fires", "ends", "order", "swallowed", "told", "startable", "needed", "started",
    "circles", "waits", "twice", "sentence"]

# Each property, as it is told to people.
PROPERTIES: Mapping[Property, str] = MappingProxyType({
    "reached": "every state can be reached",
    "fires": "every transition can fire: no guard stands behind one that always holds first",
    "ends": "what is waited for is left at last by a timer",
    "order": "where two transitions may both fire, their order decides",
    "swallowed": "what moves one state changes nothing in another only where the chart says so",
    "told": "whoever is to be told something can be told it",
    "startable": "what starts a process can hold, and what it expects too",
    "needed": "what starts a process leaves it needed",
    "started": "something starts every process",
    "circles": "no processes wait for each other, or start each other without end",
    "waits": "no check waits for what only a later stage makes",
    "twice": "nobody is told twice that one annotation is missing",
    "sentence": "the sentences of a lifecycle hold",
})


@attrs.frozen
class Happening:
    """One thing that happens on the way to what a finding tells, in the order of its happening.

    Attributes:
        what: ``label``, ``unlabel``, ``file``, ``log``, ``signoff``, ``time``, or the trigger of a
            machine.
        about: name of the label or file, the message, or what the guards answer; "" for nothing.
        source: the expectation that it makes right; None where it is none.
    """

    what: str
    about: str = ""
    source: Expectation | None = attrs.field(default=None, eq=False, repr=False)

    def words(self) -> str:
        """It for people."""
        told = "" if self.about.startswith(self.what) else self.what
        return f"{told} {self.about}".strip()


Way = tuple[Happening, ...]


@attrs.frozen
class Finding:
    """One property that fails somewhere, or an overlap that is told.

    Attributes:
        fails: the property.
        chart: name of the process, lifecycle or region.
        says: a sentence: what is wrong, and what decides.
        check: name of the check whose machine it is, as ``stage.check``; "" for none.
        state: in which state; "" for none.
        trigger: on which trigger; "" for none.
        way: the shortest way to it.
        profiles: names of the profiles under which it is so; empty for all.
        wrong: False where it is only told.
        unshown: why no recording can show it; "" where one can.
    """

    fails: Property
    chart: str
    says: str
    check: str = ""
    state: str = ""
    trigger: str = ""
    way: Way = ()
    profiles: tuple[str, ...] = ()
    wrong: bool = True
    unshown: str = ""

    @property
    def where(self) -> str:
        """The chart, with the check, state and trigger that it is about."""
        return " ".join(filter(None, (self.chart, self.check, self.state,
                                      self.trigger and f"on {self.trigger}")))

    @property
    def name(self) -> str:
        """What a file is called that shows it."""
        parts = (self.fails, self.chart, self.check, self.state, self.trigger)
        return "-".join(re.sub(r"\W+", "_", part)[:60] for part in parts if part)

    def plain(self) -> dict[str, Any]:
        """It as plain data, for JSON."""
        return {"property": self.fails, "chart": self.chart, "check": self.check,
                "state": self.state, "trigger": self.trigger, "says": self.says,
                "way": [one.words() for one in self.way], "profiles": list(self.profiles),
                "wrong": self.wrong, "unshown": self.unshown}
