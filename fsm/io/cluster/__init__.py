"""What several supervisors on one PostgreSQL tell each other. Imports ``io`` and ``errors``.

Nothing of this room holds what must not be lost: that is in the journal.
"""
