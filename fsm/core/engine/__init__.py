"""What happens: inputs in, transitions and effects out. Imports ``core.charts`` and below."""
