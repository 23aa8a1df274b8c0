"""A mail server that can be as bad as mail servers are."""

import socketserver
import threading
import time
from email import message_from_bytes
from email.policy import default

WELL, HANGS, DRIPS, NO_QUIT, REFUSES = "well", "hangs", "drips", "no answer to QUIT", "refuses"
BANNERS = {REFUSES: b"554 5.7.1 client blocked\r\n"}


class Mail:
    """An SMTP server on loopback.

    Attributes:
        how: in which way it answers; ``hangs`` and ``drips`` from the next connection on.
        received: the e-mails that it has taken, each as often as it was.
    """

    def __init__(self):
        self.how, self.received, mail = WELL, [], self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                mail.serve(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = allow_reuse_address = True

        self._make = lambda port: Server(("127.0.0.1", port), Handler)
        self._server = self._make(0)
        self.port = self._server.server_address[1]
        self._serve()

    def _serve(self):
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self):
        """Take no connection any more."""
        self._server.shutdown()
        self._server.server_close()

    def start(self):
        """Take connections again."""
        self._server = self._make(self.port)
        self._serve()

    def serve(self, connection):
        """Answer one client."""
        try:
            self._answer(connection.rfile, connection.wfile)
        except OSError:  # it has gone
            return

    def _answer(self, said, answer):
        how = self.how
        if how == HANGS:
            time.sleep(300)
            return
        if how == DRIPS:
            for _ in range(300):
                answer.write(b"2")
                answer.flush()
                time.sleep(1)
            return
        answer.write(BANNERS.get(how, b"220 mail.example.org\r\n"))
        while line := said.readline():
            word = line[:4].upper()
            if word == b"DATA":
                answer.write(b"354 go on\r\n")
                self.received.append(_mail(said))
            if word == b"QUIT" and how == NO_QUIT:
                return
            answer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 OK\r\n")
            if word == b"QUIT":
                return


def _mail(said):
    lines = []
    while (line := said.readline()) not in (b".\r\n", b""):
        lines.append(line.removeprefix(b"."))
    return message_from_bytes(b"".join(lines), policy=default)
