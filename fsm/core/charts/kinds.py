"""The kinds of candidates that charts are for, and how grave it is where something is overdue."""

EVENT, SUPEREVENT, EXTERNAL = "event", "superevent", "external"
KINDS = (EVENT, SUPEREVENT, EXTERNAL)
GRAVITIES = SERIOUS, GRAVE = "serious", "grave"
