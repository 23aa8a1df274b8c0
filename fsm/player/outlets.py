"""Where recordings are played to: a file, standard output, or what an address names."""

import ipaddress
import os
import sys
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from fsm.errors import ConfigurationError
from fsm.io import extras
from fsm.io.jsonio import dumps
from fsm.io.paths import shown
from fsm.player.playing import Outlet

SCHEMES = ("xmpp", "kafka")


class File:
    """Appends whole lines to a file, for whoever follows it; ``-`` is standard output."""

    whole = True  # a recording of what was never delivered answers what GraceDB would

    def __init__(self, path: str) -> None:
        self.name = "standard output" if path == "-" else shown(path)
        try:
            broken = path != "-" and _breaks_off(path)
            self._stream = sys.stdout.buffer if path == "-" else open(path, "ab")  # noqa: SIM115
            if broken:
                self._stream.write(b"\n")  # so that the first alert has a line of its own
        except OSError as error:
            raise self._refused(error) from None

    def put(self, topics: Iterable[str], line: dict[str, Any]) -> None:
        """Write a line, at once."""
        try:
            self._stream.write(dumps(line) + b"\n")
            self._stream.flush()
        except BrokenPipeError:
            raise  # whoever read the output has gone
        except OSError as error:
            raise self._refused(error) from None

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def close(self) -> None:
        """Close the file."""
        if self._stream is not sys.stdout.buffer:
            self._stream.close()

    def _refused(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(f"--to {self.name}: {error.strerror or error}")


def _breaks_off(path: str) -> bool:
    """Whether the last line of a file has no end."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        return False
    with open(path, "rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() != b"\n"


def outlet(target: str, recordings: Iterable[str], group: str = "gracedb", auth: bool = True,
           netrc: str | None = None, ca_file: str | None = None, anywhere: bool = False) -> Outlet:
    """Open where a recording is played to.

    Args:
        target: path of a file, ``-``, ``xmpp://[USER@]SERVER[:PORT]`` or ``kafka://HOST[:PORT]``.
        recordings: paths of what is played, into none of which it is.
        group: with which the names of Kafka's topics begin.
        auth: whether to log in to Kafka.
        netrc: file with the password for XMPP, None for the usual one.
        ca_file: certificates by which the XMPP server's is verified, None for those of LVAlert.
        anywhere: whether servers are used that are not on this machine.

    Raises:
        ConfigurationError: where it cannot be opened.
    """
    scheme, separator, _ = target.partition("://")
    if not separator:
        if target != "-" and any(_same(target, name) for name in recordings):
            raise ConfigurationError(f"--to {shown(target)}: that is what is played; name another")
        return File(target)
    if scheme not in SCHEMES:
        raise ConfigurationError(f"--to {target}: expected a file, xmpp://... or kafka://...")
    host, port, user = _address(target)
    if not anywhere and not _is_here(host):
        raise ConfigurationError(
            f"--to {target}: {host} is not this machine, and who listens there would take what is "
            "played for what happens; give --anywhere if that is meant")
    try:
        if scheme == "xmpp":
            from fsm.player.xmpp import XMPP

            return XMPP(target, host, port or 5222, user, netrc, ca_file)
        from fsm.player.kafka import Kafka

        return Kafka(target, host, port or 9092, group, auth)
    except ImportError as error:
        raise ConfigurationError(extras.missing(error, scheme if scheme == "kafka" else "")) \
            from None


def _address(target: str) -> tuple[str, int | None, str | None]:
    try:
        parts = urlsplit(target)
        host, port, user = parts.hostname, parts.port, parts.username
    except ValueError as error:
        raise ConfigurationError(f"--to {target}: {error}") from None
    if not host or parts.path.strip("/") or parts.query or parts.password:
        raise ConfigurationError(f"--to {parts.scheme}://...: expected xmpp://[USER@]SERVER[:PORT] "
                                 "or kafka://HOST[:PORT] and nothing else; passwords belong into "
                                 "the netrc file, the group into --group")
    return host, port, user


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
