"""What a superevent of today gets until its notices are sent, and what follows them.

Source: the automated follow-up of the fourth observing run: superevents, their manager, notices.
"""

from typing import Any

from fsm.testing.events import (
    NOTICE,
    PUBLIC,
    QUALITY,
    checked,
    classified,
    has_properties,
    labelled,
    map_of,
)
from fsm.testing.script import Script, Tags

BROKERS = {"avro": "kafka://kafka.scimma.org/igwn.gwalert",
           "json": "kafka://kafka.gcn.nasa.gov/igwn.gwalert"}
CLEAN_UP, DRAFTED = 270, 65  # seconds after a notice
OPERATOR = "User operator@example.org"


def production(script: Script) -> bool:
    """Whether a superevent is no mock one, so that its data are checked."""
    return str(script.fields["category"]) == "Production"


def looked_at(script: Script, event: Script, **how: Any) -> None:
    """What every superevent gets: spectrograms, and where there are data, their check."""
    for number, ifo in enumerate(("H1", "L1", "V1")):
        script.file(f"{ifo}_omegascan.png", 40 + number, f"{ifo} omegascan", QUALITY)
    if production(script) and event.fields["search"] != "EarlyWarning":
        checked(script, event, 20, **how)


def locked(script: Script, after: float, *labels: str) -> None:
    """The superevent manager labels the superevent."""
    for number, name in enumerate(("EM_READY", *labels)):
        script.label(name, after + number)


def skipped(script: Script, after: float) -> None:
    """No less-significant notice is sent of what is significant."""
    script.log("The superevent already has a significant/EW event, skipping launching "
               "less-significant alert", after)


def checked_again(script: Script, event: Script, after: float, occasion: str, **how: Any) -> None:
    """Before a notice the data are checked again."""
    if production(script):
        script.log(f"Automated DQ check before sending {occasion} alert. New results supersede old "
                   "results.", after, QUALITY)
        checked(script, event, after + 10, **how)


def copied(script: Script, event: Script, after: float) -> None:
    """The superevent takes over the event's files, and has them drawn."""
    graceid, stem = event.graceid, map_of(event)
    tags, fits = ("sky_loc", *PUBLIC), f"{map_of(event)}.multiorder.fits"
    labelled(script, fits, after, f"Localization copied from {graceid}", tags, "SKYMAP_READY")
    drawn(script, stem, after + 18, tags, distances=stem in ("bayestar", "amplfi"))
    if stem == "bayestar":
        script.file(f"{stem}.coherence.png", after + 22,
                    f"Bayes factor for coherence vs. incoherence of {fits}", tags)
        if event.fields["search"] == "AllSky":
            script.file("gwskynet.json", after + 60, f"GWSkyNet annotation from {fits}", NOTICE)
    if has_properties(event):
        labelled(script, "em_bright.json", after + 2, f"Source properties copied from {graceid}",
                 ("em_bright", *PUBLIC), "EMBRIGHT_READY")
        script.file("em_bright.png", after + 22, "Source properties visualization from "
                    "em_bright.json", ("em_follow", "em_bright", *PUBLIC))
    if classified(event):
        name = f"{event.fields['pipeline'].lower()}.p_astro"
        labelled(script, f"{name}.json", after + 4, f"Source classification copied from {graceid}",
                 ("p_astro", *PUBLIC), "PASTRO_READY")
        script.file(f"{name}.png", after + 24, f"Source classification visualization from "
                    f"{name}.json", ("em_follow", "p_astro", *PUBLIC))


def drawn(script: Script, stem: str, after: float, tags: Tags, distances: bool) -> None:
    """Page and pictures of a sky map."""
    kinds = [("html", "FITS headers for"), ("png", "Mollweide projection of")]
    if distances:
        kinds.append(("volume.png", "Volume rendering of"))
    for number, (ending, comment) in enumerate(kinds):
        script.file(f"{stem}.{ending}", after + number, f"{comment} {stem}.multiorder.fits", tags)


