"""Simulated nights of today against the catalogue: nothing else, and everything that it lists."""

import pytest

from fsm.io.recordings import server_entries
from fsm.simulator.kinds import KINDS, OF_O2
from fsm.simulator.night import plan
from tests.catalogue.catalogued import GROUPING, carrier, catalogue, found

ROWS = catalogue("o4")
TODAY = [kind for kind in KINDS if kind not in OF_O2]
UNWRITTEN = {("4.4 bad", "unlabel"): "the data of no simulated candidate turn bad later"}
FIRST = {"PE_READY", "HIGH_PROFILE", "INJ"}  # a label that may come without or before its file


def candidate(kind):
    (one,) = plan([kind], 1, 2.0, "catalogue", 1_767_225_600.0)
    return one


def changes(kind):
    planned = candidate(kind).changes("M1" if kind == "mdc" else "G1", (), {})
    return sorted((change for change in planned if change.what not in GROUPING),
                  key=lambda change: change.after)


@pytest.mark.parametrize("kind", TODAY)
def test_nothing_is_simulated_that_the_catalogue_does_not_list(kind):
    unknown = [(change.script.graceid, change.what, change.data) for change in changes(kind)
               if not all(found(ROWS, change))]
    assert unknown == []


def test_all_that_the_catalogue_lists_is_simulated():
    shown = set()
    for kind in TODAY:
        for change in changes(kind):
            shown.update(*found(ROWS, change))
    missing = {(row.row, part) for row in ROWS if not row.optional
               for row, part in row.parts() if (row, part) not in shown}
    assert missing == set(UNWRITTEN)


@pytest.mark.parametrize("kind", TODAY)
def test_it_comes_in_the_order_of_the_catalogue(kind):
    first = {}
    for number, change in enumerate(changes(kind)):
        for row, part in set().union(*found(ROWS, change)):
            if part == row.parts()[0][1]:
                first.setdefault(row.row, number)
    early = [(row.row, before) for row in ROWS for before in row.after
             if first.get(row.row, 1e9) < first.get(before, -1)]
    assert early == []


@pytest.mark.parametrize("kind", TODAY)
def test_a_label_follows_its_file(kind):
    seen = set()
    for change in changes(kind):
        if change.what == "label_added" and change.data["name"] not in FIRST:
            where = carrier(change.script.graceid)
            wanted = {row for row in ROWS if where in row.on and row.label == change.data["name"]}
            assert wanted & seen or any(not (row.files or row.says) for row in wanted), change
        seen.update(row for row, part in set().union(*found(ROWS, change)) if part == "entry")


@pytest.mark.parametrize("kind", TODAY)
def test_what_is_not_announced_is_the_servers_own(kind):
    one = candidate(kind)
    for line in one.lines(one.graceid, (), {}):
        if not line.get("delivered", True):
            comment = line["payload"]["data"]["comment"]
            assert server_entries.is_silent(comment) or \
                comment.startswith("Updated superevent parameters: ")


@pytest.mark.parametrize("kind", TODAY)
def test_entries_and_versions_are_counted_in_the_order_of_writing(kind):
    one, numbers, versions = candidate(kind), {}, {}
    for line in one.lines(one.graceid, (), {}):
        data, graceid = line["payload"]["data"], line["payload"]["uid"]
        if line["payload"]["alert_type"] == "log":
            numbers[graceid] = numbers.get(graceid, 0) + 1
            assert data["N"] == numbers[graceid]
            if data["filename"]:
                key = graceid, data["filename"]
                assert data["file_version"] == versions.get(key, -1) + 1
                versions[key] = data["file_version"]


@pytest.mark.parametrize("kind", TODAY)
def test_an_alert_shows_the_labels_of_its_moment(kind):
    one, on = candidate(kind), {}
    for line in one.lines(one.graceid, (), {}):
        data, graceid = line["payload"]["data"], line["payload"]["uid"]
        labels = on.setdefault(graceid, set())
        what = line["payload"]["alert_type"]
        told = server_entries.label_changes(data["comment"]) if what == "log" else [
            (what, data["name"])] if what.startswith("label_") else []
        for what, name in told:
            (labels.add if what == "label_added" else labels.discard)(name)
            if name[-2:] in ("OK", "NO") and what == "label_added":  # signed off, as was asked for
                labels -= {name[:-2] + "REQ", name[:-2] + "OPS"}
        state = line["payload"]["object"]
        assert set(state["labels"]) == labels
        if "preferred_event" in state:
            shown = set(state["preferred_event_data"]["labels"])
            assert shown == on.get(state["preferred_event"], set())
