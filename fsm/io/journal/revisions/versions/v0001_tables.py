"""All tables, as they were first."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None
BESIDE = False


def upgrade() -> None:
    """Make them."""
    _candidates()
    _messages()
    _knowledge()
    _supervisors()


def _candidates() -> None:
    """Inputs, candidates and what has become of them."""
    op.create_table(
        "archive", sa.Column("graceid", sa.Text, primary_key=True), sa.Column("time", sa.Float),
        sa.Column("body", sa.LargeBinary))
    op.create_index("archive_by_time", "archive", ["time"])
    op.create_table(
        "candidates", sa.Column("graceid", sa.Text, primary_key=True),
        sa.Column("timer", sa.Float), sa.Column("heard", sa.Float),
        sa.Column("body", sa.LargeBinary), sa.Column("state", sa.Text),
        sa.Column("open", sa.Integer), sa.Column("overdue", sa.Integer),
        sa.Column("regions", sa.Text), sa.Column("profile", sa.Text),
        sa.Column("seq", sa.BigInteger), sa.Column("time", sa.Float),
        sa.Column("stored", sa.BigInteger), sa.Column("rules", sa.Text))
    op.create_table(
        "failed", sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("graceid", sa.Text), sa.Column("time", sa.Float), sa.Column("trace", sa.Text),
        sa.Column("retried", sa.Integer))
    op.create_table(
        "history", sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary))
    op.create_table(
        "inputs", sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("time", sa.Float), sa.Column("graceid", sa.Text), sa.Column("kind", sa.Text),
        sa.Column("body", sa.LargeBinary), sa.Column("seq", sa.BigInteger),
        sa.Column("origin", sa.Text))
    op.create_index("inputs_acted", "inputs", ["graceid", "seq"], unique=True)
    op.create_index("inputs_origin", "inputs", ["origin"], unique=True)
    op.create_index("inputs_waiting", "inputs", ["graceid", "number"],
                    postgresql_where=sa.text("seq IS NULL"))
    op.create_table(
        "latencies", sa.Column("graceid", sa.Text), sa.Column("process", sa.Text),
        sa.Column("check", sa.Text), sa.Column("generation", sa.Integer),
        sa.Column("time", sa.Float), sa.Column("state", sa.Text), sa.Column("at", sa.Float),
        sa.Column("created", sa.Float), sa.Column("started", sa.Float),
        sa.Column("began", sa.Float),
        sa.PrimaryKeyConstraint("graceid", "process", "check", "generation"))
    op.create_index("latencies_by_time", "latencies", ["time"])


def _messages() -> None:
    """What is told to whom."""
    op.create_table(
        "alarms", sa.Column("name", sa.Text, primary_key=True), sa.Column("graceid", sa.Text),
        sa.Column("process", sa.Text), sa.Column("check", sa.Text), sa.Column("next", sa.Float),
        sa.Column("reminded", sa.Integer), sa.Column("acknowledged", sa.Text),
        sa.Column("body", sa.LargeBinary))
    op.create_index("alarms_due", "alarms", ["next"])
    op.create_index("alarms_of", "alarms", ["graceid"])
    op.create_table(
        "outbox", sa.Column("number", sa.BigInteger, primary_key=True), sa.Column("key", sa.Text),
        sa.Column("channel", sa.Text), sa.Column("body", sa.LargeBinary),
        sa.Column("tries", sa.Integer), sa.Column("next", sa.Float), sa.Column("done", sa.Float),
        sa.Column("error", sa.Text), sa.Column("since", sa.Float), sa.Column("target", sa.Text),
        sa.Column("gravity", sa.Integer), sa.Column("unknown", sa.Integer),
        sa.Column("claimed", sa.Text), sa.Column("until", sa.Float),
        sa.UniqueConstraint("channel", "key"))
    op.create_index("outbox_of", "outbox", ["channel", "target", "done", "gravity", "number"])
    op.create_index("outbox_waiting", "outbox", ["done", "next"])
    op.create_table(
        "post", sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("address", sa.Text), sa.Column("key", sa.Text), sa.Column("time", sa.Float),
        sa.Column("body", sa.LargeBinary), sa.Column("letter", sa.Text),
        sa.UniqueConstraint("address", "key"))
    op.create_index("post_waiting", "post", ["letter", "address"])


def _knowledge() -> None:
    """Questions under way, and what else must be known after a restart."""
    op.create_table(
        "facts", sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text))
    op.create_table(
        "questions", sa.Column("question", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary), sa.Column("worker", sa.Text))


def _supervisors() -> None:
    """The supervisors that share the journal."""
    op.create_table(
        "incidents", sa.Column("instance", sa.Text), sa.Column("name", sa.Text),
        sa.Column("since", sa.Float), sa.Column("earlier", sa.Float),
        sa.Column("latest", sa.Float), sa.Column("wrong", sa.Float), sa.Column("ending", sa.Text),
        sa.PrimaryKeyConstraint("instance", "name"))
    op.create_table(
        "leases", sa.Column("name", sa.Text, primary_key=True), sa.Column("holder", sa.Text),
        sa.Column("until", sa.Float), sa.Column("since", sa.Float))
    op.create_table(
        "paces", sa.Column("address", sa.Text, primary_key=True), sa.Column("last", sa.Float),
        sa.Column("wait", sa.Float))
    op.create_table(
        "rules", sa.Column("digest", sa.Text, primary_key=True), sa.Column("since", sa.Float))
    op.create_table(
        "workers", sa.Column("name", sa.Text, primary_key=True), sa.Column("began", sa.Float),
        sa.Column("beat", sa.Float), sa.Column("host", sa.Text), sa.Column("process", sa.Integer),
        sa.Column("version", sa.Text), sa.Column("rules", sa.Text), sa.Column("instance", sa.Text))
