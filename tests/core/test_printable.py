"""Texts for people."""

import pytest

from fsm.core.printable import counted, rounded


@pytest.mark.parametrize(("number", "what", "words"), [
    (1, "check", "1 check"), (2, "check", "2 checks"), (0, "open check", "0 open checks"),
    (1, "process", "1 process"), (3, "process", "3 processes"), (2, "address", "2 addresses")])
def test_one_is_said_otherwise_than_several(number, what, words):
    assert counted(number, what) == words


@pytest.mark.parametrize(("number", "digits", "words"), [
    (120.0, 2, "120"), (0.4286, 2, "0.43"), (1216.3, 3, "1,220"), (999.9, 2, "1,000"),
    (31.69, 3, "31.7"), (2.0, 3, "2"), (0, 2, "0"), (float("inf"), 2, "inf"), (-1500, 2, "-1,500"),
    (0.00012, 2, "0.00012")])
def test_numbers_for_people_have_no_exponent(number, digits, words):
    assert rounded(number, digits) == words
