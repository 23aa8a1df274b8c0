"""Superevents that coincide with external events of every kind.

Source: the automated follow-up of the fourth observing run, external triggers and coincidence.
"""

import attrs

from fsm.core.evidence.fields import Plain
from fsm.testing.events import PUBLIC, annotated, began, checked
from fsm.testing.notices import approved, locked, looked_at, preliminary, skipped
from fsm.testing.script import Script, story
from fsm.testing.superevents import SIGNED, SIGNIFICANT, noticed_as_less_significant

COINCIDENT = ("ext_coinc",)
POSITION = {"ra": 197.5, "dec": -23.4, "error_radius": 5.0}  # degrees
UNKNOWN = dict.fromkeys(POSITION)
COMBINED = "combined-ext.multiorder.fits"


@attrs.frozen
class Partner:
    """A kind of external event.

    Attributes:
        pipeline, search, far: of the event.
        table: of its attributes in GraceDB, where its position is.
        map_from: the message of its sky map; "" where it has no position.
        rated: whether the coincidence has a false-alarm rate.
    """

    pipeline: str
    search: str
    table: str
    far: float | None = None
    map_from: str = ""
    rated: bool = True


FERMI = Partner("Fermi", "GRB", "GRB", map_from="Sky map created from GCN RA, dec, and error")
TARGETED = Partner("Swift", "SubGRBTargeted", "GRB", far=1e-4)
NEUTRINOS = Partner("SNEWS", "Supernova", "", rated=False)
ICECUBE = Partner("IceCube", "HEN", "NeutrinoEvent", far=1e-8,
                  map_from="Sky map uploaded from icecube via a kafka notice")


def reported(script: Script, partner: Partner) -> Script:
    """The external event is uploaded, checked and, where it has a position, mapped."""
    graceid = f"E{script.fields['preferred_event'][1:]}"
    at_once = partner.map_from and partner != FERMI
    known = {partner.table: POSITION if at_once else UNKNOWN} if partner.table else {}
    made = script.member(graceid, superevent=None, group="External", pipeline=partner.pipeline,
                         search=partner.search, far=partner.far, instruments="",
                         extra_attributes=known)
    made.new()
    if partner == FERMI:  # whose first notice tells neither where nor what it is
        made.label("NOT_GRB", 1)
        made.update(8, {"extra_attributes": {partner.table: POSITION}})
        made.unlabel("NOT_GRB", 9)
    checked(made, made, 10)
    if partner.map_from:
        stem = f"{partner.pipeline.lower()}_skymap"
        made.file(f"{stem}.multiorder.fits", 15, partner.map_from, ("sky_loc",))
        made.label("EXT_SKYMAP_READY", 16)
        made.file(f"{stem}.png", 20, f"Mollweide projection of {stem}.multiorder.fits",
                  ("sky_loc",))
    return made


def found(script: Script, event: Script, made: Script, partner: Partner, after: float) -> None:
    """The two are found to coincide; the verdict is not there yet."""
    made.enter(script, after)
    script.join(made.graceid, after)
    values: Plain = {"em_type": made.graceid}
    if partner.rated:
        values["time_coinc_far"] = 1e-11
        made.file("coincidence_far.json", after + 2, "RAVEN: Computed coincident FAR(s)",
                  COINCIDENT)
    script.update(after + 3, values)
    for one in (script, made):
        one.label("EM_COINC", after + 4)
    made.label("SKYMAP_READY", after + 6)
    made.label("EM_READY", after + 7)
    if partner.map_from:
        _combined(script, event, made, partner, after + 30)


def _combined(script: Script, event: Script, made: Script, partner: Partner, after: float) -> None:
    """Both sky maps are combined, and the rate is computed with them."""
    script.update(after, {"space_coinc_far": 1e-13})
    maps = f"bayestar and {partner.pipeline.lower()}"
    made.file(COMBINED, after + 5, f"Combined LVK-external sky map using {maps}",
              ("sky_loc", *COINCIDENT))
    made.label("COMBINEDSKYMAP_READY", after + 6)
    made.file("combined-ext.png", after + 8, f"Mollweide projection of {COMBINED}",
              ("sky_loc", *COINCIDENT))
    script.file("overlap_integral.png", after + 12, f"Sky map overlap integral between {maps}",
                COINCIDENT)


def published(script: Script, event: Script, made: Script, after: float) -> None:
    """The verdict is that it may be published."""
    script.log(f"RAVEN: publishing criteria met for {event.graceid}-{made.graceid}. Triggering "
               "RAVEN alert", after, COINCIDENT)
    script.label("RAVEN_ALERT", after + 1)
    script.label("HIGH_PROFILE", after + 2)
    made.label("RAVEN_ALERT", after + 3)
    event.label("RAVEN_ALERT", after + 4)


def combined_copied(script: Script, made: Script, after: float) -> None:
    """The combined map is copied to the superevent, at a notice."""
    tags = ("sky_loc", *COINCIDENT, *PUBLIC)
    script.file(COMBINED, after, f"Combined LVK-external sky map copied from {made.graceid}", tags)
    script.label("COMBINEDSKYMAP_READY", after + 1)
    script.file("combined-ext.png", after + 2, f"Mollweide projection of {COMBINED}, copied from "
                f"{made.graceid}", tags)


def _coincident(script: Script, partner: Partner) -> None:
    """A significant superevent with a partner that may be published with it."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    locked(script, 32, *SIGNIFICANT)
    skipped(script, 37)
    made = reported(script, partner)
    found(script, event, made, partner, 30)
    published(script, event, made, 38)
    sent = preliminary(script, event, 34, coincident=True)
    if partner.map_from:
        combined_copied(script, made, sent + 2)
        combined_copied(script, made, sent + 297)
    approved(script, event, SIGNED, coincident=True)


@story
def gamma_ray_burst(script: Script) -> None:
    """A superevent that coincides with a gamma-ray burst, fit for a publication of its own."""
    _coincident(script, FERMI)
    script.label("SOG_READY", SIGNED + 20)


@story
def supernova(script: Script) -> None:
    """A burst that coincides with supernova neutrinos, which have neither rate nor map."""
    _coincident(script, NEUTRINOS)


@story
def neutrino(script: Script) -> None:
    """A less-significant superevent that a high-energy neutrino makes significant."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    noticed_as_less_significant(script, event)
    made = reported(script, ICECUBE)
    found(script, event, made, ICECUBE, 100)
    published(script, event, made, 150)
    locked(script, 160, "ADVREQ", "SIGNIF_LOCKED")
    sent = preliminary(script, event, 162, coincident=True)
    combined_copied(script, made, sent + 2)
    combined_copied(script, made, sent + 297)
    approved(script, event, SIGNED, coincident=True)


def _alone(script: Script, partner: Partner, refuted: bool = False) -> None:
    """A significant superevent with a partner that is not published with it."""
    event = began(script)
    annotated(event)
    looked_at(script, event)
    locked(script, 32, *SIGNIFICANT)
    skipped(script, 37)
    made = reported(script, partner)
    found(script, event, made, partner, 30)
    if refuted:
        made.label("NOT_GRB", 36)
    script.log(f"RAVEN: publishing criteria not met for {event.graceid}-{made.graceid}.", 38,
               COINCIDENT)
    preliminary(script, event, 34)
    approved(script, event, SIGNED)


@story
def targeted_search(script: Script) -> None:
    """A superevent that coincides with a burst of a targeted search that has no position."""
    _alone(script, TARGETED)


@story
def refuted_burst(script: Script) -> None:
    """A superevent that coincides with what turns out to be no gamma-ray burst."""
    _alone(script, FERMI, refuted=True)
