"""Who may do what follows the files that say it, without the pages being started again."""

import os
import pwd

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config.daemon import running
from fsm.io.config.load import read
from fsm.web.accounts import Accounts
from fsm.web.identity import COOKIE
from fsm.web.rights import Rights
from fsm.web.sessions import Sessions
from tests.web.conftest import OTHER, TOKEN


class Files:
    """A configuration and its file of tokens."""

    def __init__(self, folder):
        self.config, self.tokens = folder / "c.toml", folder / "tokens"

    def write(self, text, tokens=f"shift {TOKEN}\nguest {OTHER}\n"):
        self.config.write_text(f'[web]\ntokens = "{self.tokens}"\n{text}')
        self.token_file(tokens)

    def token_file(self, text):
        made = self.tokens.with_suffix(".new")
        made.write_text(text)
        made.chmod(0o600)
        made.replace(self.tokens)

    def load(self):
        return running(read(self.config))

    def rights(self):
        return Rights(self.load(), str(self.config), self.load)


@pytest.fixture
def files(tmp_path):
    made = Files(tmp_path)
    made.write('commanders = ["shift"]\n')
    return made


def who(rights, token=TOKEN):
    return rights.identities.who("127.0.0.1", {"authorization": f"Bearer {token}"}, {})


def test_a_token_and_its_session_end_when_the_token_is_taken_out(files):
    rights = files.rights()
    session = rights.identities.session(TOKEN)
    other = rights.identities.session(OTHER)

    def name(kept):
        return rights.identities.who("127.0.0.1", {}, {COOKIE: kept}).name

    assert who(rights).commands and (name(session), name(other)) == ("shift", "guest")
    files.token_file(f"shift another-0123456789abc\nguest {OTHER}\n")
    assert who(rights).name == "" and who(rights, "another-0123456789abc").commands
    assert (name(session), name(other)) == ("", "guest")
    files.token_file(f"shift {TOKEN}\n")
    assert (name(session), name(other)) == ("shift", "")


def test_a_configuration_that_is_just_being_written_opens_nothing(files):
    files.write('readers = ["shift"]\n')
    rights = files.rights()
    assert not rights.identities.who("127.0.0.1", {}, {}).reads
    text = files.config.read_text()
    files.config.write_text("")
    assert not rights.identities.who("127.0.0.1", {}, {}).reads and who(rights).reads
    assert "is empty" in rights.faults[0]
    files.config.write_text(text.replace("shift", "guest"))
    assert (who(rights).reads, rights.faults) == (False, [])


def test_commanders_and_readers_follow_the_configuration(files):
    rights = files.rights()
    assert who(rights).commands and not who(rights, OTHER).commands
    files.write('commanders = ["guest"]\nreaders = ["guest"]\n')
    assert who(rights, OTHER).commands
    assert not who(rights).commands and not who(rights).reads


def test_a_configuration_that_cannot_be_used_leaves_the_rights_as_they_were(files, caplog):
    rights = files.rights()
    files.config.write_text("[web\n")
    assert who(rights).commands
    assert "the rights are as they were" in rights.faults[0]
    assert caplog.text.count("the rights are as they were") == 1
    files.token_file(f"guest {OTHER}\n")
    assert not who(rights).commands
    files.write("commanders = []\n")
    assert not who(rights).commands and who(rights).name == "shift" and rights.faults == []


def test_tokens_that_cannot_be_read_let_nobody_in(files):
    rights = files.rights()
    session = rights.identities.session(TOKEN)
    files.tokens.chmod(0o644)
    assert who(rights).name == "" and not rights.identities.has_tokens
    assert rights.identities.who("127.0.0.1", {}, {COOKIE: session}).name == ""
    assert "chmod 600" in rights.faults[0] and "nobody is let in by it" in rights.faults[0]
    files.tokens.unlink()
    assert "No such file" in (rights.identities.faults or [""])[0]
    files.token_file(f"shift {TOKEN}\n")
    assert who(rights).commands and rights.faults == []
    files.tokens.unlink()
    with pytest.raises(ConfigurationError, match="No such file"):
        files.rights()


def test_a_session_that_was_ended_is_ended_for_all_who_have_kept_it():
    sessions, tokens = Sessions(), {b"digest": "shift"}
    one, other = sessions.begin("shift", b"digest"), sessions.begin("shift", b"digest")
    sessions.end(one)
    sessions.end("no session")
    assert (sessions.name(one, tokens), sessions.name(other, tokens)) == ("", "shift")


def test_the_system_is_not_asked_for_an_account_again_and_again(monkeypatch):
    asked = []

    def getpwuid(uid):
        asked.append(uid)
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", getpwuid)
    accounts = Accounts()
    for _ in range(3):
        assert accounts.name(4321) == "uid 4321" and not accounts.operates(4321, "root")
        assert not accounts.operates(4321, "") and accounts.operates(os.getuid(), "")
    assert asked == [4321, 4321]
    monkeypatch.setattr("fsm.web.accounts.KEPT", 0.0)
    accounts.name(4321)
    assert asked == [4321] * 3
