"""Writes the recordings of this folder: made-up candidates, each telling one story."""

from datetime import datetime, timedelta
from pathlib import Path

from fsm.testing import followups, superevents
from fsm.testing.script import CURRENT, LEGACY, Script, text

HERE = Path(__file__).parent
NIGHT = 1_502_000_000.0  # 2017-08-06 06:13:20 UTC
LATER = 1_685_000_000.0  # 2023-05-25 07:33:20 UTC
TODAY = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC


def on_time():
    """A compact-binary event with Virgo on which everything comes on time (2017's alerts)."""
    return followups.compact_binary(Script("G298048", NIGHT, LEGACY))


def burst_on_time():
    """A burst event on which everything comes on time (2017's alerts)."""
    return followups.burst(Script("G298900", NIGHT + 20_000, LEGACY, group="Burst", pipeline="CWB",
                                  instruments="H1,L1"))


def _spoilt(script, spoil):
    """Change the lines of a script: ``spoil`` gives the lines to keep, for each line."""
    script.lines = [kept for line in script.lines for kept in spoil(line)]
    return script


def _name(line):
    data = line["payload"].get("data", line["payload"].get("object", {}))
    return data.get("filename") or data.get("comment") or ""


def troubled():
    """A burst event (today's alerts) whose annotations never come, come late, wrong, twice, or
    out of order."""
    script = followups.burst(Script("G411000", LATER, CURRENT, group="Burst", pipeline="CWB",
                                    instruments="H1,L1", far=2e-3))

    def spoil(line):
        name = _name(line)
        if name.startswith("L1-DMT_ANALYSIS_READY"):
            return []  # never comes
        if name.startswith("H1_ovl_minFAP"):
            line["payload"]["data"]["created"] = "2023-05-25 08:20:00+00:00"
            return [{**line, "time": LATER + 2801.0}]  # late
        if name == "skyprobcc_cWB.png":
            line["payload"]["data"]["tag_names"] = ["sky_loc"]  # wrong tags
        if name.startswith("H1-DMT_ANALYSIS_READY"):
            return [line, {**line, "time": line["time"] + 0.5}]  # twice
        if name.startswith("began searching"):
            return [{**line, "time": line["time"] + 40}]  # after what follows from it
        return [line]

    return _spoilt(script, spoil)


def missed():
    """A compact-binary event (2017's alerts) of which some alerts were never delivered."""
    script = followups.compact_binary(Script("G299232", NIGHT + 40_000, LEGACY,
                                             instruments="H1,L1"))
    lost = ("INFO:BAYESTAR:starting sky localization", "bayestar.png", "L1_ovl_calib-",
            "Started searching for iDQ information")

    def spoil(line):
        if "bayestar_no_virgo" in str(line):
            return []
        if _name(line).startswith("Source_Classification"):
            return []
        return [{**line, "delivered": False} if _name(line).startswith(lost) else line]

    return _spoilt(script, spoil)


def vetoed():
    """A compact-binary event that a data-quality veto makes needless half-way; it is retracted."""
    script = followups.compact_binary(Script("G300100", NIGHT + 80_000, LEGACY))
    script.lines = [line for line in script.lines if line["time"] < NIGHT + 80_075]
    script.label("DQV", 80)
    script.voevent("Retraction", 110)
    return script


def significant():
    """A significant superevent of today: its notices are on time, an advocate approves."""
    return superevents.significant(Script("S231114a", TODAY, far=2e-10, preferred_event="G450001"))


def retracted():
    """A significant superevent of today that an advocate refuses; its retraction is late."""
    script = superevents.retracted(Script("S231115c", TODAY + 80_000, far=9e-10,
                                          preferred_event="G450002"))
    return _spoilt(script, lambda line: [
        _later(line, 900) if "retraction" in _name(line) else line])


def early_warning():
    """An early warning of today; one of the two brokers is not told."""
    script = superevents.early_warning(Script("S231116b", TODAY + 160_000, far=1e-9,
                                              search="EarlyWarning", preferred_event="G450003"))
    return _spoilt(script, lambda line: (
        [] if "gcn.example.org" in _name(line) and line["time"] < TODAY + 160_100 else [line]))


def mock():
    """A mock superevent of today whose follow-up dies after the labels that lock it."""
    script = superevents.mock(Script("MS231117d", TODAY + 240_000, far=3e-10, search="MDC",
                                     preferred_event="M450004"))
    return _spoilt(script, lambda line: [line] if line["time"] < TODAY + 240_040 else [])


def _later(line, seconds):
    """A line that is written, and arrives, later."""
    data = line["payload"]["data"]
    created = datetime.fromisoformat(data["created"]) + timedelta(seconds=seconds)
    return {**line, "time": line["time"] + seconds,
            "payload": {**line["payload"], "data": {**data, "created": str(created)}}}


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
