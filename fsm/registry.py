"""Finds the charts: every process and lifecycle declared in a package of machines."""

import importlib
import pkgutil

from fsm.core.chart import Process
from fsm.core.lifecycle import Lifecycle
from fsm.errors import ChartError

PACKAGE = "machines"


def charts(package=PACKAGE):
    """Import a package of machines and collect its charts.

    Args:
        package: name of the package.

    Returns:
        (processes, lifecycles), each a tuple in the order of modules and declarations.

    Raises:
        ChartError: where two charts share a name.
    """
    root = importlib.import_module(package)
    found = []
    for info in sorted(pkgutil.iter_modules(root.__path__), key=lambda m: m.name):
        module = importlib.import_module(f"{package}.{info.name}")
        found += [value for value in vars(module).values()
                  if isinstance(value, (Process, Lifecycle)) and value.module == module.__name__]
    seen = {}
    for chart in found:
        if chart.name in seen:
            raise ChartError(f"{chart.name!r} is declared twice: in {seen[chart.name]} and in "
                             f"{chart.module}; give one of them another name")
        seen[chart.name] = chart.module
    return (tuple(c for c in found if isinstance(c, Process)),
            tuple(c for c in found if isinstance(c, Lifecycle)))
