"""Takes operators' orders: each is in the journal, with who gave it, before it is done.

Where the journal cannot be written nobody waits for it: who only looks is shown what there is, and
who orders something is told why it is not done.
"""

import logging

import attrs

from fsm.daemon.journal_writer import Stopped
from fsm.errors import SupervisorError

STOP = "stop"
LOG = logging.getLogger("fsm")


@attrs.define(slots=True)
class _Order:
    """What is to be written down of an order and done after that, and how far that has come."""

    rows: tuple
    done: object
    noted: bool = False


class Desk:
    """Where orders wait; a subclass has ``prepared(order, now)``.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
    """

    def __init__(self, supervisor):
        self.supervisor, self._ready = supervisor, {}

    def take(self, orders, now):
        """Look at orders; those that are wrong are answered at once.

        Args:
            orders: :class:`~fsm.io.control.Order` objects.
            now: unix seconds.
        """
        for order in orders:
            try:
                self._ready[order] = _Order(*self.prepared(order, now))
            except SupervisorError as error:
                order.answer(error=str(error))
            except Exception as error:  # whatever its arguments lead to must not end the supervisor
                order.answer(error=f"order {order.name}: its arguments do not fit "
                                   f"({type(error).__name__}: {error!s:.100})")

    def rows(self):
        """What is to be written into the journal, and acted on, for the orders taken."""
        return [row for ready in self._ready.values() if not ready.noted for row in ready.rows]

    def noted(self):
        """Their rows are in the journal."""
        for order, ready in self._ready.items():
            ready.noted = True
            if ready.rows:
                LOG.info("%s orders: %s %s", order.who, order.name,
                         order.arguments.get("graceids", ""))

    def carry_out(self):
        """Do what remains of the orders taken, and answer them."""
        while self._ready:
            order, ready = next(iter(self._ready.items()))
            try:
                self._answer(order, ready.done)
            finally:
                self._ready.pop(order, None)  # what hinders it may have it answered meanwhile

    def hindered(self, orders, why):
        """Answer orders while the journal cannot be written.

        What only looks, and 'stop', is done all the same. All else is refused; what is in the
        journal already is done when it can be written.

        Args:
            orders: further :class:`~fsm.io.control.Order` objects.
            why: :class:`~fsm.daemon.journal_writer.Hindered`.
        """
        self.take(orders, self.supervisor.pace.now())
        for order, ready in list(self._ready.items()):
            if order.name == STOP:
                self.supervisor.inbox.close()
                order.answer(result={"stopping": True})
            elif not ready.rows:
                self._answer(order, ready.done)
            elif ready.noted:
                order.answer(error=f"order {order.name}: it is noted, and done when the journal "
                                   f"can be written; {why}")
                continue
            else:
                order.answer(error=f"order {order.name}: {why}; give it again when that is over, "
                                   "which 'fsm status' tells")
            del self._ready[order]

    def _answer(self, order, done):
        try:
            order.answer(result=done())
        except Stopped:
            order.answer(error="the supervisor ends, since the journal cannot be written")
            raise
        except SupervisorError as error:
            order.answer(error=str(error))
        except Exception as error:  # as above
            LOG.exception("order %s of %s failed", order.name, order.who)
            order.answer(error=f"order {order.name}: {type(error).__name__}: {error!s:.200}")
