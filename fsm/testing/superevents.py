"""Whole nights of today in miniature: superevents with their events, everything on time.

Each function writes the follow-up of one superevent, of which it gets the script.
"""

PUBLIC, PE = ("public",), ("pe",)
QUALITY = ("data_quality",)
NOTICE = ("public", "em_follow")
BROKERS = ("kafka.scimma.example.org", "kafka.gcn.example.org")
SIGNIFICANT_FAR, FAINT_FAR = 3e-9, 8e-6  # Hz
FERMI = {"group": "External", "pipeline": "Fermi", "search": "GRB", "far": None,
         "instruments": ""}
MAPS = {"aframe": "amplfi", "CWB": "cwb"}


def _file(script, name, after, comment="", tags=(), label="", version=0):
    script.file(name, after, comment, tags, version)
    if label:
        script.label(label, after + 1)


def _began(script):
    """The event is uploaded and becomes a superevent; returns the event's script."""
    event = script.member(script.fields["preferred_event"], superevent=None)
    event.new()
    script.new(1)
    event.enter(script, 2)
    return event


def _annotated(event):
    """The event is annotated by itself: complete half a minute after its upload."""
    pipeline = event.fields["pipeline"]
    burst = event.fields["group"] == "Burst"
    if pipeline == "aframe":
        event.file("amplfi.posterior_samples.hdf5", 8)
        _file(event, "amplfi.multiorder.fits", 10, label="SKYMAP_READY")
        _file(event, "em_bright.json", 25, 'em-bright computed from "amplfi"',
              ("em_bright", *PUBLIC), "EMBRIGHT_READY")
        event.file("mchirp_source.json", 26, 'Chirp mass estimate computed from "amplfi"', NOTICE)
    elif burst:
        _file(event, "cwb.multiorder.fits", 10, label="SKYMAP_READY")
    else:
        event.file("coinc.xml", 1, "initial data")
        _file(event, "em_bright.json", 15, "em bright complete", ("em_bright", *PUBLIC),
              "EMBRIGHT_READY")
        _file(event, "bayestar.multiorder.fits", 25, "sky localization complete",
              ("sky_loc", *PUBLIC), "SKYMAP_READY")
        event.file("mchirp_source.json", 40,
                   "Chirp mass estimate computed from point estimate", NOTICE)
    if not burst:
        _file(event, f"{pipeline.lower()}.p_astro.json", 18, "p_astro computation complete",
              ("p_astro", *PUBLIC), "PASTRO_READY")


def _checked(script, after, label=""):
    """The data are checked: iDQ, injections, state."""
    said = script.log
    said("iDQ false alarm probabilities for active detectors are good (above 0.01 threshold). "
         "Check looked within -2/+2 seconds of superevent.", after, QUALITY)
    said("No HW injections found. Check looked within -2/+2 seconds of superevent.", after + 1,
         QUALITY)
    said("Detector state for active instruments is good. Check looked within -2/+2 seconds of "
         "superevent.", after + 2, QUALITY)
    script.file(f"gwcelerydetcharcheckvectors-{script.graceid}.json", after + 3,
                "DQR-compatible json generated from check_vectors results")
    if label:
        script.label(label, after + 3)


def _looked_at(script):
    """What every superevent gets: spectrograms, and where there are data, their check."""
    for number, ifo in enumerate(("H1", "L1", "V1")):
        script.file(f"{ifo}_omegascan.png", 40 + number, f"{ifo} omegascan", QUALITY)
    if script.fields["category"] == "Production" \
            and script.fields["preferred_event_data"]["search"] != "EarlyWarning":
        _checked(script, 20, "DQOK")


def _copied(script, after):
    """The superevent takes over the event's files, and has them drawn."""
    data = script.fields["preferred_event_data"]
    graceid, pipeline = data["graceid"], data["pipeline"]
    stem = MAPS.get(pipeline, "bayestar")
    _file(script, f"{stem}.multiorder.fits", after, f"Localization copied from {graceid}",
          ("sky_loc", *PUBLIC), "SKYMAP_READY")
    for ending, comment in (("html", "FITS headers for"), ("png", "Mollweide projection of")):
        script.file(f"{stem}.{ending}", after + 20, f"{comment} {stem}.multiorder.fits",
                    ("sky_loc", *PUBLIC))
    if data["group"] == "Burst":
        return
    _file(script, "em_bright.json", after + 2, f"Source properties copied from {graceid}",
          ("em_bright", *PUBLIC), "EMBRIGHT_READY")
    script.file("em_bright.png", after + 22, "Source properties visualization from em_bright.json",
                ("em_follow", "em_bright", *PUBLIC))
    stem = f"{pipeline.lower()}.p_astro"
    _file(script, f"{stem}.json", after + 4, f"Source classification copied from {graceid}",
          ("p_astro", *PUBLIC), "PASTRO_READY")
    script.file(f"{stem}.png", after + 24, f"Source classification visualization from {stem}.json",
                ("em_follow", "p_astro", *PUBLIC))


