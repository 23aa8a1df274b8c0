"""What can be read of a journal, whether its supervisor asks or somebody who cannot write it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from fsm.errors import JournalError
from fsm.io.journal.notes import Notes
from fsm.io.journal.reading import Opened
from fsm.io.journal.supervised import Supervised


class Readable(Supervised, Notes):
    """A journal as far as reading it goes.

    Attributes:
        db: SQLAlchemy connection.
    """

    @property
    def name(self) -> str:
        """Where it is, as it is shown to people."""
        raise NotImplementedError

    def count(self, table: sa.Table) -> int:
        """The number of rows of one of the tables of :mod:`fsm.io.journal.schema`."""
        return self.db.scalar(sa.select(sa.func.count()).select_from(table)) or 0


class ReadOnly(Readable):
    """A journal that somebody else writes: one state of it.

    Args:
        opened: as :func:`fsm.io.journal.reading.opened` opens it.
    """

    def __init__(self, opened: Opened) -> None:
        self.opened, self.db, self.mended = opened, opened.db, []

    @property
    def name(self) -> str:
        """See :class:`Readable`."""
        return self.opened.name

    @contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """A context for what may be damaged.

        Args:
            what: whose content that is, in words.

        Raises:
            JournalError: where anything is raised within.
        """
        try:
            yield
        except JournalError:
            raise
        except sa.exc.SQLAlchemyError as error:
            raise JournalError(f"{self.name}: {self.opened.words(error)}") from None
        except Exception as error:  # whatever rubbish leads to
            raise JournalError(f"{self.name}: {what} cannot be read ({type(error).__name__}: "
                               f"{error!s:.80})") from None
