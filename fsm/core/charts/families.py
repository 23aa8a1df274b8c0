"""The families of processes: what kind of work a follow-up is, in the order of their showing.

Whoever looks at a candidate looks for a family first: has it been announced, are its data good, has
somebody looked at it. The order is that of an alert's way to the public, what merely illustrates it
last.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Family = Literal["labels", "notices", "quality", "people", "coincidence", "products", "estimation",
                 "pictures", "contradictions", "other"]
OTHER: Final = "other"
CONTRADICTIONS: Final = "contradictions"  # nothing is to be done of these, they must not happen

# Each family with its title, for people.
FAMILIES: Mapping[Family, str] = MappingProxyType({
    "labels": "Labels and locks",
    "notices": "Notices and circulars",
    "quality": "Data quality",
    "people": "People",
    "coincidence": "Coincidence with external events",
    "products": "Products",
    "estimation": "Parameter estimation",
    "pictures": "Pictures and pages",
    CONTRADICTIONS: "Must not happen",
    OTHER: "Other",
})

# What to do where something of a process is overdue that has no runbook of its own.
RUNBOOKS: Mapping[Family, str] = MappingProxyType({
    "labels": "See in GraceDB whether what the label tells of is there. If so, what puts it on has "
              "stopped: its operators restart it, or put it on by hand.",
    "notices": "See in GraceDB whether the notice's file, its label and what the brokers answered "
               "are there. What lacks has not reached the public: have it sent by hand, and tell "
               "the advocate on duty.",
    "quality": "Take the data for unchecked: tell the advocate before anything is published, and "
               "have the check repeated.",
    "people": "Call who is on duty: nothing else does this.",
    "coincidence": "Compare the times and sky maps in GraceDB by eye, and have the coincidence "
                   "search of this superevent repeated.",
    "products": "See in GraceDB's log whether it failed or never began. Who is responsible makes "
                "it anew, or uploads it by hand with the name and tags that are expected.",
    "estimation": "See on the cluster whether the job waits, runs or failed, and have it submitted "
                  "again.",
    "pictures": "No notice hangs on it. Who is responsible has it drawn again in working hours.",
    CONTRADICTIONS: "See in GraceDB's log who or what brought it about; have the wrong part "
                    "corrected before anything more is published.",
    OTHER: "See in GraceDB what came instead, and ask who is responsible.",
})
