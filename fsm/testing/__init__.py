"""Public helpers for testing machines, the shipped ones and your own.

- :class:`fsm.testing.bench.Bench` fires every transition of a process from a description of its
  right and wrong annotations; :class:`fsm.testing.bench.Run` is one candidate on it, for tests of
  your own.
- :class:`fsm.testing.script.Script` writes recordings in the likeness of real alerts;
  :mod:`fsm.testing.followups` holds whole follow-ups.
- :mod:`fsm.testing.meter` is a pytest plugin: with ``fsm_meter = PACKAGE`` in the configuration of
  pytest, a run fails where a transition of a chart was never fired by its own module's tests.

Imports ``core``, ``io.recordings`` and ``io.gracedb``.
"""
