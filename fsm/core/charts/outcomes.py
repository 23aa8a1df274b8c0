"""What parties can be told of a check: which outcomes have recipients."""

from typing import Final, Literal

Outcome = Literal["success", "failure", "exception", "recovery", "warning", "escalation",
                  "reminder", "test"]

SUCCESS: Final = "success"
FAILURE: Final = "failure"
EXCEPTION: Final = "exception"
RECOVERY: Final = "recovery"
WARNING: Final = "warning"  # not there yet, and due soon
ESCALATION: Final = "escalation"  # overdue for long
REMINDER: Final = "reminder"  # told by the daemon alone: still wrong
TEST: Final = "test"  # likewise: a trial
