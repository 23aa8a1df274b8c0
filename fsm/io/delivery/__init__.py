"""Ways out: outbox and channels. Imports ``core``, ``io.gracedb`` and ``io.journal``."""
