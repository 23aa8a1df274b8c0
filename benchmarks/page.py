"""Measures what open pages cost the daemon: its latency with and without them, in turn.

    python benchmarks/page.py [--json]

A daemon with two hundred live candidates in memory is sent alerts at a steady rate; `fsm web`
serves its pages. In every second stretch of ten seconds, 200 streams of news are open and a
thousand requests a second come, over 50 connections, for the views that people look at: the board,
the candidates of the last hours, their processes, the catalogue, health; half of them as JSON. Six
stretches of each kind make a minute of each. Both kinds meet the same noise of the machine, so the
ratio tells what the daemon feels. Who asks is a process of its own, and takes a processor too.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import daemon
import figures

LIVE, RATE = 200, 5  # candidates; alerts a second, as while several are begun at once
STRETCHES, SECONDS = 12, 10
STREAMS, CONNECTIONS, REQUESTS = 200, 50, 1000  # the last: requests a second
LOOKED_AT = 10  # candidates that people look at
PORT = 18_099


def views():
    """The addresses that are asked for, the usual ones more often."""
    graceids = [f"G{100000 + number}" for number in range(LOOKED_AT)]
    pages = ["/", "/", "/p", "/p/bayestar", "/-/health",
             *(f"/c/{one}" for one in graceids), *(f"/c/{one}/bayestar" for one in graceids)]
    return [*pages, *("/index.json" if page == "/" else f"{page}.json" for page in pages)]


class Load:
    """Streams and requests; asks while it is on."""

    def __init__(self):
        self.on, self.took, self.failed, self.news = False, [], 0, 0
        self._next = 0

    async def stream(self):
        """One open page, that hears news."""
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(b"GET /-/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        try:
            while True:
                line = await reader.readline()
                if not line:
                    self.failed += 1
                    return
                self.news += line.startswith(b"event: news")
        finally:
            writer.close()

    async def ask(self, number):
        """One connection, on which request follows request, at its share of the rate."""
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        addresses, due = views(), time.perf_counter() + number / REQUESTS
        while self.on:
            address = addresses[self._next % len(addresses)]
            self._next += 1
            pause = due - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            due += CONNECTIONS / REQUESTS
            writer.write(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            begun = time.perf_counter()
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            self.took.append(time.perf_counter() - begun)
            self.failed += not head.startswith(b"HTTP/1.1 200")
        writer.close()

    async def run(self):
        """Begin and end as standard input says; tell what came of it."""
        loop = asyncio.get_running_loop()
        began, seconds, tasks = 0.0, 0.0, []
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            self.on = line.strip() == "on"
            if self.on:
                began = time.perf_counter()
                tasks = [asyncio.create_task(self.stream()) for _ in range(STREAMS)]
                asking = [asyncio.create_task(self.ask(n)) for n in range(CONNECTIONS)]
            elif tasks:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, *asking, return_exceptions=True)
                seconds, tasks = seconds + time.perf_counter() - began, []
        print(json.dumps({"rate": len(self.took) / seconds, "failed": self.failed,
                          "median": daemon.at(0.5, self.took) * 1e3,
                          "p99": daemon.at(0.99, self.took) * 1e3, "news": self.news}))


def serve(path):
    """Serve alerts; say when each stretch begins, and at the end the latencies of each."""
    daemon.GRACEIDS, daemon.STRETCHES, daemon.SECONDS, daemon.RATE = LIVE, STRETCHES, SECONDS, RATE
    made, turns = daemon.made(path), []
    made.supervisor.turn = daemon.timed(made.supervisor.turn, turns)
    made.candidates.begin()
    for graceid in list(made.candidates):
        made.candidates.get(graceid)

    class Sender(daemon.Sender):
        """Waits for standard input before each stretch."""

        def begin(self, number):
            print(json.dumps({"stretch": number, "turns": len(turns)}), flush=True)
            sys.stdin.readline()

    sender = Sender(made.inbox, lambda: daemon.tell(
        {"latencies": sender.latencies, "turns": turns}))
    sender.start()
    made.run()


def measured(folder):
    """(what the daemon says, what who asks says)."""
    path = str(Path(folder) / "journal.db")
    daemon.fill(path, LIVE, time.time())
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    own = [sys.executable, __file__]
    with subprocess.Popen([*own, "--serve", path], **pipes) as served, \
            subprocess.Popen([sys.executable, "-m", "fsm", "web", "--journal", path, "--socket",
                              f"{path}.sock", "--bind", f"127.0.0.1:{PORT}"],
                             stderr=subprocess.DEVNULL) as pages, \
            subprocess.Popen([*own, "--load"], **pipes) as load:
        try:
            found = json.loads(served.stdout.readline())
            until_served()
            marks = []
            while "stretch" in found:
                marks.append(found["turns"])
                load.stdin.write("on\n" if found["stretch"] % 2 else "off\n")
                load.stdin.flush()
                served.stdin.write("go\n")
                served.stdin.flush()
                found = json.loads(served.stdout.readline())
            load.stdin.write("off\n")
            load.stdin.close()
            asked = json.loads(load.stdout.readline())
        finally:
            for one in (served, pages, load):
                one.kill()
    return {**found, "marks": [*marks, len(found["turns"])]}, asked


def until_served():
    """Wait until the pages are there."""
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{PORT}/-/health.json", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the pages did not begin within half a minute")


def of_page():
    with tempfile.TemporaryDirectory() as folder:
        found, asked = measured(folder)
    spans = list(zip(found["marks"], found["marks"][1:], strict=False))
    kinds = {"alone": slice(0, None, 2), "pages": slice(1, None, 2)}
    all_late = {kind: [daemon.at(0.99, took) for took in found["latencies"][some]]
                for kind, some in kinds.items()}
    late = {kind: statistics.median(some) for kind, some in all_late.items()}
    turn = {kind: statistics.median(daemon.at(0.99, found["turns"][a:b]) for a, b in spans[some])
            for kind, some in kinds.items()}
    how = f"daemon, {LIVE:,} live, {RATE} alerts/s"
    yield f"{how}, receipt to effects, 99 %, no page open", late["alone"] * 1e3, "ms"
    yield "likewise, the noise: half of the stretches are within", _noise(all_late["alone"]), "ms"
    yield f"likewise, {STREAMS} streams and requests", late["pages"] * 1e3, "ms"
    yield "the latter by the former", late["pages"] / late["alone"], "", 1.2
    yield f"{how}, turns, of the processor alone, 99 %", turn["alone"] * 1e3, "ms"
    yield f"likewise, {STREAMS} streams and requests", turn["pages"] * 1e3, "ms"
    yield "pages: requests answered", asked["rate"], "a second", -0.98 * REQUESTS
    yield "pages: a request, median", asked["median"], "ms"
    yield "pages: a request, 99 %", asked["p99"], "ms", 1000
    yield "pages: requests and streams that failed", asked["failed"], "", 0
    yield "pages: news told to streams", asked["news"], ""


def _noise(late):
    """How far the quartiles of latencies, in seconds, are apart, in ms."""
    low, _, high = statistics.quantiles(late, n=4)
    return (high - low) * 1e3


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    elif sys.argv[1:2] == ["--load"]:
        asyncio.run(Load().run())
    else:
        figures.main({"page": of_page}, __doc__.splitlines()[0])
