"""What is told to the public and to observers: VOEvents, notices, and what these observed."""

import json
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.io.recordings import server_entries
from fsm.standin.annotating import Annotating
from fsm.standin.moments import date
from fsm.standin.refused import Refused
from fsm.standin.root import VOEVENTS
from fsm.standin.store import NOTICE, OBSERVATION, VOEVENT

PROBABILITIES = {"BNS": "prob_bns", "NSBH": "prob_nsbh", "BBH": "prob_bbh",
                 "Terrestrial": "prob_terrestrial", "ProbHasNS": "prob_has_ns",
                 "ProbHasRemnant": "prob_has_remnant", "HasMassGap": "prob_has_mass_gap"}
LISTS = {"ra": "ra_list", "raWidth": "ra_width_list", "dec": "dec_list",
         "decWidth": "dec_width_list", "exposure_time": "duration_list"}


class Publishing(Annotating):
    """What a :class:`~fsm.standin.service.Service` does to tell others."""

    def notice(self, now: float, graceid: str, kind: str, values: Plain) -> Plain:
        """Make a VOEvent of one of :data:`~fsm.standin.root.VOEVENTS`, a file of its own."""
        earlier = self.store.records(graceid, VOEVENT)
        number, title = len(earlier) + 1, VOEVENTS[kind].capitalize()
        ivorn = f"ivo://example.org/standin#{graceid}-{number}-{title}"
        upload = (f"{graceid}-{number}-{title}.xml",
                  _voevent(ivorn, kind, [record["ivorn"] for record in earlier]))
        entry = self.write_log(now, graceid, server_entries.VOEVENT, upload, ("em_follow",),
                               announced=False)
        record = {"N": number, "voevent_type": kind, "filename": upload[0], "ivorn": ivorn,
                  "file_version": entry["file_version"], "created": date(now), "issuer": self.user,
                  "text": upload[1].decode(), "links": {}, **values}
        self.store.add(graceid, VOEVENT, number, now, record)
        self.announce(now, graceid, "voevent", record)
        return record

    def upload_notice(self, now: float, graceid: str, content: bytes) -> Plain:
        """Keep a notice as it is sent to the public; nothing tells whether there is an alert."""
        try:
            said = json.loads(content)
            kind = next(code for code, name in VOEVENTS.items()
                        if name == said["alert_type"].lower().replace("_", ""))
            about, event = said["superevent_id"], said.get("event") or {}
        except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
            raise Refused(400, "The file is no notice") from None
        if about != graceid:
            raise Refused(400, f"The notice is about {about}, not {graceid}")
        number = self.store.count(graceid, NOTICE) + 1
        upload = (f"{graceid}-{number}-{VOEVENTS[kind]}.json", content)
        entry = self.write_log(now, graceid, "New notice", upload, ("em_follow",), announced=False)
        told = {**(event.get("classification") or {}),
                **{f"Prob{name}" if name != "HasMassGap" else name: value
                   for name, value in (event.get("properties") or {}).items()}}
        record = {"N": number, "notice_type": kind, "filename": upload[0], "created": date(now),
                  "file_version": entry["file_version"], "issuer": self.user, "links": {},
                  **{name: told.get(key) for key, name in PROBABILITIES.items()}}
        self.store.add(graceid, NOTICE, number, now, record)
        return record

    def observe(self, now: float, graceid: str, group: str, lists: dict[str, list[Any]],
                starts: list[Any], comment: str) -> Plain:
        """Keep where and when a group of astronomers has looked.

        Args:
            lists: the values of :data:`LISTS`, those of one name for all footprints.
            starts: when each footprint began.
        """
        if len({len(starts), *map(len, lists.values())}) != 1:
            raise Refused(400, "ra_list, dec_list, ra_width_list, dec_width_list, "
                               "start_time_list, and duration_list must be the same length.")
        columns = {key: list(map(finite, values)) for key, values in lists.items()}
        if any(None in values for values in columns.values()):
            raise Refused(400, "A valid number is required.")
        prints = [{"N": at + 1, "start_time": start,
                   **{key: values[at] for key, values in columns.items()}}
                  for at, start in enumerate(starts)]
        number = self.store.count(graceid, OBSERVATION) + 1
        record = {"N": number, "created": date(now), "submitter": self.user, "group": group,
                  "comment": comment, "footprint_count": len(prints), "footprints": prints,
                  **_around(prints)}
        self.fields(graceid)
        self.store.add(graceid, OBSERVATION, number, now, record)
        self.write_log(now, graceid, server_entries.observed(group), announced=False)
        self.announce(now, graceid, "emobservation", record)
        return record


def _around(prints: list[Plain]) -> dict[str, float | None]:
    """The middle and the width of the region that holds all footprints."""
    made = {}
    for key in ("ra", "dec"):
        halves = [one[f"{key}Width"] / 2 for one in prints]
        low = min((one[key] - half for one, half in zip(prints, halves, strict=True)), default=None)
        high = max((one[key] + half for one, half in zip(prints, halves, strict=True)),
                   default=None)
        made[key] = None if low is None else (low + high) / 2
        made[f"{key}Width"] = None if low is None else high - low
    return made


def _voevent(ivorn: str, kind: str, earlier: Iterable[str]) -> bytes:
    """A VOEvent that says no more than which ones it supersedes or retracts."""
    root = ElementTree.Element("VOEvent", ivorn=ivorn, role="test", version="2.0")
    citations = ElementTree.SubElement(root, "Citations")
    for cited in earlier:
        citation = ElementTree.SubElement(citations, "EventIVORN",
                                          cite="retraction" if kind == "RE" else "supersedes")
        citation.text = cited
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)
