"""Where a faulty declaration stands: its file and line, its process and check.

An error is raised inside the words of charts, where nobody knows whose text it is. The traceback
tells the line of the module, and what is written around it there tells the rest.
"""

import ast
import inspect
import re
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

import attrs

from fsm import chart as words_of_charts
from fsm.errors import ChartError, Where, closest

# How a sentence names what is declared with a word; the outer ones first.
DECLARED = {"Process": "process", "Lifecycle": "lifecycle", "Region": "region", "Stage": "stage",
            "check": "check", "Move": "trigger"}
_ORDER = {kind: at for at, kind in enumerate(DECLARED.values())}
_CALL = re.compile(r"(?:(\w+)\.__init__|(\w+))\(\) ")
_KEYWORD = re.compile(r"got an unexpected keyword argument '(\w+)'")


@attrs.frozen
class Spot:
    """A call in a module that has led to an error.

    Attributes:
        file: path of the module.
        line: on which the call begins.
        calls: what is written there: the calls around it, the outermost first.
        names: the names known there, to their values.
    """

    file: str
    line: int
    calls: tuple[ast.Call, ...]
    names: dict[str, object]


def located(error: Exception, roots: Collection[str]) -> Exception:
    """Tell of an error in a declaration where it is.

    Args:
        error: raised while modules were imported.
        roots: names of the packages and modules that hold charts.

    Returns:
        A :class:`ChartError` where a declaration is wrong, with file, line, process and check;
        else the error as it is.
    """
    spots = list(_spots(error.__traceback__, roots))
    if isinstance(error, TypeError):
        error = _misused(error)
    if not isinstance(error, ChartError) or not spots:
        return error
    where = _merged(_around(spots), error.where)
    line = _line(spots[-1], error)
    return ChartError(f"{place(spots[-1].file, line)}: {ChartError(error.fault, where)}")


def last_line(error: Exception, roots: Collection[str]) -> str:
    """The last place in the modules of charts that an error came through; "" for none."""
    spots = list(_spots(error.__traceback__, roots))
    return place(spots[-1].file, spots[-1].line) if spots else ""


def place(file: str | None, line: int) -> str:
    """A line of a file, for people; the path is told from the present folder where it can be."""
    path = Path(file or "?")
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{path} line {line}"


def tree_of(file: str) -> ast.Module:
    """What is written in a file of Python; nothing where it cannot be read."""
    try:
        return ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def _spots(traceback: TracebackType | None, roots: Collection[str]) -> Iterator[Spot]:
    while traceback is not None:
        frame = traceback.tb_frame
        if str(frame.f_globals.get("__name__")).partition(".")[0] in roots:
            positions = frame.f_code.co_positions()
            begin, end, left, right = next(islice(positions, traceback.tb_lasti // 2, None))
            calls = () if None in (begin, end, left, right) else _calls(
                frame.f_code.co_filename, (begin, left), (end, right))
            yield Spot(frame.f_code.co_filename, traceback.tb_lineno, calls,
                       {**frame.f_globals, **frame.f_locals})
        traceback = traceback.tb_next


def _calls(file: str, begin: Any, end: Any) -> tuple[ast.Call, ...]:
    around = [node for node in ast.walk(tree_of(file)) if isinstance(node, ast.Call)
              and (node.lineno, node.col_offset) <= begin
              and end <= (node.end_lineno, node.end_col_offset)]
    return tuple(around)  # the outer ones are walked first


def _around(spots: list[Spot]) -> Where:
    """The declarations in which the calls stand, as far as their names are plain to see."""
    found = ((_kind(call, spot), _name(call, spot)) for spot in spots for call in spot.calls)
    return tuple((kind, name) for kind, name in found if kind and name)


def _kind(call: ast.Call, spot: Spot) -> str | None:
    written = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return DECLARED.get(getattr(spot.names.get(written), "__name__", written))


def _name(call: ast.Call, spot: Spot) -> object:
    named = [one.value for one in call.keywords if one.arg in ("name", "trigger")]
    first = next(iter([*call.args, *named]), None)
    if isinstance(first, ast.Name):
        value = spot.names.get(first.id)
    else:
        value = getattr(first, "value", None)
    return value if isinstance(value, str) else None


def _merged(around: Where, told: Where) -> Where:
    """What is written around an error, and what the error itself tells, which counts for more."""
    known = {**dict(around), **dict(told)}
    return tuple(sorted(known.items(), key=lambda pair: _ORDER.get(pair[0], 0)))


def _line(spot: Spot, error: ChartError) -> int:
    """The line of the argument that is wrong, else of the declaration that has it."""
    if not spot.calls:
        return spot.line
    inner = spot.calls[-1]
    for kind, name in error.where:
        inner = next((node for node in ast.walk(inner) if isinstance(node, ast.Call)
                      and _kind(node, spot) == kind and _name(node, spot) == name), inner)
    own = [one.value for call in (inner, spot.calls[-1]) for one in call.keywords
           if one.arg == error.argument]
    return own[0].lineno if own else inner.lineno


def _misused(error: TypeError) -> Exception:
    """A word of charts that was called with wrong arguments, as a fault of the declaration."""
    called = _CALL.match(str(error))
    word = called and (called[1] or called[2])
    if word not in words_of_charts.__all__:
        return error
    keyword = _KEYWORD.search(str(error))
    if not keyword:
        return ChartError(str(error).replace(".__init__", ""))
    known = [name for name in inspect.signature(getattr(words_of_charts, word)).parameters
             if name not in ("module", "era")]
    return ChartError(f"{word}() has no argument {keyword[1]!r}; {closest(keyword[1], known)}",
                      argument=keyword[1])
