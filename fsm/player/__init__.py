"""Plays recordings back: into a file, to an XMPP server, into a Kafka broker. Imports ``core``,
``io.recordings`` and ``io.listeners``.
"""
