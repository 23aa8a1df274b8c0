"""A stand-in for GraceDB: an HTTP server that speaks what GraceDB's own client uses. Imports
``core``, ``io.recordings`` and ``io.gracedb``.
"""
