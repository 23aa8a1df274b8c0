"""Figures: named by convention, and those that the examples for monitors use."""

import json
import re
import subprocess
from pathlib import Path

MONITORING = Path(__file__).parents[2] / "examples" / "monitoring"


def figures(pages):
    """Names of the figures, with the value of each line."""
    lines = pages.get("/-/metrics").text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines
            if not line.startswith("#")}


def test_figures_are_those_of_the_other_pages(pages):
    found, board = figures(pages), pages.get("/index.json").json()
    assert found["event_supervisor_up"] == 1
    assert found["event_supervisor_candidates"] == board["counts"]["candidates"]
    assert found['event_supervisor_checks{state="overdue"}'] == board["counts"]["overdue"]
    problems = sum(value for name, value in found.items()
                   if name.startswith("event_supervisor_problems{"))
    assert problems == board["counts"]["problems"]
    assert found["event_supervisor_alerts_total"] > 50
    assert found["event_supervisor_resident_memory_bytes"] > 10e6


def test_the_rules_of_the_example_are_right():
    done = subprocess.run(["promtool", "check", "config", str(MONITORING / "prometheus.yml")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_examples_use_figures_that_there_are(pages):
    there = {re.match(r"\w+", name)[0] for name in figures(pages)}
    there |= {"event_supervisor_channel_failing", "event_supervisor_outbox_messages"}
    dashboard = json.loads((MONITORING / "grafana.json").read_text())
    texts = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    texts.append(re.sub(r'job="\w+"', "", (MONITORING / "rules.yml").read_text()))
    used = {name for text in texts for name in re.findall(r"event_supervisor_\w+", text)}
    assert used - there == set() and len(used) > 10
