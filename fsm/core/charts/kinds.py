"""The kinds of candidates that charts are for, and how grave it is where something is overdue."""

from typing import Final, Literal

Kind = Literal["event", "superevent", "external"]
EVENT: Final = "event"
SUPEREVENT: Final = "superevent"
EXTERNAL: Final = "external"
KINDS: tuple[Kind, ...] = (EVENT, SUPEREVENT, EXTERNAL)

Gravity = Literal["", "serious", "grave"]
SERIOUS: Final = "serious"
GRAVE: Final = "grave"
GRAVITIES: tuple[Gravity, ...] = (SERIOUS, GRAVE)