def _noticed(script, kind, after, version=0, circular=True):
    """A notice is sent to both brokers, and a circular is drafted."""
    for number, ending in enumerate(("json", "avro")):
        script.file(f"{script.graceid}-{kind}.{ending}", after + number, "", NOTICE, version)
    for number, broker in enumerate(BROKERS):
        script.log(f"Kafka alert notice sent to kafka://{broker}/igwn.gwalert", after + 2 + number,
                   NOTICE)
    if circular:
        script.file(f"{kind}-circular.txt", after + 65, f"Template for {kind} GCN Circular",
                    ("em_follow",))


def _locked(script, after, *labels):
    script.label("EM_READY", after)
    for number, name in enumerate(labels):
        script.label(name, after + 1 + number)


def _preliminary(script, after):
    """Locked as significant: copies, check, notice, clean-up and second notice, the report."""
    _copied(script, after + 8)
    if script.fields["category"] == "Production":
        script.log("Automated DQ check before sending significant alert. New results supersede "
                   "old results.", after + 10, QUALITY)
        _checked(script, after + 20)
    sent = after + 50
    _noticed(script, "preliminary", sent)
    script.label("GCN_PRELIM_SENT", sent + 5)
    if script.fields["preferred_event_data"]["group"] == "Burst":
        script.log("Superevent labeled HIGH_PROFILE: an unmodelled burst", sent + 20,
                   ("em_follow",))
        script.label("HIGH_PROFILE", sent + 20)
    script.log("Superevent cleaned up after first preliminary alert", sent + 275)
    script.label("DQR_REQUEST", sent + 276)
    _noticed(script, "preliminary", sent + 300, version=1)
    if script.fields["preferred_event_data"]["group"] != "Burst":
        script.file("mchirp_source.json", sent + 300, "Chirp mass estimate uploaded to superevent",
                    NOTICE)
        script.file("mchirp_source.png", sent + 330,
                    "Chirp mass visualization from mchirp_source.json", NOTICE)
    if script.fields["category"] == "Production":
        script.log("Data quality report: no issues found", sent + 900, QUALITY)


def _approved(script, after):
    """An advocate approves; the initial notice is sent."""
    script.signoff("ADV", "", "OK", after)
    script.label("ADVOK", after)
    _noticed(script, "initial", after + 60)


def _refused(script, after):
    """An advocate refuses; a retraction is sent."""
    script.signoff("ADV", "", "NO", after)
    script.label("ADVNO", after)
    _noticed(script, "retraction", after + 40)


def _significant(script):
    event = _began(script)
    _annotated(event)
    _looked_at(script)
    _locked(script, 32, "ADVREQ", "SIGNIF_LOCKED", "LOW_SIGNIF_LOCKED")
    script.log("The superevent already has a significant/EW event, skipping launching "
               "less-significant alert", 37)
    _preliminary(script, 34)
    return event


def significant(script):
    """A significant superevent: preliminary notice on time, approved, initial notice."""
    _significant(script)
    _approved(script, 1500)
    return script


def retracted(script):
    """A significant superevent that is retracted."""
    _significant(script)
    _refused(script, 1400)
    return script


def mock(script):
    """A mock superevent: the whole chain but the data, and a sign-off by chance."""
    _significant(script)
    _approved(script, 1200)
    return script


def less_significant(script):
    """A superevent that passes the lower limit only: a less-significant notice, twice."""
    _annotated(_began(script))
    _looked_at(script)
    _locked(script, 32, "LOW_SIGNIF_LOCKED")
    _copied(script, 42)
    script.log("Automated DQ check before sending less-significant preliminary alert. New results "
               "supersede old results.", 45, QUALITY)
    _checked(script, 50)
    _noticed(script, "preliminary", 80, circular=False)
    script.label("LOW_SIGNIF_PRELIM_SENT", 85)
    script.log("Superevent cleaned up before second less-significant alert", 356)
    _noticed(script, "preliminary", 380, version=1, circular=False)
    return script


def early_warning(script):
    """An early warning, followed by the full candidate, which is approved."""
    early = _began(script)
    _annotated(early)
    _looked_at(script)
    _locked(script, 32, "ADVREQ", "EARLY_WARNING", "LOW_SIGNIF_LOCKED")
    _copied(script, 42)
    script.log("Superevent cleaned up before sending EW alert.", 44)
    _noticed(script, "earlywarning", 60)
    script.label("DQR_REQUEST", 640)
    script.log("Data quality report: no issues found", 1200, QUALITY)
    script.file("mchirp_source.json", 660, "Chirp mass estimate uploaded to superevent", NOTICE)
    script.file("mchirp_source.png", 690, "Chirp mass visualization from mchirp_source.json",
                NOTICE)
    _approved(script, 1500)
    return script


