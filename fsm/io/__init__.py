"""The world: recordings, configuration files, GraceDB."""
