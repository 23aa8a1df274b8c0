"""Writes the recordings of this folder: made-up candidates, each telling one story."""

from pathlib import Path

from fsm.testing import followups, superevents
from fsm.testing.script import LEGACY, Script, text

HERE = Path(__file__).parent
NIGHT = 1_502_000_000.0  # 2017-08-06 06:13:20 UTC
TODAY = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC


def on_time():
    """A compact-binary event with Virgo on which everything comes on time (2017's alerts)."""
    return followups.compact_binary(Script("G298048", NIGHT, LEGACY))


def burst_on_time():
    """A burst event on which everything comes on time (2017's alerts)."""
    return followups.burst(Script("G298900", NIGHT + 20_000, LEGACY, group="Burst", pipeline="CWB",
                                  instruments="H1,L1"))


def _spoilt(script, story, spoil):
    """Write a story of which not all goes well.

    Args:
        script: of the candidate.
        story: what should have happened.
        spoil: function of each :class:`~fsm.testing.script.Change`; it may change it, and tells
            whether it happens at all.
    """
    script.write([change for change in script.planned(story) if spoil(change)])
    return script


def _name(change):
    """The file's name or the message of a log entry, "" for anything else."""
    return change.what == "log" and (change.data["filename"] or change.data["comment"]) or ""


def troubled():
    """A burst event (2017's alerts) whose annotations never come, come late, wrong, twice, or
    out of order."""
    script = Script("G411000", NIGHT + 60_000, LEGACY, group="Burst", pipeline="CWB",
                    instruments="H1,L1", far=2e-3)

    def spoil(change):
        name = _name(change)
        if name.startswith("H1_ovl_minFAP"):
            change.after = 2800  # late
        if name == "skyprobcc_cWB.png":
            change.data["tags"] = ("sky_loc",)  # wrong tags
        if name.startswith("began searching"):
            change.how["transit"] = 41  # heard after what follows from it
        return not name.startswith("L1-DMT_ANALYSIS_READY")  # never comes

    _spoilt(script, followups.burst, spoil)
    (twice,) = [line for line in script.lines if "H1-DMT_ANALYSIS_READY" in str(line)]
    script.lines.append({**twice, "time": twice["time"] + 0.5})
    return script


def missed():
    """A compact-binary event (2017's alerts) of which some alerts were never delivered."""
    lost = ("INFO:BAYESTAR:starting sky localization", "bayestar.png", "L1_ovl_calib-",
            "Started searching for iDQ information")

    def spoil(change):
        if _name(change).startswith(lost):
            change.how["delivered"] = False
        never = _name(change).startswith("Source_Classification")
        return not never and "bayestar_no_virgo" not in str(change.data)

    return _spoilt(Script("G299232", NIGHT + 40_000, LEGACY, instruments="H1,L1"),
                   followups.compact_binary, spoil)


def vetoed():
    """A compact-binary event that a data-quality veto makes needless half-way; it is retracted."""
    script = _spoilt(Script("G300100", NIGHT + 80_000, LEGACY), followups.compact_binary,
                     lambda change: change.after < 74)
    script.label("DQV", 80)
    script.voevent("Retraction", 110)
    return script


def significant():
    """A significant superevent of today: its notices are on time, an advocate approves."""
    return superevents.significant(Script("S231114a", TODAY, far=2e-10, preferred_event="G450001"))


def retracted():
    """A significant superevent of today that an advocate refuses; its retraction is late."""
    def spoil(change):
        if change.after > 1400:
            change.after += 900
        return True

    return _spoilt(Script("S231115c", TODAY + 80_000, far=9e-10, preferred_event="G450002"),
                   superevents.retracted, spoil)


def early_warning():
    """An early warning of today; one of the two brokers is not told."""
    return _spoilt(Script("S231116b", TODAY + 160_000, far=1e-9, search="EarlyWarning",
                          preferred_event="G450003"), superevents.early_warning,
                   lambda change: "kafka.gcn" not in _name(change) or change.after > 100)


def mock():
    """A mock superevent of today whose follow-up dies after the labels that lock it."""
    return _spoilt(Script("MS231117d", TODAY + 240_000, far=3e-10, search="MDC",
                          preferred_event="M450004"), superevents.mock,
                   lambda change: change.after < 39)


STORIES = {"cbc_on_time": on_time, "burst_on_time": burst_on_time, "burst_troubled": troubled,
           "cbc_missed_alerts": missed, "cbc_vetoed": vetoed,
           "superevent_significant": significant, "superevent_retracted": retracted,
           "superevent_early_warning": early_warning, "superevent_mdc_dies": mock}


def main():
    """Write all recordings."""
    for name, story in STORIES.items():
        (HERE / f"{name}.jsonl").write_text(text([story()]), encoding="utf-8")


if __name__ == "__main__":
    main()
