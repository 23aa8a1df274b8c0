"""The words for where checks are and what happens to them, and to processes.

They are those of the rules, :mod:`fsm.core.charts.rules`. What happens to a lifecycle has names of
its chart's own.
"""

from typing import Literal

CheckState = Literal[
    "awaiting", "warned", "overdue", "unverified", "met", "found", "late", "missing", "waived",
    "not_expected", "unverifiable"]
Heard = Literal["evidence", "answer"]  # from an alert, or from GraceDB
CheckTrigger = Literal[
    "evidence", "answer", "warning", "deadline", "unanswered", "unanswerable", "escalate",
    "give_up", "waive", "reinstate", "excuse", "expect", "renew"]
ProcessTrigger = Literal["stage_done", "recovered", "renewed", "reinstated"]
