"""The journal, one SQLite file. Imports ``core``, ``io.recordings`` and ``io.gracedb``."""
