"""What candidates are judged by, told apart by a digest: the program's core, charts, policy."""

import sys
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import attrs

from fsm.core.charts.policy import Policy
from fsm.io.jsonio import dumps


def digest(modules: Iterable[str], policy: Policy) -> str:
    """Tells some rules from others; the same on every machine.

    Args:
        modules: names of those that declare charts; all that lies in their packages counts.
        policy: :class:`~fsm.core.charts.policy.Policy`.
    """
    made = blake2b(dumps(attrs.asdict(policy)), digest_size=6)
    for package in ("fsm.core", *sorted({name.partition(".")[0] for name in modules})):
        for source in _sources(package):
            made.update(f"\0{source.name}\0".encode())
            made.update(source.read_bytes())
    return made.hexdigest()


def _sources(name: str) -> Iterator[Path]:
    module = sys.modules[name]
    for folder in getattr(module, "__path__", ()):
        yield from sorted(Path(folder).rglob("*.py"))
    if not hasattr(module, "__path__") and module.__file__:
        yield Path(module.__file__)
