"""What parties can be told of a check: which outcomes have recipients."""

SUCCESS, FAILURE, EXCEPTION, RECOVERY = "success", "failure", "exception", "recovery"
WARNING, ESCALATION = "warning", "escalation"  # not there yet, and due soon; overdue for long
REMINDER, TEST = "reminder", "test"  # told by the daemon alone: still wrong, a trial
