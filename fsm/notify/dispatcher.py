"""Everything that goes out passes here: annotations, messages, their letters and reminders."""

from fsm.core.engine.effects import Annotate, Notify
from fsm.notify.fallback import Fallback
from fsm.notify.reachability import Reachability

PAUSED = "paused"  # the fact: since when and by whom letters are held back, or None


class Dispatcher:
    """Puts effects on their way.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        outbox: :class:`~fsm.io.delivery.outbox.Outbox`.
        digests: :class:`~fsm.notify.digests.Digests`.
        alarms: :class:`~fsm.notify.reminders.Reminders`.
        warnings: False where nobody is told anything.

    Attributes:
        paused: since when and by whom letters are held back, or None.
        reaching: :class:`~fsm.notify.reachability.Reachability`.
    """

    def __init__(self, journal, outbox, digests, alarms, warnings=True):
        self.journal, self.outbox, self.digests = journal, outbox, digests
        self.alarms, self.warnings = alarms, warnings
        self.reaching, self._next_way = Reachability(outbox), Fallback(digests)
        self.paused = journal.fact(PAUSED)

    def put(self, effects, transitions, now):
        """Keep what is to go out, within the journal's transaction.

        Args:
            effects: of any kind.
            transitions: fired at the same time.
            now: unix seconds.
        """
        messages = [effect for effect in effects if isinstance(effect, Notify) and self.warnings]
        annotations = [effect for effect in effects if isinstance(effect, Annotate)]
        self.outbox.put([*messages, *annotations], now)
        self.digests.put(messages, now)
        self.alarms.follow(transitions, effects, now)
        self.alarms.store()

    def ready(self, now):
        """The addresses to which letters are to be written now."""
        return () if self.paused else self.digests.due(now)

    def write(self, addresses, now):
        """Write letters, within the journal's transaction."""
        if addresses:
            self.outbox.put(self.digests.letters(addresses, now), now)

    def pause(self, who, now):
        """Hold letters back from now on, within the journal's transaction."""
        self.paused = self.paused or {"since": now, "who": who}
        self.journal.set_facts(**{PAUSED: self.paused})

    def resume(self):
        """Let letters go again, within the journal's transaction."""
        self.paused = None
        self.journal.set_facts(**{PAUSED: None})

    def reports(self, delivered):
        """What attempts to deliver tell about channels and addresses."""
        return self.reaching.reports(delivered)

    def note(self, delivered, now):
        """Note how attempts to deliver have ended, within the journal's transaction, and have those
        whom letters could not reach told by the next way."""
        self.outbox.note(delivered, now)
        self._next_way.take(delivered, now)
