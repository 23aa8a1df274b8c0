"""A stand-in for GraceDB: an HTTP server that speaks what GraceDB's own client uses."""
