"""Everything that goes out passes here: annotations, messages, their letters and reminders."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from fsm.core.engine.effects import Annotate, Effect, Notify, Transition
from fsm.core.evidence.fields import Plain
from fsm.io.delivery.attempts import Delivered
from fsm.io.delivery.outbox import Outbox
from fsm.io.journal.journal import Journal
from fsm.io.reports import Report
from fsm.notify.digests import Digests
from fsm.notify.fallback import Fallback
from fsm.notify.reachability import Reachability
from fsm.notify.reminders import Reminders

PAUSED = "paused"  # the fact: since when and by whom letters are held back, or None


class Dispatcher:
    """Puts effects on their way.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        outbox: :class:`~fsm.io.delivery.outbox.Outbox`.
        digests: :class:`~fsm.notify.digests.Digests`.
        reminders: :class:`~fsm.notify.reminders.Reminders`.
        warnings: False where nobody is told anything.

    Attributes:
        reachability: :class:`~fsm.notify.reachability.Reachability`.
    """

    def __init__(self, journal: Journal, outbox: Outbox, digests: Digests, reminders: Reminders,
                 warnings: bool = True) -> None:
        self.journal, self.outbox, self.digests = journal, outbox, digests
        self.reminders, self.warnings = reminders, warnings
        digests.alarms = reminders.of
        self.reachability, self._fallback = Reachability(outbox), Fallback(digests)

    @property
    def paused(self) -> Plain | None:
        """Since when and by whom letters are held back, by any supervisor on the journal, or None.
        """
        paused: Plain | None = self.journal.fact(PAUSED)
        return paused

    def put(self, effects: Sequence[Effect], transitions: Iterable[Transition], now: float) -> None:
        """Keep what is to go out, within the journal's transaction.

        Args:
            effects: of any kind.
            transitions: fired at the same time.
            now: unix seconds.
        """
        effects = self.reminders.given(effects, now)
        messages = [effect for effect in effects if isinstance(effect, Notify) and self.warnings]
        annotations = [effect for effect in effects if isinstance(effect, Annotate)]
        self.outbox.put([*messages, *annotations], now)
        self.digests.put(messages, now)
        self.reminders.update(transitions, effects, now)

    def ready(self, now: float) -> Sequence[str]:
        """The addresses to which letters are to be written now."""
        due = self.digests.due(now)
        return due if due and not self.paused else ()

    def write(self, addresses: Sequence[str], now: float) -> None:
        """Write letters, within the journal's transaction."""
        if addresses:
            self.outbox.put(self.digests.letters(addresses, now), now)

    def pause(self, who: str, now: float) -> None:
        """Hold letters back from now on, within the journal's transaction."""
        self.journal.set_facts(**{PAUSED: self.paused or {"since": now, "who": who}})

    def resume(self) -> None:
        """Let letters go again, within the journal's transaction."""
        self.journal.set_facts(**{PAUSED: None})

    def reports(self, delivered: Collection[Delivered]) -> Iterator[Report]:
        """What attempts to deliver tell about channels and addresses."""
        return self.reachability.reports(delivered)

    def note(self, delivered: Collection[Delivered], now: float) -> None:
        """Note how attempts to deliver have ended, within the journal's transaction, and have those
        whom letters could not reach told by the next way."""
        self.outbox.note(delivered, now)
        self._fallback.take(delivered, now)
