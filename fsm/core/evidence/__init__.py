"""What is known of a candidate: alerts, entries, labels, names.

The ground floor of the core: it imports only what has no floor, such as times.
"""
