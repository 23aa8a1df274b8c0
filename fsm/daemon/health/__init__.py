"""How the daemon itself fares: limits, silence, incidents. Imports ``core``, ``io``, ``io.journal``
and ``io.listeners``.
"""
