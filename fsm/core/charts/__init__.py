"""What is declared: processes, lifecycles, profiles. Imports ``core.expect`` and below."""
