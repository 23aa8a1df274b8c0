"""What may be expected of evidence: predicates and their words. Imports ``core.evidence``."""
