"""What is known of one label: whether it is on, and since when, by reports in any order.

A report is dated where GraceDB tells when the label was put on; else only its arrival is known,
which says nothing about what lies before it on GraceDB's clock. A removal's date is that of the
putting on which it ends, or its own: either way it ends no later putting on. Dates are whole
seconds, so that what happens within one second is told apart by the order of arrival, and where
that cannot decide GraceDB must be asked. Source: GraceDB's label alerts and rules for sign-offs.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, NamedTuple

NEVER = 0.0
RESOLUTION = 1.0  # seconds, of the times that GraceDB tells
MOST = 40  # reports that are kept
# Kinds of reports: of alerts, and GraceDB's own word.
Kind = Literal[0, 1, 2, 3]
OFF: Final = 0
ON: Final = 1
STATED_OFF: Final = 2
STATED_ON: Final = 3

Report = tuple[float, Kind, float | None]  # when heard, its kind, when put on as far as it tells


class LabelState(NamedTuple):
    """One label of one candidate; all times in unix seconds.

    Attributes:
        since: since when it is on, or off.
        present: whether it is on.
        heard: when the report arrived that made it so.
        reports: all that decides, as (when heard, kind, when put on or None), in order.
    """

    since: float
    present: bool
    heard: float = NEVER
    reports: tuple[Report, ...] = ()

    @property
    def off_since(self) -> float | None:
        """Since when it is off; None where it is on, or was never known to be on."""
        was_on = any(kind in (ON, STATED_ON) for _, kind, _ in self.reports)
        return self.since if was_on and not self.present else None

    @property
    def removals(self) -> list[float]:
        """When it was heard of that it was taken off, or is off."""
        return [heard for heard, kind, _ in self.reports if kind in (OFF, STATED_OFF)]

    def plain(self) -> list[Any]:
        """It as lists; see :func:`restored`."""
        return [self.since, self.present, self.heard, [list(report) for report in self.reports]]


class _Known(NamedTuple):
    """What a number of reports say.

    Attributes:
        since, present, heard: as of :class:`LabelState`.
        put_on: when it was last put on, as GraceDB told.
        taken_off: the newest date of a removal; what was put on by then is over.
        dated: whether GraceDB told when it was put on.
    """

    since: float
    present: bool
    put_on: float
    taken_off: float
    dated: bool
    heard: float


NOTHING = _Known(NEVER, False, NEVER, NEVER, False, NEVER)
NOT_KNOWN = LabelState(NEVER, False)


def restored(plain: Iterable[Any]) -> LabelState:
    """A state from plain values; of earlier versions only the first two are known."""
    since, present, *more = plain
    if not more:
        return reported(NOT_KNOWN, (since, ON if present else OFF, None))[0]
    return LabelState(since, present, more[0], tuple(tuple(report) for report in more[1]))


def reported(state: LabelState, report: Report) -> tuple[LabelState, bool]:
    """Add a report; the order in which reports are added does not matter.

    Args:
        state: :class:`LabelState` so far.
        report: (when heard, kind, when put on or None); of GraceDB's own word the first is when it
            was asked.

    Returns:
        (the state now, whether this report leaves it in doubt).
    """
    heard, kind, made = report
    reports = set(state.reports)
    if made is not None and kind in (OFF, ON):  # the same report, heard again
        again = [one for one in reports if one[1:] == (kind, made)]
        reports -= set(again)
        report = (min([heard, *(one[0] for one in again)]), kind, made)
    reports.add(report)
    known, doubtful = NOTHING, False
    ordered = tuple(sorted(reports, key=_order))[-MOST:]
    for one in ordered:
        known, doubt = _STEPS[one[1]](known, one[2], one[0])
        doubtful = doubtful or (doubt and one == report)
    doubtful = doubtful or (kind in (OFF, ON) and heard > report[0] and (
        known.put_on == known.taken_off == made))  # or all of it happened in one second
    return LabelState(known.since, known.present, known.heard, ordered), doubtful


def _order(report: Report) -> tuple[float, int, float]:
    return (*report[:2], NEVER if report[2] is None else report[2])


def _added(known: _Known, made: float | None, heard: float) -> tuple[_Known, bool]:
    """The label was put on at a time, None where GraceDB does not tell; also whether in doubt."""
    if made is None:
        if known.present:
            return known, False
        again = known is not NOTHING
        return _Known(heard, True, known.taken_off, known.taken_off, False, heard), again
    if known.present:
        if known.dated:
            news = made > known.put_on  # taken off and put on again, and the removal was lost
            return (known._replace(since=made, put_on=made, heard=heard) if news else known), False
        return known._replace(since=min(known.since, made), put_on=max(made, known.taken_off),
                              dated=True), False
    if made < known.taken_off or made == known.taken_off == known.put_on:
        return known, False
    return _Known(made, True, made, known.taken_off, True, heard), False


def _removed(known: _Known, made: float | None, heard: float) -> tuple[_Known, bool]:
    """The label was taken off; arguments and result as of :func:`_added`."""
    if not known.present:
        ended = heard if made is None else made
        if known is NOTHING:
            return _Known(heard, False, NEVER, ended, False, heard), False
        return (known if made is None else
                known._replace(taken_off=max(known.taken_off, made))), False
    if made is None:
        return _off(known, known.put_on, heard), known.taken_off > NEVER
    if made < known.put_on or made == known.put_on == known.taken_off:
        return known, False
    return _off(known, made, heard), False


def _off(known: _Known, made: float, heard: float) -> _Known:
    return _Known(heard, False, known.put_on, max(made, known.put_on, known.taken_off),
                  known.dated, heard)


def _stated_on(known: _Known, made: float | None, asked: float) -> tuple[_Known, bool]:
    """GraceDB has said that it is on; arguments and result as of :func:`_added`."""
    if known.present:
        return known if made is None else _added(known, made, asked)[0], False
    since = asked if made is None else max(made, known.taken_off)
    return _Known(since, True, since, known.taken_off, made is not None, asked), False


def _stated_off(known: _Known, made: float | None, asked: float) -> tuple[_Known, bool]:
    """GraceDB has said that it is off; what was put on in that very second is newer."""
    if not known.present or known.since > asked - RESOLUTION:
        return known, False
    return _off(known, known.put_on, asked), False


_Step = Callable[[_Known, float | None, float], tuple[_Known, bool]]
_STEPS: dict[Kind, _Step] = {
    OFF: _removed, ON: _added, STATED_OFF: _stated_off, STATED_ON: _stated_on}
