"""What may import what: data and knowledge flow one way, from the core to what is built on it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ("core", "core.evidence", "core.expect", "core.charts", "core.engine")
IO = ("io", "io.recordings", "io.gracedb", "io.journal", "io.delivery", "io.listeners", "io.config")
# Each room, and the rooms that it may import besides itself. A room is a package, and what is in no
# deeper one; "errors" is that module, and "" the others of fsm itself: registry, words of charts.
ROOMS = {
    "errors": (),
    "core": ("errors",),
    "core.evidence": ("errors", "core"),
    "core.expect": ("errors", *CORE[:2]),
    "core.charts": ("errors", *CORE[:3]),
    "core.engine": ("errors", *CORE[:4]),
    "": ("errors", *CORE[:4]),
    "machines": ("", *CORE[:4]),
    "io": ("", "errors", *CORE),
    "io.recordings": ("", "errors", *CORE, *IO[:1]),
    "io.gracedb": ("", "errors", *CORE, *IO[:2]),
    "io.journal.revisions": (),
    "io.journal.revisions.versions": (),
    "io.journal": ("", "errors", *CORE, *IO[:3]),
    "io.delivery": ("", "errors", *CORE, "io", "io.gracedb", "io.journal"),
    "io.listeners": ("", "errors", *CORE, *IO[:2], "io.control"),
    "io.config": ("", "errors", *CORE, "io", "io.gracedb", "io.delivery"),
    "io.cluster": ("errors", "io"),
    "io.control": ("errors", "core", "core.evidence", "io"),
    "report": ("", "errors", *CORE, "io.journal", "io.listeners"),
    "draw": ("", "errors", *CORE, "report"),
    "replay": ("", "errors", *CORE, "io", "io.recordings", "io.gracedb", "io.journal", "report",
               "draw"),
    "notify": ("", "errors", *CORE, "io", "io.journal", "io.delivery"),
    "daemon.health": ("", "errors", *CORE, "io", "io.journal", "io.listeners"),
    "daemon": ("", "errors", *CORE, *IO, "io.cluster", "io.control", "daemon.health", "notify",
               "report"),
    "testing": ("", "errors", *CORE, "io.recordings", "io.gracedb"),
    "simulator": ("", "errors", *CORE, "io", "io.recordings", "io.gracedb", "io.config", "testing"),
    "standin": ("", "errors", *CORE, "io.recordings", "io.gracedb"),
    "player": ("", "errors", *CORE, "io", "io.recordings", "io.listeners"),
    "verify": ("", "errors", *CORE, "testing"),
    "cli": ("", "errors", *CORE, "io", "io.recordings", "io.gracedb", "io.journal", "io.delivery",
            "io.config", "io.control", "report", "draw", "replay", "daemon", "player", "simulator",
            "standin", "verify", "web"),
    "web": ("", "errors", *CORE, "io", "io.journal", "io.config", "io.control", "notify", "report",
            "draw", "daemon"),
}
PLACES = ("fsm", "machines")
SOURCES = sorted(path for place in PLACES for path in (ROOT / place).rglob("*.py"))


def room_of(module):
    """The room of a module, such as ``core.engine`` of ``fsm.core.engine.timers``."""
    place, *parts = module.split(".")
    if place != "fsm":
        return place
    if parts == ["errors"]:
        return "errors"
    while parts and not ROOT.joinpath("fsm", *parts).is_dir():
        parts.pop()
    return ".".join(parts)


def named(path):
    """The module in a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path):
    """The modules of this project that a file imports, however it says so."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            above = package[:len(package) + 1 - node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                file = ROOT.joinpath(*f"{module}.{alias.name}".split("."))
                inside = file.is_dir() or file.with_suffix(".py").exists()
                names.append(f"{module}.{alias.name}" if inside else module)
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name for name in names if name.split(".")[0] in PLACES)


def why(room):
    """The sentence that a room says of itself."""
    folder = ROOT / "machines" if room == "machines" else ROOT.joinpath(
        "fsm", *filter(None, room.split(".")))
    file = ROOT / "fsm" / "errors.py" if room == "errors" else folder / "__init__.py"
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""


def forbidden(path):
    """What a file imports and may not."""
    room = room_of(named(path))
    return sorted({name for name in imported(path)
                   if room_of(name) not in (room, *ROOMS[room])})


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_imports_only_what_its_room_may(path):
    module, bad = named(path), forbidden(path)
    if module == "fsm.__main__":  # what python -m fsm runs
        return
    room = room_of(module)
    may = ", ".join(one or "fsm" for one in ROOMS[room])
    assert not bad, f"{module} may not import {', '.join(bad)}, but {may}. {why(room)}"


@pytest.mark.parametrize("line", [
    "from fsm.registry import charts", "from fsm.io.clock import Clock", "import fsm.cli",
    "from ...io.clock import Clock", "from machines.o4 import raven", "from fsm import registry"])
def test_what_the_core_may_not_import_is_seen(line, tmp_path, monkeypatch):
    for folder in ("fsm/core/engine", "fsm/io", "fsm/cli", "machines/o4"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("fsm/registry.py", "fsm/io/clock.py", "machines/o4/raven.py"):
        (tmp_path / file).touch()
    wrong = tmp_path / "fsm" / "core" / "engine" / "wrong.py"
    wrong.write_text(f"def later():\n    {line}\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert len(forbidden(wrong)) == 1


def test_every_room_is_in_the_table_and_says_what_is_in_it():
    rooms = {room_of(named(path)) for path in SOURCES}
    assert rooms == set(ROOMS)
    assert [room for room in rooms if not why(room)] == []
    assert [room for room in rooms if "mports" not in why(room)] == []


def test_only_the_room_of_the_journal_writes_sql():
    """Others say with SQLAlchemy what they want of its tables."""
    sql = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA) |exec_driver_sql|sqlite3")
    rooms = {room_of(named(path)) for path in (ROOT / "fsm").rglob("*.py")
             if sql.search(path.read_text())}
    assert rooms <= {"io.journal", "standin"}  # the stand-in has a database of its own


def test_nothing_of_the_table_is_allowed_in_vain():
    used = {room: set() for room in ROOMS}
    for path in SOURCES:
        used[room_of(named(path))] |= {room_of(name) for name in imported(path)}
    unused = {room: set(allowed) - used[room] - set(CORE) - {"", "errors"}
              for room, allowed in ROOMS.items()}
    assert {room: sorted(names) for room, names in unused.items() if names} == {}


MOST_LINES, LONGEST = 300, 45


@pytest.mark.parametrize("path", sorted([*SOURCES, *(ROOT / "benchmarks").glob("*.py")]),
                         ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_and_a_function_can_be_taken_in(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    long = [node.name for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno - node.lineno >= LONGEST]
    assert long == []
