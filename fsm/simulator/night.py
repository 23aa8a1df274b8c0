"""Plans a night: which candidates come when, and everything that is written about them.

Delays are those of the catalogued follow-up, a little shorter by chance, so that a night without
faults is healthy. The same seed makes the same night.
"""

import random

import attrs

from fsm.errors import ConfigurationError, closest
from fsm.simulator.faults import spoilt
from fsm.testing import followups
from fsm.testing.script import CURRENT, Script

KINDS = {
    "cbc": (followups.compact_binary,
            {"group": "CBC", "pipeline": "gstlal", "search": "AllSky", "instruments": "H1,L1,V1"}),
    "burst": (followups.burst,
              {"group": "Burst", "pipeline": "CWB", "search": "AllSky", "instruments": "H1,L1"}),
}
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
        return {**KINDS[self.kind][1], "far": 10.0 ** chance.uniform(-11, -7.5)}

    def lines(self, graceid, charts, faults, flavour=CURRENT):
        """The lines of its recording, in the order of arrival.

        Args:
            graceid: under which it is known.
            charts: charts of the processes, which tell what belongs together.
            faults: fault name to rate; see :mod:`fsm.simulator.faults`.
            flavour: of the payloads.
        """
        chance = random.Random(f"{self.seed} delays")
        script = Script(graceid, self.created, flavour, chance.uniform(*TRANSIT),
                        chance.uniform(*PACE), **self.fields)
        KINDS[self.kind][0](script)
        lines = sorted(script.lines, key=lambda line: line["time"])
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
