"""The versions of a journal's tables in PostgreSQL, as Alembic keeps them. Imports nothing else."""
