"""Procrastinate's tasks: one that tells of a GraceID, and one that looks for what was not told.

A job is a hint that somebody should look at a GraceID. So it is no harm that jobs are lost, come
twice, or are ended unfinished: what waits is in the journal, and is found there within seconds.
"""

import asyncio
import contextlib
import functools
import hashlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status

from fsm.io.postgres import conninfo, words

ACT, CHORES = "act", "chores"  # queues, and the names of their tasks
FIRST = 1  # priority of the chore, so that any number of GraceIDs do not hold it up
BEAT, DEAD = 1.0, 3.0  # seconds between a worker's signs of life, and until it is taken for dead
POLL = 1.0  # seconds until waiting jobs are looked for where no notification has come
FINISH = 0.5  # seconds for jobs that are done to be noted as done when a worker ends
CONNECTIONS, CONNECT = 4, 3.0  # at most for each worker, and seconds until there is one
ROUNDS = 3  # attempts to signal many GraceIDs at once while others signal them too
LONGEST = 200  # characters of a GraceID in an index, which refuses what is above 2,700 bytes
QUIET = 60.0  # seconds between notes of what fails again and again
LOG = logging.getLogger("fsm")
# They tell of every job, and of each attempt to connect.
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
logging.getLogger("psycopg").setLevel(logging.CRITICAL)


class Hints:
    """The tasks, and procrastinate's worker that does them.

    Args:
        url: address of the database.
        tell: called with a GraceID that was signalled, and with what is to be called, from any
            thread, when it has been acted on; in the worker's thread, so it must return at once.
        overdue: returns the GraceIDs that wait for too long; called in a thread of its own.
        at_once: jobs that are under way at the same time.
    """

    def __init__(self, url: str, tell: Callable[[str, Callable[[], None]], object],
                 overdue: Callable[[], Iterable[str]], at_once: int) -> None:
        self.url, self._tell, self._overdue, self._at_once = url, tell, overdue, at_once
        self._looking = threading.Lock()
        self._told: dict[str, float] = {}
        # One for ever, since each renames the tasks that all have in common; but a connector for
        # each session, since one that could not connect says ever after that it has.
        self._app = App(connector=PsycopgConnector())
        self._app.task(name=ACT, queue=ACT)(self._act)
        self._app.periodic(cron="* * * * * *")(self._app.task(
            name=CHORES, queue=CHORES, priority=FIRST, queueing_lock=CHORES)(self._chore))

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """A session with the server.

        Raises:
            psycopg.Error: where there can be none.
        """
        # A hint that a crash of the server takes away is made again, so it waits for no disk.
        reached = conninfo(self.url, "jobs", synchronous_commit="off")
        # A pool tries for long and keeps to itself why it cannot connect.
        await (await psycopg.AsyncConnection.connect(reached)).close()
        connector = PsycopgConnector(conninfo=reached, min_size=1, max_size=CONNECTIONS,
                                     timeout=CONNECT, configure=_configure)
        with self._app.replace_connector(connector):
            async with self._app.open_async():
                yield

    async def work(self) -> None:
        """Do jobs within a session, until that is lost."""
        await self._app.run_worker_async(
            queues=[ACT, CHORES], concurrency=self._at_once, delete_jobs="always",
            install_signal_handlers=False, fetch_job_polling_interval=POLL,
            shutdown_graceful_timeout=FINISH, update_heartbeat_interval=BEAT,
            stalled_worker_timeout=DEAD)

    async def signal(self, graceids: Iterable[str]) -> None:
        """Have each GraceID told by some worker; one that waits to be told is told once.

        Raises:
            procrastinate.exceptions.ConnectorException: where the server does not take them.
        """
        manager = self._app.job_manager
        # In one order, so that two workers that signal the same never wait for each other.
        jobs = sorted(map(_job, set(graceids)), key=lambda job: str(job.queueing_lock))
        for _ in range(ROUNDS):
            if not jobs:
                return
            try:
                await manager.batch_defer_jobs_async(jobs)
            except AlreadyEnqueued:  # of one, and then none is taken
                waiting = {job.queueing_lock for job in await manager.list_jobs_async(
                    task=ACT, status=Status.TODO.value)}
                jobs = [job for job in jobs if job.queueing_lock not in waiting]
            else:
                return
        for job in jobs:
            with contextlib.suppress(AlreadyEnqueued):
                await manager.defer_job_async(job)

    def words(self, error: BaseException) -> str:
        """What an error says, without secrets."""
        return words(error, self.url)

    # -- the tasks ------------------------------------------------------------------------------

    async def _act(self, graceid: str) -> None:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        try:
            self._tell(_read(graceid), functools.partial(_finish, loop, done))
        except Exception as error:
            self._complain("a GraceID that was signalled cannot be taken", error)
        else:
            await done

    async def _chore(self, timestamp: int) -> None:
        """What is done each second, by one worker of the cluster."""
        await self._tried("GraceIDs that wait cannot be looked for", self._signal_overdue)
        await self._tried("jobs of dead workers cannot be ended", self._end_stalled)

    async def _signal_overdue(self) -> None:
        await self.signal(await asyncio.to_thread(self._look))

    def _look(self) -> list[str]:
        """The GraceIDs that wait; none where the last look has not come back yet."""
        if not self._looking.acquire(blocking=False):
            return []
        try:
            return list(self._overdue())
        finally:
            self._looking.release()

    async def _end_stalled(self) -> None:
        """End what workers had under way that have died.

        To put it back into the queue fails where the same GraceID has been signalled again
        (https://github.com/procrastinate-org/procrastinate/issues/1446); what waits is signalled
        in any case.
        """
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD):
            try:
                await manager.finish_job(job, status=Status.FAILED, delete_job=True)
            except ConnectorException as error:
                if not isinstance(error.__cause__, psycopg.errors.RaiseException):
                    raise  # that one says that it has been ended meanwhile

    async def _tried(self, fault: str, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception as error:  # the worker goes on, and it is done again in a second
            self._complain(fault, error)

    def _complain(self, fault: str, error: Exception) -> None:
        now = time.monotonic()
        if now - self._told.get(fault, float("-inf")) >= QUIET:
            self._told[fault] = now
            LOG.warning("cluster: %s: %s", fault, self.words(error))


def _job(graceid: str) -> Job:
    written = graceid.encode("unicode_escape").decode()  # a database does not take all of Unicode
    short = written if len(written) <= LONGEST else hashlib.sha256(written.encode()).hexdigest()
    return Job(queue=ACT, task_name=ACT, task_kwargs={"graceid": written}, lock=None,
               queueing_lock=f"{ACT} {short}")


def _read(written: str) -> str:
    return written.encode().decode("unicode_escape")


def _finish(loop: asyncio.AbstractEventLoop, done: "asyncio.Future[None]") -> None:
    with contextlib.suppress(RuntimeError):  # the worker has ended meanwhile
        loop.call_soon_threadsafe(_set, done)


def _set(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)


async def _configure(connection: psycopg.AsyncConnection) -> None:
    await connection.set_autocommit(True)  # each of its statements stands for itself
