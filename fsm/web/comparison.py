"""Two replays compared, as a page that stands alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from fsm import __version__
from fsm.report.comparison import CHANGES, SAME, in_words, together
from fsm.report.comparison_terminal import when
from fsm.web.rendering import render

STYLE = Path(__file__).parent / "static" / "page.css"
MOST = 5000  # differences and verdicts that a page lists


def page(found: Mapping[str, Any]) -> str:
    """The page.

    Args:
        found: as :func:`fsm.report.comparison.compared` gives it, with ``nights`` and ``configs``.
    """
    tables = [(title, {name: row for name, row in found[kind].items()
                       if sum(row.values()) > row[SAME]})
              for kind, title in (("followups", "follow-up"), ("parties", "party"))]
    return render("comparison.html", dict(found), style=Markup(STYLE.read_text()),
                  sentence=in_words(found), differing=together(found["differences"])[:MOST],
                  when=when, tables=tables, changes=CHANGES, most=MOST, version=__version__)
