"""Whose time it is: the clock's, or that of the recorded alerts which are followed."""

from math import inf

MOST = 200  # inputs of one turn


class Live:
    """Time is the clock's.

    Args:
        clock: :class:`~fsm.io.clock.Clock`.
    """

    def __init__(self, clock):
        self.clock = clock

    @property
    def settled(self):
        """Whether it is known what time it is; until then nothing that is due is looked at."""
        return self.clock.settled

    @property
    def blind(self):
        """Whether nothing can be taken yet, since nobody has told what time it is."""
        return self.clock.blind

    def now(self):
        """Unix seconds."""
        return self.clock.now()

    def gather(self, inbox, engine, asked, longest):
        """Wait for something to do.

        Args:
            inbox: :class:`~fsm.io.inbox.Inbox`.
            engine: :class:`~fsm.core.engine.Engine`.
            asked: whether a question waits for its answer.
            longest: seconds to wait at most.

        Returns:
            (GraceIDs with something due, alerts, news).
        """
        if not self.settled:
            inbox.wait(longest, alerts=not self.blind)
            return [], *inbox.take(0 if self.blind else MOST)
        inbox.wait(min(longest, engine.next_timer() - self.now()))
        return engine.timers.due(self.now())[:MOST], *inbox.take(MOST)


class Recorded:
    """Time is that of the alerts, which arrive one after the other.

    It stands still while GraceDB is asked. So what is decided is what a replay decides, however
    fast the alerts come.

    Args:
        time: where it begins, unix seconds.
    """

    settled, blind = True, False

    def __init__(self, time=-inf):
        self.time = time

    def now(self):
        """Unix seconds."""
        return self.time

    def gather(self, inbox, engine, asked, longest):
        """As of :class:`Live`."""
        inbox.wait(longest, alerts=not asked)
        head = None if asked else inbox.head()
        if head is None:
            return [], *inbox.take(0)
        timer = engine.next_timer()
        if timer < head.time:
            self.time = max(self.time, timer)
            return engine.timers.due(self.time), *inbox.take(0)
        if head.line is not None:
            self.time = max(self.time, head.time)
        return [], *inbox.take(1)
