"""What README quotes is what there is: the output of a replay, and a module of machines."""

import io
import re

from rich.console import Console

from fsm.report.candidate import parts
from fsm.report.terminal import show_replay
from tests.report.goldens import ROOT, outcome

WIDTH = 100  # columns


def test_the_excerpt_of_a_replay_is_what_is_printed():
    stream = io.StringIO()
    show_replay(Console(file=stream, width=WIDTH, color_system=None),
                parts(outcome("burst_troubled.jsonl")))
    (excerpt,) = re.findall(r"^```\n(G411000 .*?)^```$", (ROOT / "README.md").read_text("utf-8"),
                            re.MULTILINE | re.DOTALL)
    assert stream.getvalue().startswith(excerpt)


def test_the_module_that_is_shown_is_as_it_is():
    (shown,) = re.findall(r"This is all of `(\S+)`:\n\n```python\n(.*?)```",
                          (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert shown[1] in (ROOT / shown[0]).read_text("utf-8")
