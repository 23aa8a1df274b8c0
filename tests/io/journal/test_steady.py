"""A connection to PostgreSQL that is made anew when it is lost."""

import pytest
import sqlalchemy as sa

from fsm.errors import JournalLost
from fsm.io.journal.journal import Journal
from fsm.io.journal.postgresql import PostgreSQL


def test_what_is_made_of_a_loss_within_a_transaction_does_not_matter(postgres):
    journal = Journal(PostgreSQL(postgres.create()))
    with pytest.raises(JournalLost), journal.writing():
        postgres.cut()
        for _ in range(3):  # by whoever takes any error for damage
            with pytest.raises(JournalLost):
                journal.db.scalar(sa.select(1))
    with journal.writing():
        journal.set_facts(one=1)
    postgres.cut()
    assert journal.fact("one") == 1
    journal.close()
