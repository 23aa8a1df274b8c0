"""Who is told what, when and how often.

Imports ``core``, ``io``, ``io.journal`` and ``io.delivery``.
"""
