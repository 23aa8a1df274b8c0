"""What a person sees of a replay: what is wrong, and not what its source cannot tell."""

from rich.console import Console

from fsm.core.charts.rules import CANNOT_TELL
from fsm.report.terminal import show_replay


def check(state, why):
    return {"stage": "read", "state": state, "why": why, "due": 60.0, "at": None}


def shown(everything=False, **checks):
    candidate = {"created": 0.0, "lifecycle": "open.following", "reason": "", "chart": "event",
                 "facts": [], "regions": {}, "members": {},
                 "processes": {"maps": {"state": "open.read", "checks": checks}}}
    console = Console(width=100, color_system=None)
    with console.capture() as captured:
        show_replay(console, {
            "graceids": {"G1": candidate}, "effects": [], "failed": [], "rejected": [],
            "alerts": 1, "queries": 0, "unsupervised": 0, "of_retired": 0}, everything)
    return " ".join(captured.get().split())


def test_what_the_source_cannot_tell_is_counted_and_hides_no_miss():
    untold = check("unverified", f"the content is not known; {CANNOT_TELL}")
    text = shown(a=untold, b=untold, c=check("missing", "no file"))
    assert "read.c missing" in text and "read.a" not in text
    assert "2 checks could not be verified, since this source cannot tell: --all shows them" in text
    assert "read.a unverified" in shown(everything=True, a=untold)


def test_a_candidate_of_which_the_source_cannot_tell_is_not_in_trouble():
    text = shown(a=check("unverified", f"the content is not known; {CANNOT_TELL}"))
    assert "maps" not in text and "1 check could not be verified" in text


def test_what_gracedb_did_not_answer_is_shown():
    text = shown(a=check("unverified", "GraceDB did not answer"))
    assert "read.a unverified" in text and "could not be verified" not in text
