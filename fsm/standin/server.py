"""Serves the stand-in over HTTP or HTTPS, in a thread or until interrupted."""

import logging
import socket
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

from werkzeug.serving import WSGIRequestHandler, generate_adhoc_ssl_pair, make_server

from fsm.errors import ConfigurationError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"
WAITING = 128  # connections that are not taken yet


class _Quiet(WSGIRequestHandler):
    """Keeps connections open, and writes no line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are counted by the application."""


class Server:
    """A running stand-in.

    Args:
        app: the application.
        port: TCP port, 0 for any that is free.
        tls: folder for a certificate of its own (``standin.pem``), or None for plain HTTP.

    Attributes:
        url: address of the REST interface.
        certificate: path of the certificate to trust, or None.

    Raises:
        ConfigurationError: where the port cannot be had.
    """

    def __init__(self, app: "WSGIApplication", port: int = 0,
                 tls: str | Path | None = None) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        context: ssl.SSLContext | None = None
        self.certificate: str | None = None
        if tls:
            context, self.certificate = _context(tls)
        with _listening(port) as listener:
            self._server = make_server(HOST, port, app, threaded=True, request_handler=_Quiet,
                                       ssl_context=context, fd=listener.fileno())
        host = "localhost" if tls else HOST
        self.url = f"http{'s' if tls else ''}://{host}:{self._server.port}/api/"

    def __enter__(self) -> Self:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def serve(self) -> None:
        """Serve until interrupted."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()


def _listening(port: int) -> socket.socket:
    """A socket at a port, which werkzeug would leave the program for where it is taken."""
    try:
        return socket.create_server((HOST, port), backlog=WAITING)
    except OSError as error:
        raise ConfigurationError(f"--port {port}: {error.strerror or error}; whoever has it would "
                                 "answer in its place. Give another --port, or 0 for any that is "
                                 "free") from None


def _context(folder: str | Path) -> tuple[ssl.SSLContext, str]:
    """A TLS context with a certificate for localhost, made where there is none yet."""
    from cryptography.hazmat.primitives import serialization

    certificate, key = Path(folder) / "standin.pem", Path(folder) / "standin.key"
    if not certificate.exists():
        made, private = generate_adhoc_ssl_pair("localhost")
        key.touch(mode=0o600)
        key.write_bytes(private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption()))
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, str(certificate)
