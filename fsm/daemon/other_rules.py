"""A supervisor that was killed, and goes on by other rules: what these decide of the inputs since a
candidate was last stored, which nobody was told.

One that stops stores all candidates, so that nothing is judged by rules of later. Of one that was
killed, the last inputs about each are judged by those of now, and it is looked at when these say.
What stands by them is told, as far as it was not; what went wrong and is over is not.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from fsm.core.charts.outcomes import FAILURE, RECOVERY
from fsm.core.engine.effects import Annotate, Effect, Notify
from fsm.daemon.fold import begun
from fsm.daemon.restart import end_what_no_chart_expects
from fsm.io.journal.outgoing import written_key
from fsm.io.journal.schema import OUTBOX, POST

if TYPE_CHECKING:
    from fsm.daemon.loop import Supervisor

RULES = "rules"  # the fact: by which rules it was judged last
AT_ONCE = 500  # keys that are looked for together


def judge_anew(supervisor: "Supervisor", digest: str) -> None:
    """Tell what stands by the rules of now, where the journal was left by others; note them.

    Args:
        supervisor: which has taken up what the journal has, and is alone.
        digest: of the rules of now, :class:`~fsm.daemon.rules.Rules`.
    """
    journal = supervisor.journal
    before = journal.fact(RULES)
    if digest == before:
        return
    end_what_no_chart_expects(supervisor)
    wanted = [] if before is None else _untold(supervisor, _decided(supervisor))
    now = supervisor.clock.now()

    def write() -> None:
        supervisor.dispatcher.put(wanted, (), now)
        journal.set_facts(**{RULES: digest})

    supervisor.write(write)


def _decided(supervisor: "Supervisor") -> list[Notify | Annotate]:
    """What the inputs since candidates were stored come to, each of which is looked at in time."""
    journal, candidates = supervisor.journal, supervisor.candidates
    found: list[Notify | Annotate] = []
    for graceid in journal.unstored():
        place = candidates.places[graceid]
        fold, after = begun(journal, candidates.scratch, graceid, place.stored)
        fold.take(journal.acted(graceid, after, place.seq))
        made = fold.end()
        if made is not None:
            supervisor.engine.timers.wake(graceid, made.next_due())
            made.dissolve()
        found += [one for one in fold.effects if isinstance(one, Notify | Annotate)]
    return found


def _untold(supervisor: "Supervisor", effects: Sequence[Notify | Annotate]) -> list[Effect]:
    """Those of which nobody was told, without what went wrong and is over."""
    told = set(_known(supervisor, [written_key(one) for one in effects]))
    told.update(written_key(alarm.message)  # also of what no channel and no address takes
                for alarm in supervisor.dispatcher.reminders.every())
    fresh = [one for one in effects if written_key(one) not in told]
    last = {_matter(one): one for one in effects}
    over = {_matter(one) for one in fresh if one.outcome == FAILURE
            and last[_matter(one)].outcome == RECOVERY}
    return [one for one in fresh if _matter(one) not in over]


def _known(supervisor: "Supervisor", keys: Sequence[str]) -> Iterable[str]:
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start:start + AT_ONCE]
        for table in (OUTBOX, POST):
            yield from supervisor.journal.db.scalars(
                sa.select(table.c.key).where(table.c.key.in_(some)))


def _matter(effect: Notify | Annotate) -> tuple[str, str, str, type]:
    return effect.graceid, effect.process, effect.check, type(effect)
