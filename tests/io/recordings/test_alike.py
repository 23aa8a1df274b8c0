"""What alerts state alike is kept once, and nothing is made of it that was not stated."""

from fsm.io.recordings.alike import MOST, Alike


def entry(uid, **stated):
    return {"time": 1.0, "payload": {"uid": uid, "alert_type": "log", "data": {}, "object": stated}}


def stated(one):
    return one["payload"]["object"]


def test_what_is_stated_again_is_the_same_object():
    alike = Alike()
    first, other, again = (alike.shared(entry(uid, far=1e-9, labels=["A"]))
                           for uid in ("G1", "G2", "G1"))
    assert stated(again) is stated(first)
    assert stated(other) is not stated(first)


def test_of_what_differs_the_parts_that_do_not_are_the_same():
    alike = Alike()
    first = alike.shared(entry("G1", labels=["A"], extra={"table": [1, 2]}))
    second = alike.shared(entry("G1", labels=["A", "B"], extra={"table": [1, 2]}))
    assert stated(second) == {"labels": ["A", "B"], "extra": {"table": [1, 2]}}
    assert stated(second)["extra"] is stated(first)["extra"]
    assert stated(first)["labels"] == ["A"]


def test_a_payload_alone_is_an_payloadtoo():
    alike = Alike()
    first, again = (alike.shared(entry("G1", far=1.0)["payload"]) for _ in range(2))
    assert again["object"] is first["object"]


def test_anything_else_is_left_as_it_is():
    deep = current = {}
    for _ in range(100_000):
        current["x"] = current = {}
    other = {}
    for one in (None, [], 1, {}, {"payload": "text"},
                {"uid": ["G1"], "data": {}, "object": {}}, {"uid": "G1", "data": {}, "object": 3},
                {"uid": "G2", "data": {}, "object": deep}):
        assert Alike().shared(one) is one
    alike = Alike()
    current = other
    for _ in range(100_000):
        current["x"] = current = {}
    for nested in (deep, other):
        payload = {"uid": "G1", "data": {}, "object": nested}
        assert alike.shared(payload)["object"] is nested


def test_no_more_candidates_are_remembered_than_so_many():
    alike = Alike()
    first = alike.shared(entry("G0", far=1.0))
    for number in range(1, MOST + 1):
        alike.shared(entry(f"G{number}", far=1.0))
    again = alike.shared(entry("G0", far=1.0))
    assert stated(again) is not stated(first)
