"""Effects on their way out: kept in the journal, delivered beside the main loop, each once.

What goes to one address waits for nothing but what goes to the same one: see
:mod:`fsm.io.delivery.workers`.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from fsm.io.delivery.attempts import Channel, Delivered, DeliveryError
from fsm.io.delivery.workers import Job, Workers
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import CLAIM, Letter, Outgoing, read_effect, written, written_key
from fsm.io.journal.schema import NOW, OUTBOX
from fsm.io.journal.upserts import add_new

AT_ONCE = 200  # effects for a target that are handed to its channel's threads
LOOK = 1.0  # seconds between two looks for what other supervisors have put there
PAUSE, LONGEST = 30.0, 3600.0  # seconds before another try; doubled up to the longest
MOST_TRIES = 80  # about three days, after which it is given up
MOST_UNKNOWN = 2  # answers that nobody has an address, after which it is believed
WITHIN = 60.0  # seconds after which an attempt has failed, even if it goes on
_ADD = add_new(OUTBOX)
_ONE = sa.update(OUTBOX).where(OUTBOX.c.number == sa.bindparam("n"))
_DONE = _ONE.values(done=sa.bindparam("at"), error=None, tries=OUTBOX.c.tries + 1)
_FAILED = _ONE.where(OUTBOX.c.done.is_(None)).values(  # it may have come through after all
    error=sa.bindparam("why"), tries=OUTBOX.c.tries + 1,
    unknown=OUTBOX.c.unknown + sa.bindparam("more"))
_GIVEN_UP = _FAILED.values(done=sa.bindparam("at"))
_AGAIN = _FAILED.values(next=sa.bindparam("at"))
_RELEASED = _ONE.values(until=None)
_WAITS = OUTBOX.c.done.is_(None)


class Outbox:
    """The waiting effects of a journal.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        channels: by name, objects with ``takes(effect)`` and ``deliver(effect, again)``, which
            raises :class:`~fsm.io.delivery.attempts.DeliveryError`; ``again`` says that an earlier
            attempt may have succeeded. Each is called by one thread at a time, or by as many as
            its ``at_once`` says, but for each address by one.
        tell: called with every :class:`~fsm.io.delivery.attempts.Delivered`, from any thread.

    Attributes:
        worker: name of this supervisor among those on the same journal; "" where it is alone.
    """

    def __init__(self, journal: Journal, channels: Mapping[str, Channel],
                 tell: Callable[[Delivered], None]) -> None:
        self.journal, self._tell = journal, tell
        self.channels: dict[str, Channel] = {}
        self._workers: dict[str, Workers] = {}
        self._under_way: set[int] = set()
        self._told_slow: set[int] = set()
        self.worker, self._supervisors = "", 1
        self.use(channels)
        self.next, self._older = float("-inf"), 0
        if not journal.database.shared:
            self._take_up()

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        """What no other supervisor has in hand. What this one has claimed may not be under way: the
        answer to that may have been lost."""
        if not self.worker:
            return _WAITS
        return _WAITS & (OUTBOX.c.until.is_(None) | (OUTBOX.c.until < NOW)
                         | (OUTBOX.c.claimed == self.worker))

    def _take_up(self) -> None:
        """After a restart nothing waits for its next try, and what there is may have been sent."""
        self._older = self.journal.db.scalar(sa.select(sa.func.max(OUTBOX.c.number))) or 0
        with self.journal.writing():
            self.journal.db.execute(sa.update(OUTBOX).where(_WAITS).values(next=float("-inf")))
            # What has lost the way it was to go goes none, and is given up when it is sent.
            lost = self.journal.db.execute(sa.update(OUTBOX).where(
                _WAITS, OUTBOX.c.channel.is_(None)).values(
                done=0.0, error="its row in the journal is damaged")).rowcount
            self.journal.db.execute(sa.update(OUTBOX).where(
                _WAITS, OUTBOX.c.target.is_(None)).values(target=""))
        if lost:
            self.journal.mended.append(f"{lost} of the messages in the outbox have lost the way "
                                       "that they were to go, and are given up")

    def use(self, channels: Mapping[str, Channel]) -> None:
        """Deliver through these channels from now on; what waits for others waits on."""
        self.channels = dict(channels)
        for name in channels:
            self._workers.setdefault(name, Workers(name, self._deliver))
        self.share(self._supervisors)
        self._more = True

    def share(self, supervisors: int) -> None:
        """Deliver no more at once than so many supervisors may together; each may one."""
        self._supervisors = supervisors
        for name, channel in self.channels.items():
            self._workers[name].at_once = max(1, getattr(channel, "at_once", 1) / supervisors)

    def put(self, effects: Iterable[Outgoing], now: float) -> None:
        """Keep effects, within the journal's transaction; those known by their keys already stay.

        Args:
            effects: :class:`~fsm.core.engine.effects.Notify`,
                :class:`~fsm.core.engine.effects.Annotate` and
                :class:`~fsm.io.journal.outgoing.Letter`; others are left alone.
            now: unix seconds.
        """
        rows = [{"key": written_key(effect), "channel": name, "body": written(effect), "tries": 0,
                 "unknown": 0, "next": now, "since": now, **addressed(effect)}
                for effect in effects
                for name, channel in self.channels.items() if channel.takes(effect)]
        if rows:
            self.journal.db.execute(_ADD, rows)
            self._more = True

    def note(self, delivered: Iterable[Delivered], now: float) -> None:
        """Note how attempts have ended, within the journal's transaction."""
        for one in delivered:
            pause = min(PAUSE * 2 ** min(one.tries, 30), LONGEST)
            if not one.error:
                self.journal.db.execute(_DONE, {"n": one.number, "at": now})
            else:
                self.journal.db.execute(_GIVEN_UP if one.final else _AGAIN, {
                    "n": one.number, "at": now if one.final else now + pause, "why": one.error,
                    "more": int(one.unknown)})
                if self.worker and not one.still:
                    self.journal.db.execute(_RELEASED, {"n": one.number})

    def send(self, delivered: Collection[Delivered], now: float) -> None:
        """Hand on what is due; those of ``delivered`` are under way no more."""
        self._under_way.difference_update(one.number for one in delivered if not one.still)
        self._told_slow.difference_update(one.number for one in delivered)
        self._notice_slow()
        if delivered or self._more or now >= self.next:
            self._more = False
            due = self.journal.db.execute(
                sa.select(OUTBOX.c.channel, OUTBOX.c.target).distinct()
                .where(self._mine, OUTBOX.c.next <= now, OUTBOX.c.channel.in_(self.channels))).all()
            for name, target in due:
                self._hand_on(name, target, now)
            self.next = self.journal.db.scalar(sa.select(sa.func.min(OUTBOX.c.next)).where(
                _WAITS, OUTBOX.c.next > now, OUTBOX.c.channel.in_(self.channels))) or float("inf")
            if self.worker:  # others put something there too, or do not come to deliver it
                self.next = min(self.next, now + LOOK)

    def close(self, seconds: float, letters: float = 0.0) -> None:
        """Begin no more, and let what is under way end.

        Args:
            seconds: within which everything is to.
            letters: likewise for letters, which may come twice where the answer is not heard.
        """
        began = time.monotonic()
        for workers in self._workers.values():
            workers.close()
        for workers in self._workers.values():
            workers.wait(began + seconds, letters=False)
            workers.wait(began + max(seconds, letters), letters=True)

    @property
    def busy(self) -> bool:
        """Whether anything is under way, but for what takes too long."""
        slow = sum(len(workers.slow()) for workers in self._workers.values())
        return self._more or len(self._under_way) > slow

    def waiting(self) -> int:
        """Number of effects that have not been delivered."""
        return self.journal.db.scalar(sa.select(sa.func.count()).where(_WAITS)) or 0

    def given_up(self) -> int:
        """Number of effects that could not be delivered and are not tried again."""
        return self.journal.db.scalar(sa.select(sa.func.count()).where(
            OUTBOX.c.done.is_not(None), OUTBOX.c.error.is_not(None))) or 0

    def taken_since(self, time: float, channel: str, target: str = "") -> bool:
        """Whether a channel has delivered anything since a time, unix seconds; to a target alone,
        if one is given."""
        return self.journal.db.scalar(sa.select(OUTBOX.c.number).where(
            OUTBOX.c.done >= time, OUTBOX.c.error.is_(None), OUTBOX.c.channel == channel,
            OUTBOX.c.target == target if target else sa.true()).limit(1)) is not None

    def failing_since(self, channel: str, target: str) -> float | None:
        """When the oldest of what has failed for a target was put here, unix seconds; None where
        nothing has."""
        return self.journal.db.scalar(sa.select(sa.func.min(OUTBOX.c.since)).where(
            _WAITS, OUTBOX.c.channel == channel, OUTBOX.c.target == target, OUTBOX.c.tries > 0))

    def others_fail(self, channel: str, target: str) -> bool:
        """Whether anything waits that has failed and goes another way than to a target."""
        return self.journal.db.scalar(sa.select(OUTBOX.c.number).where(
            _WAITS, OUTBOX.c.channel == channel, OUTBOX.c.target != target,
            OUTBOX.c.tries > 0).limit(1)) is not None

    def _hand_on(self, name: str, target: str, now: float) -> None:
        """Hand on what is due for a target; while an attempt for it goes on that has taken too
        long, that fails at once."""
        rows = self.journal.db.execute(
            sa.select(OUTBOX.c.number, OUTBOX.c.channel, OUTBOX.c.target, OUTBOX.c.gravity,
                      OUTBOX.c.since, OUTBOX.c.tries, OUTBOX.c.unknown, OUTBOX.c.body,
                      OUTBOX.c.claimed)
            .where(self._mine, OUTBOX.c.channel == name, OUTBOX.c.target == target,
                   OUTBOX.c.next <= now)
            .order_by(OUTBOX.c.gravity, OUTBOX.c.number).limit(AT_ONCE))
        jobs = [self._job(row) for row in rows]
        slow = self._workers[name].slow().get(target)
        if slow:
            for job in jobs:
                self._tell_slow(job, job.number == slow.number)
            return
        jobs = self._claimed([job for job in jobs if job.number not in self._under_way])
        self._under_way.update(job.number for job in jobs)
        self._workers[name].offer(jobs)

    def _job(self, row: Any) -> Job:
        """What is to be done of a row. Where damage has left anything else in the place of its
        counts, it may have been sent, and goes out all the same."""
        counts = (row.gravity, row.tries, row.unknown)
        sound = all(isinstance(one, int) for one in counts)
        gravity, tries, unknown = counts if sound else (0, 0, 0)
        since = row.since if isinstance(row.since, float) else 0.0
        again = tries > 0 or row.number <= self._older or row.claimed is not None or not sound
        return Job(row.number, row.channel, row.target, gravity, since, tries, unknown, row.body,
                   again)

    def _claimed(self, jobs: list[Job]) -> list[Job]:
        """Those jobs that this supervisor does, of several on the same journal; the others know."""
        if not self.worker or not jobs:
            return jobs
        mine = set(self.journal.db.scalars(
            sa.update(OUTBOX).where(self._mine, OUTBOX.c.number.in_([job.number for job in jobs]))
            .values(claimed=self.worker, until=NOW + CLAIM).returning(OUTBOX.c.number)))
        return [job for job in jobs if job.number in mine]

    def _notice_slow(self) -> None:
        for workers in self._workers.values():
            late, left = workers.overdue(WITHIN)
            for job in late + left:
                self._tell_slow(job, job in late)

    def _tell_slow(self, job: Job, itself: bool) -> None:
        if job.number in self._told_slow:
            return  # and that is not noted yet
        self._told_slow.add(job.number)
        words = f"{job.target or job.channel}: no answer within {WITHIN:g} s"
        self._tell(_failed(job, DeliveryError(
            words if itself else f"{words} to what was sent before"), still=itself))

    def _deliver(self, job: Job) -> None:
        try:
            self.channels[job.channel].deliver(_effect(job), job.again)
        except DeliveryError as error:
            self._tell(_failed(job, error))
        except Exception as error:  # whatever a channel may raise must not end its thread
            self._tell(_failed(job, DeliveryError(f"{type(error).__name__}: {error}")))
        else:
            self._tell(Delivered(job.number, job.tries, job.channel, job.target, job.since))


def _effect(job: Job) -> Any:
    """What is to be delivered; damage may have left anything in its place, which stays so."""
    try:
        return read_effect(job.body)
    except Exception as error:  # whatever rubbish leads to
        raise DeliveryError("it cannot be read any more, since its row in the journal is damaged "
                            f"({type(error).__name__})", final=True) from None


def _failed(job: Job, error: DeliveryError, still: bool = False) -> Delivered:
    final = (error.final or job.tries + 1 >= MOST_TRIES
             or error.unknown and job.unknown + 1 >= MOST_UNKNOWN)
    return Delivered(job.number, job.tries, job.channel, job.target, job.since, str(error), final,
                     error.whose, error.unknown, still)


def addressed(effect: Outgoing) -> dict[str, Any]:
    """Where an effect goes, and how soon: what the outbox has of that in columns of their own."""
    if isinstance(effect, Letter):
        return {"target": effect.address, "gravity": effect.gravity}
    return {"target": "", "gravity": 0}
