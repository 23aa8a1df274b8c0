"""What comes from outside, made fit for terminals, logs and letters."""

LONGEST = 500  # characters of one text


def printable(text: str) -> str:
    """A text without control characters: what comes from outside ends up on terminals."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def short(text: str, longest: int = LONGEST) -> str:
    """A text in one printable line that is not too long."""
    text = printable(text)
    return text if len(text) <= longest else text[:longest - 1] + "…"


def counted(number: int, what: str) -> str:
    """A number of things, such as ``1 check``, ``2 checks`` and ``2 processes``."""
    if number == 1:
        return f"1 {what}"
    return f"{number} {what}{'es' if what.endswith('s') else 's'}"
