"""Event Supervisor: watches the follow-up of gravitational-wave candidates in GraceDB.

Here are errors, the registry of charts, and the words of charts (``chart``); these imports lead to
``core`` alone. All else is in rooms, each of which says what it imports.
"""

__version__ = "0.1.0"
