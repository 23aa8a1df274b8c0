"""The charts of the second observing run: events of GraceDB without superevents.

Source of all deadlines, file names, messages, labels and tags, unless a chart says otherwise: the
checks of the supervisor of that run.
"""

ERA = "o2"
