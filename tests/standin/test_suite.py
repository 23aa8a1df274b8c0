"""The integration suite that GraceDB's client ships with, against the stand-in over HTTP."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import ligo.gracedb
import pytest

from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store

SUITE = Path(ligo.gracedb.__file__).parent / "test" / "integration"
NO_DATA = {"test_create_pycbc"}  # expected to fail: the client has no file for it

# Each version of the interface lacks what the other has; the suite holds tests of both.
VERSIONS = {
    "": ({"TEST_VOEVENT_CREATE": "1", "TEST_REPLAY_ID": "1"}, ["test_deprecated"],
         {"test_reserve_graceid_with_replay_id",
          "test_reserve_graceid_with_malformed_replay_id_is_rejected"}),
    "v2/": ({"TEST_REPLAY_ID": "1"}, ["test_emobservations", "test_update_grbevent"],
            {"test_voevents", "test_preliminary_voevent[superevent]",
             "test_initial_voevent[superevent]", "test_update_voevent[superevent]",
             "test_retraction_voevent[superevent]"}),
}


@pytest.mark.skipif(not SUITE.is_dir(), reason="this client comes without its suite")
@pytest.mark.parametrize("version", VERSIONS)
def test_the_clients_own_suite(version, tmp_path):
    more, left_out, inapplicable = VERSIONS[version]
    report = tmp_path / "report.xml"
    with Server(StandIn(Store(":memory:"), Announcer())) as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", SUITE, SUITE,
             "-p", "no:cacheprovider", "-p", "no:fsm_meter", "-p", "notices_live", "-W", "ignore",
             *(f"--ignore={SUITE / name}.py" for name in left_out), f"--junitxml={report}"],
            env={**os.environ, **more, "TEST_SERVICE": server.url + version,
                 "PYTHONPATH": str(Path(__file__).parent)},
            capture_output=True, text=True, timeout=300, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]
    cases = ElementTree.parse(report).findall(".//testcase")
    skipped = {case.get("name") for case in cases if case.find("skipped") is not None}
    assert skipped == NO_DATA | inapplicable and len(cases) - len(skipped) > 100
