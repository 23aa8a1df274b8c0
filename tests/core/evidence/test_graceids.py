"""The grammar of GraceIDs."""

import pytest

from fsm.core.evidence.graceids import category_of, in_any_case, kind_of


@pytest.mark.parametrize(("text", "kind"), [
    ("G298048", "event"), ("E1", "event"), ("H5", "event"), ("M394156", "event"),
    ("T250822", "event"), ("D123456", "event"),
    ("S190425z", "superevent"), ("MS180616h", "superevent"),
    ("TS180616aa", "superevent"), ("GW170817A", "superevent"), ("MGW170817AB", "superevent"),
    ("", None), ("X1", None), ("G", None), ("G298048\n", None), ("../G1", None), ("S190425", None),
    ("g298048", None), ("G" + "1" * 500, None), ("G١٢", None), ("command", None),
])
def test_kind(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(("superevent", "category"), [
    ("S190425z", "production"), ("GW170817A", "production"), ("MS180616h", "mdc"),
    ("TS180616aa", "test"), ("TGW170817A", "test"),
])
def test_the_category_of_a_superevent(superevent, category):
    assert category_of(superevent) == category


@pytest.mark.parametrize(("given", "meant"), [
    ("s230518h", "S230518h"), ("S230518H", "S230518h"), ("ms180616AB", "MS180616ab"),
    ("gw170817a", "GW170817A"), ("mgw170817ab", "MGW170817AB"), ("g298048", "G298048"),
    ("G298048", "G298048"), ("nobody", "nobody"), ("g1\n", "g1\n"), ("x1", "x1"), ("", ""),
    ("s" + "1" * 500, "s" + "1" * 500),
])
def test_any_case_will_do(given, meant):
    assert in_any_case(given) == meant
