"""The pages as their users start them: a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import httpx2


class Served:
    """``fsm web`` of a daemon.

    Args:
        daemon: whose journal it shows.
        options: further ones.
    """

    def __init__(self, daemon, *options, config=None):
        self.daemon, self.log = daemon, daemon.folder / "web.log"
        self.command = [sys.executable, "-m", "fsm", "web", "--config",
                        str(config or daemon.folder / "config.toml"), "--journal",
                        str(daemon.journal), "--bind", "127.0.0.1:0", *options]

    def __enter__(self):
        self.log.unlink(missing_ok=True)
        self.process = subprocess.Popen(self.command, stderr=self.log.open("w"))
        self.url = self._until_it_is_said()
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _until_it_is_said(self, seconds=40):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(r"pages are at (http://\S+)", self.log.read_text())
            if found:
                return self.wait_for(found[1])
            time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-3000:])

    def wait_for(self, url, seconds=20):
        """Wait until an address answers; returns it."""
        end = time.monotonic() + seconds
        while True:
            try:
                httpx2.get(f"{url}-/sign-in")
                return url
            except httpx2.TransportError:
                assert time.monotonic() < end, self.log.read_text()[-3000:]
                time.sleep(0.05)

    def get(self, path, **more):
        """Ask for something."""
        return httpx2.get(self.url.rstrip("/") + path, timeout=20, **more)

    @contextmanager
    def stream(self):
        """The events of a page that is open, as pairs (kind, data)."""
        with httpx2.stream("GET", f"{self.url}-/stream", timeout=20) as response:
            yield _events(response.iter_lines())

    def end(self, seconds=10):
        """End it; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def _events(lines):
    kind = ""
    for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield kind, line.removeprefix("data: ")


def peer(path):
    """A client that comes by a Unix socket."""
    return httpx2.Client(transport=httpx2.HTTPTransport(uds=str(path)), base_url="http://pages")


def children(pid):
    """The processes that a process has started."""
    path = f"/proc/{pid}/task"
    found = []
    for task in os.listdir(path):
        with suppress(FileNotFoundError), open(f"{path}/{task}/children") as stream:
            found += map(int, stream.read().split())
    return found
