"""Whole nights of today in miniature: superevents with their events, everything on time.

Each story is the follow-up of one superevent, of which it gets the script.
"""

from typing import Any

from fsm.testing.estimation import estimated_parameters
from fsm.testing.events import annotated, began, checked, joined
from fsm.testing.notices import (
    OPERATOR,
    announced,
    approved,
    checked_again,
    cleaned_up,
    copied,
    locked,
    looked_at,
    noticed,
    preliminary,
    quality_asked,
    refused,
    skipped,
    updated,
)
from fsm.testing.script import Script, story

SIGNIFICANT = ("ADVREQ", "SIGNIF_LOCKED", "LOW_SIGNIF_LOCKED")
SIGNED = 1500  # seconds


def _significant(script: Script) -> Script:
    """Found, locked as significant, announced twice; returns the event's script."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    locked(script, 32, *SIGNIFICANT)
    skipped(script, 37)
    preliminary(script, event, 34)
    return event


@story
def significant(script: Script) -> None:
    """A significant superevent: preliminary notice on time, approved, initial notice."""
    approved(script, _significant(script), SIGNED)


@story
def retracted(script: Script) -> None:
    """A significant superevent that is retracted."""
    refused(script, _significant(script), 1400)


@story
def refused_by_operator(script: Script) -> None:
    """The operator of one interferometer says no, for which the advocate retracts it."""
    event = _significant(script)
    script.label("H1OPS", 600)
    script.signoff("OP", "H1", "NO", 1000)
    refused(script, event, 1400)


@story
def mock(script: Script) -> None:
    """A mock superevent: the whole chain but the data, and a sign-off by chance."""
    approved(script, _significant(script), 1200)


@story
def less_significant(script: Script) -> None:
    """A superevent that passes the lower limit only: a less-significant notice, twice."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    sent = noticed_as_less_significant(script, event)
    cleaned_up(script, event, sent + 275, "Superevent cleaned up before second less-significant "
               "alert", circular=False)


def noticed_as_less_significant(script: Script, event: Script) -> float:
    """Locked as less significant, and announced as that; returns when."""
    locked(script, 32, "LOW_SIGNIF_LOCKED")
    checked_again(script, event, 35, "less-significant preliminary")
    return announced(script, event, 34, "LOW_SIGNIF_PRELIM_SENT", circular=False)


def warned_early(script: Script, event: Script) -> None:
    """Locked and announced as an early warning, without a look at the data."""
    locked(script, 32, "ADVREQ", "EARLY_WARNING", "LOW_SIGNIF_LOCKED")
    skipped(script, 37)
    script.log("Superevent cleaned up before sending EW alert.", 36)
    copied(script, event, 42)
    script.expose(55)
    noticed(script, event, "earlywarning", 60)


@story
def early_warning(script: Script) -> None:
    """An early warning that stays one, and is approved."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    warned_early(script, event)
    quality_asked(script, event, 640)
    approved(script, event, SIGNED)


@story
def estimated(script: Script) -> None:
    """A significant superevent with parameter estimation, and the update after it."""
    event = _significant(script)
    approved(script, event, SIGNED)
    estimated_parameters(script, event, 20_000)
    updated(script, event, 23_000)


@story
def updated_twice(script: Script) -> None:
    """A significant superevent of which two updates are ordered and sent."""
    event = _significant(script)
    approved(script, event, SIGNED)
    updated(script, event, 4000)
    updated(script, event, 8000)


@story
def signed_again(script: Script) -> None:
    """The advocate's sign-off is deleted and given again, so that the initial notice is too."""
    event = _significant(script)
    approved(script, event, SIGNED)
    script.withdraw("ADV", "", 1700)
    approved(script, event, 2000)


@story
def ordered_by_hand(script: Script) -> None:
    """A further preliminary notice is ordered on the dashboard."""
    event = _significant(script)
    script.log(f"{OPERATOR} queued a Preliminary alert through the dashboard.", 700,
               ("em_follow",))
    copied(script, event, 705)
    noticed(script, event, "preliminary", 740)
    approved(script, event, SIGNED)


def _held(script: Script, **found: Any) -> None:
    """Significant, but with data or an injection that keep the notice back; it is retracted."""
    event = began(script)
    annotated(event)
    looked_at(script, event, **found)
    locked(script, 32, *SIGNIFICANT)
    skipped(script, 37)
    script.log("Superevent cleaned up after significant event.", 37)
    checked_again(script, event, 38, "significant", **found)
    copied(script, event, 42)
    refused(script, event, 1400)


@story
def vetoed(script: Script) -> None:
    """The data are bad: no notice but the retraction, all files come the same."""
    _held(script, state="bad")


@story
def injected(script: Script) -> None:
    """An injection is found: no notice but the retraction, all files come the same."""
    _held(script, injected=True)


@story
def rechecked(script: Script) -> None:
    """The data are bad, but good for a second event that joins and is preferred from then on."""
    first = began(script)
    looked_at(script, first, state="bad")
    event = joined(script, 24)
    script.unlabel("DQV", 29)
    checked(script, event, 28)
    script.log(f"DQOK applied based on new event {event.graceid}", 32)
    script.update(33, {"preferred_event": event.graceid})
    annotated(first, 30)
    annotated(event, 24)
    locked(script, 56, *SIGNIFICANT)
    skipped(script, 61)
    preliminary(script, event, 58)
    approved(script, event, SIGNED)
