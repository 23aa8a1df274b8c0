"""What candidates are judged by, told apart by a digest: the program's core, charts, policy."""

import sys
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import attrs

from fsm.core.charts.policy import Policy
from fsm.io.jsonio import dumps


class Rules:
    """Those of a program as it begins; what is written into its files later does not count.

    Args:
        modules: names of those that declare charts; all that lies in their packages counts.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        self._program = blake2b(digest_size=6)
        for package in ("fsm.core", *sorted({name.partition(".")[0] for name in modules})):
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
