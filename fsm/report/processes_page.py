"""Writes the page that documents every process: a table of its checks, drawn from its chart."""

from collections.abc import Iterable
from typing import Any

from fsm.core.charts.policy import EARLIER, Profile
from fsm.core.charts.process import Process
from fsm.core.times import span
from fsm.report.processes import folder_of, processes_as_data

# Of the folders of charts, those of today first.
TITLES = {"superevent": "Superevents", "event": "Events", "external": "External events",
          EARLIER: "Events of the second observing run, when there were no superevents"}

HEAD = """# Follow-up processes

Written by `fsm document` from the charts in `machines/`; do not edit. A deadline counts from the
start of its stage: the first stage starts with the process, a later one with the last annotation of
the stage before it. What is in braces is a key, an option of the process, or a value of the event.
"""


def page(processes: Iterable[Process], profile: Profile) -> str:
    """The page, in Markdown.

    Args:
        processes: charts of all processes.
        profile: :class:`~fsm.core.charts.policy.Profile` whose deadlines and options are shown.
    """
    processes = list(processes)
    contents: list[str] = []
    sections: list[str] = []
    for kind, title in TITLES.items():
        own = [chart for chart in processes if folder_of(chart) == kind]
        listed = processes_as_data(own, profile)
        if listed:
            contents += [f"{title}:", "", *(f"- [{p['name']}](#{p['name']}): {p['title']}{_off(p)}"
                                            for p in listed), ""]
        sections += [_section(plain, kind) for plain in listed]
    return "\n".join([HEAD, *contents, *sections])


def _off(process: dict[str, Any]) -> str:
    return "" if process["enabled"] else " (off by default)"


def _section(process: dict[str, Any], folder: str) -> str:
    facts = [("starts on", process["starts"]), ("only if", process["condition"]),
             ("once for every", process["key"]), ("options", _options(process["options"])),
             ("failures to", ", ".join(process["parties"]["failure"])),
             ("expected", "of waived candidates too" if process["always"] else None),
             ("if overdue", process["runbook"]), ("source", process["source"])]
    lines = [f"## {process['name']}", "", f"{process['title']}{_off(process)}. "
             f"[Chart](../diagrams/{folder}/{process['name']}.svg).", ""]
    lines += [f"- {name}: {_cell(value)}" for name, value in facts if value]
    lines += ["", "| stage | check | expects | within |", "| --- | --- | --- | --- |"]
    lines += [_row(stage, check) for stage in process["stages"] for check in stage["checks"]]
    return "\n".join([*lines, ""])


def _options(options: dict[str, Any]) -> str:
    return "; ".join(f"{name} = {', '.join(value) or 'none' if isinstance(value, list) else value}"
                     for name, value in options.items())


def _row(stage: dict[str, Any], check: dict[str, Any]) -> str:
    expects = check["expects"]
    if check["each"]:
        expects += f"; one for every one of {check['each']}"
    if check["condition"]:
        expects += f"; only if {check['condition']}"
    within = "off by default" if check["within"] is None else span(check["within"])
    if check["warn"] is not None:
        within += f", warning after {span(check['warn'])}"
    return f"| {stage['name']} | {check['name']} | {_cell(expects)} | {within} |"


def _cell(text: str) -> str:
    """Text for a table: what Markdown or HTML would take for itself is escaped."""
    for sign in "\\|*_<>[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")
