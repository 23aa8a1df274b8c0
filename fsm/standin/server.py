"""Serves the stand-in over HTTP or HTTPS, in a thread or until interrupted."""

import logging
import ssl
import threading
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, generate_adhoc_ssl_pair, make_server

HOST = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Keeps connections open, and writes no line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
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
    """

    def __init__(self, app, port=0, tls=None):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        context, self.certificate = _context(tls) if tls else (None, None)
        self._server = make_server(HOST, port, app, threaded=True, request_handler=_Quiet,
                                   ssl_context=context)
        self._server.daemon_threads = True
        host = "localhost" if tls else HOST
        self.url = f"http{'s' if tls else ''}://{host}:{self._server.server_port}/api/"

    def __enter__(self):
        """Serve in a thread."""
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def serve(self):
        """Serve until interrupted."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()


def _context(folder):
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
