"""Who is reached where."""

import pytest

from fsm.io.addresses import is_mail, is_url, named, without_secrets
from fsm.io.delivery.address_book import AddressBook

BOOK = AddressBook({"operators": ("a@example.org", "b@example.org"), "sky": ("b@example.org",),
             "chat": ("slack://secret/x",), "silent": ()})


def test_every_address_of_several_parties_once():
    assert BOOK.addresses(["operators", "sky", "chat"]) == (
        "a@example.org", "b@example.org", named("slack://secret/x"))


def test_everybody_is_named_once():
    assert BOOK.everybody() == ("a@example.org", "b@example.org", named("slack://secret/x"))


def test_a_party_that_is_an_address_needs_no_entry():
    assert BOOK.addresses(["c@example.org", "nobody"]) == ("c@example.org",)
    assert AddressBook({}, by_name=False).addresses(["c@example.org"]) == ()


def test_the_parties_of_an_address_and_those_that_are_reached_nowhere():
    assert BOOK.parties("b@example.org") == ("operators", "sky", "b@example.org")
    assert BOOK.unknown(["sky", "silent", "nobody"]) == ("silent", "nobody")


@pytest.mark.parametrize("text", ["a@example.org\nBcc: b@example.org", "a@b@c", "@", "a b@x.org",
                                  "", "<a@example.org>", "a@example.org,b@example.org"])
def test_what_is_no_address_is_none(text):
    assert not is_mail(text) and not is_url(text)


def test_secrets_of_an_address_are_not_named():
    assert "secret" not in named("slack://secret/x") and named("a@example.org") == "a@example.org"
    assert named("slack://secret/x") != named("slack://secret/y")


def test_the_name_of_an_address_leads_back_to_it():
    name = named("slack://secret/x")
    assert BOOK.real(name) == "slack://secret/x" and named(name) == name
    assert BOOK.real(named("slack://other/x")) is None


def test_what_is_quoted_of_an_address_is_taken_out():
    said = without_secrets("POST https://h/hook-1234?key=abcd failed", "json://h/hook-1234?key=abcd")
    assert said == "POST https://h/…?key=… failed"
