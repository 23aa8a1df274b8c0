"""Commands of operators are found without a look at every alert."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"
BESIDE = True


def upgrade() -> None:
    """Make the index."""
    op.create_index("inputs_commands", "inputs", ["number"],
                    postgresql_where=sa.text("kind = 'command'"))
