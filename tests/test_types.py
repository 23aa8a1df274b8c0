"""What is public says its types: every function and method, and every attribute of a class."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "fsm").rglob("*.py"), *(ROOT / "machines").rglob("*.py")])


def public(tree):
    """The public functions of a module, and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (
                node.name == "__init__" or not node.name.startswith("_")):
            yield node


def untyped(function):
    """What of a function has no type: names of arguments, and "return"."""
    given = function.args
    first = [*given.posonlyargs, *given.args]
    if first and first[0].arg in ("self", "cls"):
        first = first[1:]
    named = [*first, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    missing = [one.arg for one in named if one.annotation is None]
    return missing + ["return"] * (function.returns is None)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_functions_have_types(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    missing = {f"{one.name}, line {one.lineno}": untyped(one) for one in public(tree)}
    assert {name: what for name, what in missing.items() if what} == {}
