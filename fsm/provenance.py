"""Where a chart comes from: the module that declares it, and the era of that."""

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.util import resolve_name
from types import ModuleType

from fsm.core.charts.lifecycle import Region
from fsm.core.charts.policy import EARLIER, TODAY
from fsm.core.charts.process import Process
from fsm.errors import ChartError, closest
from fsm.locating import place, tree_of

Chart = Process | Region
ERAS = (EARLIER, TODAY)


def drawn(*kinds: Iterable[Chart]) -> Iterator[Chart]:
    """All charts of processes and lifecycles, and the regions of these, one after the other."""
    for kind in kinds:
        for chart in kind:
            yield chart
            yield from getattr(chart, "regions", ())


def stamp(*charts: Chart, among: Iterable[ModuleType] = ()) -> None:
    """Write into charts, and their regions, which module declares them and of which era it is.

    Charts are frozen, and known by identity: those who refer to one must see the stamp too. So
    it is written into the chart itself, here and nowhere else, and once.

    Args:
        charts: any charts; what no module holds at its top level stays as it is, save a region,
            which comes from where its lifecycle does. One that was made of another by
            ``attrs.evolve`` has not the other's module.
        among: modules that are looked for in first; by default all there are.

    Raises:
        ChartError: where the era is unknown.
    """
    fresh = {id(part): part for part in drawn(charts) if not part.module}
    fresh |= {id(chart): chart for chart in charts if chart.module and not _holds(chart)}
    homes = _homes(fresh, list(among)) if fresh else {}
    for chart in charts:
        for part in drawn((chart,)):
            home = homes.get(id(part)) or homes.get(id(chart))
            if home is not None and id(part) in fresh:
                object.__setattr__(part, "module", home.__name__)
                object.__setattr__(part, "era", part.era or era_of(home))


def era_of(module: ModuleType) -> str:
    """The era of the charts that a module declares.

    Args:
        module: whose ``ERA`` counts, else that of its package.

    Returns:
        ``ERA``, or "" for every era.

    Raises:
        ChartError: where it is unknown.
    """
    for one in (module, sys.modules.get(module.__package__ or "")):
        era = vars(one).get("ERA", "") if one is not None else ""
        if era in ERAS:
            return str(era)
        if one is not None and era != "":
            raise ChartError(f"{place(one.__file__, _line_of_era(one))}: ERA = {era!r} is "
                             f"unknown; {closest(era, ERAS)}")
    return ""


def _line_of_era(module: ModuleType) -> int:
    return next((node.lineno for node in ast.walk(tree_of(module.__file__ or ""))
                 if isinstance(node, ast.Name) and node.id == "ERA"), 1)


def _holds(chart: Chart) -> bool:
    """Whether the module of a chart has this very one at its top."""
    module = sys.modules.get(chart.module)
    return module is not None and any(value is chart for value in vars(module).values())


def _homes(charts: dict[int, Chart], among: list[ModuleType]) -> dict[int, ModuleType]:
    """The module that declares each chart, of those that have it at their top."""
    holders: dict[int, list[tuple[ModuleType, str]]] = {}
    others = [one for one in sys.modules.values() if isinstance(one, ModuleType)]
    for module in dict.fromkeys([*among, *others]):
        for name, value in list(vars(module).items()):
            if id(value) in charts:
                holders.setdefault(id(value), []).append((module, name))
    return {chart: _first(found, charts[chart]) for chart, found in holders.items()}


def _first(found: list[tuple[ModuleType, str]], chart: Chart) -> ModuleType:
    """The first that makes it, as its text tells; else the first that does not import it."""
    if len(found) == 1:
        return found[0][0]
    made = [module for module, name in found if _makes(module, name)]
    own = [module for module, name in found if not _imports(module, name, chart)]
    return [*made, *own, found[0][0]][0]


def _makes(module: ModuleType, name: str) -> bool:
    """Whether a module gives a name what a call returns, as far as its text tells."""
    return any(isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
               and any(isinstance(target, ast.Name) and target.id == name
                       for target in node.targets)
               for node in ast.walk(tree_of(getattr(module, "__file__", None) or "")))


def _imports(module: ModuleType, name: str, chart: Chart) -> bool:
    """Whether a module has a chart because it imports it, as far as its text tells."""
    tree = tree_of(getattr(module, "__file__", None) or "")
    if not tree.body:  # typed in, or without a text: whoever has one knows better
        return True
    for node in (one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)):
        for alias in node.names:
            if (alias.asname or alias.name) == name:
                return True
            if alias.name == "*" and getattr(_source(module, node), name, None) is chart:
                return True
    return False


def _source(module: ModuleType, node: ast.ImportFrom) -> ModuleType | None:
    written = "." * node.level + (node.module or "")
    return sys.modules.get(resolve_name(written, module.__package__))
