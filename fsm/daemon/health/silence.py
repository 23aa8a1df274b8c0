"""Silence is an alarm of its own: a transport that has died says nothing.

Where nothing is configured, a topic is silent when nothing has come for several times as long as
the longest pause that it has had lately; a listener, when all of its topics together are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
from typing import Protocol

from fsm.core.evidence.fields import Plain
from fsm.core.times import span
from fsm.daemon.health.arrivals import Arrivals, Rhythm
from fsm.daemon.health.hearing import Well, together
from fsm.daemon.health.incidents import Incidents
from fsm.io.reports import Report

SILENCE = "silence of "  # begins the names of such troubles
SHORTEST = 3600.0  # seconds; a shorter silence is none, however often alerts come otherwise
LEAST, KNOWN = 20, 3 * 86400.0  # pauses, and seconds, that tell what is usual; fewer do not


class Settings(Protocol):
    """The table ``silence`` of a configuration."""

    @property
    def all(self) -> float:
        """Seconds after which all topics together are silent; 0 for never."""

    @property
    def topics(self) -> Mapping[str, float]:
        """Likewise of single ones."""

    @property
    def usual(self) -> float:
        """How many times the longest usual pause is silence; 0 for none."""


class SilenceWatch:
    """Watches when alerts last came.

    Args:
        settings: :class:`~fsm.io.config.sections.Silence`.
        heard: :class:`~fsm.daemon.health.arrivals.Arrivals`, filled by the main loop.
        well: function that says of a listener's name whether it is well. While one is not, more
            than its silence is told, and its topics' time stands still.
        incidents: :class:`~fsm.daemon.health.incidents.Incidents`, by which is known what has been
            told.
        everybody: function of the time that returns what all supervisors on the journal have
            heard, as :func:`~fsm.daemon.health.hearing.noted` gives it; None where that is all.
    """

    def __init__(self, settings: Settings, heard: Arrivals, well: Well, incidents: Incidents,
                 everybody: Callable[[float], Sequence[Plain]] | None = None) -> None:
        self.settings, self.heard, self.well = settings, heard, well
        self.incidents, self.everybody = incidents, everybody
        self._looked: float | None = None

    def listen(self, now: float) -> None:
        """Have time stand still for what cannot be heard here, a watch of every supervisor."""
        passed = 0.0 if self._looked is None else max(0.0, now - self._looked)
        for source in _sources(self.heard):
            if not self.well(source):
                self.heard.deaf(source, passed)
        self._looked = now

    def reports(self, now: float) -> list[Report]:
        """One for everything that is watched, or was before the configuration was changed."""
        self.listen(now)
        heard, well = self.heard, self.well
        if self.everybody:
            heard, well, now = together(self.everybody(now))
        sources = _sources(heard)
        deaf = [source for source in sources if not well(source)]
        found = list(self._configured(heard, now))
        if self.settings.usual:
            for source in sources:
                # Of one that hears nothing it cannot be said whether anything comes.
                found += self._usual(heard, source, now) if source not in deaf else ()
        names = {report.name for report in found}
        unknown = tuple(SILENCE + source for source in deaf)
        return found + [Report(name, False, "it is watched no more", of="")
                        for name in self.incidents.since if name.startswith(SILENCE)
                        and name not in names and not (deaf and name.startswith(unknown))]

    def _configured(self, heard: Arrivals, now: float) -> Iterator[Report]:
        every = heard.rhythms()
        if self.settings.all:
            lasts = min((one.lasts(now) for one in every.values()), default=heard.watched(now))
            yield _report("all topics", lasts, self.settings.all)
        for topic, longest in self.settings.topics.items():
            lasts = min((one.lasts(now) for (_, name), one in every.items() if name == topic),
                        default=heard.watched(now))
            yield _report(f"topic {topic}", lasts, longest or inf)

    def _usual(self, heard: Arrivals, source: str, now: float) -> Iterator[Report]:
        rhythms = {topic: one for (_, topic), one in heard.rhythms(source).items()
                   if topic not in self.settings.topics}
        limits = {topic: self._limit(one) for topic, one in rhythms.items()}
        # Of several topics the liveliest tells how long no alert at all is usual.
        limit = min(limits.values(), default=inf)
        lasts = min((one.lasts(now) for one in rhythms.values()), default=0.0)
        yield _report(source, lasts, limit, "the longest that has been usual lately")
        for topic, one in rhythms.items():
            alone = inf if lasts > limit else limits[topic]
            yield _report(f"{source}, {topic}", one.lasts(now), alone,
                          "the longest that has been usual for it lately")

    def _limit(self, rhythm: Rhythm) -> float:
        """Seconds of silence that are too many, infinity where too little is known."""
        if rhythm.pauses < LEAST or rhythm.last - rhythm.first < KNOWN:
            return inf
        return max(SHORTEST, self.settings.usual * rhythm.longest)


def _sources(heard: Arrivals) -> list[str]:
    return list(dict.fromkeys(source for source, _ in heard.rhythms()))


def _report(what: str, lasts: float, longest: float, why: str = "") -> Report:
    quiet = lasts > longest
    words = (f"no new alert for {span(lasts)}, longer than {span(longest)}" if quiet
             else "alerts come again")
    return Report(SILENCE + what, quiet, words + (f", {why}" if quiet and why else ""), of="")
