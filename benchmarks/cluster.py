"""Several supervisors on one PostgreSQL in real time: how much, how soon, whatever becomes of some.

    PYTHONPATH=. python benchmarks/cluster.py [KILLS [HANGS]]

All of it, with the server and what feeds them, is on this machine. Three supervisors hear the same
alerts, about a hundred events of today with a made-up follow-up of short deadlines beside those
that they have anyway. Flat out each hears its share. At last some are killed in the midst of a
step, before the commit and after that of alerts, hung for 8 s with a transaction open, their
connections are cut, and the server is crashed. Status 1 where anything was lost or done twice.
"""

import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.daemon.live import Feed, Live
from tests.servers.postgres import Postgres

FLAT_OUT, STEADY, UNDER_BLOWS = 6000, 150, 20  # alerts, and alerts a second
SECONDS, SILENT, CUTS = 20.0, 8.0, 5
MOMENTS = ("step", "commit", "heard")


@contextlib.contextmanager
def running(server, number, **more):
    """Some supervisors on a database of their own."""
    with tempfile.TemporaryDirectory() as folder:
        live = Live(Path(folder) / "live", server.create(), number, **more)
        try:
            yield live
        finally:
            live.end()


def at(values, share):
    """The value that a share of all does not exceed, in ms."""
    return sorted(values)[int(share * (len(values) - 1))] * 1e3


def say(words, found, live):
    """Print figures, or end with status 1 where anything is wrong."""
    load = os.getloadavg()[0]
    faults = list(found.faults(live.told()))
    if faults:
        sys.exit("\n".join(faults))
    print(f"{words}: none lost, none twice (load {load:.1f})", flush=True)


def flat_out(server, number):
    """How many alerts a second some take and act on, where they wait already."""
    with running(server, number) as live:
        feed = Feed([], 1e9)
        for turn in range(FLAT_OUT):
            with live.workers[turn % number].recording.open("a") as stream:
                stream.write(feed.line())
        live.start()
        found = live.done(feed)
        begun = min(row[4] for row in found.inputs)
        taken = max(row[6] for row in found.inputs if row[2] == "alert") - begun
        say(f"{number} supervisors flat out: {FLAT_OUT / taken:.0f} alerts/s", found, live)


def steady(server):
    """How soon, at a steady rate."""
    with running(server, 3, piped=True) as live:
        live.start()
        feed = live.feed(STEADY, seconds=SECONDS)
        feed.join()
        found = live.done(feed)
        some = found.latencies
        say(f"3 supervisors at {STEADY}/s: from an alert's row to the commit of what comes of it "
            f"p50 {at(some, 0.5):.1f} ms, p99 {at(some, 0.99):.0f} ms; {len(found.late)} deadlines,"
            f" p50 {at(found.late, 0.5):.0f} ms late, at most {at(found.late, 1):.0f} ms", found,
            live)


def blows(server, kills, hangs):
    """How long anything waits after blows."""
    with running(server, 3) as live:
        feed, killed, hung = live.start().feed(UNDER_BLOWS), [], []
        for number in range(kills):
            killed.append(live.kill(live.workers[number % 3], MOMENTS[number // 3 % 3]))
        time.sleep(SILENT)  # so that no wait counts for both
        for number in range(hangs):
            hung.append(live.hang(live.workers[number % 3], MOMENTS[number // 3 % 3], SILENT))
        blown = time.time()
        for _ in range(CUTS):
            server.cut()
            time.sleep(1.0)
        server.stop("immediate")
        server.start()
        found = live.done(feed)
        waits = [max(found.longest(one - 2.0, one + SILENT) for one in some)
                 for some in (killed, hung)]
        say(f"longest wait of {len(feed.fed)} alerts after {kills} kills {waits[0]:.1f} s, after "
            f"{hangs} hangs of {SILENT:g} s {waits[1]:.1f} s, after {CUTS} cuts of all connections "
            f"and a crash of the server {found.longest(blown - 2.0):.1f} s",
            found, live)


def main():
    """All of it."""
    kills, hangs = map(int, sys.argv[1:] + ["50", "20"][len(sys.argv) - 1:])
    server = Postgres(durable=True).start()
    try:
        for number in (1, 2, 3):
            flat_out(server, number)
        steady(server)
        blows(server, kills, hangs)
    finally:
        server.remove()


if __name__ == "__main__":
    main()
