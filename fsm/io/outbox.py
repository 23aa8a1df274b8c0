"""Effects on their way out: kept in the journal, delivered beside the main loop, each once."""

from concurrent.futures import ThreadPoolExecutor, wait

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from fsm.core.effects import Annotate, Notify
from fsm.io.plain import dumps, loads
from fsm.io.schema import OUTBOX

AT_ONCE = 200  # effects of a channel that are handed to its thread
PAUSE, LONGEST = 30.0, 3600.0  # seconds before another try; doubled up to the longest
KINDS = {"notify": Notify, "annotate": Annotate}
_ADD = insert(OUTBOX).on_conflict_do_nothing()
_DONE = sa.update(OUTBOX).where(OUTBOX.c.number == sa.bindparam("n")).values(
    done=sa.bindparam("at"), error=sa.bindparam("why"), tries=OUTBOX.c.tries + 1)
_AGAIN = sa.update(OUTBOX).where(OUTBOX.c.number == sa.bindparam("n")).values(
    next=sa.bindparam("at"), error=sa.bindparam("why"), tries=OUTBOX.c.tries + 1)


class DeliveryError(Exception):
    """Something could not be delivered; ``final`` where it never will be."""

    def __init__(self, message, final=False):
        super().__init__(message)
        self.final = final


@attrs.frozen(slots=True)
class Delivered:
    """How an attempt to deliver has ended; ``error`` is "" where it went well."""

    number: int
    tries: int
    error: str = ""
    final: bool = True


class Outbox:
    """The waiting effects of a journal.

    Args:
        journal: :class:`~fsm.io.journal.Journal`.
        channels: by name, objects with ``takes(effect)`` and ``deliver(effect, again)``, which
            raises :class:`DeliveryError`; ``again`` says that an earlier attempt may have
            succeeded. Each has a thread of its own.
        tell: called with every :class:`Delivered`, from those threads.
    """

    def __init__(self, journal, channels, tell):
        self.journal, self.channels, self._tell = journal, channels, tell
        self._threads = {name: ThreadPoolExecutor(1, thread_name_prefix=name) for name in channels}
        self._under_way, self._futures = {name: set() for name in channels}, set()
        self._older = journal.db.scalar(sa.select(sa.func.max(OUTBOX.c.number))) or 0
        self._more, self.next = True, float("-inf")
        with journal.writing():  # after a restart nothing waits for its next try
            journal.db.execute(sa.update(OUTBOX).where(OUTBOX.c.done.is_(None))
                               .values(next=float("-inf")))

    def put(self, effects, now):
        """Keep effects, within the journal's transaction; those known by their keys already stay.

        Args:
            effects: :class:`~fsm.core.effects.Notify` and :class:`~fsm.core.effects.Annotate`.
            now: unix seconds.
        """
        rows = [{"key": _key(effect), "channel": name, "body": _written(effect), "tries": 0,
                 "next": now} for effect in effects
                for name, channel in self.channels.items() if channel.takes(effect)]
        if rows:
            self.journal.db.execute(_ADD, rows)
            self._more = True

    def note(self, delivered, now):
        """Note how attempts have ended, within the journal's transaction."""
        for one in delivered:
            pause = min(PAUSE * 2 ** min(one.tries, 30), LONGEST)
            final = not one.error or one.final
            self.journal.db.execute(_DONE if final else _AGAIN, {
                "n": one.number, "at": now if final else now + pause, "why": one.error or None})

    def send(self, delivered, now):
        """Hand on what is due; those of ``delivered`` are under way no more."""
        for one in delivered:
            for under_way in self._under_way.values():
                under_way.discard(one.number)
        self._futures = {future for future in self._futures if not future.done()}
        if delivered or self._more or now >= self.next:
            self._more, self.next = False, float("inf")
            for name in self.channels:
                self._send(name, now)

    def close(self, seconds):
        """Let what is under way end, within so many seconds, and begin no more."""
        for thread in self._threads.values():
            thread.shutdown(wait=False, cancel_futures=True)
        wait(self._futures, seconds)

    @property
    def busy(self):
        """Whether anything is under way."""
        return self._more or any(self._under_way.values())

    def waiting(self):
        """Number of effects that have not been delivered."""
        return self.journal.db.scalar(
            sa.select(sa.func.count()).where(OUTBOX.c.done.is_(None)))

    def _send(self, name, now):
        under_way = self._under_way[name]
        rows = self.journal.db.execute(
            sa.select(OUTBOX.c.number, OUTBOX.c.body, OUTBOX.c.tries, OUTBOX.c.next)
            .where(OUTBOX.c.done.is_(None), OUTBOX.c.channel == name)
            .order_by(OUTBOX.c.next, OUTBOX.c.number).limit(AT_ONCE)).all()
        for number, body, tries, time in rows:
            if number in under_way:
                continue
            if time > now:
                self.next = min(self.next, time)
                continue
            under_way.add(number)
            again = tries > 0 or number <= self._older
            self._futures.add(self._threads[name].submit(self._deliver, name, number, body, tries,
                                                         again))

    def _deliver(self, name, number, body, tries, again):
        try:
            self.channels[name].deliver(_read(body), again)
        except DeliveryError as error:
            self._tell(Delivered(number, tries, str(error), error.final))
        except Exception as error:  # whatever a channel may raise must not end its thread
            self._tell(Delivered(number, tries, f"{type(error).__name__}: {error}", final=False))
        else:
            self._tell(Delivered(number, tries))


def _key(effect):
    """An effect's key as any database takes it, whatever the names in it."""
    return effect.key.encode("utf-8", "backslashreplace").decode()


def _written(effect):
    kind = next(name for name, made in KINDS.items() if isinstance(effect, made))
    return dumps({"kind": kind, **effect._asdict()})


def _read(body):
    plain = loads(body)
    if "to" in plain:
        plain["to"] = tuple(plain["to"])
    return KINDS[plain.pop("kind")](**plain)
