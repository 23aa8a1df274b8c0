"""How property tests run, and servers to ask: a GraceDB on loopback, and PostgreSQL."""

import signal

import pytest
from hypothesis import HealthCheck, settings

from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.retrying import Caller
from fsm.io.journal.journal import Journal
from fsm.io.journal.postgresql import PostgreSQL
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store
from tests.servers.postgres import Postgres

# No test may depend on the speed of the machine.
settings.register_profile("any_machine", deadline=None,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")

# What a shell starts in the background ignores interrupts, and so would all that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

NIGHT = 1_502_000_000.0


class Standing:
    """A running stand-in with an event G100001, and the real client's way to it."""

    def __init__(self, app, server):
        self.app, self.url = app, server.url
        self.service, self.faults = app.service, app.faults
        self.service.create_event(NIGHT, "CBC", "gstlal", "AllSky", ("coinc.xml", b"{}"),
                                  {"far": 1e-9, "gpstime": 1186000000.5})

    def order(self, **faults):
        """Order faults of everything but the root page."""
        self.app.faults.part = "/events"
        for name, value in faults.items():
            setattr(self.app.faults, name, value)

    def gracedb(self, **more):
        """GraceDB as the supervisor reaches it, with little patience."""
        return GraceDB(Caller(self.url, **{"budget": 0.0, "pause": 0.01, **more}))

    def paths(self):
        """What was asked for, without the root page."""
        return [path for _, path in self.app.requests if path != "/api/"]


@pytest.fixture
def standing():
    app = StandIn(Store(":memory:"), Announcer())
    with Server(app) as server:
        yield Standing(app, server)


@pytest.fixture(scope="session")
def postgres():
    """One server for all tests, which runs; each makes a database of its own."""
    server = Postgres()
    yield server.start()
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def journals(request, tmp_path):
    """The journals of two supervisors: one file, or two connections to one database."""
    if request.param == "sqlite":
        made = [Journal(tmp_path / "shared.db")] * 2
    else:
        server = request.getfixturevalue("postgres")
        url = server.create()
        made = [Journal(PostgreSQL(url)) for _ in range(2)]
    yield made
    for one in made:
        one.close()
    if request.param == "postgresql":
        server.drop(url)
