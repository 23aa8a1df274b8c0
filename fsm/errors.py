"""Errors that name the input, what was expected of it, and what to do next.

Imports nothing of the project.
"""

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 25  # known names that a sentence lists


class SupervisorError(Exception):
    """Base of every error the Event Supervisor raises on purpose."""


Where = tuple[tuple[str, object], ...]


class ChartError(SupervisorError):
    """A declaration in a chart cannot work; the message begins with what is known of where it is.

    Args:
        fault: what is wrong.
        where: in which declarations, the outermost first, such as ``("check", "report")``.
        argument: name of the argument that is wrong, "" where no single one is.
    """

    def __init__(self, fault: str, where: Where = (), argument: str = "") -> None:
        names = ", ".join(f"{kind} {name!r}" for kind, name in where)
        super().__init__(f"{names}: {fault}" if where else fault)
        self.fault, self.where, self.argument = fault, tuple(where), argument


class AlertError(SupervisorError):
    """A payload cannot be used as an alert."""


class RecordingError(SupervisorError):
    """A recording, or one line of it, cannot be read."""


class ConfigurationError(SupervisorError):
    """A configuration says something that is not known or not possible."""


class JournalError(SupervisorError):
    """The journal cannot be opened, read or written."""


class JournalLocked(JournalError):
    """Another program writes the journal, which passes."""


class JournalLost(JournalError):
    """The journal's server does not answer any more; a new connection may reach it."""


class JournalDamaged(JournalError):
    """The journal cannot be used as it is, and no waiting mends it."""


class ControlError(SupervisorError):
    """An operator's command cannot be given, or is refused."""


class CommandRefused(ControlError):
    """An operator's command has reached the supervisor, which refuses it."""


class ToolMissing(SupervisorError):
    """A program of the operating system is needed and not installed."""


def closest(name: object, known: Iterable[str]) -> str:
    """Say which known name comes closest to a mistaken one.

    Args:
        name: the mistaken name.
        known: iterable of the names that exist.

    Returns:
        A clause for an error message, such as ``did you mean 'bayestar'?``.
    """
    names = sorted(known)
    near = get_close_matches(str(name), names, n=1, cutoff=0.4)
    if near:
        return f"did you mean {near[0]!r}?"
    if len(names) > MOST:
        names = [*names[:MOST], "..."]
    return "known: " + (", ".join(names) if names else "none")
