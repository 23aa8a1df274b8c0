"""Acknowledgements carry a note and may expire.

Messages have said since then how significant a candidate is, which programs of before cannot read.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"
BESIDE = False


def upgrade() -> None:
    """Make the columns."""
    op.add_column("alarms", sa.Column("note", sa.Text))
    op.add_column("alarms", sa.Column("until", sa.Float))
