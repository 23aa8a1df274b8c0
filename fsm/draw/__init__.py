"""Pictures: state charts, candidates, latencies. Imports ``core`` and ``report``."""
