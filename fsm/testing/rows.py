"""What every check and process should do, written down apart from the machines.

A row is (source, trigger, guard outcome, destination). A case is an expectation with evidence of
one kind.
"""

from typing import NamedTuple

from fsm.core.charts.process import Process
from fsm.core.charts.rules import Features


class Row(NamedTuple):
    """One transition to be shown: ``check`` is "stage.check", or "" for the process itself."""

    check: str = ""
    source: str = ""
    trigger: str = ""
    guard: str = ""
    dest: str = ""

    def __str__(self) -> str:
        prefix = f"{self.check}." if self.check else ""
        return f"{prefix}{self.source}--{self.trigger}[{self.guard}]-->{prefix}{self.dest}"


class Case(NamedTuple):
    """One expectation to be shown ``right``, ``wrong`` or ``absent`` evidence."""

    check: str
    evidence: str
    flavour: str

    def __str__(self) -> str:
        return f"{self.check}[{self.evidence}, {self.flavour}]"

    @property
    def ends(self) -> tuple[str, ...]:
        """The states in which its check may be after its deadline."""
        return ("met", "found") if self.evidence == "right" else ("overdue",)


def cases(path: str, can_be_wrong: bool, at_deadline: bool) -> list[Case]:
    """The cases of a check; what only the deadline may judge is right or wrong by itself."""
    kinds = ["right", "wrong", "absent"] if can_be_wrong else ["right", "absent"]
    kinds = [kind for kind in kinds if not (at_deadline and kind == "absent")]
    return [Case(path, kind, flavour) for kind in kinds for flavour in ("legacy", "current")]


BY_ALERT = """
awaiting     evidence  right      met
awaiting     evidence  too_late   late
unverified   evidence  right      met
unverified   evidence  too_late   late
unverifiable evidence  right      met
unverifiable evidence  too_late   late
overdue      evidence  right      late
missing      evidence  right      late
"""

ANSWERED = """
awaiting     answer    right      found
awaiting     answer    too_late   late
unverified   answer    right      found
unverified   answer    too_late   late
unverifiable answer    right      found
unverifiable answer    too_late   late
overdue      answer    right      late
missing      answer    right      late
awaiting     deadline  right      found
awaiting     deadline  too_late   late
awaiting     deadline  absent     overdue
awaiting     deadline  wrong      overdue
unverified   deadline  right      found
unverified   deadline  too_late   late
unverified   deadline  absent     overdue
"""

ALWAYS = """
awaiting     unanswered  failure   unverified
overdue      give_up     absent    missing
unverified   give_up     failure   unverifiable
"""

ESCALATED = """
overdue      escalate    absent    overdue
"""

WAIVED = """
awaiting     waive       superseded waived
unverified   waive       superseded waived
overdue      waive       superseded waived
waived       reinstate   needed_again awaiting
"""

WARNING = """
awaiting     warning     right     found
awaiting     warning     absent    warned
warned       evidence    right     met
warned       evidence    too_late  late
warned       answer      right     found
warned       answer      too_late  late
warned       deadline    right     found
warned       deadline    too_late  late
warned       deadline    absent    overdue
warned       unanswered  failure   unverified
warned       waive       superseded waived
"""

NEEDLESS = """
awaiting     excuse      not_expected not_expected
unverified   excuse      not_expected not_expected
overdue      excuse      not_expected not_expected
"""

CONDITION = """
not_expected expect      expected     awaiting
"""

ASKING = """
awaiting     unanswerable unavailable unverifiable
unverified   unanswerable unavailable unverifiable
"""

RENEWED = ("awaiting warned unverified overdue met found late missing waived not_expected "
           "unverifiable")


def check_rows(path: str, has: Features, can_be_wrong: bool) -> list[Row]:
    """The rows of a check.

    Args:
        path: "stage.check".
        has: its :class:`~fsm.core.charts.rules.Features`.
        can_be_wrong: whether its annotation can be there and wrong.
    """
    table = ANSWERED + ALWAYS
    table += ESCALATED if has.escalates else ""
    table += WAIVED if has.waivable else ""
    table += "" if has.asks else BY_ALERT
    table += WARNING if has.warns else ""
    excusable = has.conditional or has.ends
    table += NEEDLESS if excusable else ""
    table += CONDITION if has.conditional else ""
    table += "warned excuse not_expected not_expected" if excusable and has.warns else ""
    table += ASKING if has.asks else ""
    rows = [Row(path, *line.split()) for line in table.strip().splitlines() if line.strip()]
    if has.renews:
        left_out = {"found"} if has.asks or has.at_deadline else set()
        left_out |= set() if has.waivable else {"waived"}
        left_out |= set() if has.warns else {"warned"}
        left_out |= set() if excusable else {"not_expected"}
        rows += [Row(path, source, "renew", "again", "awaiting")
                 for source in RENEWED.split() if source not in left_out]
    return [_fitting(row, has) for row in rows if _possible(row, has, can_be_wrong)]


def _fitting(row: Row, has: Features) -> Row:
    """Where no alert can tell or was waited for, none was missed: GraceDB's word is as good."""
    by_word = has.asks or has.at_deadline
    return row._replace(dest="met") if by_word and row.dest == "found" else row


def _possible(row: Row, has: Features, can_be_wrong: bool) -> bool:
    if row.guard == "too_late" and not has.timed:
        return False
    if row.guard == "wrong" and not can_be_wrong:
        return False
    if row.trigger == "waive" and not has.waivable:
        return False
    if has.at_deadline and row.trigger in ("evidence", "answer", "warning"):
        return row.source not in ("awaiting", "warned") or row.dest == "warned"
    return not (has.asks and row.trigger == "evidence")


def process_rows(process: Process) -> list[Row]:
    """The rows of a process itself: through its stages, and closed."""
    stages = [stage.name for stage in process.stages]
    rows = [Row("", f"open.{here}", "stage_done", "done", f"open.{following}")
            for here, following in zip(stages, stages[1:], strict=False)]
    last = f"open.{stages[-1]}"
    rows += [
        Row("", last, "stage_done", "all_right", "closed.complete"),
        Row("", last, "stage_done", "missing", "closed.incomplete"),
        Row("", "closed.incomplete", "recovered", "nothing_missing", "closed.complete"),
    ]
    if not process.always:
        rows += [Row("", last, "stage_done", "waived", "closed.waived"),
                 Row("", "closed.waived", "reinstated", "needed_again", f"open.{stages[0]}")]
    if process.recurs:
        rows += [Row("", "open", "renewed", "again", f"open.{stages[0]}"),
                 Row("", "closed.complete", "renewed", "again", f"open.{stages[0]}")]
    return rows
