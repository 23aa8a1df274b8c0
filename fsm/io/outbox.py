"""Effects on their way out: kept in the journal, delivered beside the main loop, each once."""

from concurrent.futures import ThreadPoolExecutor, wait

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from fsm.core.effects import Annotate, Notify
from fsm.io.letters import Letter
from fsm.io.plain import dumps, loads
from fsm.io.schema import OUTBOX

AT_ONCE = 200  # effects of a channel that are handed to its thread
PAUSE, LONGEST = 30.0, 3600.0  # seconds before another try; doubled up to the longest
MOST_TRIES = 80  # about three days, after which it is given up
KINDS = {"notify": Notify, "annotate": Annotate, "letter": Letter}
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
    """How an attempt to deliver has ended.

    Attributes:
        number: of the effect in the outbox.
        tries: earlier attempts.
        channel: name of the channel.
        error: why it failed, "" where it went well.
        final: whether it is not tried again.
    """

    number: int
    tries: int
    channel: str
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
        self.journal, self.channels, self._tell = journal, {}, tell
        self._threads, self._under_way, self._futures = {}, {}, set()
        self.use(channels)
        self._older = journal.db.scalar(sa.select(sa.func.max(OUTBOX.c.number))) or 0
        self.next = float("-inf")
        with journal.writing():  # after a restart nothing waits for its next try
            journal.db.execute(sa.update(OUTBOX).where(OUTBOX.c.done.is_(None))
                               .values(next=float("-inf")))

    def use(self, channels):
        """Deliver through these channels from now on; what waits for others waits on."""
        self.channels = dict(channels)
        for name in channels:
            if name not in self._threads:
                self._threads[name] = ThreadPoolExecutor(1, thread_name_prefix=name)
                self._under_way[name] = set()
        self._more = True

    def put(self, effects, now):
        """Keep effects, within the journal's transaction; those known by their keys already stay.

        Args:
            effects: :class:`~fsm.core.effects.Notify`, :class:`~fsm.core.effects.Annotate` and
                :class:`~fsm.io.letters.Letter`; others are left alone.
            now: unix seconds.
        """
        rows = [{"key": written_key(effect), "channel": name, "body": written(effect), "tries": 0,
                 "next": now, "since": now} for effect in effects
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

    def given_up(self):
        """Number of effects that could not be delivered and are not tried again."""
        return self.journal.db.scalar(sa.select(sa.func.count()).where(
            OUTBOX.c.done.is_not(None), OUTBOX.c.error.is_not(None)))

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
            self.channels[name].deliver(read_effect(body), again)
        except DeliveryError as error:
            final = error.final or tries + 1 >= MOST_TRIES
            self._tell(Delivered(number, tries, name, str(error), final))
        except Exception as error:  # whatever a channel may raise must not end its thread
            self._tell(Delivered(number, tries, name, f"{type(error).__name__}: {error}",
                                 tries + 1 >= MOST_TRIES))
        else:
            self._tell(Delivered(number, tries, name))


def written_key(effect):
    """An effect's key as any database takes it, whatever the names in it."""
    return effect.key.encode("utf-8", "backslashreplace").decode()


def written(effect):
    """An effect as JSON."""
    kind = next(name for name, made in KINDS.items() if isinstance(effect, made))
    return dumps({"kind": kind, **effect._asdict()})


def read_effect(body):
    """An effect from its JSON."""
    plain = loads(body)
    if "to" in plain:
        plain["to"] = tuple(plain["to"])
    return KINDS[plain.pop("kind")](**plain)