def noticed(script: Script, event: Script, kind: str, after: float, circular: bool = True,
            coincident: bool = False, drafted: float = DRAFTED) -> None:
    """A notice is sent to both brokers, and a circular is drafted.

    What the brokers are told stands in a message of its own, or with the file: both are in use,
    here by pipeline.
    """
    apart = event.fields["pipeline"] == "gstlal"
    for number, ending in enumerate(("json", "avro")):
        said = f"Kafka alert notice sent to {BROKERS[ending]}"
        script.file(f"{script.graceid}-{kind}.{ending}", after + number, "" if apart else said,
                    NOTICE)
        if apart:
            script.log(said, after + 2 + number, NOTICE)
    if circular:
        partner = "-emcoinc" if coincident else ""
        script.file(f"{kind}{partner}-circular.txt", after + drafted,
                    f"Template for {kind} GCN Circular",
                    ("em_follow", *(("ext_coinc",) if coincident else ())))


def announced(script: Script, event: Script, after: float, label: str = "GCN_PRELIM_SENT",
              **how: Any) -> float:
    """Copies, the first notice of its kind, and its label; returns when it was sent."""
    copied(script, event, after + 8)
    sent = after + 50
    script.expose(sent - 5)
    noticed(script, event, "preliminary", sent, **how)
    script.label(label, sent + 5)
    return sent


def cleaned_up(script: Script, event: Script, after: float, comment: str, **how: Any) -> None:
    """The superevent is cleaned up after a notice, and the notice repeated."""
    script.log(comment, after)
    copied(script, event, after + 2)
    noticed(script, event, "preliminary", after + 20, **how)


def preliminary(script: Script, event: Script, after: float, chosen: Script | None = None,
                coincident: bool = False) -> float:
    """From the lock as significant to the second notice and the data-quality report.

    Args:
        script: of the superevent.
        event: the preferred one.
        after: when it was locked, seconds.
        chosen: the event that is preferred from the clean-up on, if it is another one.
        coincident: whether there is a coincidence that may be published.

    Returns:
        When the first notice was sent.
    """
    script.log("Superevent cleaned up after significant event.", after + 3)
    checked_again(script, event, after + 4, "significant")
    sent = announced(script, event, after, coincident=coincident)
    if not has_properties(event) or event.fields["search"] == "SSM":
        high_profile(script, sent + 20)
    again = sent + 5 + CLEAN_UP
    if chosen is not None:
        script.update(again - 1, {"preferred_event": chosen.graceid})
    event = chosen or event
    cleaned_up(script, event, again, "Superevent cleaned up after first preliminary alert",
               coincident=coincident)
    script.update(again + 30, {"pipeline_preferred_events": {
        event.fields["pipeline"]: event.graceid}})
    quality_asked(script, event, again + 1)
    return sent


def high_profile(script: Script, after: float) -> None:
    """What is of special interest by its search is labelled."""
    script.log("Superevent labeled with HIGH_PROFILE: of special interest by its search", after,
               ("em_follow",))
    script.label("HIGH_PROFILE", after)


def quality_asked(script: Script, event: Script, after: float) -> None:
    """The data-quality report is asked for and comes; the chirp mass is copied with it."""
    script.label("DQR_REQUEST", after)
    if has_properties(event):
        script.file("mchirp_source.json", after + 24, "Chirp mass estimate uploaded to superevent",
                    NOTICE)
        script.file("mchirp_source.png", after + 54,
                    "Chirp mass visualization from mchirp_source.json", NOTICE)
    if production(script):
        script.log("Data quality report: no issues found", after + 600, QUALITY)


def approved(script: Script, event: Script, after: float, coincident: bool = False) -> None:
    """An advocate approves; the initial notice is sent."""
    script.signoff("ADV", "", "OK", after)
    noticed(script, event, "initial", after + 60, coincident=coincident)


def refused(script: Script, event: Script, after: float) -> None:
    """An advocate refuses; a retraction is sent."""
    script.signoff("ADV", "", "NO", after)
    noticed(script, event, "retraction", after + 40, drafted=5)


def updated(script: Script, event: Script, after: float) -> None:
    """An update is ordered on the dashboard, and sent; it has no circular by itself."""
    script.log(f"{OPERATOR} queued an Update alert through the dashboard.", after, ("em_follow",))
    noticed(script, event, "update", after + 60, circular=False)
