"""What the stand-in refuses has neither been done nor announced, whatever it is."""

import json

import pytest

from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store
from tests.standin.worlds import (
    BURST,
    EVENT,
    FREE,
    NEW,
    OTHER,
    SIGNED,
    TEST,
    TIMES,
    UPLOAD,
    S,
    World,
)

LOOKED = {"group": "Test", "ra_list": [1, 2], "ra_width_list": [1, 1], "dec_list": [1, 2],
          "dec_width_list": [1, 1], "start_time_list": ["2017-08-05", "2017-08-06"],
          "duration_list": [1, 1]}
NOTICE = {"alert_type": "INITIAL", "superevent_id": "S800106b"}


@pytest.fixture(scope="module")
def world():
    announcer, heard = Announcer(flavour="current"), []
    announcer.listeners.append(heard.append)
    app = StandIn(Store(":memory:"), announcer)
    with Server(app) as server:
        yield World(server.url, app, heard)


REFUSALS = [
    # superevents: made of what is used, of another kind, with labels that may not be put on ...
    ("POST", "superevents/", {**NEW, "preferred_event": EVENT}, 400, "already assigned"),
    ("POST", "superevents/", {**NEW, "events": [FREE, OTHER]}, 400, "already assigned"),
    ("POST", "superevents/", {**NEW, "events": ["G5"]}, 404, "no G5"),
    ("POST", "superevents/", {**NEW, "events": [TEST]}, 400, "of type 'Test'"),
    ("POST", "superevents/", {**NEW, "category": "T"}, 400, "of type 'Test'"),
    ("POST", "superevents/", {**NEW, "category": "X"}, 400, "valid choice"),
    ("POST", "superevents/", {**NEW, "labels": ["DQV", "NONSENSE"]}, 400, "NONSENSE"),
    ("POST", "superevents/", {**NEW, "labels": ["DQV", "ADVOK"]}, 400, "cannot be manually"),
    ("POST", "superevents/", {**NEW, "t_0": "soon"}, 400, "valid number"),
    ("POST", "superevents/", {**NEW, "t_0": "nan"}, 400, "valid number"),
    ("POST", "superevents/", {**NEW, "t_0": 1e300}, 400, ""),
    ("POST", "superevents/", TIMES, 400, "required"),
    # ... and changed to nothing new, or to what cannot be
    ("PATCH", S + "/", {"t_0": 1000}, 400, "not modify"),
    ("PATCH", S + "/", {"submitter": "me", "gw_id": "GW800106A"}, 400, "not modify"),
    ("PATCH", S + "/", {"t_0": 9, "preferred_event": "G5"}, 404, "no G5"),
    ("PATCH", S + "/", {"t_0": 9, "preferred_event": TEST}, 400, "of type 'Test'"),
    ("PATCH", S + "/", {"t_0": 9, "t_end": "never"}, 400, "valid number"),
    ("POST", S + "/events/", {"event": OTHER}, 400, "already assigned"),
    ("POST", S + "/events/", {"event": TEST}, 400, "of type 'Test'"),
    ("POST", S + "/events/", {"event": ""}, 404, ""),
    ("DELETE", f"{S}/events/{EVENT}/", None, 400, "preferred event"),
    ("DELETE", f"{S}/events/{FREE}/", None, 404, "not in"),
    ("POST", S + "/pipeline_preferred_events/", {"event": FREE}, 400, "not part"),
    ("DELETE", f"{S}/pipeline_preferred_events/{OTHER}/", None, 404, "no pipeline-preferred"),
    ("POST", S + "/confirm-as-gw/", {"gw_id": "nonsense"}, 400, "nonsense"),
    ("POST", S + "/permissions/modify/", {"action": "burn"}, 400, "expose"),
    # events
    ("POST", "events/", {"group": "CBC", "pipeline": "nonsense"}, 400, "valid choice"),
    ("POST", "events/", {"group": "CBC", "pipeline": "gstlal", "labels": ["INJ", "NONSENSE"]}, 400,
     "NONSENSE"),
    ("POST", "events/", {"group": "CBC", "pipeline": "gstlal", "labels": ["INJ", "H1OK"]}, 400,
     "cannot be manually"),
    ("POST", "events/", {"pipeline": "gstlal"}, 400, "required"),
    ("PUT", "events/G5", None, 404, "no G5"),
    ("PATCH", f"events/{EVENT}/update-grbevent/", {"ra": 1}, 400, "non-GRB"),
    # annotations
    ("POST", S + "/logs/", {"comment": "x", "label": "ADVOK"}, 400, "cannot be manually"),
    ("POST", f"events/{EVENT}/log/", {"comment": "x", "label": "NONSENSE"}, 400, "NONSENSE"),
    ("POST", f"events/{EVENT}/log/", {"comment": "x", "tagname": ["a", "b"],
                                      "displayName": ["A"]}, 400, "display names"),
    ("POST", "events/G5/log/", {"comment": "x"}, 404, "no G5"),
    ("POST", S + "/logs/2/tags/", {"name": "pe"}, 400, "already applied"),
    ("DELETE", S + "/logs/2/tags/public/", None, 404, "no tag"),
    ("DELETE", S + "/logs/99/tags/pe/", None, 404, "no log"),
    ("POST", S + "/labels/", {"name": "DQV"}, 400, "already applied"),
    ("POST", S + "/labels/", {"name": "H1OPS"}, 400, "related signoff already exists"),
    ("PUT", f"events/{EVENT}/labels/H1OK", None, 400, "cannot be manually"),
    ("DELETE", S + "/labels/H1OK/", None, 400, "cannot be removed"),
    ("DELETE", S + "/labels/INJ/", None, 404, "no label"),
    ("POST", S + "/signoffs/", SIGNED, 400, "unique set"),
    ("POST", S + "/signoffs/", {**SIGNED, "instrument": "L1"}, 400, "not requested"),
    ("POST", S + "/signoffs/", {**SIGNED, "instrument": ""}, 400, "require an instrument"),
    ("POST", S + "/signoffs/", {**SIGNED, "signoff_type": "ADV"}, 400, "not relevant"),
    ("POST", S + "/signoffs/", {"signoff_type": "ADV", "status": "MAYBE"}, 400, "valid choice"),
    ("PATCH", S + "/signoffs/OPH1/", {"status": "MAYBE"}, 400, "valid choice"),
    ("PATCH", S + "/signoffs/OPH1/", {"status": "OK"}, 400, "not modify"),
    ("DELETE", S + "/signoffs/ADV/", None, 404, "no signoff"),
    # what others are told
    ("POST", S + "/voevents/", {"voevent_type": "XX"}, 400, "valid choice"),
    ("POST", S + "/voevents/", {"voevent_type": "PR", "BNS": 2}, 400, "from 0 to 1"),
    ("POST", S + "/voevents/", {"voevent_type": "PR", "skymap_filename": "m"}, 400, "not found"),
    ("POST", S + "/emobservations/", {**LOOKED, "group": "X"}, 400, "valid choice"),
    ("POST", S + "/emobservations/", {**LOOKED, "dec_list": [1]}, 400, "same length"),
    ("POST", S + "/emobservations/", {**LOOKED, "dec_list": [1, "x"]}, 400, "valid number"),
    ("POST", "gwtc/", {"number": "4", "smap": "x"}, 400, "dictionary"),
    # pages of the other kind
    ("PUT", S + "/", None, 405, ""), ("PATCH", f"events/{EVENT}/", {"far": 1}, 405, ""),
    ("POST", "events/S800106a/log/", {"comment": "x"}, 404, ""),
    ("POST", f"superevents/{EVENT}/logs/", {"comment": "x"}, 404, ""),
    ("POST", "events/reserve/", {"group": "CBC", "pipeline": "gstlal"}, 404, ""),
]


