"""A pytest plugin: the run fails where a transition of a chart was never fired by its own tests.

Switched on by ``fsm_meter = PACKAGE ...`` in the configuration of pytest. The tests of the charts
in ``PACKAGE.foo`` are those in ``test_foo.py``; what they fire through any engine counts. Where
pytest-xdist is used, its workers hand what their tests fired to the process that judges.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fsm.core.charts.keys import without_key
from fsm.core.charts.rules import Rule, inside
from fsm.core.printable import counted

if TYPE_CHECKING:
    from fsm.core.charts.lifecycle import Region
    from fsm.core.charts.process import Process
    from fsm.core.engine.effects import Step, Transition
    from fsm.core.engine.engine import Engine
    from fsm.core.engine.inputs import Input

OPTION = "fsm_meter"
Fired = tuple[str, str, str, str, str]  # chart, check, trigger, source, destination


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the packages."""
    parser.addini(OPTION, "packages of machines whose every transition must be fired", "linelist")


def pytest_configure(config: pytest.Config) -> None:
    """Switch the meter on where packages are named."""
    if config.getini(OPTION):
        config.pluginmanager.register(Meter(config), "fsm-meter-running")


class Meter:
    """Counts the transitions that each test module fires.

    Args:
        config: pytest's configuration.
    """

    def __init__(self, config: pytest.Config) -> None:
        from fsm.registry import charts, drawn

        self.charts: list[Process | Region] = [
            chart for package in config.getini(OPTION) for chart in drawn(*charts(package))]
        self.fired: dict[str, set[Fired]] = {}  # by test module
        self.module = ""
        self.partly: set[str] = set()
        self.seen: set[str] = set()
        self.whole = not config.getoption("file_or_dir")
        self.worker: dict[str, Any] | None = getattr(config, "workeroutput", None)
        if config.pluginmanager.hasplugin("xdist"):
            config.pluginmanager.register(Workers(self))
        self._watch()

    def _watch(self) -> None:
        from fsm.core.engine.engine import Engine

        step, meter = Engine.step, self

        def counted(engine: "Engine", item: "Input") -> "Step":
            done = step(engine, item)
            for transition in done.transitions:
                meter.note(engine, transition)
            return done

        Engine.step = counted  # type: ignore[method-assign, assignment]

    def note(self, engine: "Engine", transition: "Transition") -> None:
        """Note a fired transition for the test module that is running."""
        chart = without_key(transition.process)
        candidate = engine.candidates.get(transition.graceid)
        if not chart and candidate is not None:
            chart = candidate.lifecycle.name
        self.fired.setdefault(self.module, set()).add(
            (chart, without_key(transition.check), transition.trigger, transition.source,
             transition.dest))

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Remember whose tests are running."""
        self.module = Path(item.fspath).stem

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        """A module of which not all tests run is not judged."""
        self.partly |= {Path(item.fspath).stem for item in items}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember which modules are there."""
        self.seen |= {Path(item.fspath).stem for item in session.items}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail the run where a transition is left over."""
        if self.worker is not None:
            self.worker[OPTION] = {
                "fired": {module: sorted(fired) for module, fired in self.fired.items()},
                "partly": sorted(self.partly), "seen": sorted(self.seen)}
        elif self.left_over() and exitstatus == 0 and not session.config.getoption("collectonly"):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def add(self, counted: Mapping[str, Any]) -> None:
        """Add what a worker counted, as it handed it over."""
        for module, fired in counted["fired"].items():
            self.fired.setdefault(module, set()).update(tuple(one) for one in fired)
        self.partly.update(counted["partly"])
        self.seen.update(counted["seen"])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was metered, and what is left over."""
        metered = [chart for chart in self.charts if self._judged(chart)]
        total = sum(len(list(declared(chart))) for chart in metered)
        left = self.left_over()
        terminalreporter.write_line(f"meter: {total - len(left)} of {total} transitions of "
                                    f"{counted(len(metered), 'chart')} fired by their own tests")
        for line in left:
            terminalreporter.write_line(f"meter: never fired: {line}", red=True)

    def _judged(self, chart: "Process | Region") -> bool:
        test = _test_module(chart)
        return test not in self.partly and (test in self.seen or self.whole)

    def left_over(self) -> list[str]:
        """The declared transitions that their own tests have not fired, as lines."""
        lines = []
        for chart in self.charts:
            if self._judged(chart):
                fired = self.fired.get(_test_module(chart), set())
                lines += [f"{_test_module(chart)}.py: {chart.name} {path} "
                          f"{rule.source} --{rule.trigger}--> {rule.dest}".replace("  ", " ")
                          for path, name, rule in declared(chart)
                          if not _was_fired(chart.name, name, rule, fired)]
        return lines


class Workers:
    """Takes over what the workers of pytest-xdist counted, each when it ends.

    Args:
        meter: the meter of the process that judges.
    """

    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Add what a worker counted; one that died fails the run anyway."""
        if counted := getattr(node, "workeroutput", {}).get(OPTION):
            self.meter.add(counted)


def _test_module(chart: "Process | Region") -> str:
    return "test_" + chart.module.rpartition(".")[2]


def declared(chart: "Process | Region") -> Iterator[tuple[str, str, Rule]]:
    """All transitions of a chart and its checks, as (stage.check, check, rule)."""
    from fsm.core.charts import rules
    from fsm.core.charts.process import Process

    if not isinstance(chart, Process):
        yield from (("", "", rule) for rule in rules.lifecycle_rules(chart))
        return
    yield from (("", "", rule) for rule in rules.process_rules(chart))
    for stage, check in chart.checks():
        for rule in rules.check_rules(rules.features(chart, check)):
            yield f"{stage.name}.{check.name}", check.name, rule


def _was_fired(chart: str, check: str, rule: Rule, fired: set[Fired]) -> bool:
    return any((name, inner, trigger) == (chart, check, rule.trigger)
               and inside(source, rule.source) and inside(dest, rule.dest)
               for name, inner, trigger, source, dest in fired)
