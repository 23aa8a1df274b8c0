"""Names of files, as they can be written anywhere: a journal, a log, a letter, a terminal; and
which of them are no files, but addresses of a database."""

from pathlib import Path

DATABASE = "postgresql://"  # begins the address of a journal that is in one


def is_address(where: str | Path) -> bool:
    """Whether that is the address of a database, and not the path of a file."""
    return str(where).startswith(DATABASE)


def shown(path: str | Path) -> str:
    """A path as text in one line that every encoding of Unicode takes.

    What is no UTF-8 in it, and what moves a terminal, is escaped between quotes; so no two paths
    are shown alike, and most are shown as they are.

    Args:
        path: text or :class:`~pathlib.Path`; bytes that are no UTF-8 are surrogates in it.
    """
    text = str(path)
    return text if text.isprintable() and text[:1] not in ("'", '"') else repr(text)
