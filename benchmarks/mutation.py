"""What can be changed in a module, one thing at a time: a literal, a comparison, or a connective.

What only people read is left as it is: docstrings, titles and nouns of charts, reasons of verdicts,
messages of errors. So are types, and what only says how much is kept in memory.
"""

import ast
import hashlib
import importlib.machinery
import importlib.util
import re
import sys
from pathlib import Path

import attrs

COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
            ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
            ast.NotIn: ast.In}
CONNECTED = {ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
             ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
FOR_PEOPLE = {"source", "runbook", "title", "noun", "begun_by", "told_again", "elsewhere", "why"}
STORED = {"slots", "weakref_slot"}  # how objects are kept: nobody could tell but by their size
CACHES = {"lru_cache"}  # likewise
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


@attrs.frozen
class Mutant:
    """One change of one module.

    Attributes:
        path: of the module, from the root of the repository.
        number: of the change among those of its module.
        line, column: where, from 1 and from 0.
        change: what is there, and what instead.
        text: the line as it is.
    """

    path: str
    number: int
    line: int
    column: int
    change: str
    text: str


def spot(told):
    """What tells mutants of a module apart, of the attributes of one."""
    return told["path"], told["line"], told["column"], told["change"]


def _untouched(tree):
    """The nodes that are left as they are, with all that is in them, by identity."""
    left = set()
    for node in ast.walk(tree):
        parts = [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.Call):
            parts += _for_people(node) + _of_memory(node)
        elif isinstance(node, ast.Raise):
            parts.append(node.exc)
        elif _is_said(node) or _is_type(node):
            parts.append(node)
        left.update(id(inner) for part in parts if part is not None for inner in ast.walk(part))
    return left


def _is_said(node):
    """Whether a statement is a docstring, or lists names."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def _is_type(node):
    """Whether an expression is a type that lists its values."""
    return isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"


def _for_people(call):
    """The arguments of a call that only people read: reasons of verdicts, titles, nouns."""
    found = [keyword.value for keyword in call.keywords if keyword.arg in FOR_PEOPLE]
    if isinstance(call.func, ast.Name) and call.func.id == "Verdict":
        return found + call.args[1:2]
    first, *more = [node.value if isinstance(node, ast.Constant) else None
                    for node in call.args[:3]] or [None]
    titled = more and isinstance(first, str) and IDENTIFIER.fullmatch(first) \
        and isinstance(more[0], str) and more[0][:1].isupper() and " " in more[0]
    return found + [node for node in call.args[1:3] if titled and isinstance(node, ast.Constant)]


def _of_memory(call):
    """The arguments of a call that only say what is kept in memory, and how."""
    cache = ast.unparse(call.func) in CACHES
    return [keyword.value for keyword in call.keywords if cache or keyword.arg in STORED] + (
        call.args if cache else [])


def _constant(value):
    """Another value of the same kind, None where there is none."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 2 or 1.0
    return f"{value}X" if isinstance(value, str) else None


def _changed(node):
    """What a node may be changed into, None where nothing."""
    if isinstance(node, ast.Constant):
        other = _constant(node.value)
        return None if other is None else ast.Constant(other)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        return ast.Compare(node.left, [COMPARED[type(node.ops[0])](), *node.ops[1:]],
                           node.comparators)
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(CONNECTED[type(node.op)](), node.values)
    if isinstance(node, ast.BinOp) and type(node.op) in CONNECTED:
        return ast.BinOp(node.left, CONNECTED[type(node.op)](), node.right)
    if isinstance(node, ast.UnaryOp):
        return node.operand
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "not_":
        return node.args[0]
    return None


class _Change(ast.NodeTransformer):
    """Makes one change, or only counts them."""

    def __init__(self, left, number=None):
        self.left, self.number, self.found = left, number, []

    def visit(self, node):
        """Change the node of this number, or look into it."""
        other = None if id(node) in self.left else _changed(node)
        if other is not None:
            here = len(self.found)
            self.found.append((node, other))
            if here == self.number:
                return ast.copy_location(other, node)
        return self.generic_visit(node)


def mutants(root, path):
    """All changes of a module.

    Args:
        root: of the repository.
        path: of the module, from there.
    """
    source = (root / path).read_text(encoding="utf-8")
    tree, lines = ast.parse(source), source.splitlines()
    change = _Change(_untouched(tree))
    change.visit(tree)
    return [Mutant(path, number, node.lineno, node.col_offset,
                   f"{_short(node)} -> {_short(other)}", lines[node.lineno - 1].strip())
            for number, (node, other) in enumerate(change.found)]


def digest(root, path):
    """What tells versions of a module apart."""
    return hashlib.sha256((Path(root) / path).read_bytes()).hexdigest()[:12]


def _short(node):
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:28]}…{text[-28:]}"


def changed(root, mutant):
    """The tree of a module with a change in it."""
    tree = ast.parse((root / mutant.path).read_text(encoding="utf-8"))
    return ast.fix_missing_locations(_Change(_untouched(tree), mutant.number).visit(tree))


class Importer:
    """Imports one module changed, in this process alone: no file is touched.

    Args:
        root: of the repository.
        mutant: the change.
    """

    def __init__(self, root, mutant):
        self.root, self.mutant = root, mutant
        self.name = mutant.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    def install(self):
        """Put it before all that import modules."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name, path=None, target=None):
        """Say how the module is imported, None of any other."""
        if name != self.name:
            return None
        file, tree = str(Path(self.root) / self.mutant.path), changed(self.root, self.mutant)

        class Loader(importlib.machinery.SourceFileLoader):
            def get_code(self, fullname):
                return compile(tree, file, "exec", dont_inherit=True)

        return importlib.util.spec_from_file_location(name, file, loader=Loader(name, file))
