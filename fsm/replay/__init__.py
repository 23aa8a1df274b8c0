"""Recordings replayed and made. Imports ``core``, ``io``, ``report`` and ``draw``."""
