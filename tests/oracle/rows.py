"""The catalogue of the present era as data: what must come, by when, and what may not last."""

import attrs

from tests.oracle import conditions as if_
from tests.oracle.terms import (
    EITHER,
    LATER,
    RENEWED,
    Row,
    Rule,
    all_labels,
    all_on,
    brokers,
    each,
    file,
    label,
    log,
    new,
    of_member,
    on,
    said,
    signed,
    uploaded,
    value,
)

EVENT, SUPEREVENT, EXTERNAL = "event", "superevent", "external"
EM, SKY, PASTRO = "em_bright public", "sky_loc public", "p_astro public"
FOLLOW, QUALITY, JOINT = "em_follow public", "data_quality", "sky_loc ext_coinc"
PIPES = r"(?:cwb|gstlal|mbta|pycbc|sgnl|spiir|aframe)"
MAPS = r"(?:bayestar|amplfi|cwb|mly)\.multiorder\.fits"
LOCKS = ("LOW_SIGNIF_LOCKED", "SIGNIF_LOCKED", "EARLY_WARNING")
SIGNED = ("ADVOK", "ADVNO")
STARTING_PE = "Starting {} parameter estimation for"
PRELIMINARY = r"{graceid}-preliminary\.json"


def _event(name, want, within, *given, **more):
    start = more.pop("start", new)
    return Row(name, EVENT, start, want, within, (if_.annotated, *given), **more)


EVENTS = (
    _event("coinc file", file(r"coinc\.xml"), 60, if_.matched),
    _event("em_bright", file(r"em_bright\.json", "em bright complete", EM), 300, if_.pointed),
    _event("p_astro", file(PIPES + r"\.p_astro\.json", "", PASTRO), 300, if_.classified,
           if_.matched),
    _event("p_astro of a burst search", file(r"cwb\.p_astro\.json"), 300, if_.classified,
           if_.bursting),
    _event("p_astro of Aframe", file(r"aframe\.p_astro\.json"), 300, if_.learned),
    _event("bayestar map", file(r"bayestar\.multiorder\.fits", "sky localization complete", SKY),
           300, if_.matched),
    _event("event's chirp mass", file(r"mchirp_source\.json", "computed from point estimate",
                                      FOLLOW), 600, if_.pointed, start=uploaded(MAPS)),
    _event("samples of Aframe", file(r"amplfi\.posterior_samples\.hdf5"), 300, if_.learned),
    _event("map of Aframe", file(r"amplfi\.multiorder\.fits"), 300, if_.learned),
    _event("em_bright of Aframe", file(r"em_bright\.json", 'em-bright computed from "', EM), 120,
           if_.learned, start=uploaded(r"amplfi\.posterior_samples\.hdf5")),
    _event("chirp mass of Aframe", file(r"mchirp_source\.json", 'computed from "', FOLLOW), 120,
           if_.learned, start=uploaded(r"amplfi\.posterior_samples\.hdf5")),
    _event("burst map", file(r"(cwb|mly)\.multiorder\.fits"), 300, if_.bursting),
    # A label follows its file at once; what is missing for long is an incomplete event.
    _event("label of em_bright", on("EMBRIGHT_READY"), 60, if_.sourced, sure=False,
           start=uploaded(r"em_bright\.json")),
    _event("label of p_astro", on("PASTRO_READY"), 60, if_.classified, sure=False,
           start=uploaded(PIPES + r"\.p_astro\.json")),
    _event("label of map", on("SKYMAP_READY"), 60, sure=False, start=uploaded(MAPS)),
    _event("complete", all_on(if_.needed_labels), 300),
    Row("superevent", EVENT, new, value("superevent"), 60, (if_.grouped,)),
)


def _super(name, start, want, within, *given, **more):
    return Row(name, SUPEREVENT, start, want, within, (if_.produced, *given), **more)


IDQ = log("iDQ false alarm probabilit", "Not checking iDQ for", tags=QUALITY)
INJECTIONS = log("No HW injections found.", "Injection found.", "Injection state unknown.",
                 tags=QUALITY)
