"""What requests say: repeated fields, lists in JSON, words separated by commas, uploads."""

import pytest
import requests

from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store
from tests.standin.worlds import EVENT, FREE, NEW, OTHER, UPLOAD, S, World

MANY = [["INJ", "DQV"], "INJ,DQV", "INJ, DQV"]


@pytest.fixture
def world():
    app = StandIn(Store(":memory:"), Announcer(flavour="current"))
    with Server(app) as server:
        yield World(server.url, app, [])


@pytest.mark.parametrize("labels", MANY)
@pytest.mark.parametrize("sent", ["data", "json"])
def test_labels_and_events_of_a_new_superevent(world, labels, sent):
    more = world.ask("POST", "events/", {"group": "CBC", "pipeline": "gstlal"},
                     UPLOAD).json()["graceid"]
    said = {**NEW, "labels": labels, "events": [more]}
    made = requests.post(world.url + "superevents/", timeout=9, **{sent: said}).json()
    assert made["labels"] == ["INJ", "DQV"] and made["gw_events"] == [FREE, more]


@pytest.mark.parametrize("labels", MANY)
def test_labels_of_a_new_event(world, labels):
    made = world.ask("POST", "events/", {"group": "CBC", "pipeline": "gstlal", "labels": labels},
                     UPLOAD).json()
    assert made["labels"] == ["INJ", "DQV"]


@pytest.mark.parametrize("tags", [["pe", "sky_loc"], "pe,sky_loc"])
@pytest.mark.parametrize("path", [f"events/{EVENT}/log/", S + "/logs/"])
def test_tags_of_a_new_entry(world, tags, path):
    said = {"comment": "hello", "tagname": tags}
    upload = {"upload": ("a.txt", b"x")}
    for answer in (world.ask("POST", path, said), world.ask("POST", path, json=said),
                   world.ask("POST", path, said, upload)):
        assert answer.json()["tag_names"] == ["pe", "sky_loc"]


def test_what_is_observed_comes_in_lists(world):
    lists = {f"{name}_list": [1.5, 2] for name in ("ra", "ra_width", "dec", "dec_width",
                                                   "duration")}
    said = {"group": "Test", "start_time_list": ["2017-08-05", "2017-08-06"], **lists}
    for sent in ("data", "json"):
        made = requests.post(f"{world.url}{S}/emobservations/", timeout=9, **{sent: said}).json()
        assert [one["ra"] for one in made["footprints"]] == [1.5, 2.0]
        assert (made["ra"], made["raWidth"]) == (1.875, 2.25)


@pytest.mark.parametrize("path", [f"events/{EVENT}/log/1/tag/", S + "/logs/2/tags/"])
def test_tags_are_put_on_and_taken_off(world, path):
    assert world.ask("POST", path, {"name": "public"}).status_code == 201
    assert "public" in [tag["name"] for tag in world.ask("GET", path).json()["tags"]]
    assert world.ask("DELETE", path + "public/").status_code == 204
    assert "public" not in [tag["name"] for tag in world.ask("GET", path).json()["tags"]]
    assert world.ask("DELETE", path + "public/").status_code == 404
    entries = world.ask("GET", path.partition("/log")[0] + "/" + path.split("/")[2] + "/").json()
    assert entries["log"][-1]["comment"].startswith("Removed tag public")


def test_a_preferred_event_joins_and_a_preferred_one_stays(world):
    shown = world.ask("PATCH", S + "/", {"preferred_event": FREE}).json()
    assert shown["gw_events"] == [EVENT, OTHER, FREE] and shown["preferred_event"] == FREE
    assert world.ask("DELETE", f"{S}/events/{EVENT}/").status_code == 204
    assert world.ask("GET", f"events/{EVENT}").json()["superevent"] is None


