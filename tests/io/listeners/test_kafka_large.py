"""Alerts that only link to their content, from a real HTTP server."""

from types import SimpleNamespace

import pytest
from hop import bson

from fsm.io.listeners import kafka_large
from tests.servers.kept import LARGE, kept_by_hop

ANONYMOUS = kafka_large.Source(None, ["x"])


def test_the_content_is_the_whole_alert(kept):
    assert kafka_large.fetched(ANONYMOUS, kept.url).content == LARGE


@pytest.mark.parametrize(("how", "words"), [
    ({"status": 404}, "404"), ({"status": 500}, "500"), ({"content": b"<html>"}, "rror: "),
    ({"content": bson.dumps({"a": 1})}, "not present"),
    ({"content": kept_by_hop(headers=5)}, "headers"),
    ({"content": kept_by_hop(headers=[["_format", b"external"]])}, "TypeError"),
])
def test_what_cannot_be_used_is_told(kept, how, words):
    for name, value in how.items():
        setattr(kept, name, value)
    with pytest.raises(kafka_large.Unfetched, match=words):
        kafka_large.fetched(ANONYMOUS, kept.url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "file:///etc/passwd", "nonsense", ""])
def test_a_link_that_leads_nowhere(url):
    with pytest.raises(kafka_large.Unfetched):
        kafka_large.fetched(ANONYMOUS, url)


def test_a_server_that_hangs_is_not_waited_for(kept, monkeypatch):
    monkeypatch.setattr(kafka_large, "TIME_OUT", 0.2)
    kept.hangs = True
    with pytest.raises(kafka_large.Unfetched):
        kafka_large.fetched(ANONYMOUS, kept.url)


def test_what_is_too_big_is_not_read(kept, monkeypatch):
    monkeypatch.setattr(kafka_large, "MOST_BYTES", 1000)
    with pytest.raises(kafka_large.Unfetched, match="more than 1000 bytes"):
        kafka_large.fetched(ANONYMOUS, kept.url)


@pytest.mark.parametrize("trusted", [True, False])
def test_the_credential_is_shown_only_to_the_server_that_the_broker_names(
        kept, monkeypatch, trusted):
    named = kept.place if trusted else "https://other.example.org"
    monkeypatch.setattr(kafka_large.hop, "_get_offload_server", lambda *_: named)
    auth = SimpleNamespace(is_scram=False, is_token=True, token="secret")
    source = kafka_large.Source(auth, ["x"])
    assert kafka_large.fetched(source, kept.url).content == LARGE
    borne = {name.lower(): value for name, value in kept.asked[0].items()}.get("authorization")
    assert borne == ("Bearer secret" if trusted else None)
