"""What is known of a candidate: alerts, entries, labels, names. The ground floor of the core."""
