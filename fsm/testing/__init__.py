"""Public helpers for testing machines: scripts, a bench for transitions, and the meter."""
