"""How the daemon itself fares: limits, silence, incidents. Imports ``core`` and ``io``."""
