"""What the documents have is what docs/page.md says."""

import re
from pathlib import Path

from tests.web.test_pages import addresses

PAGE = (Path(__file__).parents[2] / "docs" / "page.md").read_text(encoding="utf-8")
ALWAYS = {"schema", "view", "version", "now", "head", "stale"}


def test_every_key_of_every_document_is_documented(pages):
    rows = {line.split("|")[1].strip(): set(re.findall(r"`(\w+)`", line.split("|")[2]))
            for line in PAGE.splitlines() if line.startswith("| ") and line.count("|") == 3}
    seen = set()
    for address in [*addresses(pages)[:-2], "/c/nonsense"]:
        path, _, query = address.partition("?")
        document = pages.get(("/index" if path == "/" else path) + f".json?{query}").json()
        seen.add(document["view"])
        assert set(document) - ALWAYS - rows[document["view"]] == set(), address
    assert len(seen) == 11
