"""What is wrong with a journal, in sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from fsm.errors import JournalError
from fsm.io.journal.reading import Opened

MOST = 20  # findings of one kind that are told one by one


class Findings:
    """Sentences, of each kind not too many.

    Args:
        journal: which they are about.
    """

    def __init__(self, journal: Opened) -> None:
        self._journal = journal
        self._kinds: dict[str, list[str]] = {}

    def add(self, kind: str, sentence: str) -> None:
        """Add a sentence of a kind."""
        self._kinds.setdefault(kind, []).append(sentence.encode("utf-8", "replace").decode())

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """What fails within is a finding, and is over after that.

        Args:
            what: cannot be done then, in words.

        Raises:
            JournalLost: where the database cannot be reached any more.
        """
        try:
            with self._journal.db.begin_nested():
                yield
        except sa.exc.SQLAlchemyError as error:
            self.add(what, f"{what}: {self._journal.words(error)}")
        except JournalError:
            raise
        except Exception as error:  # whatever damage leads to
            self.add(what, f"{what}: {type(error).__name__}: {error!s:.80}")

    def told(self) -> list[str]:
        """All that are told."""
        told = []
        for kind, sentences in self._kinds.items():
            told += sentences[:MOST]
            if len(sentences) > MOST:
                told.append(f"{kind}: {len(sentences) - MOST} more of this kind")
        return told
