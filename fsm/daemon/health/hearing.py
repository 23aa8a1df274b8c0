"""What all supervisors on a journal have heard: each notes its own, who leads sees it as one.

Several may listen to the same, and each may hear all of it or a part. So a topic is silent as long
as none of those who listen to it has heard anything, as of the moment until which all have told.
"""

from collections.abc import Callable, Iterable, Sequence

import attrs

from fsm.core.evidence.fields import Plain
from fsm.daemon.health.arrivals import Arrivals, Rhythm, restored
from fsm.io.journal.journal import Journal
from fsm.io.listeners.condition import Condition

HEARD = "heard"  # begins the names of facts that tell when alerts have come, see noted()
STALE = 180.0  # seconds after the latest, after which what one has noted tells nothing of silence
FORGOTTEN = 86400.0  # and after which it is dropped
Well = Callable[[str], bool]


@attrs.frozen
class _Noted:
    """What one has heard, and its listeners, each with whether it is well."""

    at: float
    heard: Arrivals
    well: dict[str, bool]


def noted(heard: Arrivals, conditions: Iterable[Condition], now: float) -> Plain:
    """What a supervisor has heard, for the journal.

    Args:
        heard: :class:`~fsm.daemon.health.arrivals.Arrivals`.
        conditions: of its listeners, :class:`~fsm.io.listeners.condition.Condition`.
        now: unix seconds.
    """
    well: dict[str, bool] = {}
    for one in conditions:
        well[one.short] = one.well and well.get(one.short, True)
    return {**heard.plain(now), "well": well}


def keep(journal: Journal, instance: str, mine: Plain) -> None:
    """Note it, within the journal's transaction, and drop what was noted long ago.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        instance: which of several supervisors on the journal it is; "" where it is alone.
        mine: as :func:`noted` gives it.
    """
    old = [name for name, fact in journal.facts(HEARD).items()
           if mine["at"] - fact["at"] > FORGOTTEN and name != _key(instance)]
    if old:
        journal.forget([HEARD + name for name in old])
    journal.set_facts(**{HEARD + _key(instance): mine})


def others(journal: Journal, instance: str) -> list[Plain]:
    """What the other supervisors have noted."""
    return [fact for name, fact in journal.facts(HEARD).items() if name != _key(instance)]


def taken_up(journal: Journal, instance: str, now: float) -> Arrivals:
    """What a supervisor has heard before a restart; what all have, where it is a new one.

    Args:
        journal, instance: as of :func:`keep`.
        now: unix seconds.

    Raises:
        JournalDamaged: where the journal is damaged.
    """
    def read() -> Plain | None:
        mine: Plain | None = journal.fact(HEARD + _key(instance))
        known = others(journal, instance)
        if mine is None and known:
            heard, _, until = together(known)
            return heard.plain(until)
        return mine

    return restored(read, now)


def together(facts: Sequence[Plain]) -> tuple[Arrivals, Well, float]:
    """What supervisors have heard together.

    Args:
        facts: as :func:`noted` gives them; not none.

    Returns:
        What was heard, whether anybody hears what a listener of a name listens to, and the time as
        of which that is, unix seconds.
    """
    some = [_Noted(fact["at"], Arrivals(fact, fact["at"]), fact.get("well", {})) for fact in facts]
    latest = max(one.at for one in some)
    live = [one for one in some if latest - one.at < STALE]
    until = min(one.at for one in live)
    topics = []
    for key in dict.fromkeys(key for one in live for key in one.heard.rhythms()):
        known = [one.heard.rhythms()[key] for one in some if key in one.heard.rhythms()]
        mine = [rhythm for one in _listening(live, key[0])
                if (rhythm := one.heard.rhythms().get(key))]
        if mine:
            topics.append([*key, *attrs.astuple(_merged(known, mine, until))])
    watched = max(one.heard.watched(until) for one in live)
    heard = Arrivals({"at": until, "began": until - watched, "away": 0.0, "topics": topics}, until)

    def well(source: str) -> bool:
        return any(one.well.get(source, True) for one in _listening(live, source))

    return heard, well, until


def _listening(live: list[_Noted], source: str) -> list[_Noted]:
    """Those who have a listener of a name; all, where none has it any more."""
    return [one for one in live if source in one.well] or live


def _merged(known: Iterable[Rhythm], listening: Sequence[Rhythm], until: float) -> Rhythm:
    """The rhythm of a topic.

    Args:
        known: as everybody has heard it.
        listening: as those have heard it who listen still.
        until: unix seconds.
    """
    first, last = min(one.first for one in known), max(one.last for one in known)
    since = max(0.0, until - last)
    lasts = max(min(one.lasts(until), since) for one in listening)
    best = max(listening, key=lambda one: one.pauses)
    return Rhythm(first, last, since - lasts, best.pauses, best.longest)


def _key(instance: str) -> str:
    return f" {instance}" if instance else ""
