"""Behind a real nginx that is set up as docs/page.md says: it tells who somebody is."""

import json
import re
from pathlib import Path

import httpx2
import pytest

from tests.servers.nginx import Nginx
from tests.web.conftest import HTML, until
from tests.web.serving import Served

PAGE = (Path(__file__).parents[2] / "docs" / "page.md").read_text(encoding="utf-8")
SECRET, ALBA, BLAKE = "it-is-the-proxy-indeed", ("alba", "a"), ("blake", "b")
CONFIG = """
[web]
url = "{url}/supervisor/"
proxy = "127.0.0.1"
proxy_secret = "{folder}/secret"
readers = ["alba", "blake"]
commanders = ["alba"]
"""


def locations(folder, pages):
    """Those of the page's example, with what there is here."""
    found = re.search(r"(?ms)^location /supervisor/ \{.*?^\}", PAGE)[0]
    for said, meant in (("/etc/nginx/supervisor.users", f"{folder}/users"),
                        ("http://127.0.0.1:8080", pages.rstrip("/")),
                        ("what web.proxy_secret has", SECRET)):
        assert said in found
        found = found.replace(said, meant)
    return found


@pytest.fixture(scope="module")
def proxied(night, tmp_path_factory):
    """(address of the pages at the proxy, their own)."""
    folder = tmp_path_factory.mktemp("x")
    (folder / "users").write_text("alba:{PLAIN}a\nblake:{PLAIN}b\n")
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    proxy, config = Nginx(folder), folder / "config.toml"
    config.write_text((night.folder / "config.toml").read_text()
                      + CONFIG.format(url=proxy.url, folder=folder))
    with Served(night, config=config) as pages:
        proxy.begin(locations(folder, pages.url))
        try:
            until(lambda: _answers(f"{proxy.url}/supervisor/"))
            yield f"{proxy.url}/supervisor", pages.url.rstrip("/")
        finally:
            proxy.end()


def _answers(url):
    try:
        return httpx2.get(url, timeout=20).status_code == 401
    except httpx2.TransportError:
        return False


def test_pages_and_their_links_are_under_its_path(proxied):
    url, _ = proxied
    page = httpx2.get(f"{url}/", auth=ALBA, headers=HTML, timeout=20)
    assert page.status_code == 200 and "alba" in page.text
    links = set(re.findall(r'(?:href|src)="(/[^"]*)"', page.text))
    assert links and all(one.startswith("/supervisor/") for one in links)
    host = url.removesuffix("/supervisor")
    for one in sorted(links)[:20]:
        assert httpx2.get(host + one.replace("&amp;", "&"), auth=ALBA,
                          timeout=20).status_code == 200, one


def test_news_come_through_at_once(proxied):
    url, _ = proxied
    with httpx2.stream("GET", f"{url}/-/stream", auth=ALBA, timeout=5) as response:
        lines = response.iter_lines()
        data = next(line for line in lines if line.startswith("data: "))
        assert json.loads(data.removeprefix("data: "))["head"]


def test_who_somebody_is_the_proxy_alone_says(proxied):
    url, pages = proxied
    told = {"X-Remote-User": "alba", "X-Proxy-Secret": "guessed-0123456789"}
    assert httpx2.get(f"{url}/", auth=BLAKE, headers={**told, **HTML}, timeout=20).text.count(
        "blake")
    assert httpx2.get(f"{pages}/index.json", headers=told, timeout=20).status_code == 403
    assert httpx2.get(f"{pages}/index.json", headers={"X-Remote-User": "alba"},
                      timeout=20).status_code == 403


def test_commands_are_given_by_whom_it_names(proxied):
    url, _ = proxied
    page = httpx2.get(f"{url}/-/health", auth=ALBA, headers=HTML, timeout=20)
    form = re.search(r'<form[^>]*action="([^"]*/do/pause)".*?</form>', page.text, re.DOTALL)
    fields = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', form[0]))
    host, where = url.removesuffix("/supervisor"), form[1]
    headers = {"Origin": host, **HTML}
    for who, status in ((BLAKE, 403), (ALBA, 303)):
        given = httpx2.post(host + where, auth=who, data=fields, headers=headers, timeout=20)
        assert given.status_code == status, given.text
    said = httpx2.get(f"{url}/-/commands.json", auth=ALBA, timeout=20).json()["commands"][0]
    assert (said["order"], said["who"].split(" ")[0]) == ("pause", "alba")
    forged = httpx2.post(host + where, auth=ALBA, data=fields, timeout=20,
                         headers={**HTML, "Origin": "https://elsewhere.example.org"})
    assert forged.status_code == 403
    httpx2.post(f"{url}/-/do/resume", auth=ALBA, json={}, timeout=20)
