"""What goes over the operators' socket: the words both ends share, and a command as it arrives."""

from collections.abc import Callable
from typing import Any

import attrs

from fsm.core.evidence.fields import Plain

DO = "/-/do/"  # and the name of a command: its address
JSON = "application/json"
SCHEMA = 1  # of answers: another one where a key goes or means something else
LONGEST = 64 << 20  # bytes of a command
PATIENCE = 120.0  # seconds until an answer
BEHALF = "behalf"  # the key of whoever gives a command through somebody else, such as the page


def _first(answer: Callable[..., None]) -> Callable[..., None]:
    """A function that passes on what it is called with first, and nothing after that."""
    said = False

    def once(**words: Any) -> None:
        nonlocal said
        if not said:
            said = True
            answer(**words)

    return once


@attrs.frozen(slots=True, eq=False)
class Request:
    """What an operator wants done.

    Attributes:
        name: such as ``waive``.
        who: name of the operator's account.
        arguments: by name.
        answer: called with ``result`` or ``error``; what it is called with later goes nowhere.
    """

    name: str
    who: str
    arguments: Plain
    answer: Callable[..., None] = attrs.field(converter=_first)
