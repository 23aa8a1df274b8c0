"""Plans a night: which candidates come when, and everything that is written about them.

Delays are those of the catalogued follow-up, a little shorter by chance, so that a night without
faults is healthy. The same seed makes the same night.
"""

import random
from datetime import UTC, datetime

import attrs

from fsm.core.graceids import letters
from fsm.core.profile import EARLIER, TODAY
from fsm.errors import ConfigurationError, closest
from fsm.simulator.faults import spoilt
from fsm.testing import followups, superevents
from fsm.testing.script import CURRENT, Script

CBC = {"group": "CBC", "pipeline": "gstlal", "search": "AllSky", "instruments": "H1,L1,V1"}
BURST = {"group": "Burst", "pipeline": "CWB", "search": "AllSky", "instruments": "H1,L1"}
# Follow-up and values of the event, by kind; the first two are of the second observing run.
KINDS = {
    "cbc": (followups.compact_binary, CBC),
    "burst": (followups.burst, BURST),
    "significant": (superevents.significant, CBC),
    "aframe": (superevents.significant, {**CBC, "pipeline": "aframe"}),
    "unmodelled": (superevents.significant, BURST),
    "less-significant": (superevents.less_significant, CBC),
    "early-warning": (superevents.early_warning, {**CBC, "search": "EarlyWarning"}),
    "retracted": (superevents.retracted, CBC),
    "coincident": (superevents.coincident, CBC),
    "estimated": (superevents.estimated, CBC),
    "mdc": (superevents.mock, {**CBC, "search": "MDC"}),
}
OF_O2 = ("cbc", "burst")
FARS = {"less-significant": (-6.5, -5.0)}  # powers of ten, Hz
PACE, TRANSIT = (0.85, 1.0), (0.5, 1.5)  # of catalogued delays; seconds until an alert arrives


@attrs.frozen
class Candidate:
    """One candidate of a night.

    Attributes:
        number: from 0.
        kind: key of :data:`KINDS`.
        created: unix seconds.
        seed: of everything that is left to chance about it.
    """

    number: int
    kind: str
    created: float
    seed: str

    @property
    def fields(self):
        """The values of its event."""
        chance = random.Random(self.seed)
        powers = FARS.get(self.kind, (-11, -8.5 if self.of_today else -7.5))
        return {**KINDS[self.kind][1], "far": 10.0 ** chance.uniform(*powers)}

    @property
    def of_today(self):
        """Whether it is a superevent."""
        return self.kind not in OF_O2

    @property
    def graceid(self):
        """A GraceID for its event, where no server gives one."""
        return f"{'M' if self.kind == 'mdc' else 'G'}{100001 + self.number}"

    @property
    def superevent(self):
        """A GraceID for its superevent, likewise: by its day, and its number in the night."""
        day = datetime.fromtimestamp(self.created, UTC)
        prefix = "MS" if self.kind == "mdc" else "S"
        return f"{prefix}{day:%y%m%d}{letters(self.number)}"

    def lines(self, graceid, charts, faults, flavour=CURRENT, superevent=None):
        """The lines of its recording, in the order of arrival.

        Args:
            graceid: under which its event is known.
            charts: charts of the processes, which tell what belongs together.
            faults: fault name to rate; see :mod:`fsm.simulator.faults`.
            flavour: of the payloads; a superevent has today's.
            superevent: under which its superevent is known.
        """
        chance, fields = random.Random(f"{self.seed} delays"), self.fields
        if self.of_today:
            fields["preferred_event"] = graceid
            graceid = superevent or self.superevent
        script = Script(graceid, self.created, flavour, chance.uniform(*TRANSIT),
                        chance.uniform(*PACE), **fields)
        KINDS[self.kind][0](script)
        lines = sorted(script.lines, key=lambda line: line["time"])
        era = TODAY if self.of_today else EARLIER
        charts = [chart for chart in charts if chart.era in ("", era)]
        lines = spoilt(lines, charts, faults, random.Random(f"{self.seed} faults"), self.created)
        return sorted(lines, key=lambda line: line["time"])


def plan(kinds, events, rate, seed, start):
    """The candidates of a night.

    Args:
        kinds: of which kinds, each as likely as the others.
        events: how many candidates.
        rate: how many an hour, on average; they come at random.
        seed: text or number.
        start: of the night, unix seconds.

    Raises:
        ConfigurationError: where a kind is not known.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise ConfigurationError(f"no candidates of kind {kind!r}; {closest(kind, KINDS)}")
    chance, time, made = random.Random(f"{seed} night"), float(start), []
    for number in range(events):
        made.append(Candidate(number, chance.choice(kinds), round(time, 3), f"{seed} {number}"))
        time += chance.expovariate(rate / 3600.0)
    return made
