"""A document written piece by piece is that which the library writes whole."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.report.json_text import pieces, text

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))


@given(st.dictionaries(st.text(), PLAIN, max_size=4))
def test_any_document_is_as_the_library_writes_it(document):
    assert "".join(pieces(document)) == json.dumps(document, indent=1, default=str)


@pytest.mark.parametrize("value", [
    [], {}, [[]], [{}, []], {"a": []}, (1, (2, "x")), {1: [2], None: {}, False: [0.1]},
    {"é\n": 1e-9}, [Decimal("1.5")], {"a": [Decimal(2)]}, float("nan"), [float("inf"), {}]])
def test_a_value_is_as_the_library_writes_it(value):
    assert text(value) == json.dumps(value, indent=1, default=str)


def test_what_is_read_only_once_is_written_too():
    assert "".join(pieces({"rows": ({"n": n} for n in range(2)), "none": iter(())})) == json.dumps(
        {"rows": [{"n": 0}, {"n": 1}], "none": []}, indent=1)
