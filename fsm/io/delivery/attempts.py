"""How attempts to deliver something end, and whose trouble it is where they fail."""

import attrs

# Whose trouble a failure is, which no answer alone can tell.
CHANNEL = "channel"  # the channel's (no login), unless it has taken anything since it was put here
TARGET = "target"  # the address's (a full mailbox)
EITHER = "either"  # the channel's (relaying denied), unless it takes something while this one fails
LETTER = "letter"  # its own (words that are refused), unless other addresses fail too


class DeliveryError(Exception):
    """Something could not be delivered.

    Args:
        message: why, one sentence.
        final: whether it never will be.
        whose: trouble that is: one of the constants above.
        unknown: whether nobody has the address, which is believed when it was said twice.
    """

    def __init__(self, message, final=False, whose=TARGET, unknown=False):
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
    whose: str = TARGET
    unknown: bool = False
    still: bool = False