def coincident(script):
    """A superevent that coincides with a gamma-ray burst, whose alert joins in."""
    external = f"E{script.fields['preferred_event'][1:]}"
    event = _significant(script)
    burst = script.member(external, superevent=None, **FERMI)
    burst.new(60)
    burst.file("fermi_skymap.multiorder.fits", 90, "Sky map created from GCN RA, dec, and error",
               ("sky_loc",))
    burst.label("EXT_SKYMAP_READY", 91)
    burst.file("fermi_skymap.png", 95, "Mollweide projection of fermi_skymap.multiorder.fits",
               ("sky_loc",))
    burst.log("Detector state for active instruments is good", 100, QUALITY)
    burst.log("No HW injections found.", 101, QUALITY)
    burst.enter(script, 110)
    script.join(external, 110)
    script.update(120, {"em_type": external, "time_coinc_far": 1e-9, "space_coinc_far": 1e-10})
    for one in (script, burst):
        one.label("EM_COINC", 125)
    burst.file("coincidence_far.json", 124)
    burst.label("SKYMAP_READY", 130)
    burst.label("EM_READY", 131)
    script.log(f"RAVEN: publishing criteria met for {script.fields['preferred_event']}-{external}. "
               "Triggering RAVEN alert", 135, ("ext_coinc",))
    for number, (one, name) in enumerate((
            (script, "RAVEN_ALERT"), (script, "HIGH_PROFILE"), (burst, "RAVEN_ALERT"),
            (event, "RAVEN_ALERT"))):
        one.label(name, 136 + number)
    burst.file("combined-ext.multiorder.fits", 200,
               "Combined LVK-external sky map using bayestar and fermi", ("sky_loc", "ext_coinc"))
    burst.file("combined-ext.png", 210, "Mollweide projection of combined-ext.multiorder.fits",
               ("sky_loc", "ext_coinc"))
    burst.label("COMBINEDSKYMAP_READY", 201)
    script.file("overlap_integral.png", 230,
                "Sky map overlap integral between bayestar and fermi", ("ext_coinc",))
    script.file("combined-ext.multiorder.fits", 390,
                f"Combined LVK-external sky map copied from {external}",
                ("sky_loc", "ext_coinc", *PUBLIC))
    for ending, comment in (("html", "FITS headers for"), ("png", "Mollweide projection of")):
        script.file(f"combined-ext.{ending}", 400, f"{comment} combined-ext.multiorder.fits",
                    ("sky_loc", "ext_coinc", *PUBLIC))
    script.label("COMBINEDSKYMAP_READY", 391)
    _approved(script, 1500)
    return script


def estimated(script):
    """A significant superevent with parameter estimation, and the update after it."""
    event = _significant(script)
    graceid = event.graceid
    script.log(f"Starting rapidpe parameter estimation for {graceid}", 90, PE)
    script.file("rapidpe.ini", 120, "Automatically generated RapidPE-RIFT configuration file", PE)
    script.file("RapidPE_RIFT.p_astro.json", 1800, "RapidPE-RIFT Pastro results",
                ("pe", "p_astro", *PUBLIC))
    script.file("RapidPE_RIFT.p_astro.png", 1830, "Source classification visualization from "
                "RapidPE_RIFT.p_astro.json", ("em_follow", "p_astro", *PUBLIC))
    script.log("Summary page for RapidPE-RIFT is available", 1850, PE)
    script.log(f"Starting production-mode bilby parameter estimation for {graceid}", 130, PE)
    script.file("bilby_config.ini", 300,
                "Automatically generated production-mode Bilby configuration", PE)
    _approved(script, 1500)
    done = 20_000
    script.label("PE_READY", done - 5)
    script.file("Bilby.posterior_samples.hdf5", done, "production-mode Bilby posterior samples", PE)
    script.file("Bilby.multiorder.fits", done + 300, 'Multiresolution FITS file generated from '
                '"Bilby.posterior_samples.hdf5"', ("pe", "sky_loc"))
    for ending, comment in (("html", "FITS headers for"), ("png", "Mollweide projection of")):
        script.file(f"Bilby.{ending}", done + 360, f"{comment} Bilby.multiorder.fits",
                    ("pe", "sky_loc"))
    script.file("Bilby.em_bright.json", done + 120, 'em-bright computed from "Bilby"', PE)
    script.file("mchirp_source_PE.json", done + 130, 'Chirp mass computed from "Bilby"',
                ("em_follow",))
    script.file("mchirp_source_PE.png", done + 160, "Chirp mass visualization from "
                "mchirp_source_PE.json", ("em_follow",))
    script.log("PESummary page for production-mode Bilby is available", done + 900, PE)
    script.log("User somebody queued an Update alert through the dashboard.", done + 3000,
               ("em_follow",))
    _noticed(script, "update", done + 3060, circular=False)
    return script
