"""Finds the charts: every process and lifecycle declared in the packages of machines.

The shipped ones are in ``machines``. Others announce themselves as entry points of the group
``fsm.machines``, or are named in the configuration.
"""

import importlib
import pkgutil
import sys
from importlib.metadata import entry_points

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.process import Process
from fsm.errors import ChartError, ConfigurationError

PACKAGE = "machines"
GROUP = "fsm.machines"


def packages(named=()):
    """The packages and modules of machines: the shipped ones, announced ones, and those named."""
    announced = sorted(point.value for point in entry_points(group=GROUP))
    return tuple(dict.fromkeys((PACKAGE, *announced, *named)))


def charts(*names):
    """Import packages of machines and collect their charts.

    Args:
        names: packages, or single modules.

    Returns:
        (processes, lifecycles), each a tuple in the order of packages, modules and declarations.

    Raises:
        ChartError: where a chart is wrong, or two share a name.
        ConfigurationError: where a package cannot be imported.
    """
    found = [chart for name in names or (PACKAGE,) for module in _modules(name)
             for chart in _declared(module)]
    seen = {}
    for chart in drawn(found):
        if chart.name in seen:
            raise ChartError(f"{chart.name!r} is declared twice: in {seen[chart.name]} and in "
                             f"{chart.module}; give one of them another name")
        seen[chart.name] = chart.module
    return (tuple(c for c in found if isinstance(c, Process)),
            tuple(c for c in found if isinstance(c, Lifecycle)))


def drawn(*kinds):
    """All charts of processes and lifecycles, and the regions of these, one after the other."""
    for kind in kinds:
        for chart in kind:
            yield chart
            yield from getattr(chart, "regions", ())


def _modules(name):
    root = _imported(name)
    inside = sorted(pkgutil.iter_modules(getattr(root, "__path__", ())),
                    key=lambda module: (module.ispkg, module.name))
    return [root, *(module for info in inside for module in _modules(f"{name}.{info.name}"))]


def _imported(name):
    if "" not in sys.path:
        sys.path.append("")  # a module beside the configuration may be named in it
    try:
        return importlib.import_module(name)
    except ChartError as error:
        raise ChartError(f"machines in {name}: {error}") from None
    except Exception as error:  # whatever somebody's module may raise
        raise ConfigurationError(f"machines in {name!r} cannot be imported: "
                                 f"{type(error).__name__}: {error}") from None


def _declared(module):
    return [value for value in vars(module).values()
            if isinstance(value, (Process, Lifecycle)) and value.module == module.__name__]
