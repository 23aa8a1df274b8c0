"""Event Supervisor: watches the follow-up of gravitational-wave candidates in GraceDB."""

__version__ = "0.1.0"
