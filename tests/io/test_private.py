"""What the supervisor writes can be read by its owner, and by a group where one is named."""

import grp
import logging
import os

import pytest

from fsm.errors import ConfigurationError
from fsm.io import private


@pytest.fixture(autouse=True)
def mask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder):
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_new_files_are_private(tmp_path):
    private.begin("", [], [])
    (tmp_path / "a").write_text("")
    (tmp_path / "b").mkdir()
    assert modes(tmp_path) == {"a": 0o600, "b": 0o700}


def test_files_that_are_there_are_tightened_with_a_word(tmp_path, caplog):
    for name, mode in (("open", 0o644), ("closed", 0o600), ("writable", 0o666)):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(mode)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "G1.log").write_text("")
    with caplog.at_level(logging.WARNING):
        private.begin("", [tmp_path / "open", tmp_path / "closed", tmp_path / "writable",
                           tmp_path / "none", "/dev/null"], [tmp_path / "logs", tmp_path / "none"])
    assert modes(tmp_path / "logs") == {"G1.log": 0o600}
    assert modes(tmp_path) == {"open": 0o600, "closed": 0o600, "writable": 0o600, "logs": 0o755}
    assert "mode 644" in caplog.text and "mode 666" in caplog.text
    assert "closed" not in caplog.text
    assert os.stat("/dev/null").st_mode & 0o777 == 0o666


def test_a_group_may_read(tmp_path):
    group = grp.getgrgid(os.getgid()).gr_name
    (tmp_path / "file").write_text("")
    (tmp_path / "file").chmod(0o664)
    (tmp_path / "logs").mkdir()
    private.begin(group, [tmp_path / "file"], [tmp_path / "logs"])
    (tmp_path / "logs" / "new").write_text("")
    assert modes(tmp_path) == {"file": 0o640, "logs": 0o750}
    assert modes(tmp_path / "logs") == {"new": 0o640}
    with pytest.raises(ConfigurationError, match="no group 'nobody-has-this'"):
        private.begin("nobody-has-this", [], [])
