"""Writes the recordings of this folder: made-up candidates, each telling one story."""

from pathlib import Path

from fsm.testing import followups
from fsm.testing.script import CURRENT, LEGACY, Script, text

HERE = Path(__file__).parent
NIGHT = 1_502_000_000.0  # 2017-08-06 06:13:20 UTC
LATER = 1_685_000_000.0  # 2023-05-25 07:33:20 UTC


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


STORIES = {"cbc_on_time": on_time, "burst_on_time": burst_on_time, "burst_troubled": troubled,
           "cbc_missed_alerts": missed, "cbc_vetoed": vetoed}


def main():
    """Write all recordings."""
    for name, story in STORIES.items():
        (HERE / f"{name}.jsonl").write_text(text([story()]), encoding="utf-8")


if __name__ == "__main__":
    main()
