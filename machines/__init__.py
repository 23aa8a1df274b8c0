"""The charts: one module for each follow-up process or lifecycle.

A chart is found by being there: any :class:`~fsm.core.chart.Process` or
:class:`~fsm.core.lifecycle.Lifecycle` at the top of a module of this package is supervised, drawn,
documented and metered.
"""
