"""Figures for Prometheus, of what the journal has and what the daemon says of itself."""

from collections import Counter as Count
from collections.abc import Iterator
from itertools import accumulate

import sqlalchemy as sa
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from fsm.core.evidence.fields import Plain
from fsm.io.journal.schema import CANDIDATES, LATENCIES
from fsm.notify.problems import problems
from fsm.web.operator import resident
from fsm.web.pages import site_of
from fsm.web.pulse import Beat
from fsm.web.source import Look

PREFIX = "event_supervisor_"
_SUMS = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(CANDIDATES.c.open), 0),
                  sa.func.coalesce(sa.func.sum(CANDIDATES.c.overdue), 0))
_ENDED = sa.select(LATENCIES.c.state, sa.func.count()).group_by(LATENCIES.c.state)


class Figures(Collector):
    """All figures of one moment.

    Args:
        look: at the journal.
        beat: how the supervisor fares.
        now: unix seconds.
    """

    def __init__(self, look: Look, beat: Beat, now: float) -> None:
        self.look, self.beat, self.now = look, beat, now

    def collect(self) -> Iterator[Metric]:
        """See Prometheus' library."""
        yield _gauge("up", "Whether the supervisor is alive, and the journal can be read",
                     float(self.beat.alive))
        yield from self._checks()
        yield from self._problems()
        if self.beat.status is not None:
            yield from _of_status(self.beat.status, self.now)

    def _checks(self) -> Iterator[Metric]:
        db = self.look.journal.db
        candidates, open_checks, overdue = db.execute(_SUMS).one()
        yield _gauge("candidates", "Candidates under supervision", candidates)
        checks = _labelled("checks", "Open checks by state", "state")
        checks.add_metric(["waiting"], open_checks - overdue)
        checks.add_metric(["overdue"], overdue)
        yield checks
        ended = _labelled("checks_ended", "Checks that have come to an end, by state, as far as "
                          "the journal goes back", "state")
        for state, number in db.execute(_ENDED):
            ended.add_metric([state], number)
        yield ended
        yield _gauge("journal_bytes", "Size of the journal", self.look.journal.opened.size)

    def _problems(self) -> Iterator[Metric]:
        found = problems(self.look.reminders.all(), self.look.settings.context, self.now)
        by_party: Count[str] = Count()
        by_severity: Count[tuple[str, str]] = Count()
        for root in found:
            for one in (root, *root["follows"]):
                known = "yes" if one["acknowledged"] else "no"
                by_severity[one["severity"], known] += 1
                for name in one["parties"]:
                    by_party[name] += 1
        overdue = _labelled("problems_by_party", "Problems by responsible party", "party")
        for name, number in sorted(by_party.items()):
            overdue.add_metric([name], number)
        yield overdue
        grave = GaugeMetricFamily(f"{PREFIX}problems", "Problems by severity",
                                  labels=["severity", "acknowledged"])
        for names, number in sorted(by_severity.items()):
            grave.add_metric(list(names), number)
        yield grave


def _of_status(status: Plain, now: float) -> Iterator[Metric]:
    """What the daemon says of itself."""
    yield _counter("alerts", "Alerts taken since the start", status["alerts"])
    yield _counter("rejected_alerts", "Alerts of which nothing could be made", status["rejected"])
    yield _gauge("oldest_alert_seconds", "For how long an alert has waited to be taken",
                 status["oldest_alert"])
    yield _gauge("questions", "Questions to GraceDB under way", status["questions"])
    yield _gauge("incidents", "What is wrong with the supervisor itself",
                 len(status["incidents"] or ()))
    yield _gauge("letters_held_back", "Whether letters are held back by an operator",
                 float(bool(status["paused"])))
    heard = _labelled("topic_silence_seconds", "Since when no usable alert came", "topic")
    for topic, last in sorted((status["heard"] or {}).items()):
        if last is not None:
            heard.add_metric([topic], max(0.0, now - last))
    yield heard
    waiting = _labelled("outbox_messages", "Messages that wait to be delivered", "channel")
    failing = _labelled("channel_failing", "Whether a channel fails", "channel")
    channels: Count[str] = Count()
    fails: set[str] = set()
    for one in status["channels"] or ():
        channels[one["channel"]] += one["waiting"]
        if one["state"] != "ok":
            fails.add(one["channel"])
    for name, number in sorted(channels.items()):
        waiting.add_metric([name], number)
        failing.add_metric([name], float(name in fails))
    yield from (waiting, failing)
    if "steps" in status:  # an earlier version of the daemon does not tell
        yield from _times(status)
    started = status["since"]
    if started is not None:
        yield _gauge("start_time_seconds", "When the supervisor began, unix seconds", started)
    memory = resident(status["pid"])
    if memory is not None:
        yield _gauge("resident_memory_bytes", "Memory of the supervisor", memory)


def _times(status: Plain) -> Iterator[Metric]:
    """How long steps and questions take."""
    yield _histogram("step_seconds", "How long acting on what a turn brought takes",
                     status["steps"])
    yield _histogram("question_seconds", "How long questions to GraceDB take", status["asked"])
    yield _gauge("breaker_open", "Whether GraceDB is left alone, since calls came to nothing",
                 float(status["asked"]["left_alone"] > 0))


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}{name}", words, value=value)


def _counter(name: str, words: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"{PREFIX}{name}", words, value=value)


def _histogram(name: str, words: str, tally: Plain) -> HistogramMetricFamily:
    counts = list(accumulate(tally["counts"]))
    bounds = [*map(str, tally["bounds"]), "+Inf"]
    return HistogramMetricFamily(f"{PREFIX}{name}", words, sum_value=tally["seconds"],
                                 buckets=list(zip(bounds, counts, strict=True)))


def _labelled(name: str, words: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}{name}", words, labels=[label])


def endpoint(request: Request) -> Response:
    """What a monitor reads."""
    site = site_of(request)
    person = site.person(request)
    if not person.reads:
        return site.refused(request, person)
    registry = CollectorRegistry(auto_describe=False)
    with site.source.reading() as look:
        registry.register(Figures(look, site.pulse.beat, site.pulse.now()))
        text = generate_latest(registry)
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})
