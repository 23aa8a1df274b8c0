"""A PostgreSQL server of its own, with no care for what a crash of the machine would lose."""

import contextlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.servers.xmpp import free_port

USER = "supervisor"
SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
FAST = ("fsync=off", "full_page_writes=off")  # what it says to clients stays as it would be
PATIENCE = 30.0  # seconds until it must answer


def program(name):
    """A program of the server's, as Debian or anybody else has installed it; the newest."""
    found = [(float(re.sub(r"[^0-9.]", "", path.parts[-3]) or 0), path)
             for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    path = max(found)[1] if found else shutil.which(name)
    assert path, f"{name} of PostgreSQL is missing: apt-get install postgresql"
    return str(path)


class Postgres:
    """A server with the superuser ``supervisor``, whom it lets in without asking for a password.

    Args:
        address: of this machine, on which it listens too, not on a unix socket alone; "" for none.
        durable: whether it survives a crash of the machine, which costs time.
    """

    def __init__(self, address="", durable=False):
        # The path of a socket may have 107 characters, and those of pytest's folders are long.
        self.folder = Path(tempfile.mkdtemp(prefix="fsm-pg-", dir="/tmp"))
        self.port, self._process, self._numbers = free_port(), None, itertools.count(1)
        self._as = {}
        if os.getuid() == 0:  # which PostgreSQL refuses to run as
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": [], "umask": 0o077}
            shutil.chown(self.folder, "postgres", "postgres")
        self._settings = [f"unix_socket_directories={self.folder}", f"port={self.port}",
                          f"listen_addresses={address}", "max_connections=60",
                          "track_commit_timestamp=on",
                          *(() if durable else FAST)]
        self._host = address or str(self.folder)
        subprocess.run([program("initdb"), "-D", self.folder / "data", "-U", USER, "-A", "trust",
                        "-E", "UTF8", "--locale=C", "--no-sync"], check=True, cwd="/",
                       stdout=subprocess.DEVNULL, **self._as)
        with (self.folder / "data" / "pg_hba.conf").open("a") as stream:
            stream.write("host all all samenet trust\n")

    def url(self, database="postgres", password=""):
        """The address of a database."""
        secret = f":{quote(password, safe='')}" if password else ""
        host = f"{self._host}:{self.port}/{database}"
        if self._host.startswith("/"):
            host = f"/{database}?host={self._host}&port={self.port}"
        return f"postgresql://{USER}{secret}@{host}"

    def create(self, like=""):
        """Make a database, such as another one is where its address is given.

        Returns: its address.
        """
        name = f"test_{next(self._numbers)}"
        template = f"TEMPLATE {conninfo_to_dict(like)['dbname']}" if like else ""
        self.execute(f"CREATE DATABASE {name} {template}")
        return self.url(name)

    def drop(self, url):
        """Remove a database, whoever is connected to it: each takes a thousand files."""
        self.execute(f"DROP DATABASE {conninfo_to_dict(url)['dbname']} WITH (FORCE)")

    def execute(self, sql, url=""):
        """Execute a statement; returns its rows."""
        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def cut(self):
        """End all sessions that there are, as a fail-over or an administrator would."""
        self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")

    def start(self):
        """Start it, if it does not run."""
        end = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < end, (self.folder / "log").read_text()
            if self._process is None or self._process.poll() is not None:
                self._launch()  # again, where what a killed one has left is not gone yet
            time.sleep(0.05)
        return self

    def stop(self, mode="immediate"):
        """Stop it; ``smart`` waits for its clients, ``fast`` does not, ``immediate`` is a crash."""
        self._end(SIGNALS[mode])

    def kill(self):
        """Kill it, as a machine that runs out of memory does."""
        self._end(signal.SIGKILL)

    def remove(self):
        """Stop it for ever."""
        self.stop()
        shutil.rmtree(self.folder)

    def _launch(self):
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen(
                [program("postgres"), "-D", self.folder / "data",
                 *(f"--{setting}" for setting in self._settings)],
                cwd="/", stdout=log, stderr=log, **self._as)

    def _answers(self):
        with contextlib.suppress(psycopg.OperationalError):
            return bool(self._process and self.execute("SELECT 1"))
        return False

    def _end(self, number):
        if self._process:
            self._process.send_signal(number)
            self._process.wait(PATIENCE)
            self._process = None
