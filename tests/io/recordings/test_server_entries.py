"""What GraceDB's server writes itself is known again by its texts, and nothing else is."""

import pytest

from fsm.io.recordings import server_entries as entries

EVENT, SUPEREVENT = "G1", "S170714a"
ADVOCATE = {"signoff_type": "ADV", "instrument": "", "status": "OK", "comment": "fine; label X "
            "removed and label Y applied, I say"}
OPERATOR = {"signoff_type": "OP", "instrument": "H1", "status": "NO", "comment": ""}
VALUES = {"t_start": 1, "t_0": 2, "t_end": 3, "preferred_event": EVENT}


def every(graceid):
    """All texts about an event or superevent."""
    other = {**OPERATOR, "status": "OK", "comment": "a"}
    return [
        entries.labelled(graceid, "INJ"), entries.unlabelled(graceid, "INJ"),
        entries.tagged(graceid, 3, "pe"), entries.untagged(graceid, 3, "pe"),
        entries.created(VALUES), entries.created(VALUES, ["G2", "G3"]),
        *(entries.membership(change, "G2") for change in (
            "event_added", "event_removed", "added_to_superevent", "removed_from_superevent",
            "selected_as_preferred", "removed_as_preferred")),
        entries.confirmed(SUPEREVENT, "GW170714A"), entries.observed("Test"),
        entries.signed(graceid, ADVOCATE, None, "ADVREQ", "ADVOK"),
        entries.signed(graceid, OPERATOR, None, "", "H1NO"),
        entries.signed(graceid, OPERATOR, other, "H1OK", "H1NO"),
        entries.signed(graceid, ADVOCATE, {**ADVOCATE, "comment": ""}, "", ""),
        entries.withdrawn(graceid, OPERATOR, "H1NO", "H1OPS"),
        entries.withdrawn(graceid, ADVOCATE, "ADVOK", "ADVREQ"),
        entries.ORIGINAL, entries.VOEVENT, entries.EXPOSED, entries.HIDDEN]


@pytest.mark.parametrize("comment", [*every(EVENT), *every(SUPEREVENT)])
def test_what_the_server_writes_is_known_to_have_no_alert(comment):
    assert entries.is_silent(comment)


@pytest.mark.parametrize("comment", [
    "", "Labelled by hand", "Original Data of the pipeline", "New VOEvents are out",
    "signoff certified status as OK", "Added labels to the plot", "Tagged message: no number",
    entries.updated(VALUES, {"t_0": 4})])  # today's server seems to announce that one
def test_what_others_write_has_an_alert(comment):
    assert not entries.is_silent(comment)
    assert entries.label_changes(comment) == []


@pytest.mark.parametrize(("comment", "changes"), [
    (entries.labelled(EVENT, "INJ"), [("label_added", "INJ")]),
    (entries.labelled(SUPEREVENT, "INJ"), [("label_added", "INJ")]),
    (entries.unlabelled(EVENT, "INJ"), [("label_removed", "INJ")]),
    (entries.unlabelled(SUPEREVENT, "INJ"), [("label_removed", "INJ")]),
    (entries.signed(SUPEREVENT, ADVOCATE, None, "ADVREQ", "ADVOK"),
     [("label_removed", "ADVREQ"), ("label_added", "ADVOK")]),
    (entries.signed(SUPEREVENT, OPERATOR, None, "", "H1NO"), [("label_added", "H1NO")]),
    (entries.signed(SUPEREVENT, OPERATOR, {**ADVOCATE, "comment": "x"}, "H1OK", "H1NO"),
     [("label_removed", "H1OK"), ("label_added", "H1NO")]),
    (entries.signed(SUPEREVENT, {**ADVOCATE, "comment": "a"}, {**ADVOCATE, "comment": "b"}, "", ""),
     []),
    (entries.withdrawn(SUPEREVENT, ADVOCATE, "ADVOK", "ADVREQ"),
     [("label_removed", "ADVOK"), ("label_added", "ADVREQ")]),
    (entries.withdrawn(EVENT, OPERATOR, "H1NO", "H1OPS"),
     [("label_removed", "H1OK"), ("label_removed", "H1NO")]),
    (entries.withdrawn(EVENT, ADVOCATE, "ADVOK", "ADVREQ"),
     [("label_removed", "ADVOK"), ("label_removed", "ADVNO")]),
    (entries.signed(EVENT, OPERATOR, None, "H1OPS", "H1NO"), []),  # another entry tells of it
])
def test_which_labels_an_entry_tells_of(comment, changes):
    assert entries.label_changes(comment) == changes


def test_only_what_has_changed_is_told():
    assert entries.updated(VALUES, {"t_0": 2, "preferred_event": "G2"}) == \
        "Updated superevent parameters: preferred_event: G1 -> G2"
