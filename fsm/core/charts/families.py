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
