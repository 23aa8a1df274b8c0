"""What may import what: data and knowledge flow one way, from the core to what is built on it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ("core", "core.evidence", "core.expect", "core.charts", "core.engine")
IO = ("io", "io.recordings", "io.gracedb", "io.journal", "io.delivery", "io.listeners", "io.config")
# Each room, and the rooms that it may import besides itself; "" is fsm itself: errors, registry,
# and the words of charts. A room is a package, and what is in no deeper one.
ROOMS = {
    "core": ("",),
    "core.evidence": ("", "core"),
    "core.expect": ("", *CORE[:2]),
    "core.charts": ("", *CORE[:3]),
    "core.engine": ("", *CORE[:4]),
    "": CORE[:4],
    "io": ("", *CORE),
    "io.recordings": ("", *CORE, *IO[:1]),
    "io.gracedb": ("", *CORE, *IO[:2]),
    "io.journal": ("", *CORE, *IO[:3]),
    "io.delivery": ("", *CORE, "io", "io.gracedb", "io.journal"),
    "io.listeners": ("", *CORE, *IO[:2]),
    "io.config": ("", *CORE, "io", "io.gracedb", "io.delivery"),
    "report": ("", *CORE, "io.journal", "io.listeners"),
    "draw": ("", *CORE, "report"),
    "replay": ("", *CORE, "io.recordings", "io.gracedb", "report", "draw"),
    "notify": ("", *CORE, "io", "io.journal", "io.delivery"),
    "daemon.health": ("", *CORE, "io", "io.journal", "io.listeners"),
    "daemon": ("", *CORE, *IO, "daemon.health", "notify", "report"),
    "testing": ("", *CORE, "io.recordings", "io.gracedb"),
    "simulator": ("", *CORE, "io", "io.recordings", "io.gracedb", "io.config", "testing"),
    "standin": ("", *CORE, "io.recordings", "io.gracedb"),
    "player": ("", *CORE, "io", "io.recordings", "io.listeners"),
    "cli": ("", *CORE, "io", "io.recordings", "io.gracedb", "io.journal", "io.delivery",
            "io.config", "report", "draw", "replay", "daemon", "player", "simulator", "standin"),
}
SOURCES = sorted((ROOT / "fsm").rglob("*.py"))


def room_of(module):
    """The room of a module, such as ``core.engine`` of ``fsm.core.engine.timers``."""
    parts = module.split(".")[1:]
    while parts and not (ROOT.joinpath("fsm", *parts)).is_dir():
        parts.pop()
    return ".".join(parts)


def named(path):
    """The module in a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path):
    """The modules of this project that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "fsm":
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                file = ROOT.joinpath(*name.split("."))
                yield name if file.is_dir() or file.with_suffix(".py").exists() else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "fsm")


def why(room):
    """The sentence that a room says of itself."""
    folder = ROOT.joinpath("fsm", *filter(None, room.split(".")))
    return ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_imports_only_what_its_room_may(path):
    module = named(path)
    room = room_of(module)
    if module == "fsm.__main__":  # what python -m fsm runs
        return
    bad = {name for name in imported(path) if room_of(name) not in (room, *ROOMS[room])}
    assert not bad, (f"{module} may not import {', '.join(sorted(bad))}. "
                     f"{room or 'fsm'}: {why(room)}")


def test_every_room_is_in_the_table_and_says_what_is_in_it():
    rooms = {room_of(named(path)) for path in SOURCES}
    assert rooms == set(ROOMS)
    assert [room for room in rooms if not why(room)] == []


def test_only_the_room_of_the_journal_writes_sql():
    """Others say with SQLAlchemy what they want of its tables."""
    sql = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA) |exec_driver_sql|sqlite3")
    rooms = {room_of(named(path)) for path in SOURCES if sql.search(path.read_text())}
    assert rooms <= {"io.journal", "standin"}  # the stand-in has a database of its own


def test_nothing_of_the_table_is_allowed_in_vain():
    used = {room: set() for room in ROOMS}
    for path in SOURCES:
        used[room_of(named(path))] |= {room_of(name) for name in imported(path)}
    unused = {room: set(allowed) - used[room] - set(CORE) - {""}
              for room, allowed in ROOMS.items()}
    assert {room: sorted(names) for room, names in unused.items() if names} == {}


MOST_LINES, LONGEST = 300, 45


@pytest.mark.parametrize("path", sorted([*SOURCES, *(ROOT / "machines").rglob("*.py"),
                                         *(ROOT / "benchmarks").glob("*.py")]),
                         ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_and_a_function_can_be_taken_in(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    long = [node.name for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno - node.lineno >= LONGEST]
    assert long == []
