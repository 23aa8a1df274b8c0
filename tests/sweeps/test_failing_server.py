"""Each endpoint of GraceDB fails in turn, asked by the real client: nobody is blamed."""

import pytest

from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.as_of import PastGraceDB
from fsm.io.gracedb.retrying import Caller
from fsm.simulator.driver import Driver
from fsm.simulator.night import plan
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.faults import Faults
from fsm.standin.server import Server
from fsm.standin.store import Store
from tests.sweeps.findings import Findings
from tests.sweeps.invariants import broken
from tests.sweeps.nights import FAILURE, START, THOROUGH, charts, run, unheard

ENDPOINTS = ("/superevents/S", "/events/G", "/log", "/labels/", "/signoff", "/files/")
FAULTS = {"404": {"status": 404}, "403": {"status": 403}, "500": {"status": 500},
          "rubbish": {"status": 200, "body": "<html>not what was asked for</html>"}}
KINDS = ("significant", "coincident", "cbc") if THOROUGH else ("significant",)


@pytest.fixture(scope="module", params=KINDS)
def written(request):
    """A stand-in in which a night has been written, its address, and the alerts it sent."""
    announcer, heard = Announcer(), []
    announcer.listeners.append(heard.append)
    app = StandIn(Store(":memory:"), announcer, grouping=request.param != "cbc")
    with Server(app) as server:
        for _ in Driver(server.url, charts()[0], {}).run(plan([request.param], 1, 2.0, 0, START)):
            pass
        yield app, server.url, heard


def deafened(heard):
    """A night with a window of lost alerts, and nights that are heard from the midst on."""
    times = sorted(line["time"] for line in heard)
    stops = [times[len(times) * part // 6] for part in ((1, 3, 5) if THOROUGH else (1, 3))]
    yield from ((f"from {stop - times[0]:.0f} s on", unheard(heard, 0.0, stop)) for stop in stops)
    yield "a window lost", unheard(heard, times[len(times) // 4], times[len(times) // 2])


def live(url):
    """GraceDB as the supervisor asks it, with no patience at all, on the clock of the replay."""
    return GraceDB(Caller(url, budget=0.0, pause=0.0, fails=1_000_000, stamped=True))


def past(url):
    """GraceDB as a replay asks it: with what came later, of which it takes what there was."""
    return PastGraceDB(GraceDB(Caller(url, budget=0.0, pause=0.0, fails=1_000_000)))


# A replay's way takes longer, as it reads everything at once, and fails as a whole.
ASKED = [(live, fault) for fault in (None, *FAULTS)] + \
    [(past, fault) for fault in (None, "404")]


@pytest.mark.parametrize(("asked", "fault"), ASKED)
def test_an_endpoint_fails(written, asked, fault):
    app, url, heard = written
    findings = Findings()
    for endpoint in ENDPOINTS if fault else ("none",):
        for how, lines in deafened(heard):
            app.faults = Faults(part=endpoint, **FAULTS.get(fault, {}))
            made = run(lines, lambda _: asked(url))
            app.faults = Faults()
            blamed = [f"blamed: {notice.process}.{notice.check}: {notice.message}"
                      for notice in made.told(FAILURE)]
            findings.update([*blamed, *broken(made)], f"{fault} of {endpoint}, {how}")
    findings.none()
