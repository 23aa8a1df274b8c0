"""Configuration files, today's and the earlier system's. Imports ``core``, ``io.gracedb`` and
``io.delivery``.
"""
