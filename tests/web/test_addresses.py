"""The pages behind a proxy: under a path of its host, whichever host it asks for."""

import re

import pytest

from fsm.errors import ConfigurationError
from fsm.web.addresses import Addresses, under
from tests.web.conftest import HTML, TOKEN
from tests.web.test_pages import Page
from tests.web.test_pages import addresses as of_all_pages

URL = "https://host.example.org/supervisor/"
ROOT = "/supervisor"
ORIGIN = {"Origin": "https://host.example.org", **HTML}


@pytest.fixture(params=["", ROOT], ids=["taken away", "left"])
def proxied(request, opened, tokens):
    """The pages as a proxy asks for them which takes the path away, or leaves it; a function."""
    client = opened(url=URL, tokens=tokens, commanders=("shift",))

    def send(method, path, **more):
        assert path.startswith(f"{ROOT}/"), path
        return client.request(method, request.param + path.removeprefix(ROOT),
                              follow_redirects=False, **more)

    send.client = client
    return send


def test_all_links_are_under_the_path_and_lead_somewhere(proxied):
    seen = set()
    for address in of_all_pages(proxied.client):
        page = Page(proxied("GET", ROOT + address, headers=HTML).text)
        seen |= {link for link in page.links if link.startswith("/")}
    assert f"{ROOT}/-/static/page.js" in seen and f"{ROOT}/index.json" in seen
    for link in seen - {f"{ROOT}/-/stream"}:
        if "/-/do/" not in link:
            assert proxied("GET", link, headers=HTML).status_code == 200, link


def test_one_signs_in_and_commands_under_the_path(proxied):
    done = proxied("POST", f"{ROOT}/-/sign-in", data={"token": TOKEN}, headers=ORIGIN)
    assert (done.status_code, done.headers["location"]) == (303, f"{ROOT}/")
    cookie = done.headers["set-cookie"]
    assert f"Path={ROOT}/;" in cookie and "Secure" in cookie
    kept = {"Cookie": cookie.partition(";")[0]}
    page = proxied("GET", f"{ROOT}/-/health", headers={**HTML, **kept}).text
    token = re.search(r'name="forgery_token" value="(\w+)"', page)[1]
    for back, shown in ((f"{ROOT}/-/health", f"{ROOT}/-/health"), ("/elsewhere", f"{ROOT}/")):
        done = proxied("POST", f"{ROOT}/-/do/waive", headers={**ORIGIN, **kept}, data={
            "forgery_token": token, "graceid": "S991231a", "back": back})  # which nobody knows
        assert done.status_code == 303 and done.headers["location"].startswith(f"{shown}?said=")


@pytest.mark.parametrize("origin", ["http://host.example.org", "https://host.example.org:444",
                                    "https://other.example.org", "https://[", "null"])
def test_only_the_origin_of_the_url_is_ours(opened, tokens, origin):
    client = opened(url=URL, tokens=tokens)
    answer = client.post("/-/sign-in", data={"token": TOKEN}, headers={"Origin": origin})
    assert answer.status_code == 403
    own = {"Origin": "https://host.example.org:443"}
    assert client.post("/-/sign-in", data={"token": TOKEN}, headers=own,
                       follow_redirects=False).status_code == 303


def test_a_path_that_pages_begin_with_is_refused():
    assert under("https://a.example.org/").root == under("").root == ""
    assert under("https://a.example.org/some/where/").to("/p", "a b") == "/some/where/p/a%20b"
    for path in ("/p", "/c/x", "/-/health", "/party/"):
        with pytest.raises(ConfigurationError, match="web.url"):
            under(f"https://a.example.org{path}")


def test_paths_are_given_the_part_that_a_proxy_has_taken_away():
    made = Addresses("/a%20b")
    assert [made.path(one) for one in ("/", "/a b", "/a b/c/G1", "/c/G1", "/a bc")] == [
        "/a b/", "/a b/", "/a b/c/G1", "/a b/c/G1", "/a b/a bc"]
