"""nginx, as it stands before the pages."""

import os
import subprocess

from tests.servers.xmpp import free_port

WHOLE = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
{locations}
    }}
}}
"""


class Nginx:
    """A server on a port of this machine.

    Args:
        folder: for its files.

    Attributes:
        url: where it is.
    """

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url, self._process = f"http://127.0.0.1:{self.port}", None

    def begin(self, locations):
        """Serve these, as its configuration has them."""
        made = self.folder / "nginx.conf"
        # Its workers read what only the account of the tests may.
        user = "user root;" if os.geteuid() == 0 else ""
        made.write_text(WHOLE.format(folder=self.folder, port=self.port, locations=locations,
                                     user=user))
        self._process = subprocess.Popen(
            ["nginx", "-p", str(self.folder), "-c", str(made), "-e",
             str(self.folder / "first.log")],
            env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"})

    def end(self):
        """Serve no more."""
        self._process.terminate()
        self._process.wait(20)
