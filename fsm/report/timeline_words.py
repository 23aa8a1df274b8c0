"""What there is to say of the rows of a candidate, in a few words."""

from collections.abc import Iterable
from typing import Any

from fsm.core.times import span
from fsm.report.timeline import CAME, DONE, LATE, NEVER_CAME, TROUBLE, UNVERIFIED, WAITING


def says(row: dict[str, Any], created: float, now: float) -> str:
    """How a process stands.

    Args:
        row: as :func:`fsm.report.timeline.timeline` has it.
        created: when its candidate was, unix seconds.
        now: as of when it is, likewise.
    """
    checks = row["checks"]

    def named(*states: str, wrong: bool = False) -> str:
        return ", ".join(one["check"] for one in checks
                         if one["state"] in states and one["wrong"] == wrong)

    if row["standing"] == TROUBLE:
        never, wrong = named(*NEVER_CAME), named(*NEVER_CAME, wrong=True)
        return "; ".join([f"no {never}"] * bool(never) + [f"wrong {wrong}"] * bool(wrong))
    if row["standing"] == UNVERIFIED:
        return f"not verified: {named('unverified')}"
    if row["standing"] == WAITING:
        return f"due in {span(row['next'] - now)}" if row["next"] else "being asked about"
    if row["standing"] == LATE:
        return f"{_last(checks, created)}, late"
    return _last(checks, created) if row["standing"] == DONE else f"not needed: {_why(checks)}"


def _last(checks: Iterable[dict[str, Any]], created: float) -> str:
    """When the last of what came was made; of what GraceDB alone tells, when it was asked."""
    at, asked = max((one["at"], one["asked"]) for one in checks
                    if one["at"] is not None and one["state"] in CAME)
    return f"{'asked at ' if asked else ''}+{span(at - created)}"


def _why(checks: Iterable[dict[str, Any]]) -> str:
    return next((one["why"] for one in checks if one["why"]), "")
