"""What the verdict of an expectation hangs on: news of the candidate, and answers of GraceDB."""

from typing import Any, Literal

import attrs

from fsm.core.expect.templates import Template

HintKind = Literal["file", "log", "label", "signoff", "fields", "members"]
Want = tuple[Any, ...]  # what GraceDB is asked for, see :class:`~fsm.core.engine.effects.Ask`
Part = tuple[str, str]  # a GraceID, "" for the candidate itself, and which of its parts

# The part of GraceDB's answer that a hint stands for.
PARTS: dict[HintKind, str] = {
    "file": "logs", "log": "logs", "label": "labels", "signoff": "signoffs", "fields": "event"}


@attrs.frozen(slots=True)
class Hint:
    """What news could change the verdict of an expectation; the engine routes alerts by it.

    Attributes:
        kind: ``file``, ``log``, ``label``, ``signoff``, ``fields`` or ``members``.
        template: of the file name or message; None where any may matter.
        label: name of the label.
    """

    kind: HintKind
    template: Template | None = None
    label: str = ""