STATE = log("Detector state for active instruments is", tags=QUALITY)
CHECKED = file(r"gwcelerydetcharcheckvectors-{graceid}\.json", "DQR-compatible json")
AGAIN = (
    ("iDQ", log("iDQ false alarm probabilit", "Not checking iDQ for", tags=QUALITY, counts=LATER)),
    ("injections", log("No HW injections found.", "Injection found.", "Injection state unknown.",
                       tags=QUALITY, counts=LATER)),
    ("state", log("Detector state for active instruments is", tags=QUALITY, counts=LATER)),
    ("json", file(r"gwcelerydetcharcheckvectors-{graceid}\.json", counts=LATER)),
)
QUALITY_CHECKS = (
    _super("spectrogram", each(new, ifo=("H1", "L1", "V1")),
           file("{ifo}_omegascan\\.png", "omegascan", QUALITY), 119.5),
    *(_super(f"check: {name}", new, want, 120, if_.data_there)
      for name, want in (("iDQ", IDQ), ("injections", INJECTIONS), ("state", STATE),
                         ("json", CHECKED))),
    _super("check repeated", label("SIGNIF_LOCKED"),
           log("Automated DQ check before sending significant", tags=QUALITY), 120,
           if_.data_there),
    _super("verdict of the data", new, on("DQOK", "DQV"), 120, if_.data_there),
    *(_super(f"check before a notice: {name}", said("Automated DQ check before sending"), want, 120,
             if_.data_there) for name, want in AGAIN),
    _super("label of an injection", said("Injection found."), on("INJ"), 120),
)


def completed(candidate):
    """The preferred event becomes complete."""
    created = candidate.created
    event = candidate.member(candidate.fields(created + 1).get("preferred_event"))
    if created and event:
        for time, _ in all_labels(*if_.needed_labels(event))(event):
            yield max(time, created), {}


def completed_or_coincident(candidate):
    """The preferred event becomes complete, or coincident with something."""
    event = candidate.member(candidate.fields(candidate.created + 1).get("preferred_event"))
    yield from completed(candidate)
    if candidate.created and event:
        yield from ((max(time, candidate.created), {}) for time in event.put_on("RAVEN_ALERT"))


MANAGER = (
    _super("EM_READY", completed, on("EM_READY"), 120, if_.offered),
    _super("ADVREQ", completed_or_coincident, on("ADVREQ", *SIGNED), 120, if_.offered,
           if_.significant),
    _super("locked", completed_or_coincident, on("SIGNIF_LOCKED", "EARLY_WARNING"), 120,
           if_.offered, if_.significant),
    _super("locked low", completed, on("LOW_SIGNIF_LOCKED"), 120, if_.offered, if_.noted),
)


def _locked(name, want, within, *given, **more):
    return _super(name, label(*LOCKS), want, within, *given, **more)


COPIES = (
    _locked("copy of the map", file(MAPS, "Localization copied from", SKY, EITHER), 180),
    _locked("copy of em_bright", file(r"em_bright\.json", "Source properties copied from", EM,
                                      EITHER), 180, if_.sourced),
    _locked("copy of p_astro", file(PIPES + r"\.p_astro\.json", "Source classification copied from",
                                    PASTRO, EITHER), 180, if_.classified),
    _locked("copied label of the map", on("SKYMAP_READY"), 240),
    _locked("copied label of em_bright", on("EMBRIGHT_READY"), 240, if_.sourced),
    _locked("copied label of p_astro", on("PASTRO_READY"), 240, if_.classified),
)
PICTURES = (
    *(Row(name, SUPEREVENT, uploaded(rf"(?P<map>{maps})\.multiorder\.fits"),
          file(rf"{{map}}\.{ending}", comment, tags, RENEWED), within)
      for maps, tags, within in ((r"(?!Bilby)\w+", "sky_loc", 300), ("Bilby", "pe sky_loc", 600))
      for name, ending, comment in (("page of the map", "html", "FITS headers for"),
                                    ("picture of the map", "png", "Mollweide projection of"))),
    Row("picture of em_bright", SUPEREVENT, uploaded(r"em_bright\.json"),
        file(r"em_bright\.png", "Source properties visualization from", "em_follow " + EM, RENEWED),
        300),
    Row("picture of p_astro", SUPEREVENT,
        uploaded(rf"(?P<pipe>{PIPES}|RapidPE_RIFT)\.p_astro\.json"),
        file(r"{pipe}\.p_astro\.png", "Source classification visualization from",
             "em_follow " + PASTRO, RENEWED), 300),
    Row("picture of the chirp mass", SUPEREVENT, uploaded(r"mchirp_source\.json"),
        file(r"mchirp_source\.png", "Chirp mass visualization from", FOLLOW, RENEWED), 300),
)


