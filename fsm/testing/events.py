"""What is annotated to events of today by themselves: by pipelines and by the automated follow-up.

Source: the automated follow-up of the fourth observing run, event level.
"""

from typing import Any

from fsm.testing.script import Script, Tags

PUBLIC, QUALITY = ("public",), ("data_quality",)
NOTICE = ("public", "em_follow")
MAPS = {"aframe": "amplfi", "CWB": "cwb", "MLy": "mly"}
UNGATED = ("MLy", "Fermi", "Swift", "IceCube", "SNEWS")
WINDOWS = {"CWB": "1.5", "MLy": "1.5", "IceCube": "10", "SNEWS": "10"}  # seconds
IDQ_GOOD = "iDQ false alarm probabilities for active detectors are good (above 0.01 threshold)."
JSON = "DQR-compatible json generated from check_vectors results"


def has_properties(event: Script) -> bool:
    """Whether an event gets source properties: a compact binary, whoever has found it."""
    group, search = str(event.fields["group"]), str(event.fields["search"])
    return group == "CBC" or search == "BBH"


def classified(event: Script) -> bool:
    """Whether an event gets a source classification."""
    return has_properties(event) and event.fields["search"] != "SSM"


def map_of(event: Script) -> str:
    """The stem of an event's sky map."""
    return MAPS.get(event.fields["pipeline"], "bayestar")


def labelled(script: Script, name: str, after: float, comment: str, tags: Tags, label: str) -> None:
    """A file is uploaded, and its label follows."""
    script.file(name, after, comment, tags)
    script.label(label, after + 1)


def began(script: Script) -> Script:
    """The event is uploaded and becomes a superevent; returns the event's script."""
    event = script.member(script.fields["preferred_event"], superevent=None)
    event.new()
    script.new(1)
    event.enter(script, 2)
    return event


def joined(script: Script, after: float, **fields: Any) -> Script:
    """Another event of the same superevent is uploaded; returns its script."""
    number = int(script.fields["preferred_event"][1:]) + 500_000
    event = script.member(f"G{number}", superevent=None, **fields)
    event.new(after)
    event.enter(script, after)
    script.join(event.graceid, after)
    return event


def annotated(event: Script, after: float = 0) -> None:
    """An event is annotated by itself, and complete within half a minute."""
    pipeline, burst = event.fields["pipeline"], event.fields["group"] == "Burst"
    if event.fields["search"] == "EarlyWarning":
        event.label("EARLY_WARNING", after + 4)
    if burst or pipeline == "aframe":
        labelled(event, f"{map_of(event)}.multiorder.fits", after + 10, "", (), "SKYMAP_READY")
    else:
        event.file("coinc.xml", after + 1, "initial data")
        labelled(event, "bayestar.multiorder.fits", after + 25, "sky localization complete",
                 ("sky_loc", *PUBLIC), "SKYMAP_READY")
    if has_properties(event):
        _properties(event, after)
    if classified(event):
        _classification(event, after)


def _properties(event: Script, after: float) -> None:
    """The source properties and the chirp mass, from samples or from the point estimate."""
    tags, label = ("em_bright", *PUBLIC), "EMBRIGHT_READY"
    if event.fields["pipeline"] == "aframe":
        samples = "amplfi.posterior_samples.hdf5"
        event.file(samples, after + 8)
        labelled(event, "em_bright.json", after + 25, f'em-bright computed from "{samples}"', tags,
                 label)
        chirp_mass = f'Chirp mass estimate computed from "{samples}"'
    else:
        labelled(event, "em_bright.json", after + 15, "em bright complete", tags, label)
        chirp_mass = "Chirp mass estimate computed from point estimate"
    event.file("mchirp_source.json", after + 40, chirp_mass, NOTICE)


def _classification(event: Script, after: float) -> None:
    pipeline, search = event.fields["pipeline"], event.fields["search"]
    upstream = pipeline in ("aframe", "CWB")
    computed = (pipeline, search) in (("pycbc", "EarlyWarning"), ("gstlal", "MDC")) \
        or pipeline == "spiir"
    comment = "p_astro computation complete" if computed else "source probabilities"
    labelled(event, f"{pipeline.lower()}.p_astro.json", after + 18, comment,
             () if upstream else ("p_astro", *PUBLIC), "PASTRO_READY")


def checked(script: Script, event: Script, after: float, state: str = "good",
            injected: bool = False, verdict: bool = True) -> None:
    """The data are checked: iDQ, injections, detector state, and their summary.

    Args:
        script: of the superevent or external event.
        event: whose pipeline tells the window.
        after: seconds.
        state: ``good`` or ``bad``.
        injected: whether an injection is found.
        verdict: whether a label tells the state.
    """
    pipeline = event.fields["pipeline"]
    window = WINDOWS.get(pipeline, "2")
    looked = f"Check looked within -{window}/+{window} seconds of superevent."
    gated = "" if pipeline in UNGATED else " LIGO DMT-DQ_VECTOR not checked."
    found = "Injection found." if injected else "No HW injections found."
    script.log(f"{IDQ_GOOD} {looked}", after, QUALITY)
    script.log(f"{found} {looked}", after + 1, QUALITY)
    if injected:
        script.label("INJ", after + 1)
    script.log(f"Detector state for active instruments is {state}.{gated}\n{looked}", after + 2,
               QUALITY)
    if verdict:
        script.label("DQOK" if state == "good" else "DQV", after + 2)
    script.file(f"gwcelerydetcharcheckvectors-{script.graceid}.json", after + 3, JSON)
