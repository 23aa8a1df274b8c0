"""Superevents whose standing changes because a second event joins them."""

from fsm.testing.events import annotated, began, joined
from fsm.testing.notices import (
    approved,
    cleaned_up,
    locked,
    looked_at,
    preliminary,
    skipped,
)
from fsm.testing.script import Script, story
from fsm.testing.superevents import (
    SIGNED,
    SIGNIFICANT,
    noticed_as_less_significant,
    warned_early,
)

LOUD = {"group": "CBC", "pipeline": "gstlal", "search": "AllSky", "far": 2e-10}


def _significant_from(script: Script, event: Script, after: float) -> None:
    """A second event makes the superevent significant; it is preferred from the clean-up on."""
    annotated(event, after)
    locked(script, after + 32, "ADVREQ", "SIGNIF_LOCKED")
    script.update(after + 36, {"preferred_event": event.graceid})
    preliminary(script, event, after + 34)
    approved(script, event, after + SIGNED)


@story
def early_then_significant(script: Script) -> None:
    """An early warning, confirmed by an event of the whole data before anything else is asked."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    warned_early(script, event)
    _significant_from(script, joined(script, 70, **LOUD), 70)


@story
def upgraded(script: Script) -> None:
    """Less significant, then significant before the second less-significant notice."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    noticed_as_less_significant(script, event)
    _significant_from(script, joined(script, 120, **LOUD), 120)


@story
def later_significant(script: Script) -> None:
    """Less significant, announced as that twice, and significant after an hour."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    sent = noticed_as_less_significant(script, event)
    cleaned_up(script, event, sent + 275, "Superevent cleaned up before second less-significant "
               "alert", circular=False)
    _significant_from(script, joined(script, 3600, **LOUD), 3600)


@story
def swapped(script: Script) -> None:
    """Significant as a burst; from the clean-up on a compact binary is preferred."""
    burst = began(script)
    annotated(burst)
    looked_at(script, burst)
    locked(script, 32, *SIGNIFICANT)
    skipped(script, 37)
    binary = joined(script, 60, **LOUD)
    annotated(binary, 60)
    preliminary(script, burst, 34, chosen=binary)
    approved(script, binary, SIGNED)
