"""Writes the page that documents every process, with its checks, and what holds of lifecycles."""

from collections.abc import Iterable
from typing import Any

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import EARLIER, Profile
from fsm.core.charts.process import Process
from fsm.core.times import span
from fsm.report.folders import FOLDERS, folder_of
from fsm.report.processes import processes_as_data
from fsm.report.wording import due, expected, options_in_words, start_facts

HEAD = """# Follow-up processes

Written by `fsm document` from the charts in `machines/`; do not edit. A deadline counts from the
start of its stage: the first stage starts with the process, a later one with the last annotation of
the stage before it. What is in braces is a key, an option of the process, or a value of the event.
"""

SENTENCES = """## Lifecycles

What must hold of them and of their regions whatever happens, written into their charts and proved
by `fsm verify`.
"""


def page(processes: Iterable[Process], lifecycles: Iterable[Lifecycle],
         profile: Profile) -> str:
    """The page, in Markdown.

    Args:
        processes: charts of all processes.
        lifecycles: of all lifecycles.
        profile: :class:`~fsm.core.charts.policy.Profile` whose deadlines and options are shown.
    """
    processes = list(processes)
    contents: list[str] = []
    sections: list[str] = []
    for name, folder in FOLDERS.items():
        own = [chart for chart in processes if folder_of(chart) == name]
        listed = processes_as_data(own, profile)
        if listed:
            contents += [f"{folder.title}:", "", *map(_in_contents, listed), ""]
        sections += [_section(plain, name) for plain in listed]
    return "\n".join([HEAD, *contents, *sections, *_lifecycles(lifecycles)])


def _lifecycles(lifecycles: Iterable[Lifecycle]) -> list[str]:
    """What each lifecycle says of itself and its regions."""
    lines = [SENTENCES]
    for chart in lifecycles:
        folder = EARLIER if chart.era == EARLIER else chart.kind
        lines += [f"### {chart.title}", "", f"[Chart](../diagrams/{folder}/{chart.name}.svg).", "",
                  *(f"- {_cell(sentence.words())}" for sentence in chart.sentences), ""]
    return lines


def _in_contents(process: dict[str, Any]) -> str:
    off = "" if process["enabled"] else " (off by default)"
    return f"- [{process['name']}](#{process['name']}): {process['title']}{off}"


def _section(process: dict[str, Any], folder: str) -> str:
    facts = [*start_facts(process), ("options", "; ".join(options_in_words(process))),
             ("failures to", ", ".join(process["parties"]["failure"])),
             ("if overdue", process["runbook"]), ("source", process["source"])]
    lines = [f"## {process['name']}", "", f"{process['title']}. "
             f"[Chart](../diagrams/{folder}/{process['name']}.svg).", ""]
    lines += [f"- {name}: {_cell(value)}" for name, value in facts if value]
    lines += ["", "| stage | check | expects | within |", "| --- | --- | --- | --- |"]
    lines += [_row(stage, check) for stage in process["stages"] for check in stage["checks"]]
    return "\n".join([*lines, ""])


def _row(stage: dict[str, Any], check: dict[str, Any]) -> str:
    within = "off by default" if check["off"] else due(check)
    if check["warn"] is not None:
        within += f", warning after {span(check['warn'])}"
    return f"| {stage['name']} | {check['name']} | {_cell(expected(check))} | {within} |"


def _cell(text: str) -> str:
    """Text for a table: what Markdown or HTML would take for itself is escaped."""
    for sign in "\\|*_<>[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")
