"""What a running supervisor needs besides the policy: where alerts come from, where it all goes.

The tables ``journal``, ``gracedb``, ``listen``, ``tell``, ``parties``, ``runbooks``, ``web``,
``mail``, ``catch_up``, ``silence``, ``health``, ``logs`` and ``operators`` of a configuration.
"""

import os

import attrs

from fsm.errors import ConfigurationError
from fsm.io.addresses import is_mail
from fsm.io.config.kinds import Host, Port, shown
from fsm.io.config.listen import listeners
from fsm.io.config.sections import Running
from fsm.io.config.structure import structured

TABLES = tuple(field.name for field in attrs.fields(Running))
# Bytes of a socket's path: Linux has 108 with a NUL at the end, and while it is made it has a dot
# before its name, and the process after it.
LONGEST_SOCKET = 107 - len("..4194304")


def running(plain: dict) -> Running:
    """Read the tables.

    Args:
        plain: the tables of a configuration.

    Raises:
        ConfigurationError: where they say something unknown or impossible.
    """
    given = {name: plain[name] for name in TABLES if name in plain and name != "listen"}
    made = attrs.evolve(structured(Running, given), listen=listeners(plain))
    _check_mail(made)
    _check_socket(made)
    _check_paths(made)
    _check_proxy(made)
    return made


def _check_proxy(made: Running) -> None:
    """Refuse a proxy that any account of its machine could pretend to be."""
    if made.web.proxy and not made.web.proxy_secret:
        raise ConfigurationError("web.proxy: every account of that machine has its address, so "
                                 "'proxy_secret' must name a file of mode 0600 with what the "
                                 "proxy says in the header X-Proxy-Secret")


def _check_paths(made: Running) -> None:
    """Refuse one file for several things."""
    named = {"journal.path": made.journal.path, "operators.socket": made.socket,
             "tell.file": made.tell.file}
    seen: dict[str, str] = {}
    for key, path in named.items():
        real = os.path.abspath(path) if path else ""
        if real and real in seen:
            raise ConfigurationError(f"{key}: it is the same file as {seen[real]}; choose another")
        seen[real] = key


def _check_mail(made: Running) -> None:
    """Refuse letters that nobody can send."""
    mail = made.mail
    structured(Port, mail.port, "mail.port")
    if mail.server:
        structured(Host, mail.server, "mail.server")
    if mail.server and not is_mail(mail.sender):
        raise ConfigurationError("mail.sender: expected an e-mail address, not "
                                 f"{shown(mail.sender)}")
    wanted = [address for some in (*made.parties.values(), made.tell.last_words)
              for address in some if is_mail(address)]
    if wanted and not mail.server:
        raise ConfigurationError(f"parties: {wanted[0]} is an e-mail address, so [mail] needs a "
                                 "'server' and a 'sender'")


def _check_socket(made: Running) -> None:
    """Refuse a path of the operators' socket that is longer than the system takes."""
    size = len(os.fsencode(made.socket))
    if size > LONGEST_SOCKET:
        where = "operators.socket" if made.operators.socket else "journal.path, and '.sock'"
        raise ConfigurationError(f"{where}: the path of a socket has at most {LONGEST_SOCKET} "
                                 f"bytes, and this one has {size}; give [operators] a shorter "
                                 "'socket'")