def _notice(name, kind, start, *given, after=0.0, held=(), silent=(), **more):
    """The files of a notice and the word of both brokers, five minutes after it is due."""
    parts = (("json", file(rf"{{graceid}}-{kind}\.json", "", FOLLOW, LATER)),
             ("avro", file(rf"{{graceid}}-{kind}\.avro", "", FOLLOW, LATER)),
             ("brokers", brokers(2, kind)))
    return tuple(_super(f"{name}: {part}", start, want, 300 + after, *given,
                        held=(*held, *silent), **more) for part, want in parts)


# The second notice is due after 270 s; what comes a good while after the first may be it.
WAIT, REST = 180.0, 90.0


def _second(name, cleaned_up):
    """The second notice: a while after the label of the first, at the latest after the clean-up.

    Only of the first time that the label is put on: nobody orders a notice with it.
    """
    def start(candidate):
        cleaned = [time for time, _ in said(cleaned_up)(candidate)]
        for time in candidate.put_on(name)[:1]:
            yield min([time + WAIT, *cleaned]), {}
    return start


def _noticed(kind, *starts):
    """The first notice of a kind after each start."""
    pattern = rf"{{graceid}}-{kind}\.json"

    def start(candidate):
        for begun in candidate.put_on(*starts):
            sent = [t for t, _ in file(pattern, counts=LATER)(candidate, begun, {})]
            if sent:
                yield min(sent), {}
    return start


AUTOMATIC = (if_.sent_at_all, if_.sane)
SECOND = _second("GCN_PRELIM_SENT", "Superevent cleaned up after first preliminary alert")
SECOND_LOW = _second("LOW_SIGNIF_PRELIM_SENT",
                     "Superevent cleaned up before second less-significant alert")
