"""GraceDB: asked, read, checked, written to. Imports ``core`` and ``io.recordings``."""
