"""Every address: as a page and as JSON, for people without script too."""

import csv
import re
from html.parser import HTMLParser

import pytest

from fsm.notify.problems import Context
from fsm.web import board
from fsm.web.rendering import moment
from tests.web.conftest import HTML

VOID = {"meta", "link", "input", "br", "img", "rect", "circle", "line", "path"}


class Page(HTMLParser):
    """What a page has: its elements, whether each is closed, and where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.ids, self.attributes, self.wrong = [], [], [], [], []
        self.elements = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        plain = dict(attrs)
        self.elements.append(plain)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [plain["id"]] if "id" in plain else []
        self.links += [plain[name] for name in ("href", "src", "action") if plain.get(name)]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def graceids(pages):
    return [one["graceid"] for one in pages.get("/index.json").json()["candidates"]]


def superevent(pages):
    return next(one for one in graceids(pages) if "S" in one)


def addresses(pages):
    """One address of each view."""
    graceid = superevent(pages)
    process = next(iter(pages.get(f"/c/{graceid}.json").json()["processes"]))
    return ["/", f"/c/{graceid}", f"/c/{graceid}/{process}", "/p", "/p?q=ADVNO",
            "/p/preliminary_notice", "/party/operators", "/-/health", "/-/commands", "/-/config",
            f"/c/{graceid}/-/ask?order=waive", "/-/replay", "/-/sign-in"]


def test_every_page_is_well_formed_and_needs_no_script(pages):
    for address in addresses(pages):
        response = pages.get(address, headers=HTML)
        assert response.status_code == 200, (address, response.text[-500:])
        page = Page(response.text)
        assert not page.wrong and not page.open, (address, page.wrong, page.open)
        assert len(page.ids) == len(set(page.ids)), address
        inline = [(tag, name) for tag, name, _ in page.attributes
                  if name == "style" or name.startswith("on")]
        assert inline == [], address
        assert re.findall(r"<script(?![^>]* src=)|<style", response.text) == []


def live(text):
    """The ids of what the script renews while a page is open."""
    return {plain["id"] for plain in Page(text).elements if "data-live" in plain}


def test_what_may_change_while_a_page_is_open_is_renewed(pages):
    graceid = superevent(pages)
    document = pages.get(f"/c/{graceid}.json").json()
    whole = {one["process"] for root in document["problems"] for one in (root, *root["follows"])}
    well = next(name for name in document["processes"] if name not in whole)
    for address, wanted in (
            ("/", {"sentence", "problems", "counts", "candidates"}),
            (f"/c/{graceid}", {"head", "problems", "timeline", "list", "members", "commands",
                               "acts", "told", "failed", "passed", "history"}),
            (f"/c/{graceid}/{well}", {"head", "problems", "sheet", "acts", "evidence", "told",
                                      "commands", "history"}),
            ("/party/operators", {"summary", "missed", "problems", "false-alarms"}),
            ("/-/health", {"health"}), ("/-/commands", {"commands"})):
        assert wanted <= live(pages.get(address, headers=HTML).text), address


def test_what_has_been_by_another_clock_is_no_future():
    assert "in 1 d" in moment(1e5 + 86400, 1e5)
    assert "in 1 d" not in moment(1e5 + 86400, 1e5, past=True)
    assert "1 d ago" in moment(1e5 - 86400, 1e5, past=True)


def test_links_lead_somewhere(pages):
    seen = set()
    for address in addresses(pages):
        for link in Page(pages.get(address, headers=HTML).text).links:
            if link.startswith("/") and link not in seen and not link.startswith("/-/stream"):
                seen.add(link)
    there = {link: pages.get(link, headers=HTML).status_code for link in sorted(seen)
             if not link.startswith("/-/do")}
    assert {link: code for link, code in there.items() if code != 200} == {}
    assert len(there) > 50


def test_every_address_is_json_too_with_its_schema(pages):
    for address in addresses(pages)[:-2]:
        path, _, query = address.partition("?")
        name = "/index.json" if path == "/" else f"{path}.json"
        response = pages.get(f"{name}?{query}")
        assert response.headers["content-type"] == "application/json", address
        assert response.json()["schema"] == 1 and response.json()["stale"] == ""


def test_nothing_may_run_but_our_own_script(pages):
    for address in ("/", "/nowhere", "/-/static/page.js", "/-/metrics"):
        headers = pages.get(address, headers=HTML).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_is_said_in_one_sentence(pages):
    for address in ("/c/nonsense", "/c/S991231a", "/p/nonsense", "/party/nonsense", "/nowhere",
                    f"/c/{superevent(pages)}/nonsense", f"/c/{superevent(pages)}?at=yesterday",
                    f"/c/{superevent(pages)}/-/ask?order=stop"):
        assert pages.get(address, headers=HTML).status_code == 404, address
        path, _, query = address.partition("?")
        found = pages.get(f"{path}.json?{query}")
        assert found.status_code == 404 and found.json()["error"], address


def test_the_slider_goes_back_through_the_history(pages):
    graceid = superevent(pages)
    now = pages.get(f"/c/{graceid}.json").json()
    before = pages.get(f"/c/{graceid}.json?at={now['created'] + 40}").json()
    assert before["as_of"] == now["created"] + 40
    assert before["transitions"] < now["transitions"]
    assert all(one["time"] <= before["as_of"] for one in before["history"])
    assert before["problems"] == []
    page = pages.get(f"/c/{graceid}?at={now['created'] + 40}", headers=HTML).text
    assert "as of" in page and 'type="range"' in page


def test_a_picture_can_be_kept(pages):
    response = pages.get(f"/c/{superevent(pages)}/-/timeline.svg")
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.content.startswith(b"<?xml")


def test_letters_link_to_pages_that_there_are(pages):
    graceid = superevent(pages)
    name = next(iter(pages.get(f"/c/{graceid}.json").json()["processes"]))
    for process in (name, "omegascans[H1]"):
        there = process in pages.get(f"/c/{graceid}.json").json()["processes"]
        link = Context(web="http://localhost").page(graceid, process)
        assert pages.get(link, headers=HTML).status_code == (200 if there else 404)


def test_overviews_are_drawn(pages):
    (first, *_) = pages.get("/p.json").json()["overviews"]
    found = pages.get(f"/p/-/{first['name']}.svg")
    assert found.headers["content-type"] == "image/svg+xml" and b"preliminary" in found.content
    assert pages.get("/p/-/nonsense.svg").status_code == 404


def test_a_party_is_a_table_too(pages):
    response = pages.get("/party/operators.csv")
    rows = list(csv.reader(response.text.splitlines()))
    assert rows[0][0] == "process" and len(rows) > 1
    assert response.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("words, found", [("ADVNO", "advocate_vetting"), ("omega scan", "omega"),
                                          ("bayestar.multiorder.fits", "copied_skymap")])
def test_the_catalogue_is_searched(pages, words, found):
    text = pages.get("/p", params={"q": words}, headers=HTML).text
    assert found in text


def test_other_hosts_names_are_not_ours(pages):
    assert pages.get("/", headers={"Host": "evil.example.org"}).status_code == 421
    assert pages.get("/", headers={"Host": "127.0.0.1:8080", **HTML}).status_code == 200


def test_the_board_is_filtered_by_its_address(pages):
    whole = pages.get("/index.json").json()
    party = whole["choices"]["party"][0]
    some = pages.get("/index.json", params={"party": party}).json()
    assert some["filters"]["party"] == party
    assert all(party in one["parties"] for one in some["problems"])
    assert pages.get("/index.json?state=acknowledged").json()["problems"] == []
    assert {one["kind"] for one in pages.get("/index.json?kind=event").json()["candidates"]} == \
        {"event"}
    assert pages.get("/index.json?page=99999").json()["candidates"] == []


@pytest.mark.parametrize("kind", ["", "event", "superevent"])
@pytest.mark.parametrize("size", [1, 2])
def test_every_candidate_of_a_kind_is_on_one_page_of_the_board(pages, monkeypatch, kind, size):
    some = {one["graceid"] for one in pages.get(f"/index.json?kind={kind}").json()["candidates"]}
    monkeypatch.setattr(board, "PAGE", size)
    found, page, more = [], 0, True
    while more:
        page += 1  # with an address of its own, so that none of before is answered again
        document = pages.get(f"/index.json?kind={kind}&page={page}&size={size}").json()
        found += [one["graceid"] for one in document["candidates"]]
        more = document["more"]
        assert len(document["candidates"]) == size or not more
    assert len(some) > 2 and sorted(found) == sorted(some)
