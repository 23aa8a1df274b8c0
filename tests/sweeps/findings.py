"""Collects what a sweep finds, so that a hundred nights with one fault make one line."""

import os
from collections import defaultdict

import pytest

MOST = int(os.environ.get("FSM_FINDINGS", "60"))  # lines that are shown


class Findings:
    """What was found, each with the first night in which it was, and how often."""

    def __init__(self):
        self.found = defaultdict(list)

    def add(self, text, where):
        """Note a finding."""
        self.found[text].append(where)

    def update(self, texts, where):
        """Note several."""
        for text in texts:
            self.add(text, where)

    def none(self):
        """Fail where there is any, with a line for each."""
        lines = [f"{text}   [{len(where)}x, first: {where[0]}]"
                 for text, where in sorted(self.found.items())]
        if len(lines) > MOST:
            lines[MOST:] = [f"... and {len(lines) - MOST} more"]
        if lines:
            pytest.fail(f"{len(self.found)} findings:\n" + "\n".join(lines), pytrace=False)
