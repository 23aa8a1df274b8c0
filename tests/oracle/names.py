"""Under which names the product tells of each row: one table, the only thing shared with it.

Row to ``process.check`` patterns; that of any of them tells of the row. A process with a key, and a
check with a value, are named without.
"""

from fnmatch import fnmatchcase

NOTICE = ("json", "avro", "brokers")


def _notice(row, process):
    return {f"{row}: {part}": (f"{process}.{part}",) for part in NOTICE}


NAMES = {
    "coinc file": ("coinc_upload.coinc",),
    "em_bright": ("source_properties.file", "properties_content.sane"),
    "p_astro": ("source_classification.file", "classification_content.sane"),
    "p_astro of a burst search": ("source_classification.file", "classification_content.sane"),
    "p_astro of Aframe": ("source_classification.file", "classification_content.sane"),
    "bayestar map": ("bayestar_map.skymap", "skymap_content.sane"),
    "event's chirp mass": ("chirp_mass.file", "chirp_mass_content.sane"),
    "samples of Aframe": ("amplfi.samples",),
    "map of Aframe": ("amplfi.skymap", "skymap_content.sane"),
    "em_bright of Aframe": ("amplfi_products.em_bright", "properties_content.sane"),
    "chirp mass of Aframe": ("amplfi_products.mchirp", "chirp_mass_content.sane"),
    "burst map": ("burst_map.skymap", "skymap_content.sane"),
    "label of em_bright": ("source_properties.label", "amplfi_products.label"),
    "label of p_astro": ("source_classification.label",),
    "label of map": ("bayestar_map.label", "burst_map.label", "amplfi.label"),
    "complete": ("event_complete.complete", "*_map.label", "source_*.label", "amplfi*.label"),
    "superevent": ("event_grouped.superevent",),
    "spectrogram": ("omegascans.plot", "spectrogram_content.sane"),
    "check: iDQ": ("check_vectors.idq",),
    "check: injections": ("check_vectors.injections",),
    "check: state": ("check_vectors.state",),
    "check: json": ("check_vectors.json",),
    "verdict of the data": ("check_vectors.verdict",),
    "check repeated": ("check_repeated.begun",),
    "check before a notice: iDQ": ("check_before_notice.idq",),
    "check before a notice: injections": ("check_before_notice.injections",),
    "check before a notice: state": ("check_before_notice.state",),
    "check before a notice: json": ("check_before_notice.json",),
    "label of an injection": ("injection_label.label",),
    "EM_READY": ("superevent_manager.ready",),
    "ADVREQ": ("superevent_manager.request",),
    "locked": ("superevent_manager.locked",),
    "locked low": ("superevent_manager.low_locked",),
    "copy of the map": ("copied_skymap.file", "skymap_content.sane"),
    "copy of em_bright": ("copied_properties.file", "properties_content.sane"),
    "copy of p_astro": ("copied_classification.file", "classification_content.sane"),
    "copied label of the map": ("copied_skymap.label",),
    "copied label of em_bright": ("copied_properties.label",),
    "copied label of p_astro": ("copied_classification.label",),
    "page of the map": ("skymap_annotation.page", "estimated_map_annotation.page"),
    "picture of the map": ("skymap_annotation.sky", "estimated_map_annotation.sky"),
    "picture of em_bright": ("properties_plot.plot",),
    "picture of p_astro": ("classification_plot.plot",),
    "picture of the chirp mass": ("chirp_mass_summary.plot",),
    **_notice("less-significant notice", "less_significant_notice"),
    "LOW_SIGNIF_PRELIM_SENT": ("less_significant_notice.label",),
    **_notice("early warning", "early_warning_notice"),
    "report asked for early": ("early_warning_notice.request",),
    **_notice("preliminary notice", "preliminary_notice"),
    "GCN_PRELIM_SENT": ("preliminary_notice.label",),
    "preliminary circular": ("preliminary_notice.circular",),
    "HIGH_PROFILE": ("high_profile.label",),
    "word of HIGH_PROFILE": ("high_profile.message",),
    "clean-up": ("second_notice.cleaned_up",),
    "report asked for": ("second_notice.quality",),
    **_notice("second notice", "second_notice"),
    "second circular": ("second_notice.circular",),
    "low clean-up": ("second_less_significant.cleaned_up",),
    **_notice("second less-significant notice", "second_less_significant"),
    **_notice("notice ordered by hand", "*ordered*notice*"),
    **_notice("initial notice", "initial_notice"),
    "initial circular": ("initial_notice.circular",),
    **_notice("retraction", "retraction_notice"),
    "retraction circular": ("retraction_notice.circular",),
    **_notice("update", "update_notice"),
    "sign-off of an advocate": ("advocate_vetting.signoff",),
    **{f"sign-off at {ifo}": ("operator_vetting.signoff",) for ifo in ("H1", "L1", "V1")},
    "update after estimation": ("update_after_estimation.update",),
    "copy of the chirp mass": ("chirp_mass_copy.file",),
    "data-quality report": ("data_quality_report.report",),
    "RapidPE's settings": ("rapidpe.configuration",),
    "RapidPE's p_astro": ("rapidpe.classification", "classification_content.sane"),
    "RapidPE's page": ("rapidpe.summary",),
    "Bilby's settings": ("bilby.configuration",),
    "Bilby's samples": ("bilby.samples",),
    "PE_READY": ("bilby.label",),
    "Bilby's page": ("bilby.page",),
    "map of samples": ("posterior_samples.skymap", "skymap_content.sane"),
    "em_bright of samples": ("posterior_samples.em_bright", "properties_content.sane"),
    "chirp mass of samples": ("posterior_samples.mchirp", "chirp_mass_content.sane"),
    "its picture": ("posterior_samples.mchirp_plot",),
    "failure of an estimate": ("pe_failure.result",),
    "failure of a job": ("pe_failure.result",),
    "abortion of a job": ("pe_failure.result",),
    "external check: injections": ("external_quality.injections",),
    "external check: iDQ": ("external_quality.idq",),
    "external check: json": ("external_quality.json",),
    "external check: state": ("external_quality.state",),
    "external map": ("external_map.skymap",),
    "EXT_SKYMAP_READY": ("external_map.label",),
    "picture of the external map": ("external_map.plot",),
    "coincidence_far": ("coincidence.far",),
    "map handed over": ("coincidence.skymap",),
    "readiness handed over": ("coincidence.ready",),
    "combined map": ("combined_map.skymap",),
    "picture of the combined map": ("combined_map.plot",),
    "COMBINEDSKYMAP_READY": ("combined_map.label",),
    "EM_COINC": ("supernova_neutrinos.label", "*coinc*.label"),
    "verdict on a coincidence": ("raven_verdict.verdict", "supernova_neutrinos.verdict"),
    "type of a coincidence": ("raven_verdict.type",),
    "rate of a coincidence": ("raven_verdict.time_far",),
    "RAVEN_ALERT": ("raven_alert.alert",),
    "HIGH_PROFILE of a coincidence": ("raven_alert.profile",),
    "RAVEN_ALERT passed on": ("raven_alert.external", "raven_alert_alone.resolved"),
    "RAVEN_ALERT on the preferred": ("raven_alert.preferred", "raven_alert_alone.resolved"),
    "ADVREQ for a coincidence": ("raven_alert.request",),
    "locked for a coincidence": ("raven_alert.locked",),
    "overlap": ("overlap.plot",),
    "copy of the combined map": ("combined_map_copy.skymap",),
    "copied label of the combined map": ("combined_map_copy.label",),
    "copied picture of the combined map": ("combined_map_copy.p*", "skymap_annotation.sky"),
    "SOG_READY": ("significant_coincidence.label",),
    "opposite labels": ("opposite_labels.resolved", "two_signoffs.resolved"),
    "locked and nobody asked": ("locked_unasked.resolved",),
    "locked once": ("locked_once.resolved",),
    "sent without file": ("notice_without_file.resolved",),
    "injection noticed": ("injection_noticed.resolved",),
    "vetoed after the notice": ("vetoed_notice.resolved",),
    "ready and incomplete": ("ready_incomplete.resolved",),
    "preferred elsewhere": ("preferred_elsewhere.resolved",),
    "notice after the retraction": ("late_notice.resolved", "notice_after_retraction.resolved"),
    "alerted alone": ("raven_alert_alone.resolved",),
    "coincident alone": ("*coincident_alone.resolved",),
    "no burst": ("no_burst_published.resolved",),
}


def plain(effect):
    """``process.check`` of a message, without key and value."""
    return f"{effect.process.split('[')[0]}.{effect.check.split('[')[0]}"


def about(effect, finding):
    """Whether a message is about the row of a finding."""
    patterns = NAMES[finding.row.split(" (")[0]]
    return effect.graceid == finding.graceid \
        and any(fnmatchcase(plain(effect), pattern) for pattern in patterns)


def tells(effect, finding):
    """Whether a message is about a finding, and not about something before it."""
    return about(effect, finding) and effect.time >= finding.start - 2.0