NOTICES = (
    *_notice("less-significant notice", "preliminary", label("LOW_SIGNIF_LOCKED"), *AUTOMATIC,
             if_.noted, held=("EARLY_WARNING", "SIGNIF_LOCKED", *SIGNED), silent=("INJ", "DQV"),
             sending=60),
    _super("LOW_SIGNIF_PRELIM_SENT", label("LOW_SIGNIF_LOCKED"), on("LOW_SIGNIF_PRELIM_SENT"), 360,
           *AUTOMATIC, if_.noted, sending=60,
           held=("EARLY_WARNING", "SIGNIF_LOCKED", *SIGNED, "INJ", "DQV")),
    *_notice("early warning", "earlywarning", label("EARLY_WARNING"), *AUTOMATIC, if_.significant,
             held=("SIGNIF_LOCKED", *SIGNED), silent=("INJ", "DQV"), sending=30),
    _super("report asked for early", label("EARLY_WARNING"), on("DQR_REQUEST"), 660, *AUTOMATIC,
           if_.significant, held=("SIGNIF_LOCKED", *SIGNED, "INJ", "DQV"), sending=30),
    *_notice("preliminary notice", "preliminary", label("SIGNIF_LOCKED"), *AUTOMATIC,
             if_.significant, held=SIGNED, silent=("INJ", "DQV"), sending=60),
    _super("GCN_PRELIM_SENT", label("SIGNIF_LOCKED"), on("GCN_PRELIM_SENT"), 360, *AUTOMATIC,
           if_.significant, held=(*SIGNED, "INJ", "DQV"), sending=60),
    _super("preliminary circular", _noticed("preliminary", "SIGNIF_LOCKED"),
           file(r"preliminary(-emcoinc)?-circular\.txt", "Template for preliminary", "em_follow",
                EITHER), 180, *AUTOMATIC, if_.significant),
    _super("HIGH_PROFILE", label("GCN_PRELIM_SENT"), on("HIGH_PROFILE"), 180, if_.profiled),
    _super("word of HIGH_PROFILE", label("GCN_PRELIM_SENT"),
           log("HIGH_PROFILE", tags="em_follow"), 180, if_.profiled, if_.unalerted),
    _super("clean-up", label("GCN_PRELIM_SENT"),
           log("Superevent cleaned up after first preliminary alert", counts=EITHER), 330),
    _super("report asked for", label("GCN_PRELIM_SENT"), on("DQR_REQUEST"), 390),
    *_notice("second notice", "preliminary", SECOND, *AUTOMATIC, after=REST, held=SIGNED,
             silent=("INJ", "DQV"), sending=REST + 30),
    _super("second circular", SECOND, file(r"preliminary(-emcoinc)?-circular\.txt", "",
                                           "em_follow", LATER), 570, *AUTOMATIC,
           held=(*SIGNED, "INJ", "DQV"), sending=REST + 30, follows="second notice: json"),
    _super("low clean-up", label("LOW_SIGNIF_PRELIM_SENT"),
           log("Superevent cleaned up before second less-significant alert", counts=EITHER), 330,
           *AUTOMATIC, held=("ADVREQ", "EARLY_WARNING", "SIGNIF_LOCKED", *SIGNED, "INJ"),
           sending=WAIT + REST + 30),
    *_notice("second less-significant notice", "preliminary", SECOND_LOW, *AUTOMATIC, after=REST,
             held=("ADVREQ", "EARLY_WARNING", "SIGNIF_LOCKED", *SIGNED), silent=("INJ", "DQV"),
             sending=REST + 30),
    *_notice("notice ordered by hand", "preliminary",
             said("queued a Preliminary alert through the dashboard"), if_.sane, held=SIGNED,
             sending=30),
    *_notice("initial notice", "initial", label("ADVOK"), held=("INJ",), sending=30),
    _super("initial circular", _noticed("initial", "ADVOK"),
           file(r"initial(-emcoinc)?-circular\.txt", "Template for initial", "em_follow", EITHER),
           180),
    *_notice("retraction", "retraction", label("ADVNO")),
    _super("retraction circular", label("ADVNO"),
           file(r"retraction(-emcoinc)?-circular\.txt", "Template for retraction", "em_follow",
                LATER), 300),
    *_notice("update", "update", said("queued an Update alert through the dashboard"),
             held=("INJ",), sending=30),
)
PEOPLE = (
    _super("sign-off of an advocate", label("ADVREQ"), signed("ADV"), 3600),
    *(_super(f"sign-off at {ifo}", label(f"{ifo}OPS"), signed(ifo), 3600)
      for ifo in ("H1", "L1", "V1")),
    _super("update after estimation", label("PE_READY"),
           file(r"{graceid}-update\.json", counts=LATER), 10800, held=("ADVNO", "INJ"),
           sending=30),
)
AFTER = (
    _super("copy of the chirp mass", label("DQR_REQUEST"),
           file(r"mchirp_source\.json", "Chirp mass estimate uploaded", FOLLOW, EITHER), 300,
           if_.sourced),
    _super("data-quality report", label("DQR_REQUEST"), log("", tags=QUALITY, counts=LATER), 1800,
           if_.data_there),
    _super("data-quality report (of an early warning)", label("DQR_REQUEST"),
           log("", tags=QUALITY, counts=LATER), 1800, sure=False),
)
RAPIDPE, BILBY = said(STARTING_PE.format("rapidpe")), said(STARTING_PE.format("production-mode "
                                                                              "bilby"))
