"""What a configuration means for the parts of a daemon."""

import pytest

from fsm.daemon.wiring import catch_up, unmatched
from fsm.io.config.daemon import running
from fsm.io.config.load import policy
from fsm.registry import charts

PROCESSES = charts()[0]


@pytest.mark.parametrize(("plain", "queries"), [
    ({}, ("",)),
    ({"profile": [{"name": "a", "group": ["CBC", "External"]}, {"name": "b", "group": ["CBC"]}]},
     ("group: cbc", "group: external")),
    ({"profile": [{"name": "a", "group": ["CBC"]}, {"name": "b", "pipeline": ["CWB"]}]}, ("",)),
    ({"profile": [{"name": "a", "group": ["CBC"]}, {"name": "b", "only": []}]}, ("group: cbc",)),
    ({"profile": [{"name": "a", "group": ["CBC"]}], "catch_up": {"queries": ["search: MDC"]}},
     ("search: MDC",)),
])
def test_only_what_some_profile_supervises_is_searched_for(plain, queries):
    assert catch_up(running(plain), policy(plain, PROCESSES)).queries == queries


@pytest.mark.parametrize(("topic", "in_vain"), [
    ("cbc_gstlal", False), ("cbc_gstlal_lowmass", False), ("cbc_gstlal_mdc", True),
    ("cbc_pycbc", True), ("burst_cwb", True), ("superevent", True), ("mdc_superevent", True)])
def test_topics_that_are_listened_to_in_vain_are_named(topic, in_vain):
    plain = {"profile": [{"name": "a", "group": ["CBC"], "pipeline": ["gstlal"],
                          "search": ["LowMass"]}],
             "listen": [{"kind": "igwn-alert", "topics": [topic], "consumer_group": "x"}]}
    found = list(unmatched(policy(plain, PROCESSES), running(plain)))
    assert [words.split()[0] for words in found] == [topic] * in_vain
