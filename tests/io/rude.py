"""An HTTP server that answers as no GraceDB should, on raw sockets, for the real client."""

import json
import socketserver
import threading
import time
from contextlib import contextmanager

from fsm.standin.server import _context

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def whole(plain):
    """A healthy answer."""
    body = plain if isinstance(plain, bytes) else json.dumps(plain).encode()
    return f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Rude(socketserver.ThreadingTCPServer):
    """A server with a page for each beginning of a path.

    Attributes:
        pages: beginnings of paths to what is sent: bytes, or a function (send, path), which may
            take its time.
        paths: that were asked for.
        certificate: path of the one to trust, or None.

    Args:
        tls: folder for a certificate of its own, or None for plain HTTP.
    """

    daemon_threads, allow_reuse_address = True, True

    def __init__(self, tls=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        context, self.certificate = _context(tls) if tls else (None, None)
        if tls:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"http{'s' if tls else ''}://localhost:{self.server_address[1]}/api/"
        self.pages, self.paths = {}, []
        links = {"events": f"{self.url}events/", "superevents": f"{self.url}superevents/"}
        event = links["events"] + "{graceid}"
        self.pages["/api/ "] = whole({"links": links, "templates": {
            "event-detail-template": event, "event-log-template": f"{event}/log/",
            "event-label-template": f"{event}/labels/{{label}}",
            "files-template": f"{event}/files/{{filename}}"}})

    def handle_error(self, *_):
        """Clients go away in the middle; that is what is tried."""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while (line := self.rfile.readline()):
            while self.rfile.readline().strip():
                pass
            path = line.decode().split()[1]
            self.server.paths.append(path)
            page = next((page for start, page in sorted(self.server.pages.items(), reverse=True)
                         if f"{path} ".startswith(start)), None)
            if page is None:
                self.wfile.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
            elif callable(page):
                page(self.wfile.write, path)
                return
            else:
                self.wfile.write(page)


def dripping(start, body, pause=0.05):
    """A page that is sent byte by byte, after a start that is sent at once."""
    def page(send, _):
        send(start)
        for byte in body:
            send(bytes([byte]))
            time.sleep(pause)
    return page


@contextmanager
def rude(tls=None):
    """A running server; argument as of :class:`Rude`."""
    with Rude(tls) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