SAMPLES = uploaded(r"(?P<prefix>\w+)\.posterior_samples\.hdf5")
ESTIMATES = (
    _super("RapidPE's settings", RAPIDPE, file(r"rapidpe\.ini", "Automatically generated", "pe"),
           300),
    _super("RapidPE's p_astro", RAPIDPE, file(r"RapidPE_RIFT\.p_astro\.json", "RapidPE-RIFT Pastro",
                                              "pe " + PASTRO), 3600),
    _super("RapidPE's page", RAPIDPE, log("Summary page for RapidPE-RIFT is available", tags="pe"),
           3600),
    _super("Bilby's settings", BILBY, file(r"bilby_config\.ini", "Automatically generated", "pe"),
           600),
    _super("Bilby's samples", BILBY, file(r"Bilby\.posterior_samples\.hdf5",
                                          "production-mode Bilby posterior samples", "pe"), 43200),
    _super("PE_READY", BILBY, on("PE_READY"), 43200),
    _super("Bilby's page", uploaded(r"Bilby\.posterior_samples\.hdf5"),
           log("PESummary page for production-mode Bilby is available", tags="pe"), 3600),
    _super("map of samples", SAMPLES, file(r"{prefix}\.multiorder\.fits",
                                           "Multiresolution FITS file", "pe sky_loc"), 1800),
    _super("em_bright of samples", SAMPLES, file(r"{prefix}\.em_bright\.json",
                                                 "em-bright computed", "pe"), 600),
    _super("chirp mass of samples", SAMPLES, file(r"mchirp_source_PE\.json", "Chirp mass computed",
                                                  "em_follow"), 600),
    _super("its picture", uploaded(r"mchirp_source_PE\.json"),
           file(r"mchirp_source_PE\.png", "Chirp mass visualization", "em_follow"), 600),
)
FAILED = (
    _super("failure of an estimate", said("Failed to prepare DAG for"), lambda *_: (), 0),
    _super("failure of a job", said("condor job failed"), lambda *_: (), 0),
    _super("abortion of a job", said("condor job was aborted"), lambda *_: (), 0),
)


def _external(name, start, want, within, *given, **more):
    return Row(name, EXTERNAL, start, want, within, (if_.external, *given), **more)


ALL_MAPS = ("EM_COINC", "EM_READY", "EXT_SKYMAP_READY")
EXTERNAL_MAP = r"(\w+_skymap|external_from_url|glg_healpix_all_bn_v\d\d)"
EXTERNALS = (
    *(_external(f"external check: {name}", new, want, 127)
      for name, want in (("injections", INJECTIONS), ("state", STATE))),
    *(_external(f"external check: {name}", new, want, 127, sure=False)
      for name, want in (("iDQ", IDQ), ("json", CHECKED))),
    _external("external map", new, file(EXTERNAL_MAP + r"\.(multiorder\.fits|fits\.gz|fits)", "",
                                        "sky_loc"), 120, if_.placed),
    _external("EXT_SKYMAP_READY", uploaded(EXTERNAL_MAP + r"\.(multiorder\.fits|fits\.gz|fits)"),
              on("EXT_SKYMAP_READY"), 120, if_.placed),
    _external("picture of the external map",
              uploaded(EXTERNAL_MAP + r"\.(multiorder\.fits|fits\.gz|fits)"),
              file(EXTERNAL_MAP + r"\.png", "Mollweide projection of", "sky_loc"), 120, if_.placed),
    _external("coincidence_far", label("EM_COINC"), file(r"coincidence_far\.json"), 60, if_.rated),
    _external("map handed over", label("EM_COINC"), on("SKYMAP_READY"), 60, if_.mapped),
    _external("readiness handed over", label("EM_COINC"), on("EM_READY"), 60, if_.ready),
    _external("combined map", all_labels(*ALL_MAPS),
              file(r"combined-ext\.multiorder\.fits", "Combined LVK-external sky map using", JOINT),
              300),
    _external("picture of the combined map", all_labels(*ALL_MAPS),
              file(r"combined-ext\.png", "Mollweide projection of", JOINT), 300),
    _external("COMBINEDSKYMAP_READY", uploaded(r"combined-ext\.multiorder\.fits"),
              on("COMBINEDSKYMAP_READY"), 60),
)


def joined(candidate):
    """An external event joins the superevent."""
    known = set()
    for time, fields in candidate.values:
        fresh = set(fields.get("em_events") or ()) - known
        known |= fresh
        yield from ((time, {"external": graceid}) for graceid in sorted(fresh))


def combined(candidate):
    """The combined map of an external event of the superevent is ready."""
    for event in candidate.members("em_events"):
        yield from ((time, {}) for time in event.put_on("COMBINEDSKYMAP_READY"))


