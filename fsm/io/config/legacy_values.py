"""Values of the earlier supervisor's options; errors and notes say where they stand."""

from fsm.core.times import finite
from fsm.errors import ConfigurationError
from fsm.io.addresses import is_mail

MAIL_HOST = "localhost"  # whose mail program sent its letters


def number(where, value):
    """A number from 0 on; ``where`` begins the error."""
    made = finite(value)
    if made is None or made < 0:
        raise ConfigurationError(f"{where}: expected a number from 0 on, not {value!r}")
    return made


def switch(where, parsed, section, option):
    """An option that is on or off."""
    try:
        return parsed.getboolean(section, option)
    except ValueError:
        raise ConfigurationError(f"{where}: expected True or False, not "
                                 f"{parsed.get(section, option)!r}") from None


def addresses(where, value, notes):
    """E-mail addresses; the mail program took names of the machine's accounts as well."""
    found = []
    for word in value.replace(",", " ").split():
        address = word if "@" in word else f"{word}@{MAIL_HOST}"
        if not is_mail(address):
            notes.append(f"{where}: one of these is no e-mail address, so nobody is told by it; "
                         "[parties] may have addresses of other kinds")
            continue
        if address != word:
            notes.append(f"{where}: {word} is an account of the machine's, reached as {address}")
        found.append(address)
    return found
