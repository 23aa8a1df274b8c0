"""Kinds of values that a configuration can hold: what each must be, in words where it is not.

A kind is a type, or ``Annotated`` with functions that refuse some of its values. Errors say what
was expected; :mod:`~fsm.io.config.structure` puts before them where that was.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any

from fsm.core.printable import short
from fsm.errors import ConfigurationError
from fsm.io.addresses import is_host, is_mail, is_url, is_web
from fsm.io.delivery import services

_TIME_OF_DAY = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
MOST = 1e12  # of a number: nothing that is configured is larger
YEAR = 366 * 86400.0  # seconds
CENTURY = 36_525 * 86400.0  # seconds; dates go no further back than to the year 1


def shown(value: Any) -> str:
    """A value for an error; what may be an address with a secret is not quoted."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no integer that is so long
        return "one of thousands of digits"
    return "one that is not shown" if "://" in text or "@" in text else short(text, 60)


def boolean(value: Any) -> bool:
    """A value that must be true or false."""
    if not isinstance(value, bool):
        raise ConfigurationError(f"expected true or false, not {shown(value)}")
    return value


def number(value: Any, what: str = "number") -> Any:
    """A value that must be a number from 0 to :data:`MOST`."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not good or not 0 <= value <= MOST:
        most = f", {MOST:g} at most" if good and value > 0 else ""
        raise ConfigurationError(f"expected a {what} from 0 on{most}, not {shown(value)}")
    return value


def whole(value: Any) -> int:
    """A value that must be a whole number, likewise; 2.0 is one."""
    made = number(value, "whole number")
    if made != int(made):
        raise ConfigurationError(f"expected a whole number from 0 on, not {shown(value)}")
    return int(made)


def text(value: Any) -> str:
    """A value that must be a text."""
    if not isinstance(value, str) or "\0" in value:
        raise ConfigurationError(f"expected a text without NUL, not {shown(value)}")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A value that must be a list of texts."""
    if not isinstance(value, list) or not all(isinstance(one, str) and "\0" not in one
                                              for one in value):
        raise ConfigurationError(f"expected a list of texts, not {shown(value)}")
    return tuple(value)


def addresses(value: Any) -> tuple[str, ...]:
    """A value that must be a list of addresses, or a single one."""
    made = texts([value] if isinstance(value, str) else value)
    for address in made:
        if is_url(address):
            services.check(address)
        elif not is_mail(address):
            raise ConfigurationError("expected an e-mail address, or one of apprise such as "
                                     f"slack://..., not {address[:6] + '…'!r}")
    return made


def positive(value: float) -> None:
    """Refuse 0."""
    if not value:
        raise ConfigurationError("must be more than 0")


def at_least(least: float, unit: str) -> Callable[[float], None]:
    """A function that refuses less."""
    def check(value: float) -> None:
        if value < least:
            raise ConfigurationError(f"must be at least {least:g} {unit}")
    return check


def at_most(most: float, words: str) -> Callable[[float], None]:
    """A function that refuses more.

    Args:
        most: the largest number.
        words: how it is called.
    """
    def check(value: float) -> None:
        if value > most:
            raise ConfigurationError(f"must be at most {words}")
    return check


def some(value: str | tuple[str, ...]) -> None:
    """Refuse what is empty."""
    if not value:
        raise ConfigurationError("must not be empty")


def none_empty(values: tuple[str, ...]) -> None:
    """Refuse a list in which a text is empty."""
    if not all(map(str.strip, values)):
        raise ConfigurationError("a text in it is empty; leave it out")


def web_address(value: str) -> None:
    """Refuse what is no address of the web; "" is for none."""
    if value and not is_web(value, ("http", "https")):
        raise ConfigurationError("expected an address such as https://gracedb.ligo.org/api/, not "
                                 f"{shown(value)}")


def ip_address(value: str) -> None:
    """Refuse what is no IP address; "" is for none."""
    try:
        ipaddress.ip_address(value or "::")
    except ValueError:
        raise ConfigurationError("expected an IP address such as 10.0.0.1, not "
                                 f"{shown(value)}") from None


def broker_address(value: str) -> None:
    """Refuse what is no address of a broker."""
    if not is_web(value, ("kafka",)):
        raise ConfigurationError("expected an address such as kafka://kafka.scimma.org/, not "
                                 f"{shown(value)}")


def database_address(value: str) -> None:
    """Refuse what is no address of a PostgreSQL database; "" is for none."""
    if value and not value.startswith("postgresql://"):
        raise ConfigurationError("expected an address such as postgresql://user@host/database, not "
                                 f"{shown(value)}")


def host(value: str) -> None:
    """Refuse what is no name or number of a host."""
    if not is_host(value):
        raise ConfigurationError("expected the name of a host, without port or scheme, not "
                                 f"{shown(value)}")


def host_or_none(value: str) -> None:
    """Likewise; "" is for none."""
    if value:
        host(value)


def accounts(values: tuple[str, ...]) -> None:
    """Refuse what are no accounts of LVAlert, which have the form of e-mail addresses."""
    wrong = next((one for one in values if not is_mail(one)), None)
    if wrong is not None:
        raise ConfigurationError("expected accounts such as 'gracedb@lvalert.example.org', without "
                                 f"a resource, not {wrong!r}")


def party_names(values: tuple[str, ...]) -> None:
    """Refuse addresses, which hold secrets, as names of parties, which are shown to all."""
    if any(map(is_url, values)):
        raise ConfigurationError("expected names of parties, and one of them is an address: give "
                                 "it a name in [parties]")


def time_of_day(value: str) -> None:
    """Refuse what is no time of day such as ``08:00``; "" is for none."""
    if value and not _TIME_OF_DAY.fullmatch(value):
        raise ConfigurationError(f"expected a time of day (UTC) such as '08:00', not "
                                 f"{shown(value)}")


Positive = Annotated[float, positive]
Seconds = Annotated[float, at_most(YEAR, f"a year ({YEAR:g} s)")]
Count = Annotated[int, positive]  # where none at all makes no sense
Host = Annotated[str, host]
Port = Annotated[int, at_most(65_535, "65535")]
WebAddress = Annotated[str, web_address]
IPAddress = Annotated[str, ip_address]
TimeOfDay = Annotated[str, time_of_day]
Path = Annotated[str, some]
Name = Annotated[str, some]
Names = Annotated[tuple[str, ...], none_empty]
Accounts = Annotated[tuple[str, ...], accounts]
Parties = Annotated[tuple[str, ...], party_names]
Addresses = Annotated[tuple[str, ...], "or a single one"]  # see :func:`addresses`
