"""Who is reached where."""

import pytest

from fsm.io.book import Book, is_mail, is_url, shown

BOOK = Book({"operators": ("a@example.org", "b@example.org"), "sky": ("b@example.org",),
             "chat": ("slack://secret/x",), "silent": ()})


def test_every_address_of_several_parties_once():
    assert BOOK.addresses(["operators", "sky", "chat"]) == (
        "a@example.org", "b@example.org", "slack://secret/x")


def test_a_party_that_is_an_address_needs_no_entry():
    assert BOOK.addresses(["c@example.org", "nobody"]) == ("c@example.org",)
    assert Book({}, by_name=False).addresses(["c@example.org"]) == ()


def test_the_parties_of_an_address_and_those_that_are_reached_nowhere():
    assert BOOK.parties("b@example.org") == ("operators", "sky", "b@example.org")
    assert BOOK.unknown(["sky", "silent", "nobody"]) == ("silent", "nobody")


@pytest.mark.parametrize("text", ["a@example.org\nBcc: b@example.org", "a@b@c", "@", "a b@x.org",
                                  "", "<a@example.org>", "a@example.org,b@example.org"])
def test_what_is_no_address_is_none(text):
    assert not is_mail(text) and not is_url(text)


def test_secrets_of_an_address_are_not_shown():
    assert "secret" not in shown("slack://secret/x") and shown("a@example.org") == "a@example.org"
    assert shown("slack://secret/x") != shown("slack://secret/y")
