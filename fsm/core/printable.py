"""What comes from outside, made fit for terminals, logs and letters."""

from math import floor, isfinite, log10

LONGEST = 500  # characters of one text
LONGEST_NAME = 60  # ... of a name in a sentence


def printable(text: str) -> str:
    """A text without control characters: what comes from outside ends up on terminals."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def short(text: str, longest: int = LONGEST) -> str:
    """A text in one printable line that is not too long."""
    text = printable(text)
    return text if len(text) <= longest else text[:longest - 1] + "…"


def quoted(name: str) -> str:
    """A name that somebody has given, in quotation marks, where it is refused."""
    return short(repr(name), LONGEST_NAME)


def counted(number: int, what: str) -> str:
    """A number of things, such as ``1 check``, ``2 checks`` and ``2 processes``."""
    if number == 1:
        return f"1 {what}"
    return f"{number} {what}{'es' if what.endswith('s') else 's'}"


def rounded(number: float, digits: int) -> str:
    """A number of so many significant digits, such as ``0.43`` and ``1,220``: for people, so that
    it never has an exponent."""
    if not number or not isfinite(number):
        return f"{number:g}"
    places = digits - 1 - floor(log10(abs(number)))
    text = f"{round(number, places):,.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
