"""What is sent to the operators' socket, whether it is HTTP or not."""

import logging
import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from fsm.daemon.commands import COMMANDS
from fsm.io.control.messages import DO
from fsm.io.control.server import Control
from fsm.io.jsonio import dumps, loads
from tests.fuzz.mutating import Mutator
from tests.fuzz.targets import Target, named

HEAD = (b"POST %s HTTP/1.1\r\nHost: supervisor\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\nConnection: close\r\n\r\n")
ODD = (b"\r\n\r\n", b"\r\n", b" ", b"HTTP/1.1", b"HTTP/9.9", b"GET",
       b"Transfer-Encoding: chunked\r\n", b"Content-Length: -1\r\n", b"Expect: 100-continue\r\n",
       b"%00", b"\xff", b": ", b"A" * 70000)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SECONDS = 15.0  # until an answer


class Requests(Target):
    """The socket's server; behind it whoever answers each command at once."""

    name = "requests"

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

    def made(self, chance):
        """Bytes."""
        mutator = Mutator(chance)
        arguments = {"graceids": ["G1"], "reason": "a test", "behalf": "x"}
        body = mutator.line(mutator.structure(arguments)) if chance.random() < 0.5 else \
            dumps(arguments)
        name = mutator.text(f"{DO}{chance.choice(list(COMMANDS))}") if chance.random() < 0.3 else \
            f"{DO}waive"
        length = chance.choice((len(body), len(body), len(body) + 1, 0, 10**9))
        made = HEAD % (name.encode("utf-8", "backslashreplace"), length) + body
        for _ in range(chance.randint(0, 2)):
            place = chance.randint(0, len(made))
            made = made[:place] + chance.choice(ODD) + made[place + chance.randint(0, 9):]
        return mutator.octets(made) if chance.random() < 0.4 else made

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
