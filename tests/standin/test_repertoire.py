"""Every public method of GraceDB's client, against the stand-in: none is unknown to it."""

import json

import pytest
from ligo.gracedb.client import GraceDBClient
from ligo.gracedb.rest import GraceDb

from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store

DATA = json.dumps({"far": 1e-9, "gpstime": 1186000000.25, "instruments": "H1,L1"})
GRB = {"gpstime": 1186000000.25, "extra_attributes": {"GRB": {"ra": 1.0}}}
PROPERTIES = ("service_info", "api_versions", "server_version", "links", "templates", "groups",
              "pipelines", "searches", "allowed_labels", "em_groups", "voevent_types",
              "superevent_categories", "instruments", "signoff_types", "signoff_statuses")
# What asks the server for nothing: it is local, or what the others are made of.
LOCAL = {"service_url", "show_credentials", "close", "load_json_from_response", "request",
         "get_file"}
# It writes to a broker, which the stand-in is not.
NOT_HERE = {"create_kafka_producer"}


class Night:
    """A superevent S with an event G in it, other events, and clients for both versions."""

    def __init__(self, url):
        self.client, self.second = (GraceDb(url, retries=0, api_version=version)
                                    for version in (None, "v2"))
        self.event, self.other = self.create("gstlal"), self.create("spiir")
        self.burst = self.create("Fermi", "External", "GRB", json.dumps(GRB))
        self.superevent = self.client.create_superevent(
            1, 2, 3, self.event, events=[self.other]).json()["superevent_id"]
        self.entry = self.client.write_log(self.superevent, "hello", "a.txt", b"x",
                                           tag_name=["pe"]).json()["N"]
        self.client.write_label(self.superevent, "ADVREQ")

    def create(self, pipeline, group="CBC", search="AllSky", data=DATA):
        return self.client.create_event(group, pipeline, "coinc.json", search=search,
                                        filecontents=data).json()["graceid"]

    def reserved(self):
        return self.second._reserve_graceid("CBC", "gstlal").json()["graceid"]

    def catalogue(self):
        entry = {"pipelines": {"gstlal": self.event}, "far": 1e-9, "pastro": None}
        return self.client.gwtc_create({self.superevent: entry}, "4")

    def observe(self, about):
        return self.client.write_emobservation(about, "Test", [1.0], 0.5, [2.0], 0.5,
                                               ["2017-08-05T00:00:00"], 1, comment="looked")

    def upload_notice(self):
        told = json.dumps({"alert_type": "PRELIMINARY", "superevent_id": self.superevent})
        return self.client.create_notice(self.superevent, "n.json", filecontents=told)

    def sign(self):
        return self.client.create_signoff(self.superevent, "ADV", "OK", "fine")


