"""Synthesises nights: candidates with all their follow-up, on time or with faults.

Imports ``core``, ``testing``, and of ``io`` what reads files.
"""
