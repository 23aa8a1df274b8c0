"""What candidates are judged by, told apart by a digest: the program's core, charts, policy."""

import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

import attrs

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import Policy
from fsm.core.charts.process import Process
from fsm.io.jsonio import dumps

Declared: TypeAlias = tuple[tuple[Process, ...], tuple[Lifecycle, ...]]


class Rules:
    """Those of a program as it begins; what is written into its files later does not count.

    Args:
        charts: (processes, lifecycles); all that lies in the packages that declare them counts, and
            of those that no file declares, what they say themselves.
    """

    def __init__(self, charts: Declared) -> None:
        self._program = blake2b(digest_size=6)
        packages = {one.module.partition(".")[0] for some in charts for one in some}
        for one in (one for some in charts for one in some if not one.module):
            self._program.update(repr(one).encode())
        for package in ("fsm.core", *sorted(packages - {""})):
            for source in _sources(package):
                self._program.update(f"\0{source.name}\0".encode())
                self._program.update(source.read_bytes())

    def digest(self, policy: Policy) -> str:
        """Tells them together with a policy from others; the same on every machine.

        Args:
            policy: :class:`~fsm.core.charts.policy.Policy`.
        """
        made = self._program.copy()
        made.update(dumps(attrs.asdict(policy)))
        return made.hexdigest()


def _sources(name: str) -> Iterator[Path]:
    module = sys.modules[name]
    for folder in getattr(module, "__path__", ()):
        yield from sorted(Path(folder).rglob("*.py"))
    if not hasattr(module, "__path__") and module.__file__:
        yield Path(module.__file__)