def announced(candidate):
    """A notice follows, with a coincidence whose combined map is there."""
    for ready, _ in combined(candidate):
        for entry in candidate.entries:
            if entry.filename == f"{candidate.graceid}-preliminary.json" and entry.time > ready \
                    and candidate.on("RAVEN_ALERT", entry.time):
                yield entry.time, {}


def meant_to_alert(candidate):
    """A coincidence may be published, and both maps are combined."""
    for ready, _ in combined(candidate):
        for time in candidate.put_on("RAVEN_ALERT"):
            yield max(ready, time), {}


VERDICT = log("RAVEN: publishing criteria", "RAVEN: Will only publish", tags="ext_coinc")
MET = said("RAVEN: publishing criteria met for")
COPIED = file(r"combined-ext\.multiorder\.fits", "sky map copied from", "public " + JOINT)
RAVEN = (
    _super("EM_COINC", joined, on("EM_COINC"), 120),
    _super("verdict on a coincidence", label("EM_COINC"), VERDICT, 120),
    _super("verdict on a coincidence (by who joined)", joined, VERDICT, 180, sure=False),
    _super("type of a coincidence", label("EM_COINC"), value("em_type"), 120),
    _super("rate of a coincidence", label("EM_COINC"), value("time_coinc_far"), 120, if_.rated),
    _super("RAVEN_ALERT", MET, on("RAVEN_ALERT"), 60),
    _super("HIGH_PROFILE of a coincidence", MET, on("HIGH_PROFILE"), 60),
    _super("RAVEN_ALERT passed on", MET, of_member("em_events", on("RAVEN_ALERT")), 120),
    _super("RAVEN_ALERT on the preferred", MET, of_member("preferred_event", on("RAVEN_ALERT")),
           120),
    _super("ADVREQ for a coincidence", MET, on("ADVREQ", *SIGNED), 240),
    _super("locked for a coincidence", MET, on("SIGNIF_LOCKED"), 240),
    _super("overlap", combined, file(r"overlap_integral\.png", "overlap integral", "ext_coinc"),
           300),
    _super("copy of the combined map", announced, COPIED, 180),
    _super("copy of the combined map (early)", meant_to_alert, COPIED, 180, sure=False),
    _super("copied label of the combined map", announced, on("COMBINEDSKYMAP_READY"), 240),
    _super("copied label of the combined map (early)", meant_to_alert, on("COMBINEDSKYMAP_READY"),
           240, sure=False),
    _super("copied picture of the combined map", announced,
           file(r"combined-ext\.png", "sky map copied from", "public " + JOINT), 180, sure=False),
    _super("SOG_READY", all_labels("SKYMAP_READY", "RAVEN_ALERT", "ADVOK"), on("SOG_READY"), 120,
           if_.publishable_alone),
)
CERTAIN = (*EVENTS, *QUALITY_CHECKS, *MANAGER, *COPIES, *PICTURES, *NOTICES, *PEOPLE, *AFTER,
           *ESTIMATES, *FAILED, *EXTERNALS, *RAVEN)
# What follows from something that lacks may be said to lack too.
CHAINED = (
    *((row.name, start, 390) for row in COPIES for start in (SECOND, SECOND_LOW)),
    *((f"second notice: {part}", said("cleaned up after first preliminary"), 300)
      for part in ("json", "avro", "brokers")),
    *((f"second less-significant notice: {part}", said("cleaned up before second less"), 300)
      for part in ("json", "avro", "brokers")),
    ("preliminary circular", label("SIGNIF_LOCKED"), 180),
    ("initial circular", label("ADVOK"), 180),
    ("EXT_SKYMAP_READY", new, 120), ("picture of the external map", new, 120),
    ("COMBINEDSKYMAP_READY", all_labels(*ALL_MAPS), 300),
    ("copied label of the map", uploaded(MAPS), 60),
    ("copied label of em_bright", uploaded(r"em_bright\.json"), 60),
    ("copied label of p_astro", uploaded(PIPES + r"\.p_astro\.json"), 60),
    ("Bilby's page", BILBY, 43200), ("its picture", SAMPLES, 600),
)
ROWS = (*CERTAIN, *(attrs.evolve(row, name=f"{row.name} (loosely)", start=start, within=within,
                                 sure=False)
                    for row in CERTAIN for name, start, within in CHAINED if row.name == name))

