"""Measures how fast checks are judged that fall due together, with a slow GraceDB.

    python benchmarks/gracedb.py [GRACEIDS [SECONDS_A_REQUEST [AT_ONCE]]]

A hundred candidates, with nothing but their creation, reach a deadline at the same second; the
stand-in takes half a second for each request. Needs the extra ``standin``.
"""

import queue
import sys
import time

from fsm.chart import check
from fsm.core.charts.checks import Stage
from fsm.core.charts.policy import default_policy
from fsm.core.charts.process import Process
from fsm.core.engine.effects import Ask
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Tick
from fsm.core.evidence.parsing import parse
from fsm.core.expect.vocabulary import log, new
from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.query_pool import QueryPool
from fsm.io.gracedb.retrying import Caller
from fsm.registry import charts
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store

NIGHT = 1_502_000_000.0
CHECKS = 100


def process():
    """A process of a hundred checks, all due a minute after creation."""
    checks = [check(f"c{number}", log(f"message number {number} "), within=60)
              for number in range(CHECKS)]
    return Process("many", "Many checks", starts=new(), stages=[Stage("all", *checks)])


def main():
    """Measure once and print."""
    events, seconds, at_once = (kind(text) for kind, text in zip(
        (int, float, int), [*sys.argv[1:], "100", "0.5", "10"][:3], strict=True))
    announcer, lines = Announcer(), []
    announcer.listeners.append(lines.append)
    app = StandIn(Store(":memory:"), announcer)
    many = process()
    engine = Engine([many], charts()[1], default_policy([many]))
    for _ in range(events):
        app.service.create_event(NIGHT, "CBC", "gstlal", "AllSky", ("a", b""), {})
    for line in lines:
        engine.step(parse(line["payload"], line["time"]))
    with Server(app) as server:
        app.faults.latency = seconds
        answers = queue.SimpleQueue()
        query_pool = QueryPool(GraceDB(Caller(server.url)), answers.put, at_once)
        began = time.perf_counter()
        asks = [e for e in engine.step(Tick(NIGHT + 60)).effects if isinstance(e, Ask)]
        query_pool.ask(asks)
        for _ in asks:
            engine.step(answers.get())
        taken = time.perf_counter() - began
        query_pool.close()
    judged = sum(c.state == "overdue" for one in engine.candidates.values() for c in one.checks())
    print(f"{events} GraceIDs, {judged} checks judged, {seconds:g} s a request, {at_once} at once: "
          f"{taken:.1f} s, {len(app.requests)} requests")


if __name__ == "__main__":
    main()
