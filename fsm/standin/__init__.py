"""A stand-in for GraceDB: an HTTP server that speaks what GraceDB's own client uses."""

TIME_HEADER = "X-Standin-Time"  # unix seconds at which a simulated write happens
