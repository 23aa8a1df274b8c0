"""A replay starts quickly: it imports nothing by which others reach the world."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "superevent_significant.jsonl"
# Databases, mail, XMPP, Kafka, HTTP, pictures, and our own rooms that use them.
WORLD = ("sqlalchemy", "sqlite3", "psycopg", "procrastinate", "smtplib", "slixmpp", "sleek_lvalert",
         "confluent_kafka", "hop", "adc", "requests", "urllib3", "http.client", "ligo.gracedb",
         "igwn_auth_utils", "graphviz", "matplotlib", "astropy", "apprise", "werkzeug",
         "fsm.daemon", "fsm.io.journal", "fsm.io.listeners", "fsm.notify", "fsm.draw",
         "fsm.io.gracedb.api")
PROGRAM = """
import json, sys
from fsm.cli import main
try:
    main(sys.argv[1:])
finally:
    print("\\n" + json.dumps(sorted(sys.modules)))
"""


def imported(*arguments):
    """The modules that a command has imported when it ends."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, *map(str, arguments)], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout.rstrip().splitlines()[-1])


@pytest.mark.parametrize("options", [
    (), ("--json",), ("--gracedb", "none"), ("--config", "o4"), ("--until", "1e9")])
def test_a_replay_imports_nothing_that_reaches_the_world(options):
    modules = imported("replay", EXAMPLE, *options)
    assert "fsm.core.engine.engine" in modules
    assert [name for name in modules for one in WORLD
            if name == one or name.startswith(f"{one}.")] == []


def test_as_data_it_needs_no_tables_and_without_a_configuration_none_of_its_readers():
    modules = imported("replay", EXAMPLE, "--json")
    assert not {"rich", "cattrs", "fsm.io.config.load"} & set(modules)