CALLS = {
    "ping": lambda n: n.client.ping(),
    "get_user_info": lambda n: n.client.get_user_info(),
    "create_event": lambda n: n.client.create_event("CBC", "gstlal", "a", filecontents=DATA),
    "replace_event": lambda n: n.client.replace_event(n.event, "a", filecontents=DATA),
    "upload_reserved_event": lambda n: n.second.upload_reserved_event(
        n.reserved(), "a", filecontents=DATA, labels=["INJ", "DQV"]),
    "update_grbevent": lambda n: n.client.update_grbevent(n.burst, redshift=1.5),
    "event": lambda n: n.client.event(n.event),
    "events": lambda n: list(n.client.events("gstlal", orderby="-created", max_results=1))[0],
    "num_events": lambda n: n.client.num_events("CBC"),
    "create_superevent": lambda n: n.client.create_superevent(
        1, 2, 3, n.create("pycbc"), labels=["INJ", "DQV"]),
    "update_superevent": lambda n: n.client.update_superevent(
        n.superevent, t_start=5, t_0=6, t_end=7, preferred_event=n.other, em_type="E1",
        time_coinc_far=1e-9, space_coinc_far=1e-9),
    "add_event_to_superevent": lambda n: n.client.add_event_to_superevent(n.superevent, n.burst),
    "remove_event_from_superevent": lambda n: n.client.remove_event_from_superevent(
        n.superevent, n.other),
    "add_pipeline_preferred_event": lambda n: n.client.add_pipeline_preferred_event(
        n.superevent, n.other),
    "remove_pipeline_preferred_event": lambda n: (
        n.client.add_pipeline_preferred_event(n.superevent, n.other),
        n.client.remove_pipeline_preferred_event(n.superevent, n.other)),
    "superevent": lambda n: n.client.superevent(n.superevent),
    "superevents": lambda n: list(n.client.superevents(
        n.superevent, orderby=["-t_0", "created"], columns="superevent_id,links"))[0],
    "confirm_superevent_as_gw": lambda n: n.client.confirm_superevent_as_gw(
        n.superevent, "GW170817A"),
    "files": lambda n: n.client.files(n.superevent, "a.txt,0"),
    "logs": lambda n: n.client.logs(n.superevent, n.entry),
    "write_log": lambda n: n.client.write_log(n.event, "x", "a.txt", b"x", tag_name=["a", "b"],
                                              displayName=["A", "B"], label="DQV"),
    "write_emobservation": lambda n: n.observe(n.event),
    "emobservations": lambda n: (n.observe(n.superevent),
                                 n.client.emobservations(n.superevent, 1)),
    "labels": lambda n: n.client.labels(n.superevent, "ADVREQ"),
    "write_label": lambda n: n.client.write_label(n.event, "DQV"),
    "remove_label": lambda n: n.client.remove_label(n.superevent, "ADVREQ"),
    "tags": lambda n: n.client.tags(n.superevent, n.entry),
    "add_tag": lambda n: n.client.add_tag(n.superevent, n.entry, "public"),
    "remove_tag": lambda n: n.client.remove_tag(n.superevent, n.entry, "pe"),
    "voevents": lambda n: (n.client.create_voevent(n.event, "PR"), n.client.voevents(n.event, 1)),
    "create_voevent": lambda n: n.client.create_voevent(
        n.superevent, "initial", skymap_type="x", skymap_filename="a.txt", BNS=0.5),
    "create_notice": lambda n: n.upload_notice(),
    "notices": lambda n: (n.upload_notice(), n.client.notices(n.superevent, 1)),
    "permissions": lambda n: n.client.permissions(n.superevent),
    "modify_permissions": lambda n: n.client.modify_permissions(n.superevent, "expose"),
    "create_signoff": lambda n: n.sign(),
    "signoffs": lambda n: (n.sign(), n.client.signoffs(n.superevent, "ADV")),
    "update_signoff": lambda n: (n.sign(), n.client.update_signoff(n.superevent, "ADV", "NO")),
    "delete_signoff": lambda n: (n.sign(), n.client.delete_signoff(n.superevent, "ADV")),
    "gwtc_create": lambda n: n.catalogue(),
    "gwtc_get": lambda n: (n.catalogue(), n.client.gwtc_get("4", "latest")),
    "gwtc_list": lambda n: (n.catalogue(), next(n.client.gwtc_list("4"))),
    "gwtc_numbers": lambda n: (n.catalogue(), n.client.gwtc_numbers()[0]),
    "gwtc_versions": lambda n: (n.catalogue(), n.client.gwtc_versions("4")[0]),
    **{name: lambda n, name=name: getattr(n.client, name) for name in PROPERTIES},
}


@pytest.fixture
def night():
    with Server(StandIn(Store(":memory:"), Announcer())) as server:
        yield Night(server.url)


def methods():
    """Names of all that the client offers, but the old names of what has a new one."""
    named = {name: member for owner in (GraceDb, GraceDBClient)
             for name, member in vars(owner).items() if not name.startswith("_")}
    old = {alias for member in named.values() for alias in getattr(member, "_aliases", ())}
    return {name for name, member in named.items()
            if name not in old and (callable(member) or hasattr(member, "__get__"))}


def test_no_method_is_forgotten():
    assert methods() == {*CALLS, *LOCAL, *NOT_HERE}


@pytest.mark.parametrize("name", CALLS)
def test_every_method_is_answered(night, name):
    answer = CALLS[name](night)
    last = answer[-1] if isinstance(answer, tuple) else answer
    assert last and getattr(last, "status_code", 200) in (200, 201, 202, 204)
