"""What the page says of every old section and option, against what the importer does with it."""

import re
from pathlib import Path

import attrs
import pytest

from fsm.cli import main
from fsm.io.config import legacy_names as names
from fsm.io.config.daemon import running
from fsm.io.config.legacy import imported
from fsm.io.config.legacy_listener import LOGIN
from fsm.io.config.load import policy
from fsm.io.config.sections import Running
from fsm.registry import charts

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-event-supervisor2.md"
PROCESSES, _ = charts()
QUOTED = re.compile(r"`([^`]+)`")
ANY = "any process"  # stands for a section of any
TEXTS = {"gracedb": "https://gracedb.example.org/api/", "log_directory": "/var/log/es",
         "name": "es", "netrc": "/home/es/netrc", "process_type": "event_supervisor",
         "annotate": "True", "warnings": "True", "ignore inj": "False",
         "nodes": "cbc_gstlal_lowmass", "childConfig": "etc/gstlal.ini",
         "server": "lvalert.example.org",
         **dict.fromkeys((*names.PARTIES, "recipients"), "a@example.org b@example.org"),
         **dict.fromkeys(names.TEXTS, "one two")}


def rows(title, columns):
    """The rows of the first table under a title, without its head."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    head = lines.index("|" + " --- |" * columns)
    found = []
    for line in lines[head + 1:]:
        if not line.startswith("| option | today"):
            found.append([cell.strip() for cell in line.strip("|").split(" | ")])
        else:
            break  # the next table
    return found


SECTIONS = rows("Sections of a child: processes", 3)
CHILD = [(section.strip("`"), option.strip("`"), today)
         for section, option, today in rows("Options of a child", 3)]
LISTENER = [(option.strip("`"), today) for option, today in rows("Options of the listener", 2)]


def value(option):
    return TEXTS.get(option, "7")


def child(pairs):
    """The text of a child's file that has options, pairs of section and option."""
    sections = {}
    for section, option in pairs:
        sections.setdefault("far" if section == ANY else section, {})[option] = value(option)
    return "".join(f"[{section}]\n" + "".join(f"{o} = {v}\n" for o, v in options.items())
                   for section, options in sections.items())


def listener(options):
    needed = dict.fromkeys(["nodes", "childConfig", *options])
    return "[gstlal]\n" + "".join(f"{option} = {value(option)}\n" for option in needed)


@pytest.fixture
def old(tmp_path):
    """Imports files; returns (tables, notes)."""
    def make(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.ini").write_text(text)
        tables, notes = imported([tmp_path / f"{name}.ini" for name in texts], PROCESSES)
        policy(tables, PROCESSES)
        assert running(tables)
        return tables, notes
    return make


def keys(table, where=""):
    """All keys of a configuration, each with the tables it is in."""
    if isinstance(table, list) and table and isinstance(table[0], dict):
        return {key for one in table for key in keys(one, where)}
    if isinstance(table, dict):
        return {key for name, one in table.items()
                for key in keys(one, f"{where}.{name}".lstrip("."))}
    return {where}


def answered(today, found, said):
    """Whether all names that a cell gives are keys of what was imported, or told in a note."""
    quoted = QUOTED.findall(today)
    assert quoted, today
    for name in (one.replace(".NAME.", ".far.") for one in quoted):
        assert name in found or any(name in note for note in said), (name, found, said)
    assert not any(names.UNKNOWN in note for note in said), said


@pytest.mark.parametrize(("section", "option", "today"), CHILD)
def test_an_option_of_a_child(old, section, option, today):
    text = child([(section, option)])
    other = {"general": "[general]\n"}.get(section, "")
    tables, notes = old(gstlal=text, listener=listener(()))
    differing, _ = old(gstlal=text, pycbc="[far]\ndt = 7\n" + other)
    where = f"[{'far' if section == ANY else section}] {option.lower()}"
    answered(today, keys(tables) | keys(differing), [note for note in notes if where in note])


@pytest.mark.parametrize(("option", "today"), LISTENER)
def test_an_option_of_the_listener(old, option, today):
    tables, notes = old(gstlal="[far]\ndt = 7\n", listener=listener([option]))
    where = f"[gstlal] {option.lower()}"
    answered(today, keys(tables), [note for note in notes if where in note])


@pytest.mark.parametrize(("sections", "today", "_"), SECTIONS)
def test_a_section_of_a_child(old, sections, today, _):
    for section in QUOTED.findall(sections):
        tables, notes = old(gstlal=f"[{section}]\n")
        on = {name for profile in tables["profile"] for name in profile["only"]}
        answered(today, on, [note for note in notes if f"[{section}]:" in note])


def test_all_options_at_once(old):
    files = {"gstlal": child([(section, option) for section, option, _ in CHILD]),
             "listener": listener([option for option, _ in LISTENER])}
    tables, notes = old(**files)
    assert len(tables["profile"]) == 1 and len(tables["listen"]) == 1
    assert len(tables["profile"][0]["only"]) > 20
    assert not any(names.UNKNOWN in note for note in notes)


def test_no_section_or_option_is_left_out():
    sections = {name.lower() for cells in SECTIONS for name in QUOTED.findall(cells[0])}
    assert sections >= {*names.SECTIONS}
    told = {(section.lower(), option) for section, option, _ in CHILD}
    assert told >= {(section, option) for section, (_, options) in names.SECTIONS.items()
                    for option in options}
    assert {option for _, option in told} >= {*names.PARTIES, *names.NUMBERS, *names.TEXTS,
                                              *names.GENERAL}
    assert {option for _, option in told} | sections >= {*names.UNUSED}
    assert {option.lower() for option, _ in LISTENER} >= {
        *LOGIN, *names.QUEUE, *(set(names.LISTENER) - {"process_type"})}


def test_the_commands_and_keys_of_today_are_there():
    page = PAGE.read_text(encoding="utf-8")
    for name in re.findall(r"\bfsm ([a-z]+)", page):
        assert name in main.commands, name
    defaults = attrs.asdict(Running())
    for table, key in re.findall(r"`(gracedb|tell|health|logs|operators|journal)\.(\w+)`", page):
        assert key in defaults[table], key
