"""Synthesises nights: candidates with all their follow-up, on time or with faults."""
