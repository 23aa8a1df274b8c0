"""What an expectation is made of: the expectations and templates inside it."""

from collections.abc import Iterator

import attrs

from fsm.core.expect.annotations import File, Log
from fsm.core.expect.base import Expectation
from fsm.core.expect.templates import Template


def nested(expectation: Expectation) -> Iterator[Expectation]:
    """An expectation, and all that are inside it.

    Args:
        expectation: the outermost one.
    """
    yield expectation
    for value in _values(expectation):
        if isinstance(value, Expectation):
            yield from nested(value)


def formats(expectation: Expectation) -> Iterator[tuple[str, str]]:
    """The parameters that are written in a format of their own, each with its format.

    Args:
        expectation: with all that is inside it.
    """
    for part in nested(expectation):
        for value in _values(part):
            if isinstance(value, Template):
                yield from value.formats.items()


def tag_option(expectation: Expectation) -> str | None:
    """The option of the process that lists the tags which a message or file must have, or None.

    Args:
        expectation: the message or file itself, not what is inside it.
    """
    tags = expectation.tags if isinstance(expectation, (Log, File)) else None
    return tags if isinstance(tags, str) else None


def _values(expectation: Expectation) -> Iterator[object]:
    """What its attributes hold; of one that has no declared attributes nothing is known."""
    kind: type = type(expectation)
    for one in attrs.fields(kind) if attrs.has(kind) else ():
        value = getattr(expectation, one.name)
        yield from value if isinstance(value, tuple) else (value,)


def given(*parts: Expectation | None) -> list[Expectation]:
    """Those conditions that a chart has."""
    return [part for part in parts if part is not None]
