"""What is sent to the operators' socket, whether it is HTTP or not."""

import logging
import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import strategies as st

from fsm.daemon.commands import COMMANDS
from fsm.io.control.messages import DO
from fsm.io.control.server import Control
from fsm.io.jsonio import dumps, loads
from tests.fuzz.strategies import PUT, changed, cut, damaged, line
from tests.fuzz.targets import Target, named

HEAD = (b"POST %s HTTP/1.1\r\nHost: supervisor\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\nConnection: close\r\n\r\n")
ODD = PUT | st.sampled_from((
    b"\r\n\r\n", b"\r\n", b" ", b"HTTP/1.1", b"HTTP/9.9", b"GET", b"Transfer-Encoding: chunked\r\n",
    b"Content-Length: -1\r\n", b"Expect: 100-continue\r\n", b"%00", b": ", b"A" * 3000,
    b"A" * 70000))
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SECONDS = 15.0  # until an answer


@st.composite
def some_request(draw):
    """Bytes."""
    arguments = {"graceids": ["G1"], "reason": "a test", "behalf": "x"}
    body = draw(changed(arguments).flatmap(line))
    name = f"{DO}{draw(st.sampled_from(list(COMMANDS)))}"
    if draw(st.integers(0, 3)) == 3:
        name = draw(cut(name))
    length = draw(st.sampled_from((len(body), len(body), len(body) + 1, 0, 10**9)))
    made = HEAD % (name.encode("utf-8", "backslashreplace"), length) + body
    return draw(damaged(made, put=ODD)) if draw(st.booleans()) else made


class Requests(Target):
    """The socket's server; behind it whoever answers each command at once."""

    name, inputs = "requests", some_request()

    def __init__(self, folder):
        # The system takes no long paths of sockets.
        self.folder, self.failed = Path(tempfile.mkdtemp(prefix="f", dir="/tmp")), []
        self.taken = []
        self.control = Control(self.folder / "s", self._tell)
        self.control.start()
        self._log = _Failures(self.failed)
        logging.getLogger("fsm").addHandler(self._log)

    def _tell(self, request):
        self.taken.append(request)
        request.answer(result={"name": request.name})

    def take(self, made):
        """Have it answered, in JSON where at all."""
        self.taken.clear()
        with socket.socket(socket.AF_UNIX) as way:
            way.settimeout(SECONDS)
            way.connect(str(self.control.path))
            with suppress(OSError):  # it may have refused it before it has come to its end
                way.sendall(made)
                way.shutdown(socket.SHUT_WR)
            said = _received(way)
        assert not self.failed, self.failed
        said = said.removeprefix(CONTINUE)
        if said.startswith(b"HTTP/"):
            head, _, body = said.partition(b"\r\n\r\n")
            plain = loads(body)
            assert b" 500 " not in head, head
            if "error" in plain:
                named(plain["error"])
        else:
            assert not said or b"\n" in said, said
        for request in self.taken:
            dumps({"who": request.who, "name": request.name, **request.arguments})

    def close(self):
        logging.getLogger("fsm").removeHandler(self._log)
        self.control.close()
        shutil.rmtree(self.folder)


class _Failures(logging.Handler):
    """Keeps what the server says of its own mistakes."""

    def __init__(self, said):
        super().__init__(logging.ERROR)
        self._said = said

    def emit(self, record):
        self._said.append(record.getMessage() + repr(record.exc_info))


def _received(way):
    parts = []
    with suppress(ConnectionError):
        while part := way.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)