# ---- states that may not last

SENT = ("GCN_PRELIM_SENT", "LOW_SIGNIF_PRELIM_SENT")
OPPOSITE = (("ADVOK", "ADVNO"), ("DQOK", "DQV"), ("H1OK", "H1NO"), ("L1OK", "L1NO"),
            ("V1OK", "V1NO"))


def any_on(*names):
    """One of some labels is on."""
    return lambda c, t: any(c.on(name, t) for name in names)


def without(first, *others):
    """A label is on, and none of some others."""
    return lambda c, t: any_on(*first)(c, t) and not any_on(*others)(c, t)


def incomplete(c, t):
    """Ready, though the preferred event lacks a label; not where nothing is known of that event."""
    event = c.member(c.fields(t).get("preferred_event"))
    stated = c.fields(t).get("preferred_event_data") or {}
    heard_of = [name for name in stated.get("labels") or () if event and not event.spans[name]]
    needed = set(if_.needed_labels(c, t)).difference(heard_of)
    return bool(c.on("EM_READY", t) and event and event.created
                and not all(event.on(name, t) for name in needed))


def unfiled(c, t):
    """Called sent, without both files of the notice."""
    there = {entry.filename for entry in c.entries if entry.time <= t}
    files = {f"{c.graceid}-preliminary.{ending}" for ending in ("json", "avro")}
    return c.on("GCN_PRELIM_SENT", t) and not files <= there


def regions_in_words(c, t):
    """The preferred event is not in the superevent."""
    fields = c.fields(t)
    return bool(fields.get("preferred_event")
                and fields["preferred_event"] not in (fields.get("gw_events") or ()))


def after_retraction(c, t):
    """A notice follows a retraction."""
    retracted = [e.time for e in c.entries if "-retraction." in e.filename and e.time <= t]
    return bool(retracted) and any(
        "Kafka" not in e.comment and e.time > min(retracted) + 5 and e.time <= t
        for e in c.entries if any(f"-{kind}." in e.filename
                                  for kind in ("preliminary", "initial", "update", "earlywarning")))


def alone(c, t):
    """The coincidence is alerted of on the superevent, and not on both its events.

    None where the superevent has no external event at all.
    """
    preferred = c.member(c.fields(t).get("preferred_event"))
    bursts = c.members("em_events", t)
    if not c.on("RAVEN_ALERT", t):
        return False
    if not (preferred and bursts):
        return None
    return not (preferred.on("RAVEN_ALERT", t) and any(e.on("RAVEN_ALERT", t) for e in bursts))


def refuted(c, t):
    """The external event of the published coincidence is no burst."""
    of = c.member(c.fields(t).get("em_type"))
    return bool(c.on("RAVEN_ALERT", t) and of and of.on("NOT_GRB", t))


RULES = (
    Rule("opposite labels", SUPEREVENT, lambda c, t: any(c.on(a, t) and c.on(b, t)
                                                         for a, b in OPPOSITE), 60),
    Rule("locked and nobody asked", SUPEREVENT,
         without(("SIGNIF_LOCKED", "EARLY_WARNING"), "ADVREQ", *SIGNED), 120),
    Rule("locked once", SUPEREVENT, without(("SIGNIF_LOCKED",), "LOW_SIGNIF_LOCKED"), 120),
    Rule("sent without file", SUPEREVENT, unfiled, 60),
    Rule("injection noticed", SUPEREVENT,
         lambda c, t: c.on("INJ", t) and without(SENT, "ADVNO")(c, t), 600),
    Rule("vetoed after the notice", SUPEREVENT,
         lambda c, t: c.on("DQV", t) and without(SENT, "ADVNO")(c, t), 600),
    Rule("ready and incomplete", SUPEREVENT, incomplete, 120),
    Rule("preferred elsewhere", SUPEREVENT, regions_in_words, 60),
    Rule("notice after the retraction", SUPEREVENT, after_retraction, 60),
    Rule("alerted alone", SUPEREVENT, alone, 120),
    Rule("coincident alone", SUPEREVENT,
         lambda c, t: None if c.on("EM_COINC", t) else False, 60),
    Rule("no burst", SUPEREVENT, refuted, 600),
)
