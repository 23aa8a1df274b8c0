"""Proves what charts promise, by looking at everything that can happen to them.

One machine by its table, with what its guards answer left free (``tables``, ``properties``); a
lifecycle with its regions, and the labels, files and messages that move them (``product``,
``side_by_side``); processes by what starts what (``composing``, ``conditions``, ``twice``); the
sentences of a lifecycle, by an exploration of its own and, where the model checker spin is there,
by that (``sentences``, ``promela``, ``spin``). What is wrong is a finding (``findings``), with a
recording that shows it (``witnesses``). ``verifying`` does all of it.

Imports ``core`` and ``testing``, whose scripts recordings are written with.
"""
