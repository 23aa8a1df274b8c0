"""Who somebody is: by the system, a proxy, a token or a cookie."""

import os

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config.sections import Running, Web
from fsm.io.unix_socket import account
from fsm.web.identity import COOKIE, Identities
from tests.web.conftest import OTHER, TOKEN

SHOWN = {"x-proxy-secret": "it-is-the-proxy-indeed"}


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(f"{SHOWN['x-proxy-secret']}\n")
    path.chmod(0o600)
    return str(path)


def identities(**web):
    return Identities(Running(web=Web(**web)))


def test_nobody_has_a_name_by_default_and_looks_only():
    found = identities().who("127.0.0.1", {"x-remote-user": "shift"}, {})
    assert (found.name, found.reads, found.commands) == ("", True, False)
    assert not identities(commanders=("*",)).who("127.0.0.1", {}, {}).commands


def test_the_peer_of_a_socket_is_who_the_system_says():
    own = identities().who(f"unix:{os.getuid()}", {"x-remote-user": "shift"}, {})
    assert own.name == account(os.getuid()) and own.commands
    other = identities().who("unix:4321", {}, {})
    assert other.name == "uid 4321" and other.reads and not other.commands


def test_only_the_proxy_says_who_somebody_is(secret):
    known = identities(proxy="10.0.0.1", proxy_secret=secret, header="X-User",
                       commanders=("shift",))
    found = known.who("10.0.0.1", {"x-user": "shift", **SHOWN}, {})
    assert found.name == "shift" and found.commands
    assert known.who("::ffff:10.0.0.1", {"x-user": "shift", **SHOWN}, {}).name == "shift"
    for client, shown in (("10.0.0.2", SHOWN), ("10.0.0.1", {}), ("", SHOWN),
                          ("10.0.0.1", {"x-proxy-secret": "another-secret-of-it"}),
                          ("10.0.0.1", {"x-proxy-secret": ""})):
        pretends = known.who(client, {"x-user": "shift", **shown}, {})
        assert (pretends.name, pretends.reads, pretends.commands) == ("", False, False), client
    assert not known.who("10.0.0.1", {"x-user": "guest", **SHOWN}, {}).commands
    assert known.who("10.0.0.1", SHOWN, {}).name == ""


def test_whose_name_is_not_known_is_known_by_the_address(secret):
    known = identities(proxy="10.0.0.1", proxy_secret=secret)
    passed_on = {"x-forwarded-for": "1.1.1.1, 192.0.2.7"}
    assert known.origin("192.0.2.1", {}) == known.origin("::ffff:192.0.2.1", {}) == "192.0.2.1"
    assert known.origin("192.0.2.1", passed_on) == "192.0.2.1"
    assert known.origin("10.0.0.1", passed_on) == "10.0.0.1"
    assert known.origin("10.0.0.1", {**passed_on, **SHOWN}) == "192.0.2.7"
    assert known.origin("2001:db8::1", {}) == known.origin("2001:db8::2:1", {}) != (
        known.origin("2001:db8:0:1::1", {}))


@pytest.mark.parametrize("text, mode, words", [
    ("0123456789abcdef", 0o640, "chmod 600"), ("short", 0o600, "at least 16"),
    (None, 0o600, "No such file")])
def test_a_secret_of_the_proxy_that_is_none_is_refused(tmp_path, text, mode, words):
    path = tmp_path / "secret"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"web.proxy_secret.*{words}"):
        identities(proxy="10.0.0.1", proxy_secret=str(path))


def test_sessions_cannot_be_made_up(tokens, monkeypatch):
    known = identities(tokens=tokens)
    session = known.session(TOKEN)
    assert known.who("127.0.0.1", {}, {COOKIE: session}).name == "shift"
    name, until, nonce, mark = session.split(".")
    for wrong in ("", "x", f"{b'guest'.hex()}.{until}.{nonce}.{mark}",
                  f"{name}.{int(until) + 1}.{nonce}.{mark}", f"{name}.nan.{nonce}.{mark}",
                  f"zz.{until}.{nonce}.{mark}", f"{name}.{until}.00.{mark}",
                  f"{name}.{until}.{nonce}.ä", identities(tokens=tokens).session(TOKEN)):
        assert known.who("127.0.0.1", {}, {COOKIE: wrong}).name == ""
    assert known.session("no token of anybody") == ""
    monkeypatch.setattr("fsm.web.sessions.time.time", lambda: float(until) + 1)
    assert known.who("127.0.0.1", {}, {COOKIE: session}).name == ""


def test_tokens_belong_to_names(tokens):
    known = identities(tokens=tokens, commanders=("*",))
    assert known.of_token(TOKEN) == "shift" and known.of_token(OTHER) == "guest"
    assert known.of_token("") == known.of_token("wrong") == ""
    assert known.who("1.2.3.4", {"authorization": f"Bearer {TOKEN}"}, {}).commands


@pytest.mark.parametrize("text, mode, words", [
    ("shift 0123456789abcdef", 0o644, "chmod 600"), ("shift short", 0o600, "line 1"),
    ("shift", 0o600, "line 1")])
def test_a_file_of_tokens_that_is_wrong_is_refused(tmp_path, text, mode, words):
    path = tmp_path / "tokens"
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=words):
        identities(tokens=str(path))
    with pytest.raises(ConfigurationError, match="No such file"):
        identities(tokens=str(tmp_path / "none"))


def test_forms_are_those_of_one_person(tokens):
    known = identities(tokens=tokens)
    shift = known.who("", {"authorization": f"Bearer {TOKEN}"}, {})
    guest = known.who("", {"authorization": f"Bearer {OTHER}"}, {})
    assert known.is_ours(shift, known.forgery_token(shift))
    assert not known.is_ours(guest, known.forgery_token(shift))
    assert not known.is_ours(shift, "ä")
