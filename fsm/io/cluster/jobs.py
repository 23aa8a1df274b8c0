"""Which worker of a cluster acts on which GraceID: each signal is told to one of them."""

import asyncio
import contextlib
import logging
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from fsm.errors import JournalError
from fsm.io import extras

if TYPE_CHECKING:
    from fsm.io.cluster.hints import Hints

SHORTEST, LONGEST = 0.5, 5.0  # seconds until a session with the server is begun anew
STEADY = 1.5  # seconds after which a session is believed to last: a sign of life has got through
AGAIN = 1.0  # seconds between attempts to end
LOG = logging.getLogger("fsm")


@attrs.frozen
class Signalled:
    """A GraceID that this worker should act on.

    Attributes:
        graceid: the GraceID.
        done: to be called when it has been acted on and that is committed, from any thread; more
            than once does no harm.
    """

    graceid: str
    done: Callable[[], None]


class Jobs:
    """Signals GraceIDs to the workers of a cluster, and tells this one what is signalled to it.

    Signals are hints: one may be lost or come twice, and whatever waits for too long is signalled
    again. So nothing here waits for the server, and nothing fails where that is away.

    Args:
        url: address of the cluster's database, ``postgresql://...``.
        tell: called with a :class:`Signalled`, in the thread of the jobs; must return at once.
        overdue: returns the GraceIDs that wait for too long or whose time has come. It is called
            about once a second in the whole cluster, in a thread of its own, and never again
            before it has returned.
        at_once: how many GraceIDs may be told and not yet done.
    """

    def __init__(self, url: str, tell: Callable[[Signalled], object],
                 overdue: Callable[[], Iterable[str]], at_once: int = 20) -> None:
        self._url, self._tell, self._overdue, self._at_once = url, tell, overdue, at_once
        self._lock = threading.Lock()
        self._graceids: set[str] = set()  # signalled, and not sent yet
        self._wake, self._closing = asyncio.Event(), False
        self._thread: threading.Thread | None = None
        self._why, self._away, self._pause = "they have not been started", False, SHORTEST
        self._hints: Hints
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Make the tables of the jobs where the database has none.

        Raises:
            JournalError: where that cannot be done, or they are of a version that does not fit.
        """
        with _of_extra():
            from fsm.io.cluster.tables import prepare
        prepare(self._url)

    def start(self) -> None:
        """Begin, in a thread of its own.

        Raises:
            JournalError: where a package is missing.
        """
        with _of_extra():
            from fsm.io.cluster.hints import Hints
        self._hints = Hints(self._url, lambda graceid, done: self._tell(Signalled(graceid, done)),
                            self._overdue, self._at_once)
        self._loop, self._why = asyncio.new_event_loop(), ""
        self._thread = threading.Thread(target=self._run, args=[self._loop], name="jobs",
                                        daemon=True)
        self._thread.start()

    def signal(self, graceids: Iterable[str]) -> None:
        """Have some worker told of each; to be called after what it should act on is committed.

        What has not been sent when these jobs end, or when the server is away, is left to those
        who look for what waits.
        """
        with self._lock:
            self._graceids.update(graceids)
        self._soon(self._wake.set)

    def close(self, seconds: float) -> None:
        """End, within so many seconds; what has been told and is not done is left to others."""
        self._closing = True
        self._soon(self._cancel)
        if self._thread:
            self._thread.join(seconds)

    def lost(self) -> str:
        """Why the thread does not run, or not any more; "" where it does."""
        return self._why

    # -- the thread -----------------------------------------------------------------------------

    def _soon(self, call: Callable[[], object]) -> None:
        if self._loop:
            with contextlib.suppress(RuntimeError):  # the thread has ended
                self._loop.call_soon_threadsafe(call)

    def _cancel(self) -> None:
        """End, and try it again: a cancellation may be lost in the driver."""
        if self._loop and self._work:
            self._work.cancel()
            self._loop.call_later(AGAIN, self._cancel)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner, \
                    contextlib.suppress(asyncio.CancelledError):
                runner.run(self._sessions())
            self._why = "they have been closed"
        except BaseException as error:
            self._why = f"{type(error).__name__}: {error}"
            LOG.exception("cluster: no signals are sent or told any more")

    async def _sessions(self) -> None:
        """Sessions with the server, one after the other."""
        self._work = asyncio.current_task()
        asyncio.get_running_loop().set_exception_handler(_note)
        self._wake.set()  # for what was signalled before
        while not self._closing:
            try:
                await self._session()
                self._lost("the connection was lost")
            except Exception as error:  # of the server, its driver or procrastinate
                self._lost(self._hints.words(error))
            if self._closing:  # and that has been overtaken by the end of the session
                return
            await asyncio.sleep(self._pause * random.uniform(0.75, 1.0))
            self._pause = min(2 * self._pause, LONGEST)

    async def _session(self) -> None:
        async with self._hints.connected():
            ended = asyncio.Event()
            sending = asyncio.create_task(self._send(ended))
            steady = asyncio.get_running_loop().call_later(STEADY, self._found)
            try:
                await self._hints.work()
            finally:
                steady.cancel()
                ended.set()  # since asyncio's wait_for, which the driver uses, loses cancellations
                sending.cancel()
                await asyncio.wait([sending])

    async def _send(self, ended: asyncio.Event) -> None:
        """Send what is signalled, all that has come meanwhile at once."""
        while not ended.is_set():
            await self._wake.wait()
            self._wake.clear()
            with self._lock:
                graceids, self._graceids = self._graceids, set()
            try:
                await self._hints.signal(graceids)
            except Exception as error:
                self._lost(self._hints.words(error))
            else:
                if graceids:
                    self._found()

    def _lost(self, why: str) -> None:
        if not self._away and not self._closing:
            LOG.warning("cluster: signals do not reach the database: %s; it goes on trying", why)
        self._away = True

    def _found(self) -> None:
        if self._away:
            LOG.warning("cluster: signals reach the database again")
        self._away, self._pause = False, SHORTEST


@contextlib.contextmanager
def _of_extra() -> Iterator[None]:
    """Around imports of what only a cluster needs."""
    try:
        yield
    except ImportError as error:
        raise JournalError(extras.missing(error, "cluster")) from None


def _note(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """What nobody has waited for has failed, such as to note a job as done: it is told anew."""
    LOG.debug("cluster: %s: %s", context.get("message"), context.get("exception"))
