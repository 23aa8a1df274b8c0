"""Who is told what, when and how often. Imports ``core`` and ``io``."""
