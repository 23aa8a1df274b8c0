"""Recorded alerts: their files, payloads, and GraceDB as they show it. Imports ``core``."""
