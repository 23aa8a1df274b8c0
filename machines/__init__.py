"""The charts: one module for each follow-up process or lifecycle.

A chart is found by being there: any :class:`~fsm.core.charts.process.Process` or
:class:`~fsm.core.charts.lifecycle.Lifecycle` at the top of a module of this package is supervised,
drawn, documented and metered.

Those of :mod:`machines.o2` are for candidates of GraceDB without superevents, the second observing
run; those of :mod:`machines.o4` for today's. What the charts of both need is here, beside them.

Imports ``fsm.chart``, and of the core what is below its engine.
"""
