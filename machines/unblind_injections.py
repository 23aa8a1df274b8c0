"""Unblind injections: the search for registered injections at the time of the candidate.

What the search writes when it finds one is not known: until a profile says it (``found_texts``),
only the message that there is none closes the check. Source: catalogue of the second observing run,
whose own check was inverted.
"""

from fsm.chart import ABSENT, RIGHT, Process, Stage, Verdict, check, log, new, predicate

NONE = log("No unblind injections in window")


def reported(evidence, scope):
    """Judge whether the search has reported none, or one in the words of the profile."""
    none = NONE.judge(evidence, scope)
    if none.right:
        return none
    for entry in reversed(evidence.logs.values()):
        if any(text in entry.comment for text in scope.values["found_texts"]):
            return Verdict(RIGHT, f"an injection is reported: {entry.comment[:120]!r}", entry.time)
    return Verdict(ABSENT, none.why)


UNBLIND_INJECTIONS = Process(
    "unblind_injections",
    "Search for unblind injections",
    starts=new(),
    parties=("follow-up",),
    options={"found_texts": ()},
    stages=[
        Stage("search", check(
            "search",
            predicate(reported, f"{NONE.words()}, or one of {{found_texts}}",
                      watches=[NONE, log("{text}")], options=["found_texts"]),
            within=30)),
    ],
    source="O2, unblind injections",
)
