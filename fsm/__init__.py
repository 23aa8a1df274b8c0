"""Event Supervisor: watches the follow-up of gravitational-wave candidates in GraceDB.

Here are errors, the registry of charts, the words of charts (``chart``), the commit of this;
these imports lead to ``core`` alone. All else is in rooms, each of which says what it imports.
"""

__version__ = "0.1.0"
