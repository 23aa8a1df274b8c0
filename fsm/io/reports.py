"""Reports: what is wrong with the supervisor itself, and what is right again."""

import attrs


@attrs.frozen(slots=True)
class Report:
    """Something about the supervisor itself has gone wrong, or is right again.

    Attributes:
        name: of what, such as ``listener lvalert``.
        wrong: whether it is wrong.
        message: one sentence.
        of: which supervisor has it, of several on one journal: None for the one that reports it,
            "" for all.
    """

    name: str
    wrong: bool
    message: str
    of: str | None = None
