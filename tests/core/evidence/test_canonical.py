"""Evidence as plain values: the keys of journals, and what earlier ones lack."""

import json

from fsm.core.evidence.canonical import stored
from fsm.core.evidence.entries import LogEntry, Signoff
from fsm.core.evidence.evidence import Evidence, restored

T = 1_502_000_000.0
NOTHING = {"fields": {}, "fields_rank": [-1, 0.0, "", ""], "logs": [], "labels": {}, "signoffs": [],
           "changed": {}, "neighbours": {}, "contents": {}}


def everything():
    """Evidence in which nothing is as it is at first."""
    evidence = Evidence("S170806a", state="open", gone=T + 9, joined=(T, "S170806b"), today=True,
                        was_in=["S170806b"], stated_before=[7], changed={"far": T + 5})
    evidence.add_fields({"far": 1e-9}, T, what="update")
    evidence.add_entry(LogEntry(T + 1, 3, "a map", "a.fits", 2, frozenset(["b", "a"])))
    evidence.add_label("DQV", T + 2, T + 3)
    evidence.signoffs["OP", "H1"] = Signoff(T + 4, "NO", "noise")
    evidence.neighbours["created"] = [{"graceid": "G2"}]
    evidence.contents["a.fits,2"] = {"sane": True}
    evidence.member("G1").add_label("INJ", None, T)
    return evidence


def test_everything_has_its_key():
    """Those of journals before, so that what one version holds another one reads."""
    assert stored(everything()) == {
        "fields": {"far": 1e-9}, "fields_rank": [1, T, '{"far": 1e-09}', "update"],
        "logs": [[T + 1, 3, "a map", "a.fits", 2, ["a", "b"]]],
        "labels": {"DQV": [T + 2, True, T + 3, [[T + 3, 1, T + 2]]]},
        "signoffs": [["OP", "H1", T + 4, "NO", "noise"]],
        "stated_before": [7], "was_in": ["S170806b"], "changed": {"far": T + 5}, "today": True,
        "neighbours": {"created": [{"graceid": "G2"}]}, "contents": {"a.fits,2": {"sane": True}},
        "members": {"G1": {**NOTHING, "labels": {"INJ": [T, True, T, [[T, 1, None]]]}}},
        "joined": [T, "S170806b"], "state": "open", "gone": T + 9}


def test_what_is_stored_is_restored():
    plain = json.loads(json.dumps(stored(everything())))
    again = restored("S170806a", plain)
    assert again == everything() and again.content("a.fits") == {"sane": True}
    assert json.loads(json.dumps(stored(again))) == plain


def test_what_earlier_journals_lack_is_as_if_nothing_had_been_so():
    plain = stored(Evidence("G1"))
    assert plain == NOTHING
    del plain["changed"]
    assert restored("G1", {**plain, "fields_rank": [-1, 0.0, ""]}) == Evidence("G1")
