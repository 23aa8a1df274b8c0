"""Values of the earlier supervisor's options; errors and notes say where they stand."""

import configparser
from collections.abc import Mapping, MutableMapping

from fsm.core.times import finite
from fsm.errors import ConfigurationError
from fsm.io.addresses import is_mail

MAIL_HOST = "localhost"  # whose mail program sent its letters


class Filled(configparser.Interpolation):
    """Fills in ``%(name)s``, as the earlier supervisor's reader did: else a % stands for itself."""

    def before_get(self, parser: MutableMapping[str, Mapping[str, str]], section: str,
                   option: str, value: str, defaults: Mapping[str, str]) -> str:
        for _ in range(configparser.MAX_INTERPOLATION_DEPTH):
            if not value or "%(" not in value:
                return value
            try:
                value = value % {key: text or "" for key, text in defaults.items()}
            except KeyError as error:
                raise configparser.InterpolationMissingOptionError(
                    option, section, value, error.args[0]) from None
            except (ValueError, TypeError) as error:
                raise configparser.InterpolationSyntaxError(
                    option, section, f"{value!r} cannot be filled in: {error}") from None
        raise configparser.InterpolationDepthError(option, section, value)


def section_of(parsed: configparser.RawConfigParser, name: str) -> str | None:
    """The name of a section as a file writes it, whose case does not count; None without it."""
    return next((one for one in parsed.sections() if one.lower() == name), None)


def number(where: str, value: object) -> float:
    """A number from 0 on; ``where`` begins the error."""
    made = finite(value)
    if made is None or made < 0:
        raise ConfigurationError(f"{where}: expected a number from 0 on, not {value!r}")
    return made


def switch(where: str, parsed: configparser.RawConfigParser, section: str, option: str) -> bool:
    """An option that is on or off."""
    try:
        return parsed.getboolean(section, option)
    except ValueError:
        raise ConfigurationError(f"{where}: expected True or False, not "
                                 f"{parsed.get(section, option)!r}") from None


def addresses(where: str, value: str, notes: list[str]) -> list[str]:
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
