"""A server that keeps the content of alerts too large for Kafka."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hop import bson

LARGE = {"uid": "G7", "alert_type": "new", "data": {"x": "y" * 2000}}


def kept_by_hop(**more):
    """What hop's server keeps of a large alert."""
    return bson.dumps({"message": json.dumps(LARGE).encode(), "metadata": {
        "headers": [["_format", b"json"]], "timestamp": 1_500_000_000_000, **more}})


class Kept:
    """A server that has the content of a large alert, and answers in the way that it is told."""

    def __init__(self):
        self.content, self.status, self.hangs, self.asked = kept_by_hop(), 200, False, []
        self.go_on, kept = threading.Event(), self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                kept.asked.append(dict(self.headers))
                if kept.hangs:
                    kept.go_on.wait(10)
                self.send_response(kept.status)
                self.send_header("Content-Length", str(len(kept.content)))
                self.end_headers()
                self.wfile.write(kept.content)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.place = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.place}/msg/1"

    def close(self):
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
