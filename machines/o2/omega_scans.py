"""Omega scans: time-frequency pictures of channels, made at each site and for those iDQ found.

The sites scan the channel sets that the profile lists for them, in whatever order their message
names them, and perhaps others with them. What else a message names belongs to a scan of its own, as
those do that iDQ starts: each channel set is judged by itself.
Source: catalogue of the second observing run; the messages of iDQ's own scans were planned only.
"""

import re

from fsm.chart import (
    ABSENT,
    RIGHT,
    Each,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    file,
    log,
    new,
    predicate,
)
from fsm.core.charts.policy import Profile
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope

BEGUN, FINISHED = "automatic OmegaScans begun for:", "automatic OmegaScans finished for:"
SCANS = re.compile(r"automatic OmegaScans (?:begun|finished) for: *(?P<names>[\w:.,+ -]+)")
SEPARATOR = "+"


def channel_sets(comment: str) -> frozenset[str]:
    """The channel sets that a message names, as a frozenset; empty without any."""
    match = SCANS.search(comment)
    names = match["names"].split(". ")[0].split(",") if match else ()
    return frozenset(name.strip().rstrip(".") for name in names) - {""}


def message(words: str) -> Expectation:
    """Expect a message about the channel sets of the process at least, in any order."""
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        wanted = frozenset(scope.values["chansets"])
        for entry in reversed(evidence.logs.values()):
            if words in entry.comment and wanted <= channel_sets(entry.comment):
                return Verdict(RIGHT, f"message {entry.comment[:120]!r} is there", entry.time)
        return Verdict(ABSENT, f"no message with {words + ' ' + ', '.join(sorted(wanted))!r}")

    return predicate(judge, f"log message “{words} {{chansets}}”", watches=[log(words)])


LAUNCH = Stage("launch", check("start", message(BEGUN), within=10))
SCAN = Stage(
    "scan",
    check("data", file("{chanset}.json"), within=1200, each=Each("chansets", "chanset")),
    check("finish", message(FINISHED), within=1200),
)


def at_site(site: str, *chansets: str) -> Process:
    """Declare the scan that a site makes of every candidate."""
    name = f"{site.lower()}_omega_scan"
    return Process(name, f"Omega scans at {site}", noun=f"{site} omega scan", family="quality",
                   starts=new(), stages=[LAUNCH, SCAN], options={"chansets": chansets},
                   source=f"O2, {site.lower()} omega scan start, {site.lower()} omega scan")


H1_OMEGA_SCAN = at_site("H1", "h1_r-reduced", "h1_r-standard")
L1_OMEGA_SCAN = at_site("L1", "l1_r-reduced", "l1_r-standard")
CIT_OMEGA_SCAN = at_site("CIT", "l1_llhoft", "h1_llhoft", "v1_llhoft")
SITES = (H1_OMEGA_SCAN, L1_OMEGA_SCAN, CIT_OMEGA_SCAN)


def other_list(captured: dict[str, str], evidence: Evidence, profile: Profile) -> str | None:
    """The key of a scan: the channel sets of its message beside those of whole sites, sorted."""
    named = channel_sets(captured["comment"])
    sites = [frozenset(profile.options(site)["chansets"]) for site in SITES]
    others = named.difference(*(whole for whole in sites if whole <= named))
    return SEPARATOR.join(sorted(others)) or None


def listed(key: str) -> dict[str, tuple[str, ...]]:
    """The channel sets of a key."""
    return {"chansets": tuple(key.split(SEPARATOR))}


IDQ_OMEGA_SCAN = Process(
    "idq_omega_scan",
    "Omega scans of channels that iDQ found active",
    noun="iDQ omega scan",
    family="quality",
    enabled=False,
    starts=log(BEGUN),
    renews=False,
    key="scans",
    keyed=other_list,
    derive=listed,
    stages=[SCAN],
    source="O2, omega scan, idq omega scan start (planned)",
)
