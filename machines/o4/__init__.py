"""The charts of today's follow-up: superevents, their events, external triggers.

Source of all deadlines, file names, messages, labels and tags, unless a chart says otherwise: the
automated follow-up of the fourth observing run. Where it has no number, a deadline is an estimate.
"""

ERA = "o4"
