"""Alembic asks here which tables it is to bring up to date: those behind a given connection."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
