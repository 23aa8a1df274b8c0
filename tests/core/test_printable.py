"""Texts for people."""

import pytest

from fsm.core.printable import counted


@pytest.mark.parametrize(("number", "what", "words"), [
    (1, "check", "1 check"), (2, "check", "2 checks"), (0, "open check", "0 open checks"),
    (1, "process", "1 process"), (3, "process", "3 processes"), (2, "address", "2 addresses")])
def test_one_is_said_otherwise_than_several(number, what, words):
    assert counted(number, what) == words
