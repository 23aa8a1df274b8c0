"""Unblind injections: the search for registered injections at the time of the candidate.

It reports none, or each that it has found; a profile may name further words for that
(``found_texts``). Source: catalogue of the second observing run, whose own check was inverted; for
what is found, the search itself (grinch).
"""

from fsm.chart import RIGHT, Evidence, Process, Stage, Verdict, check, log, new, predicate
from fsm.core.expect.scope import Scope

NONE = log("No unblind injections in window")
FOUND = "Unblind injection <a href="


def reported(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether the search has reported none, or one, perhaps in the words of the profile."""
    texts = (FOUND, *scope.values["found_texts"])
    found = [entry for entry in evidence.logs.values()
             if [text for text in texts if text in entry.comment]]
    if not found:
        return NONE.judge(evidence, scope)
    first = min(found, key=lambda entry: entry.time)
    return Verdict(RIGHT, f"an injection is reported: {first.comment[:120]!r}", first.time)


UNBLIND_INJECTIONS = Process(
    "unblind_injections",
    "Search for unblind injections",
    noun="unblind search",
    family="quality",
    starts=new(),
    parties=("follow-up",),
    options={"found_texts": ()},
    stages=[
        Stage("search", check(
            "search",
            predicate(reported, f"{NONE.words()} or “{FOUND}”, or one of {{found_texts}}",
                      watches=[NONE, log(FOUND), log("{text}")], options=["found_texts"]),
            within=30)),
    ],
    source="O2, unblind injections",
)
