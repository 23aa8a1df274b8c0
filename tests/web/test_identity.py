"""Who somebody is: by the system, a proxy, a token or a cookie."""

import os

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config.sections import Running, Web
from fsm.io.unix_socket import account
from fsm.web.identity import COOKIE, Identities
from tests.web.conftest import OTHER, TOKEN


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


def test_only_the_proxy_says_who_somebody_is():
    known = identities(proxy="10.0.0.1", header="X-User", commanders=("shift",))
    found = known.who("10.0.0.1", {"x-user": "shift"}, {})
    assert found.name == "shift" and found.commands
    pretends = known.who("10.0.0.2", {"x-user": "shift"}, {})
    assert (pretends.name, pretends.reads, pretends.commands) == ("", False, False)
    assert not known.who("10.0.0.1", {"x-user": "guest"}, {}).commands
    assert known.who("10.0.0.1", {}, {}).name == ""


def test_sessions_cannot_be_made_up(tokens, monkeypatch):
    known = identities(tokens=tokens)
    session = known.session("shift")
    assert known.who("127.0.0.1", {}, {COOKIE: session}).name == "shift"
    name, until, mark = session.split(".")
    for wrong in ("", "x", f"{b'guest'.hex()}.{until}.{mark}",
                  f"{name}.{int(until) + 1}.{mark}", f"{name}.nan.{mark}", f"zz.{until}.{mark}",
                  identities(tokens=tokens).session("shift")):
        assert known.who("127.0.0.1", {}, {COOKIE: wrong}).name == ""
    monkeypatch.setattr("fsm.web.identity.time.time", lambda: float(until) + 1)
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
