"""How property tests run: no test may depend on the speed of the machine."""

from hypothesis import HealthCheck, settings

settings.register_profile("any_machine", deadline=None,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")
