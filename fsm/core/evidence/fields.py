"""The values of events and superevents, flattened: scalars by one name each."""

from typing import Any

Scalar = str | int | float | bool | None
Fields = dict[str, Scalar]  # flattened, see there
Plain = dict[str, Any]  # an object of JSON, in which any value may be of any kind

MEMBERS = ("gw_events", "em_events")  # of a superevent
OF_PREFERRED = ("group", "pipeline", "search", "instruments", "offline")
SWAPPED = ("preferred_event", "far", *OF_PREFERRED)  # what a change of the preferred event changes
CATEGORIES = {"M": "MDC", "T": "Test"}  # of superevents, by the first letter of their ids

# The values of an event that are worth keeping: scalars, not the tables of single triggers.
_SCALAR = (str, int, float, bool, type(None))


def flatten(fields: Plain) -> Fields:
    """Keep the scalars of an event or superevent dictionary, and what is known to be inside it.

    Extra attributes become ``Table.column``; of a superevent the members become comma-separated
    text, and group, pipeline, search and instruments are those of its preferred event.
    """
    flat = {k: v for k, v in fields.items() if isinstance(v, _SCALAR)}
    preferred = fields.get("preferred_event_data")
    if isinstance(preferred, dict):
        flat = {**{k: preferred[k] for k in OF_PREFERRED
                   if k in preferred and isinstance(preferred[k], _SCALAR)}, **flat}
    for key in MEMBERS:
        if isinstance(fields.get(key), list):
            flat[key] = ",".join(str(name) for name in fields[key])
    if "superevent_id" in flat and not flat.get("category"):
        flat["category"] = CATEGORIES.get(str(flat["superevent_id"])[:1], "Production")
    extra = fields.get("extra_attributes")
    if isinstance(extra, dict):
        for table, row in extra.items():
            if isinstance(row, dict):
                flat.update({f"{table}.{k}": v for k, v in row.items() if isinstance(v, _SCALAR)})
    return flat
