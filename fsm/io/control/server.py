"""Takes commands on a Unix socket."""

import contextlib
import grp
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any

from fsm.errors import ControlError
from fsm.io.control.handler import Handler
from fsm.io.control.messages import JSON, SCHEMA, Request
from fsm.io.jsonio import dumps
from fsm.io.unix_socket import Served, bound

LOG = logging.getLogger("fsm")
MOST = 100  # connections at once: more would leave the supervisor no files for its own work
_WHY = dumps({"schema": SCHEMA, "view": "error", "status": 503, "error":
              f"{MOST} commands wait for their answers already: try again"}) + b"\n"
FULL = (b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: %b\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (JSON.encode(), len(_WHY), _WHY))


class Control:
    """Takes commands on a socket.

    Args:
        path: of the socket; one that another supervisor has left behind is replaced.
        tell: called, from threads, with every :class:`Request`.
        group: of the operating system, whose members may give commands too; "" for the owner alone.
        busy: function that says, in words and to any thread, why a command is not answered; ""
            where it will be.

    Raises:
        ControlError: where the socket cannot be made, or another supervisor serves it.
    """

    def __init__(self, path: str | Path, tell: Callable[[Request], None], group: str = "",
                 busy: Callable[[], str] = str) -> None:
        self.path, self._tell, self._group, self._busy = Path(path), tell, group, busy
        self._make()

    def start(self) -> None:
        """Begin to take commands."""
        self._thread.start()

    def close(self) -> None:
        """Take none any more; what was answered is sent."""
        if self._thread.ident is not None:
            self._server.shutdown()
        self._server.server_close()
        if not self.lost():
            with contextlib.suppress(OSError):
                self.path.unlink()

    def lost(self) -> str:
        """What has become of the socket, under its name; "" where that is all right."""
        try:
            there = os.stat(self.path)
        except OSError as error:
            return f"the socket {self.path} cannot be found any more ({error.strerror})"
        same = (there.st_dev, there.st_ino) == self._made
        return "" if same else f"{self.path} is another socket than the one that was made"

    def renew(self) -> None:
        """Make the socket anew where it was deleted; one that others serve is left to them.

        Raises:
            ControlError: as at first.
        """
        before = self._server, self._thread
        self._make()
        self._thread.start()
        before[0].shutdown()
        before[0].server_close()

    def _make(self) -> None:
        try:
            group = grp.getgrnam(self._group).gr_gid if self._group else -1
            way = bound(self.path, group)
            there = self.path.stat()
        except KeyError:
            raise ControlError(f"operators.group: there is no group {self._group!r}") from None
        except Served:
            raise ControlError(f"{self.path}: another supervisor serves this socket; stop it "
                               "first, or give this one another ([operators] socket)") from None
        except ControlError as error:
            raise ControlError(f"{error}; give [operators] another 'socket', or remove it"
                               ) from None
        except OSError as error:
            raise ControlError(f"{self.path}: no socket for operators can be made: "
                               f"{error.strerror or error}") from None
        self._made = there.st_dev, there.st_ino
        self._server = _Server(str(self.path), Handler.of(self._tell, self._busy), False)
        self._server.socket.close()  # the one that was made above takes its place
        self._server.socket = way
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,),
                                        name="control", daemon=True)


class _Server(ThreadingMixIn, UnixStreamServer):
    # Nobody who keeps silent, or waits for an answer, may hold up the end.
    daemon_threads, block_on_close = True, False

    def __init__(self, *args: Any) -> None:
        self._free = threading.BoundedSemaphore(MOST)
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, or refuse it where there are too many."""
        if self._free.acquire(blocking=False):
            try:
                super().process_request(request, client_address)
            except BaseException:  # it has no thread that would do so
                self._free.release()
                raise
        else:
            with contextlib.suppress(OSError):
                request.sendall(FULL)
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection; there is room for another one then."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Note a mistake; that somebody has gone is none."""
        if not isinstance(sys.exception(), OSError):
            LOG.exception("a request of an operator failed")
