"""Everything that goes out passes here: annotations, messages, their letters and reminders."""

from fsm.core.effects import Annotate, Notify
from fsm.io.inbox import Report

PAUSED = "paused"  # the fact: since when and by whom letters are held back, or None
TRIED = 2  # attempts that may fail before it is told that a channel does not work


class Teller:
    """Puts effects on their way.

    Args:
        journal: :class:`~fsm.io.journal.Journal`.
        outbox: :class:`~fsm.io.outbox.Outbox`.
        postbox: :class:`~fsm.apps.postbox.Postbox`.
        alarms: :class:`~fsm.apps.alarms.Alarms`.
        warnings: False where nobody is told anything.

    Attributes:
        paused: since when and by whom letters are held back, or None.
    """

    def __init__(self, journal, outbox, postbox, alarms, warnings=True):
        self.journal, self.outbox, self.postbox = journal, outbox, postbox
        self.alarms, self.warnings = alarms, warnings
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
        self.postbox.put(messages, now)
        self.alarms.follow(transitions, effects, now)
        self.alarms.store()

    def ready(self, now):
        """The addresses to which letters are to be written now."""
        return () if self.paused else self.postbox.due(now)

    def write(self, addresses, now):
        """Write letters, within the journal's transaction."""
        if addresses:
            self.outbox.put(self.postbox.letters(addresses, now), now)

    def pause(self, who, now):
        """Hold letters back from now on, within the journal's transaction."""
        self.paused = self.paused or {"since": now, "who": who}
        self.journal.state(**{PAUSED: self.paused})

    def resume(self):
        """Let letters go again, within the journal's transaction."""
        self.paused = None
        self.journal.state(**{PAUSED: None})

    @staticmethod
    def reports(delivered):
        """What attempts to deliver tell about their channels."""
        for one in delivered:
            name = f"channel {one.channel}"
            if not one.error:
                yield Report(name, False, "it delivers again")
                yield Report(f"{name}, given up", False, "it delivers again")
            elif one.tries >= TRIED and not one.final:
                yield Report(name, True, f"it could not deliver {one.tries + 1} times: {one.error}")
            elif one.final:
                yield Report(f"{name}, given up", True, f"something could never be delivered: "
                                                        f"{one.error}")
