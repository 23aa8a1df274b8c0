"""Routes: which addresses are told only of what is grave enough, such as telephones."""

from collections.abc import Sequence
from typing import ClassVar

import attrs

from fsm.core.charts.severity import SEVERITIES, Severity
from fsm.io.addresses import is_mail

MAIL = "mail"  # the channel of e-mail addresses; that of others is their scheme


def channel_of(address: str) -> str:
    """The channel of an address, or of its name: ``mail``, or its scheme such as ``slack``."""
    return MAIL if is_mail(address) else address.partition("://")[0].lower()


@attrs.frozen(kw_only=True)
class Route:
    """An item of the table ``tell.route``.

    Attributes:
        severity: the least grave of which those addresses are told to which it applies.
        channel: of the addresses to which it applies; "" for any.
        parties: to whom these belong; () for anybody.
    """

    NEEDS: ClassVar[str] = "a route needs a 'severity'"
    SUCH_AS: ClassVar[str] = ' such as { channel = "twilio", severity = "critical" }'
    severity: Severity
    channel: str = ""
    parties: tuple[str, ...] = ()

    def applies(self, address: str, party: str) -> bool:
        """Whether it is about an address of a party."""
        return self.channel.lower() in ("", channel_of(address)) \
            and (not self.parties or party in self.parties)


def let_through(routes: Sequence[Route], address: str, party: str, severity: Severity) -> bool:
    """Whether an address of a party is told of what is so grave: where routes apply to it, one of
    them must let it through."""
    applying = [route for route in routes if route.applies(address, party)]
    return not applying or any(
        SEVERITIES.index(route.severity) >= SEVERITIES.index(severity) for route in applying)
