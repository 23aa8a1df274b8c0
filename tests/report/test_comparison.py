"""Two replays compared: what is told earlier, later, more or less, by whom it is told to."""

from rich.console import Console

from fsm.report.comparison import compared, in_words, together
from fsm.report.comparison_terminal import show_comparison

T = 1_700_000_000.0


def told(at, check="skymap", process="bayestar", to=("sky", "operators"), outcome="failure",
         kind="notify", graceid="S1a"):
    return {"time": T + at, "kind": kind, "graceid": graceid, "process": process, "check": check,
            "outcome": outcome, "to": list(to), "message": f"no {check}"}


def document(*effects, queries=3, states=None, graceid="S1a"):
    checks = {name: {"state": state} for name, state in (states or {"skymap": "late"}).items()}
    return {"effects": list(effects), "queries": queries,
            "graceids": {graceid: {"processes": {"bayestar": {"checks": checks}}}}}


def changes(before, after):
    found = compared(before, after)
    return sorted((one["change"], one["party"]) for one in found["differences"])


def test_the_same_night_twice_differs_in_nothing():
    one = document(told(60), told(90, outcome="recovery"))
    found = compared(one, one)
    assert found["differences"] == found["verdicts"] == []
    assert found["parties"]["sky"] == {"same": 2, "earlier": 0, "later": 0, "more": 0, "less": 0}


def test_each_change_has_its_name():
    assert changes(document(told(60)), document(told(60.9))) == []
    assert changes(document(told(60)), document(told(30))) == [
        ("earlier", "operators"), ("earlier", "sky")]
    assert changes(document(told(60)), document(told(90, to=("sky",)))) == [
        ("later", "sky"), ("less", "operators")]
    assert changes(document(), document(told(5, kind="annotate", to=()))) == [
        ("more", "GraceDB's log")]


def test_the_second_of_the_same_matter_is_compared_with_the_second():
    before = document(told(60), told(600))
    assert changes(before, document(told(60), told(600), told(900))) == [
        ("more", "operators"), ("more", "sky")]


def test_a_key_does_not_make_another_follow_up():
    found = compared(document(), document(told(1, process="omegascans[H1]"),
                                          told(2, process="omegascans[L1]")))
    assert found["followups"] == {
        "omegascans": {"same": 0, "earlier": 0, "later": 0, "more": 2, "less": 0}}


def test_what_neither_could_use_is_said():
    found = compared({**document(), "rejected": [{}]}, {**document(), "rejected": [{}]})
    console = Console(record=True, width=100)
    show_comparison(console, {**found, "configs": ["a", "b"]})
    assert found["rejected"] == [1, 1]
    assert "1 line could not be used; 'fsm replay' names them" in console.export_text()


def test_verdicts_that_change_and_candidates_that_only_one_supervises():
    found = compared(document(states={"a": "met", "b": "late"}),
                     document(states={"a": "overdue", "c": "met", "b": "late"}))
    assert [(one["check"], one["before"], one["after"]) for one in found["verdicts"]] == [
        ("a", "met", "overdue"), ("c", "", "met")]
    found = compared(document(), document(graceid="S2b"))
    assert found["candidates"] == {"before": ["S1a"], "after": ["S2b"]}
    assert found["verdicts"] == []


def test_a_sentence_says_how_much_it_costs():
    found = {**compared(document(told(60)), document(told(90), told(5, check="x"), queries=9)),
             "configs": ["old", "new"]}
    assert in_words(found) == ("new tells 1 later, 1 more, compared with old: 2 messages instead "
                               "of 1, 9 questions instead of 3 to GraceDB")


def test_what_several_parties_are_told_is_one_row_on_the_terminal():
    found = {**compared(document(), document(told(1, check="[red]x\x1b[2J"))),
             "configs": ["old[/]", "new"]}
    assert [parties for _, parties in together(found["differences"])] == [["sky", "operators"]]
    console = Console(width=200, file=None, record=True, force_terminal=False)
    with console.capture() as captured:
        show_comparison(console, found, everything=True)
    text = captured.get()
    assert "sky, operators" in text and "[red]x" in text and "\x1b" not in text
    assert "By follow-up" in text and "new tells 1 more" in text
