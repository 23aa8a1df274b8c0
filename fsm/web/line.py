"""The line to the supervisor, on which only so many wait: one that hangs costs a few threads and
connections, however often it is asked."""

import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from typing import Any

from fsm.errors import ControlError
from fsm.io.control import request


class Line:
    """Asks the supervisor in threads.

    Args:
        path: of its socket.
        most: how many questions may wait for an answer.
    """

    def __init__(self, path: str, most: int) -> None:
        self.path = path
        self._free = threading.BoundedSemaphore(most)

    def put(self, name: str, **arguments: object) -> "Future[Any] | None":
        """Put a question; returns its answer to come, which may be an error; None where too many
        wait for theirs, or the system has no thread for it.

        Args:
            name: of the command.
            arguments: as of :func:`~fsm.io.control.request`.
        """
        if not self._free.acquire(blocking=False):
            return None
        answer: Future[Any] = Future()

        def ask() -> None:
            try:
                found = request(self.path, name, **arguments)
            except BaseException as error:  # whoever waits for the answer is told
                self._free.release()
                answer.set_exception(error)
            else:
                self._free.release()
                answer.set_result(found)

        try:
            threading.Thread(target=ask, daemon=True, name=f"ask {name}").start()
        except RuntimeError:  # no more threads can be had
            self._free.release()
            return None
        return answer

    def ask(self, within: float, name: str, **arguments: object) -> Any:
        """Put a question, and wait for its answer.

        Args:
            within: seconds.
            name: as of :meth:`put`.
            arguments: likewise.

        Raises:
            ControlError: where there is none in time, or too many wait for theirs.
        """
        answer = self.put(name, **arguments)
        if answer is None:
            raise ControlError("the supervisor has not answered others yet")
        try:
            return answer.result(within)
        except TooLong:
            raise ControlError(f"the supervisor does not answer within {within:g} s") from None
