"""Conditions of the rows: of a candidate and a time, None where the catalogue leaves it open."""

DAY = 86400.0
CONSIDERED = 1 / 3600  # Hz: what is worse is not offered to the superevent manager
# Group and search to the highest rates (Hz) of significant and of less-significant candidates.
FARS = {
    ("CBC", "AllSky"): (1 / (30 * DAY) / 7, 2 / DAY),
    ("CBC", "EarlyWarning"): (1 / (30 * DAY) / 4, -1.0),
    ("CBC", "MDC"): (1 / (30 * DAY) / 7, -1.0),
    ("CBC", "SSM"): (1 / (365 * DAY) / 3, -1.0),
    ("Burst", "AllSky"): (1 / (365 * DAY) / 3, 2 / DAY),
    ("Burst", "BBH"): (1 / (30 * DAY) / 7, 2 / DAY),
}
MATCHED = ("gstlal", "spiir", "pycbc", "mbta", "sgnl")
EXTERNAL_SEARCHES = ("GRB", "SubGRB", "SubGRBTargeted", "MDC", "Supernova", "FRB", "HEN")
REQUIRED = ("PASTRO_READY", "EMBRIGHT_READY", "SKYMAP_READY")
ONLY_MOCK = "configured to only send alerts for MDC"
NOW = float("inf")
SENDING = 180.0  # seconds in which a notice is on its way


def search(c, t=NOW):
    """Group and search of the event, or of the preferred event."""
    event = c.event(t)
    return event.get("group"), event.get("search")


def pipeline(c, t=NOW):
    """Pipeline of it, in lower case."""
    return str(c.event(t).get("pipeline") or "").lower()


def annotated(c, t):
    """Whether an event is annotated by itself."""
    event = c.event(t)
    if search(c, t) not in FARS or event.get("processing_status") == "reserved":
        return False
    return True if event.get("far") is not None else None


def matched(c, t):
    """Found by a matched filter."""
    return search(c, t)[0] == "CBC" and pipeline(c, t) in MATCHED


def learned(c, t):
    """Found by machine learning."""
    return search(c, t)[0] == "CBC" and pipeline(c, t) == "aframe"


def bursting(c, t):
    """Found by a search for bursts."""
    return search(c, t)[0] == "Burst"


def sourced(c, t):
    """A compact binary, or of a burst search for them."""
    return search(c, t)[0] == "CBC" or search(c, t) == ("Burst", "BBH")


def pointed(c, t):
    """Its source properties are computed from the point estimate."""
    return matched(c, t) or search(c, t) == ("Burst", "BBH")


def classified(c, t):
    """It gets a source classification."""
    return sourced(c, t) and search(c, t)[1] != "SSM"


def needed_labels(c, t=NOW):
    """The labels that make an event complete."""
    if search(c, t) == ("Burst", "AllSky"):
        return REQUIRED[2:]
    return REQUIRED[1:] if search(c, t)[1] == "SSM" else REQUIRED


def produced(c, t):
    """The automation takes care of the superevent."""
    return c.fields(t).get("category", "Production") in ("Production", "MDC")


def data_there(c, t):
    """There are data to be checked."""
    return c.fields(t).get("category") == "Production" \
        and search(c, t)[1] not in ("EarlyWarning", "MDC")


def offered(c, t):
    """The preferred event is offered to the superevent manager."""
    event = c.event(t)
    far, instruments = event.get("far"), str(event.get("instruments") or "")
    if not produced(c, t) or not annotated(c, t) or "K1" in instruments or far > CONSIDERED:
        return False
    preferred = c.member(event.get("graceid"))
    return True if preferred and preferred.fields().get("superevent") else None


def grouped(c, t):
    """The event ought to be in a superevent."""
    event = c.event(t)
    far, of = event.get("far"), event.get("search")
    if far is None or far > CONSIDERED or event.get("group") == "Test" or of == "VTInjection":
        return False
    return None if event.get("processing_status") == "reserved" else True


def _coincident(c, t):
    preferred = c.member(c.event(t).get("graceid"))
    return bool(preferred and preferred.on("RAVEN_ALERT", t))


def _passes(c, t, limits):
    far = c.event(t).get("far")
    return _coincident(c, t) or (far is not None and far <= max(limits))


def significant(c, t):
    """It passes the limit of significant notices."""
    limits = FARS.get(search(c, t))
    return limits is not None and _passes(c, t, limits[:1])


def noted(c, t):
    """It passes the limit of less-significant notices."""
    limits = FARS.get(search(c, t))
    return limits is not None and _passes(c, t, limits)


def sane(c, t):
    """Neither offline nor injected; None where an injection is claimed and taken back again."""
    if c.event(t).get("offline"):
        return False
    both = [one for one in (c, c.member(c.event(t).get("graceid"))) if one]
    if not any(one.touched("INJ", t, t + SENDING) for one in both):
        return True
    lasting = any(on <= t and off is None for one in both for on, off in one.spans["INJ"])
    return False if lasting else None


def sent_at_all(c, t):
    """Notices are sent for this kind of candidate."""
    return not any(ONLY_MOCK in entry.comment and entry.time >= t - 2 for entry in c.entries)


def profiled(c, t):
    """It surely is of high profile; None where that depends on contents of files."""
    if not produced(c, t):
        return False
    lone = search(c, t) == ("Burst", "AllSky") and len(c.fields(t).get("gw_events") or ()) <= 1
    return True if lone or search(c, t)[1] == "SSM" or c.on("RAVEN_ALERT", t) else None


def unalerted(c, t):
    """It is of high profile for itself, not for a coincidence."""
    return None if c.touched("RAVEN_ALERT", -NOW, NOW) else True


def external(c, t):
    """An external event of a search that is handled; None where it is refuted sooner or later."""
    if c.fields(t).get("search") not in EXTERNAL_SEARCHES:
        return False
    return None if c.touched("NOT_GRB", t, NOW) else True


def placed(c, t):
    """Its notice tells a position, so that a map can be made; None where nothing is said of it."""
    fields = c.fields(t)
    if fields.get("search") in ("Supernova", "HEN"):
        return None
    place = (fields.get("extra_attributes") or {}).get("GRB")
    if place is None:
        return None  # nothing is said of it
    known = (place.get("ra"), place.get("dec"))
    return None not in known and (any(known) or bool(place.get("error_radius")))


def rated(c, t):
    """The coincidence has a rate; None for supernova neutrinos, of which there is none by rule."""
    both = [c, *c.members("em_events")]
    return None if any(one.fields().get("search") == "Supernova" for one in both) else True


def mapped(c, t):
    """The superevent of an external event has its map."""
    superevent = c.member(c.fields(t).get("superevent"))
    return True if superevent and superevent.on("SKYMAP_READY", t) else None


def ready(c, t):
    """The superevent of an external event is ready."""
    superevent = c.member(c.fields(t).get("superevent"))
    return True if superevent and superevent.on("EM_READY", t) else None


def publishable_alone(c, t):
    """The coincidence is fit for a publication of its own."""
    fields = c.fields(t)
    far, joint = c.event(t).get("far"), fields.get("space_coinc_far")
    bursts = [e for e in c.members("em_events", t) if pipeline(e) in ("fermi", "swift")]
    return bool(bursts and search(c, t)[0] == "CBC" and far is not None and far <= 3.171e-9
                and joint is not None and joint <= 3.171e-12)
