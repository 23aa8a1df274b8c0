"""Reads the files that make events: coinc tables, cWB's triggers, VOEvents, JSON objects.

Source: the formats that GraceDB reads, and what it takes from each.
"""

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.standin.moments import gps

T = TypeVar("T")
Upload = tuple[str, bytes]  # name and content of a file
Tables = dict[str, list[Plain]]  # the rows of each

KNOWN = ("far", "gpstime", "instruments", "nevents", "likelihood", "extra_attributes")
DETECTORS = {"1": "L1", "2": "H1", "3": "H2", "4": "G1", "5": "T1", "6": "V1"}  # of old triggers
UNREAD = "Could not read event attributes from the uploaded file"


def event_values(content: bytes) -> tuple[Plain, list[str]]:
    """An event's values in the file that makes it.

    Args:
        content: of the file, as bytes.

    Returns:
        The values, and a list of warnings where the file does not tell any.
    """
    for read in (_json, _xml, _trigger):
        try:
            values = read(content)
        except (ValueError, LookupError, TypeError, AttributeError, ElementTree.ParseError):
            continue
        if values is not None:
            return values, []
    return {}, [UNREAD]


def _there(part: T | None) -> T:
    """A part that a file must have: without it nothing is read from the file."""
    if part is None:
        raise LookupError("a part is missing")
    return part


def _json(content: bytes) -> Plain | None:
    """The values of a JSON object; oLIB writes its rate as FAR, others list their instruments."""
    plain = json.loads(content)
    if not isinstance(plain, dict):
        return None
    if "far" not in plain and "FAR" in plain:
        plain = {"nevents": 1, **plain, "far": plain["FAR"]}
    made = {key: plain[key] for key in KNOWN if key in plain}
    if isinstance(made.get("instruments"), list):
        made["instruments"] = ",".join(map(str, made["instruments"]))
    return made


def _xml(content: bytes) -> Plain:
    root = ElementTree.fromstring(content)
    return _notice(root) if root.tag.endswith("VOEvent") else _coincidence(_tables(root))


# -- tables of LIGO_LW ------------------------------------------------------------------------


def _tables(root: Element) -> Tables:
    """Each table's rows as dicts; in names only what follows the last colon before ``:table``."""
    made = {}
    for table in root.iter("Table"):
        columns = [(_there(column.get("Name")).rpartition(":")[2], column.get("Type"))
                   for column in table.iter("Column")]
        cells = list(_cells(_there(table.find("Stream")).text or ""))
        rows = [cells[at:at + len(columns)] for at in range(0, len(cells), len(columns))]
        made[_there(table.get("Name")).removesuffix(":table").rpartition(":")[2]] = [
            {name: _typed(cell, _there(kind))
             for (name, kind), cell in zip(columns, row, strict=False)}
            for row in rows]
    return made


def _cells(text: str) -> Iterator[str]:
    """The cells of a stream; a delimiter at the end of a line belongs to the next row."""
    for line in filter(None, map(str.strip, text.splitlines())):
        (row,) = csv.reader([line], escapechar="\\")
        yield from row[:-1] if line.endswith(",") else row


def _typed(cell: str, kind: str) -> str | int | float | None:
    cell = cell.strip()
    if kind.startswith("real"):
        return finite(cell)
    if kind.startswith("int") and cell.lstrip("-").isdigit():
        return int(cell)
    return cell or None


def _coincidence(tables: Tables) -> Plain:
    singles = [_own(row) for row in tables.get("sngl_inspiral", ())]
    if tables.get("coinc_inspiral"):
        (coinc, *_), event = tables["coinc_inspiral"], (tables.get("coinc_event") or [{}])[0]
        return {"far": coinc.get("combined_far"), "gpstime": _seconds(coinc, "end_time"),
                "instruments": event.get("instruments") or coinc.get("ifos") or "",
                "nevents": event.get("nevents"), "likelihood": event.get("likelihood"),
                "extra_attributes": {"CoincInspiral": _own(coinc), "SingleInspiral": singles}}
    injected = tables["sim_inspiral"][0]
    return {"gpstime": _seconds(injected, "geocent_end_time"),
            "extra_attributes": {"SimInspiral": _own(injected)}}


def _own(row: Plain) -> Plain:
    """A row without what ties it to others."""
    return {name: value for name, value in row.items() if not name.endswith("_id")}


def _seconds(row: Plain, name: str) -> float:
    return round(row[name] + 1e-9 * (row[f"{name}_ns"] or 0), 6)


# -- cWB ----------------------------------------------------------------------------------------


def _trigger(content: bytes) -> Plain:
    text = content.decode()
    said: dict[str, list[str]] = {}
    for name, values in re.findall(r"^(\w+):\s*(.*)$", text, re.MULTILINE):
        said.setdefault(name, values.split())
    first = {name: finite(values[0]) for name, values in said.items() if values}
    ifos = ",".join(DETECTORS.get(ifo, ifo) for ifo in said["ifo"])
    return {
        "far": _rate(text), "gpstime": first["time"], "instruments": ifos,
        "nevents": None, "likelihood": first.get("likelihood"),
        "extra_attributes": {"MultiBurst": {
            "ifos": ifos, "amplitude": first.get("rho"), "duration": first.get("duration"),
            "start_time": int(_there(first["start"])), "central_freq": first.get("frequency"),
            "bandwidth": first.get("bandwidth"), "peak_time": int(_there(first["time"])),
            "snr": (first.get("likelihood") or 0.0) ** 0.5, "confidence": None,
            "single_ifo_times": ",".join(said["time"]), "hoft": "", "code": "",
            "strain": first.get("strain")}}}


def _rate(text: str) -> float | None:
    """The false-alarm rate by the background of the last day."""
    found = re.search(r"^#.*last day.*\n\S+ (\S+)", text, re.MULTILINE)
    return finite(found[1]) if found else None


# -- external events ----------------------------------------------------------------------------


def _notice(root: Element) -> Plain:
    params = {param.get("name"): param.get("value") for param in root.iter("Param")}
    moment = datetime.fromisoformat(
        _there(root.findtext(".//ISOTime")).strip()).replace(tzinfo=UTC)
    position = {name: finite((root.findtext(f".//{tag}") or "").strip())
                for name, tag in (("ra", "C1"), ("dec", "C2"), ("error_radius", "Error2Radius"))}
    return {
        "gpstime": gps(moment.timestamp()), "far": finite(params.get("FAR")),
        "extra_attributes": {"GRB": {
            **position, "ivorn": root.get("ivorn"), "trigger_id": params.get("TrigID"),
            "author_ivorn": root.findtext(".//AuthorIVORN"),
            "author_shortname": root.findtext(".//shortName"),
            "how_description": root.findtext("How/Description"), "trigger_duration": None,
            "coord_system": _there(root.find(".//AstroCoordSystem")).get("id"), "t90": None,
            "redshift": None, "designation": None}}}
