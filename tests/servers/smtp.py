"""A mail server that behaves as badly as it is told, on raw sockets, for the real client."""

import socket
import socketserver
import struct
import threading
import time
from contextlib import contextmanager

HANG = object()  # it says nothing more
CLOSE = object()  # ... and closes the connection
RESET = object()  # ... by a reset
STAGES = ("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "letter", "QUIT")


class RudeSMTP(socketserver.ThreadingTCPServer):
    """A server with an answer for each stage of a conversation.

    Attributes:
        answers: by stage, one of :data:`STAGES`: what it says instead of what is usual; a text,
            bytes that are sent one by one, each after a ``moment`` of seconds, a number of seconds
            for which it says nothing before what is usual, or one of the constants above.
        read: the letters that it has read.
        letters: of these, those of which it has said so at once.
        over: ends all hanging.
    """

    daemon_threads, allow_reuse_address = True, True

    moment = 0.02

    def __init__(self, context=None, port=0):
        super().__init__(("127.0.0.1", port), _Handler)
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.port = self.server_address[1]
        self.answers, self.read, self.letters, self.over = {}, [], [], threading.Event()

    def start(self):
        """Serve in a thread; returns itself."""
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        """Take no connection any more."""
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """Clients go away in the middle; that is what is tried."""


class _Handler(socketserver.StreamRequestHandler):
    usual = {"greeting": "220 rude", "EHLO": "250 rude", "DATA": "354 go on", "letter": "250 OK",
             "QUIT": "221 bye"}

    def handle(self):
        if not self._say("greeting"):
            return
        while line := self.rfile.readline():
            stage = line[:4].decode().strip().upper()
            if not self._say(stage):
                return
            if stage == "STAR":
                self.server.over.wait(30)
            if stage == "DATA" and "DATA" not in self.server.answers:
                self.server.read.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                if "letter" not in self.server.answers:
                    self.server.letters.append(self.server.read[-1])
                if not self._say("letter"):
                    return

    def _say(self, stage):
        """Answer; returns whether the conversation goes on."""
        usual = self.usual.get(stage, "250 OK")
        answer = self.server.answers.get(stage, usual)
        if isinstance(answer, float):
            time.sleep(answer)
            answer = usual
        if isinstance(answer, bytes):
            for byte in answer:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(self.server.moment)
        elif answer is HANG:
            self.server.over.wait(30)
        elif answer is RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
            self.connection.close()
        elif answer is not CLOSE:
            self.wfile.write(f"{answer}\r\n".encode())
            return True
        return isinstance(answer, bytes)


@contextmanager
def rude_smtp(context=None):
    """A running server.

    Args:
        context: its side of TLS, from the beginning; None for none.
    """
    with RudeSMTP(context) as server:
        try:
            yield server.start()
        finally:
            server.stop()
