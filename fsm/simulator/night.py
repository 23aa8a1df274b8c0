"""Plans a night: which candidates come when, and everything that is written about them.

Delays are those of the catalogued follow-up, a little shorter by chance, so that a night without
faults is healthy. The same seed makes the same night.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import attrs

from fsm.core.charts.policy import EARLIER, TODAY
from fsm.core.charts.process import Process
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import letters
from fsm.errors import ConfigurationError, closest
from fsm.simulator.faults import Faults, spoilt, troubled
from fsm.simulator.habits import Habit, behaved
from fsm.simulator.kinds import KINDS, OF_O2, powers
from fsm.testing.script import CURRENT, LEGACY, Change, Line, Script

NIGHT_OF_2017 = 1_501_545_600.0  # 2017-08-01
NIGHT_OF_TODAY = 1_767_225_600.0  # 2026-01-01
PACE, TRANSIT = (0.85, 1.0), (0.5, 1.5)  # of catalogued delays; seconds until an alert arrives


@attrs.frozen
class Candidate:
    """One candidate of a night.

    Attributes:
        number: from 0.
        kind: key of :data:`~fsm.simulator.kinds.KINDS`.
        created: unix seconds.
        seed: of everything that is left to chance about it.
        habits: of its follow-ups, where they are not the usual ones; see
            :mod:`fsm.simulator.habits`.
    """

    number: int
    kind: str
    created: float
    seed: str
    habits: tuple[Habit, ...] = ()

    @property
    def fields(self) -> Plain:
        """The values of its event."""
        chance = random.Random(self.seed)
        return {**KINDS[self.kind][1], "far": 10.0 ** chance.uniform(*powers(self.kind))}

    @property
    def of_today(self) -> bool:
        """Whether it is a superevent."""
        return self.kind not in OF_O2

    @property
    def graceid(self) -> str:
        """A GraceID for its event, where no server gives one."""
        letter = "E" if KINDS[self.kind][1]["group"] == "External" else "G"
        return f"{'M' if self.kind == 'mdc' else letter}{100001 + self.number}"

    @property
    def superevent(self) -> str:
        """A GraceID for its superevent, likewise: by its day, and its number in the night."""
        day = datetime.fromtimestamp(self.created, UTC)
        prefix = "MS" if self.kind == "mdc" else "S"
        return f"{prefix}{day:%y%m%d}{letters(self.number)}"

    def changes(self, graceid: str, charts: Iterable[Process], faults: Faults,
                flavour: str | None = None, superevent: str | None = None) -> list[Change]:
        """What is done to it, as a list of :class:`~fsm.testing.script.Change`.

        Args:
            graceid: under which its event is known.
            charts: charts of the processes, which tell what belongs together.
            faults: fault name to rate; see :mod:`fsm.simulator.faults`.
            flavour: of the payloads; by default that of its time.
            superevent: under which its superevent is known.
        """
        chance, fields = random.Random(f"{self.seed} delays"), self.fields
        if self.of_today:
            fields["preferred_event"] = graceid
            graceid = superevent or self.superevent
        flavour = flavour or (CURRENT if self.of_today else LEGACY)
        script = Script(graceid, self.created, flavour, chance.uniform(*TRANSIT),
                        chance.uniform(*PACE), **fields)
        planned = script.planned(KINDS[self.kind][0])
        era = TODAY if self.of_today else EARLIER
        charts = [chart for chart in charts if chart.era in ("", era)]
        if self.habits:
            planned = behaved(planned, self.habits, charts, script.pace, f"{self.seed} habits")
        return spoilt(planned, charts, faults, random.Random(f"{self.seed} faults"))

    def lines(self, graceid: str, charts: Iterable[Process], faults: Faults,
              flavour: str | None = None, superevent: str | None = None) -> list[Line]:
        """The lines of its recording, in the order of arrival; see :meth:`changes`."""
        changes = self.changes(graceid, charts, faults, flavour, superevent)
        script = changes[0].script
        script.write(changes)
        lines = troubled(script.lines, faults, random.Random(f"{self.seed} alerts"))
        return sorted(lines, key=lambda line: line["time"])


def usual_start(kinds: Iterable[str], today: float = NIGHT_OF_TODAY) -> float:
    """When a night of these kinds begins where nobody says: in the time whose candidates they are.

    What was created in 2017 is of that time, whatever today's server makes of it.

    Args:
        kinds: of its candidates.
        today: when a night of today begins, unix seconds.
    """
    return NIGHT_OF_2017 if set(kinds) <= set(OF_O2) else today


def plan(kinds: Sequence[str], events: int, rate: float, seed: str | int, start: float,
         habits: tuple[Habit, ...] = ()) -> list[Candidate]:
    """The candidates of a night.

    Args:
        kinds: of which kinds, each as likely as the others.
        events: how many candidates.
        rate: how many an hour, on average; they come at random.
        seed: text or number.
        start: of the night, unix seconds.
        habits: of the follow-ups, where they are not the usual ones.

    Raises:
        ConfigurationError: where a kind is not known.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise ConfigurationError(f"no candidates of kind {kind!r}; {closest(kind, KINDS)} "
                                     "'fsm simulate --help' has them all")
    chance, time, made = random.Random(f"{seed} night"), float(start), []
    for number in range(events):
        made.append(Candidate(number, chance.choice(kinds), round(time, 3), f"{seed} {number}",
                              habits))
        time += chance.expovariate(rate / 3600.0)
    return made
