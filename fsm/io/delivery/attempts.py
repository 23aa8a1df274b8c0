"""How attempts to deliver something end, and whose trouble it is where they fail."""

from typing import Any, Final, Literal, Protocol, TypeAlias

import attrs

from fsm.io.journal.outgoing import Outgoing

# Whose trouble a failure is, which no answer alone can tell.
# The channel's (no login), unless it has taken anything since it was put here.
CHANNEL: Final = "channel"
TARGET: Final = "target"  # the address's (a full mailbox)
# The channel's (relaying denied), unless it takes something while this one fails.
EITHER: Final = "either"
LETTER: Final = "letter"  # its own (words that are refused), unless other addresses fail too

Whose: TypeAlias = Literal["channel", "target", "either", "letter"]


class Channel(Protocol):
    """A way out for effects."""

    def takes(self, effect: Outgoing) -> bool:
        """Whether it is one of those that go this way."""

    def deliver(self, effect: Any, again: bool) -> None:
        """Deliver one that it takes, or raise :class:`DeliveryError`.

        Args:
            effect: of the kinds that it takes.
            again: whether an earlier attempt may have succeeded.
        """


class DeliveryError(Exception):
    """Something could not be delivered.

    Args:
        message: why, one sentence.
        final: whether it never will be.
        whose: trouble that is: one of the constants above.
        unknown: whether nobody has the address, which is believed when it was said twice.
    """

    def __init__(self, message: str, final: bool = False, whose: Whose = TARGET,
                 unknown: bool = False) -> None:
        super().__init__(message)
        self.final, self.whose, self.unknown = final, whose, unknown


@attrs.frozen(slots=True)
class Delivered:
    """How an attempt to deliver has ended.

    Attributes:
        number: of the effect in the outbox.
        tries: earlier attempts.
        channel: name of the channel.
        target: the name of the address; "" where the channel has none.
        since: when the effect was put into the outbox, unix seconds.
        error: why it failed, "" where it went well.
        final: whether it is not tried again.
        whose: trouble that is; as of :class:`DeliveryError`.
        unknown: whether nobody is said to have the address.
        still: whether the attempt goes on, and may succeed after all.
    """

    number: int
    tries: int
    channel: str
    target: str = ""
    since: float = 0.0
    error: str = ""
    final: bool = True
    whose: Whose = TARGET
    unknown: bool = False
    still: bool = False
