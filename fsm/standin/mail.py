"""A mail server in the place of the real one: it keeps each e-mail it gets as a file."""

import asyncio
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailStandIn:
    """An SMTP server on loopback.

    Args:
        folder: where each e-mail becomes a file, ``0001.eml`` and so on.
        port: TCP port; 0 for any.
        options: further ones of aiosmtpd's controller, such as ``tls_context``.

    Attributes:
        received: texts of the e-mails, in order.
        refusal: what the server answers instead of taking e-mails, such as ``450 later``; "" to
            take them.
    """

    def __init__(self, folder: str | Path, port: int = 0, **options: Any) -> None:
        self.folder, self.refusal = Path(folder), ""
        self.received: list[str] = []
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller = _Controller(self, hostname="127.0.0.1", port=port, **options)

    @property
    def port(self) -> int:
        """The port on which it listens, once it does."""
        return self._controller.port

    def start(self) -> Self:
        """Listen; returns itself."""
        self._controller.start()
        return self

    def stop(self) -> None:
        """Listen no more."""
        self._controller.stop(no_assert=True)

    async def handle_DATA(self, server: SMTP, session: Session,  # noqa: N802 - aiosmtpd's name
                          envelope: Envelope) -> str:
        """Keep an e-mail."""
        if self.refusal:
            return self.refusal
        content = envelope.content
        assert isinstance(content, bytes)  # as it is unless the controller is told to decode it
        self.received.append(content.decode("utf-8", "replace"))
        path = self.folder / f"{len(self.received):04}.eml"
        path.write_bytes(content)
        return "250 OK"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """Connect to it once, as the library does, but to the port that it really has."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
