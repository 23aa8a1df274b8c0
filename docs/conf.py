"""How the site is built of README, docs, diagrams and docstrings: ``make docs``.

The source folder is the repository, so a link is the same on the site and where the code is kept.
Every page must be in the contents, every link must lead somewhere: a warning ends the build.
"""

import shutil
from importlib import metadata
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import download_reference

ROOT = Path(__file__).parents[1]

project = "Event Supervisor"
release = metadata.version("event-supervisor")

root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "diagrams/**.md"]
exclude_patterns = [".*", "build", "dist", "tests", "fsm", "machines", "benchmarks", "examples",
                    "packaging"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
nitpicky = True
smartquotes = False  # commands are copied from here
# Named in docstrings, and documented elsewhere: inside, and by others.
nitpick_ignore_regex = [
    ("py:.*", r"(fsm\.core|fsm\.registry|collections\.abc|transitions|_pytest)\b.*")]

myst_heading_anchors = 3

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "description"
napoleon_use_ivar = True  # attributes stand with their class, and are no entries of their own

html_theme = "furo"
html_title = f"{project} {release}"
html_additional_pages = {"index": "start.html"}
templates_path = ["templates"]

man_pages = [
    ("docs/commands", "fsm", "watch the follow-up of gravitational-wave candidates", "", 1)]


def show_charts(app, doctree):
    """A link to a picture shows it, rather than to have the browser keep it as a file."""
    for link in list(doctree.findall(download_reference)):
        if link["reftarget"].endswith(".svg"):
            link.replace_self(nodes.reference("", "", *link.children, refuri=link["reftarget"]))


def copy_charts(app, error):
    """Pictures lie on the site as they do in the repository: they link to each other."""
    if error is None and app.builder.format == "html":
        shutil.copytree(ROOT / "diagrams", Path(app.outdir) / "diagrams", dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("*.md"))


def quoted(app, context, lines):
    """A star in the help of a command is one, and no mark-up."""
    lines[:] = [line.replace("*", r"\*") for line in lines]


def setup(app):
    # before the collector of downloads looks for them
    app.connect("doctree-read", show_charts, priority=100)
    app.connect("build-finished", copy_charts)
    app.connect("sphinx-click-process-description", quoted)
