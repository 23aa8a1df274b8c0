"""Real servers for tests and benchmarks, which can be hindered in the ways that servers are."""
