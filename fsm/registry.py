"""Finds the charts: every process and lifecycle declared in the packages of machines.

The shipped ones are in ``machines``. Others announce themselves as entry points of the group
``fsm.machines``, or are named in the configuration.
"""

import importlib
import pkgutil
import sys
from collections.abc import Collection, Iterable
from importlib.metadata import entry_points
from types import ModuleType

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.process import Process
from fsm.errors import ChartError, ConfigurationError
from fsm.locating import last_line, located
from fsm.provenance import drawn, era_of, stamp

__all__ = ["GROUP", "PACKAGE", "charts", "drawn", "packages", "stamp"]

PACKAGE = "machines"
GROUP = "fsm.machines"


def packages(named: Iterable[str] = ()) -> tuple[str, ...]:
    """The packages and modules of machines: the shipped ones, announced ones, and those named."""
    announced = sorted(point.value for point in entry_points(group=GROUP))
    return tuple(dict.fromkeys((PACKAGE, *announced, *named)))


def charts(*names: str) -> tuple[tuple[Process, ...], tuple[Lifecycle, ...]]:
    """Import packages of machines and collect their charts, stamped with their module and era.

    Args:
        names: packages, or single modules.

    Returns:
        (processes, lifecycles), each a tuple in the order of packages, modules and declarations.

    Raises:
        ChartError: where a chart is wrong, or two share a name.
        ConfigurationError: where a package cannot be imported.
    """
    names = names or (PACKAGE,)
    roots = {name.partition(".")[0] for name in (PACKAGE, *names)}
    modules = [module for name in names for module in _modules(name, roots)]
    for module in modules:
        era_of(module)  # is it known, also where there is no chart yet
    stamp(*(chart for module in modules for chart in _held(module)), among=modules)
    found = [chart for module in modules for chart in _held(module)
             if chart.module == module.__name__]
    seen: dict[str, str] = {}
    for chart in drawn(found):
        if chart.name in seen:
            raise ChartError(f"{chart.name!r} is declared twice: in {seen[chart.name]} and in "
                             f"{chart.module}; give one of them another name")
        seen[chart.name] = chart.module
    return (tuple(c for c in found if isinstance(c, Process)),
            tuple(c for c in found if isinstance(c, Lifecycle)))


def _modules(name: str, roots: Collection[str]) -> list[ModuleType]:
    root = _imported(name, roots)
    inside = sorted(pkgutil.iter_modules(getattr(root, "__path__", ())),
                    key=lambda module: (module.ispkg, module.name))
    return [root, *(module for info in inside
                    for module in _modules(f"{name}.{info.name}", roots))]


def _imported(name: str, roots: Collection[str]) -> ModuleType:
    if "" not in sys.path:
        sys.path.append("")  # a module beside the configuration may be named in it
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever somebody's module may raise
        told = located(error, roots)
        if isinstance(told, ChartError):
            raise told from None
        at = last_line(error, roots)
        raise ConfigurationError(f"machines in {name!r} cannot be imported: "
                                 f"{type(error).__name__}: {error}"
                                 + (f" ({at})" if at else "")) from None


def _held(module: ModuleType) -> list[Process | Lifecycle]:
    """The charts at the top of a module, also those that it imports."""
    return [value for value in vars(module).values() if isinstance(value, (Process, Lifecycle))]
