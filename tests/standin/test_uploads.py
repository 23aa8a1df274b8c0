"""The files that make events, as pipelines write them."""

import pytest

from fsm.standin.announce import Announcer
from fsm.standin.service import Service
from fsm.standin.store import Store
from fsm.standin.uploads import UNREAD, event_values

COINC = """<?xml version='1.0'?>
<!DOCTYPE LIGO_LW SYSTEM "http://example.org/ligolw_dtd.txt">
<LIGO_LW><Table Name="coinc_inspiral:table">
 <Column Type="int_4s" Name="{prefix}end_time"/><Column Type="int_4s" Name="{prefix}end_time_ns"/>
 <Column Type="real_8" Name="{prefix}combined_far"/><Column Type="lstring" Name="{prefix}ifos"/>
 <Column Type="real_8" Name="{prefix}snr"/><Column Type="int_8s" Name="x:coinc_event_id"/>
 <Stream Delimiter="," Type="Local" Name="coinc_inspiral:table">
  1186000000,250000000,{far},"H1,L1",,16
 </Stream></Table><Table Name="sngl_inspiral:table">
 <Column Type="lstring" Name="ifo"/><Column Type="real_4" Name="snr"/>
 <Stream Delimiter="," Type="Local" Name="sngl_inspiral:table">
  "H1",8.5,
  "L1",,
 </Stream></Table></LIGO_LW>"""
TRIGGER = """rho:        5.017162
likelihood: 4.0
ifo:        L1 H1
start:      1042312876.5000 1042312876.5000
time:       1042312876.5090 1042312876.5073
rho:        5.0 4.3
#significance based on the last hour
145 0.2 1 2 3
#significance based on the last day jobs, 4000-1 time shifts
3329 0.00019265 1100243240 1100329640 86400
"""


@pytest.mark.parametrize("prefix", ["", "coinc_inspiral:"])
def test_a_coincidence(prefix):
    values, warnings = event_values(COINC.format(prefix=prefix, far="1e-9").encode())
    assert warnings == [] and values["gpstime"] == 1186000000.25
    assert (values["far"], values["instruments"]) == (1e-9, "H1,L1")
    assert values["extra_attributes"]["SingleInspiral"] == [
        {"ifo": "H1", "snr": 8.5}, {"ifo": "L1", "snr": None}]
    assert "coinc_event_id" not in values["extra_attributes"]["CoincInspiral"]


def test_a_coincidence_without_a_rate():
    assert event_values(COINC.format(prefix="", far="").encode())[0]["far"] is None


def test_a_trigger():
    values, _ = event_values(TRIGGER.encode())
    burst = values["extra_attributes"]["MultiBurst"]
    assert (values["far"], values["instruments"], values["gpstime"]) == (
        0.00019265, "L1,H1", 1042312876.509)
    assert (burst["amplitude"], burst["snr"]) == (5.017162, 2.0)


@pytest.mark.parametrize("content", [
    b"", b"x", b"\xff\xfe", b"[1]", b"5", b"<a", b"<a/>", b"<LIGO_LW/>", b"<VOEvent/>", b"ifo: H1",
    b"time: soon\nstart: x\nifo: H1", COINC.replace("1186000000", "x").encode(),
    b"<LIGO_LW><Table Name='coinc_inspiral:table'/></LIGO_LW>"])
def test_what_tells_nothing_is_warned_of(content):
    assert event_values(content) == ({}, [UNREAD])


def test_a_json_object_as_olib_writes_it():
    said = b'{"FAR": 2e-8, "gpstime": 1186000000.5, "instruments": ["H1", "L1"], "BSN": 7}'
    assert event_values(said) == ({"far": 2e-8, "gpstime": 1186000000.5, "instruments": "H1,L1",
                                   "nevents": 1}, [])


@pytest.mark.parametrize("content", [
    COINC.format(prefix="", far="3e-9"), TRIGGER.replace("0.00019265", "3e-9"),
    '{"FAR": 3e-9, "instruments": "H1,L1"}', '{"far": "3e-9", "instruments": ["H1", "L1"]}'])
def test_what_is_uploaded_counts_more_than_what_comes_along(content):
    service = Service(Store(":memory:"), Announcer())
    made = service.create_event(1.5e9, "CBC", "gstlal", "AllSky", ("x", content.encode()),
                                {"far": 1e-3, "instruments": "V1", "nevents": 5})
    assert made["far"] == 3e-9 and sorted(made["instruments"].split(",")) == ["H1", "L1"]
    assert service.fields(made["graceid"])["far"] == 3e-9


def test_what_an_upload_does_not_tell_comes_along():
    service = Service(Store(":memory:"), Announcer())
    for content in (COINC.format(prefix="", far=""), "{}", "nothing of use"):
        made = service.create_event(1.5e9, "CBC", "gstlal", "AllSky", ("x", content.encode()),
                                    {"far": 1e-3, "nevents": 5})
        assert (made["far"], made["nevents"]) == (1e-3, 5)