@pytest.mark.parametrize(("method", "path", "data", "status", "words"), REFUSALS)
def test_what_is_refused_has_not_been(world, method, path, data, status, words):
    kept, told = world.kept, len(world.heard)
    files = UPLOAD if path == "events/" or method == "PUT" else None
    answer = world.ask(method, path, data, files)
    assert answer.status_code == status and words in answer.text
    assert world.kept == kept and world.heard[told:] == []


@pytest.mark.parametrize("content", [b"x", b"[]", json.dumps(NOTICE).encode(), b'{"alert_type":1}'])
def test_a_notice_that_is_none(world, content):
    kept = world.kept
    answer = world.ask("POST", S + "/notices/", files={"upload": ("n.json", content)})
    assert answer.status_code == 400 and world.kept == kept


@pytest.mark.parametrize("entry", [
    {"pipelines": {"gstlal": FREE}, "far": None, "pastro": None},
    {"pipelines": {"spiir": EVENT}, "far": None, "pastro": None},
    {"pipelines": {}, "far": "x", "pastro": None}, {"pipelines": {}, "far": None, "pastro": 1},
    {"pipelines": {}, "far": None}, 5])
def test_a_catalogue_that_is_none(world, entry):
    for superevent in ("S800106a", "S800106z", EVENT):
        answer = world.ask("POST", "gwtc/", json={"number": "4", "smap": {superevent: entry}})
        assert answer.status_code == 400
    assert world.ask("GET", "gwtc/").json()["results"] == []


@pytest.mark.parametrize("said", [[1], {"name": 5}, {"name": ["DQV"]}, {}])
def test_json_that_says_something_else(world, said):
    answer = world.ask("POST", S + "/labels/", json=said)
    assert answer.status_code == 400


@pytest.mark.parametrize("order", [{"lose": 0.5, "nonsense": 1}, {"lose": 0.5, "status": "x"},
                                   {"lose": "x", "status": 503}, [1], {"latency": None}])
def test_faults_that_are_none_are_not_in_force(world, order):
    answer = world.ask("PUT", "../standin/faults", json=order)
    assert answer.status_code == 400
    assert world.app.announcer.lose == 0.0 and world.app.faults.status == 0


def test_refusals_are_worded_as_gracedbs(world):
    answer = world.ask("PATCH", S + "/", {"t_0": 1000})
    assert answer.content == b'"Request would not modify the superevent"'
    assert "detail" in world.ask("GET", "superevents/S800106z/").json()


def test_the_second_version_lacks_what_is_deprecated(world):
    for method, path in (("GET", f"events/{EVENT}/voevent/"), ("POST", S + "/voevents/"),
                         ("GET", S + "/emobservations/"),
                         ("PATCH", f"events/{BURST}/update-grbevent/")):
        assert world.ask(method, "v2/" + path).status_code == 410
    assert world.ask("GET", f"v2/{S}/voevents/").json()["voevents"] == []
    assert world.ask("GET", f"v2/{S}/logs/").json()["logs"]
