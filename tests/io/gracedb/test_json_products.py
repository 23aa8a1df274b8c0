"""JSON products: what they hold, and what is none."""

import pytest

from fsm.io.gracedb import json_products


def read(tmp_path, text):
    path = tmp_path / "product"
    path.write_bytes(text)
    return json_products.facts(path)


def test_numbers_and_what_is_none(tmp_path):
    found = read(tmp_path, b'{"a": 1, "b": 0.5, "c": NaN, "d": null, "e": "0.5", "f": true, '
                           b'"g": [1], "h": 1e999, "i": -0.1}')
    assert found == {"values": {"a": 1.0, "b": 0.5, "i": -0.1},
                     "not_numbers": ["c", "d", "e", "f", "g", "h"]}


@pytest.mark.parametrize(("text", "words"), [
    (b"", "no JSON"), (b"{", "no JSON"), (b"\xff", "no JSON"), (b"[]", "no JSON object"),
    (b"3", "no JSON object"), (b"[" * 10_000, "nested too deep"),
    (b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested too deep"),
    (b'{"a": ' + b"1" * 5000 + b"}", "no JSON"), (b" " * (1 << 20) + b"{}", "more than"),
])
def test_what_is_no_product_is_an_error_in_words(tmp_path, text, words):
    found = read(tmp_path, text)
    assert set(found) == {"error"} and words in found["error"] and len(found["error"]) < 250


def test_names_are_few_and_short(tmp_path):
    assert list(read(tmp_path, b'{"%s": 1}' % (b"a" * 5000))["values"]) == ["a" * 60]
    many = ", ".join(f'"n{n}": 0' for n in range(100))
    assert "more than 64 names" in read(tmp_path, f"{{{many}}}".encode())["error"]


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    assert "No such file" in json_products.facts(tmp_path / "x")["error"]
