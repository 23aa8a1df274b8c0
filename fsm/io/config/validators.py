"""Values of configuration tables, each checked; errors say where, what and what was expected."""

from fsm.core.printable import short
from fsm.errors import ConfigurationError, closest

MOST = 1e12  # of a number


def known(where, given, keys):
    """Refuse keys that are not known."""
    for key in given:
        if key not in keys:
            inside = f" in {where}" if where else ""
            raise ConfigurationError(f"unknown key {key!r}{inside}; {closest(key, keys)}")


def table(plain, key):
    """The table under a key, empty where there is none."""
    found = plain.get(key, {})
    if not isinstance(found, dict):
        raise ConfigurationError(f"{key!r} must be a table, not {found!r}")
    return found


def boolean(where, value):
    """A value that must be true or false; ``where`` begins the error."""
    if not isinstance(value, bool):
        raise ConfigurationError(f"{where}: expected true or false, not {value!r}")
    return value


def number(where, value):
    """A value that must be a number from 0 to 1e12: nothing that is configured is larger."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not good or not 0 <= value <= MOST:
        most = f", {MOST:g} at most" if good and value > 0 else ""
        raise ConfigurationError(f"{where}: expected a number from 0 on{most}, not "
                                 f"{short(repr(value), 60)}")
    return value


def text(where, value):
    """A value that must be a text."""
    if not isinstance(value, str) or "\0" in value:
        raise ConfigurationError(f"{where}: expected a text without NUL, not {shown(value)}")
    return value


def shown(value):
    """A value for an error; what may be an address with a secret is not quoted."""
    text = repr(value)
    return "one that is not shown" if "://" in text or "@" in text else text


def texts(where, value):
    """A value that must be a list of texts."""
    if not isinstance(value, list) or not all(isinstance(v, str) and "\0" not in v
                                              for v in value):
        raise ConfigurationError(f"{where}: expected a list of texts, not {shown(value)}")
    return value
