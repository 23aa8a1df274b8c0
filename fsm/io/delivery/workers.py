"""Threads beside the main loop, made when needed: what is slow for one target holds up no other."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable

import attrs

IDLE = 300.0  # seconds after which a thread without work ends; until then it keeps its connection


@attrs.frozen(slots=True, eq=False)
class Job:
    """One attempt to deliver an effect.

    Attributes:
        number: of the effect in the outbox.
        channel: name of the channel.
        target: the name of the address; "" where the channel has none.
        gravity: the smaller, the sooner it is done.
        since: when the effect was put into the outbox, unix seconds.
        tries: earlier attempts.
        unknown: how many of these were answered with that nobody has the address.
        body: the effect, written.
        again: whether an earlier attempt may have succeeded.
    """

    number: int
    channel: str
    target: str
    gravity: int
    since: float
    tries: int
    unknown: int
    body: bytes
    again: bool

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the queue: the gravest first, then the oldest."""
        return self.gravity, self.number


class Workers:
    """Does the jobs of one channel: of each target one at a time, and so many in all.

    One place is kept free of what has failed before, if there are several: however many targets
    are slow, what is new need not wait for them.

    Args:
        name: of the channel.
        do: called with every job, in a thread; must not raise.

    Attributes:
        at_once: jobs that may be done at the same time.
    """

    def __init__(self, name: str, do: Callable[[Job], None]) -> None:
        self.name, self._do = name, do
        self.at_once: float = 1
        self._waiting: list[Job] = []
        self._ready: deque[Job] = deque()
        self._running: dict[Job, float] = {}
        self._idle, self._closed = 0, False
        self._slow: set[Job] = set()
        self._changed = threading.Condition()

    def offer(self, jobs: Iterable[Job]) -> None:
        """Have jobs done, as soon as it is their turn."""
        with self._changed:
            if self._closed:
                return
            self._waiting = sorted([*self._waiting, *jobs], key=lambda job: job.place)
            for job in iter(self._next, None):
                if self._idle:
                    self._idle -= 1
                    self._ready.append(job)
                    self._changed.notify_all()
                else:
                    threading.Thread(target=self._work, args=(job,), daemon=True,
                                     name=self.name).start()

    def overdue(self, seconds: float) -> tuple[list[Job], list[Job]]:
        """What has just become too slow.

        Args:
            seconds: that a job may take.

        Returns:
            (jobs that go on though they have taken longer, which are named once; those that have
            waited for the same targets, and do so no more).
        """
        with self._changed:
            before = time.monotonic() - seconds
            late = [job for job, began in self._running.items()
                    if began < before and job not in self._slow]
            self._slow.update(late)
            targets = {job.target for job in late}
            left = [job for job in self._waiting if job.target in targets]
            self._waiting = [job for job in self._waiting if job.target not in targets]
            return late, left

    def slow(self) -> dict[str, Job]:
        """The jobs that are too slow and go on, by their targets."""
        with self._changed:
            return {job.target: job for job in self._slow}

    @property
    def busy(self) -> int:
        """How many jobs are being done."""
        with self._changed:
            return len(self._running)

    def close(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def wait(self, until: float, letters: bool) -> None:
        """Wait for what is being done, but not for what has been too slow already.

        Args:
            until: by the steady clock.
            letters: whether for what goes to an address too.
        """
        def done() -> bool:
            return not [job for job in self._running
                        if job not in self._slow and (letters or not job.target)]

        with self._changed:
            self._changed.wait_for(done, max(0.0, until - time.monotonic()))

    def _work(self, job: Job | None) -> None:
        while job:
            self._do(job)
            job = self._after(job)

    def _after(self, job: Job) -> Job | None:
        """The job that a thread does after another; None where it is to end."""
        with self._changed:
            del self._running[job]
            self._slow.discard(job)
            self._changed.notify_all()
            following = self._next()
            if following:
                return following
            self._idle += 1
            self._changed.wait_for(lambda: self._ready or self._closed, IDLE)
            if self._ready:
                return self._ready.popleft()
            self._idle -= 1
            return None

    def _next(self) -> Job | None:
        """Take the job whose turn it is out of the queue; None without any."""
        busy = {job.target for job in self._running}
        for job in self._waiting:
            most = self.at_once - (job.tries > 0 and self.at_once > 1)
            if job.target not in busy and len(self._running) < most:
                self._waiting.remove(job)
                self._running[job] = time.monotonic()
                return job
        return None