def test_a_confirmed_superevent_has_two_names(world):
    assert world.ask("POST", S + "/confirm-as-gw/").json()["gw_id"] == "GW800106A"
    assert world.ask("POST", S + "/confirm-as-gw/").status_code == 400
    world.good("POST", "superevents/GW800106A/logs/", {"comment": "by its other name"})
    for query in ("GW800106A", "gw800106", "S800106a", "is_gw: true", "id: GW80*"):
        found = world.ask("GET", "superevents/?query=" + query).json()["superevents"]
        assert [one["superevent_id"] for one in found] == ["S800106a"]


def test_an_event_is_known_by_the_content_of_its_file(world):
    name = "0f8fad5b-d9cb-469f-a165-70867728950e"
    made = world.ask("POST", "events/", {"group": "CBC", "pipeline": "gstlal",
                                         "content_id": name}, UPLOAD).json()
    assert world.ask("GET", f"events/{name}").json()["graceid"] == made["graceid"]


@pytest.mark.parametrize("query", ["T100001", "t100001", "gid: T100001", "tid: T100001",
                                   "T100000 .. T100009", "Test", "group: Test gstlal"])
def test_test_events_are_found_by_their_ids(world, query):
    found = world.ask("GET", "events/", params={"query": query}).json()["events"]
    assert [one["graceid"] for one in found] == ["T100001"]


@pytest.mark.parametrize("query", ["TS800106a", "id: TS800106a", "TS800106", "TS80*", "Test",
                                   "category: Test preferred_event: T100001"])
def test_test_superevents_are_found_by_their_ids(world, query):
    world.good("POST", "superevents/", {**NEW, "preferred_event": "T100001", "category": "T"})
    found = world.ask("GET", "superevents/", params={"query": query}).json()["superevents"]
    assert [one["superevent_id"] for one in found] == ["TS800106a"]
    assert world.ask("GET", "superevents/").json()["numRows"] == 1


def test_searches_are_sorted(world):
    def ids(**more):
        return [one["graceid"] for one in world.ask("GET", "events/", params=more).json()["events"]]

    assert ids(sort="graceid") == list(reversed(ids(sort="-graceid")))
    assert ids(sort="pipeline,-graceid", query="CBC") == [EVENT, FREE, OTHER]


def test_what_is_preferred_or_public_is_found(world):
    def ids(kind, query):
        rows = world.ask("GET", kind, params={"query": query}).json()[kind[:-1]]
        return [row.get("graceid") or row["superevent_id"] for row in rows]

    assert ids("events/", "is_preferred_event: true") == [EVENT]
    assert ids("superevents/", "is_public: true") == []
    shown = world.ask("POST", S + "/permissions/modify/", {"action": "expose"}).json()
    assert len(shown) == 3 and ids("superevents/", "is_public: true") == ["S800106a"]
    assert world.ask("GET", S + "/permissions/").json()["permissions"] == shown


def test_a_reserved_event_is_told_of_once_it_is_there(world):
    heard = []
    world.app.announcer.listeners.append(heard.append)
    said = {"group": "CBC", "pipeline": "gstlal", "replay_id": "again"}
    graceid = world.ask("POST", "v2/events/reserve/", said).json()["graceid"]
    assert heard == []
    path = f"v2/events/{graceid}/upload/"
    shown = world.ask("POST", path, {"labels": ["INJ", "DQV"]}, UPLOAD).json()
    assert shown["far"] == 1e-9 and shown["labels"] == ["INJ", "DQV"]
    assert [line["payload"]["alert_type"] for line in heard] == [
        "new", "label_added", "label_added"]
    assert world.ask("POST", path, {}, UPLOAD).status_code == 400


def test_events_of_different_replays_are_different_candidates():
    with Server(StandIn(Store(":memory:"), Announcer(), grouping=True)) as server:
        found = [requests.post(server.url + "events/", files=UPLOAD, timeout=9, data={
            "group": "CBC", "pipeline": "gstlal", "replay_id": replay}).json()["superevent"]
            for replay in ("", "one", "one", "")]
    assert found == ["S170805a", "S170805b", "S170805b", "S170805a"]
