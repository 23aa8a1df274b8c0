"""A bench on which every transition of a process is fired through the engine's public inputs.

The test of a machine says how a right and a wrong annotation look; the bench brings a check into
the source state of a row, lets happen what its trigger names, and looks at what the engine did.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs
import pytest

from fsm.core.charts import rules
from fsm.core.charts.checks import Check
from fsm.core.charts.policy import TODAY
from fsm.core.charts.process import Process
from fsm.core.evidence.fields import Plain
from fsm.registry import stamp
from fsm.testing.rows import Case, Row, cases, check_rows, process_rows
from fsm.testing.run import Run
from fsm.testing.script import CURRENT, LEGACY, Annotate, Script, Tags, Tell
from fsm.testing.world import CREATED, CREATED_TODAY, GRACEID, GRACEIDS, Annotation

__all__ = ["CREATED", "CREATED_TODAY", "GRACEID", "Bench", "Run", "expectations", "labelled",
           "new", "said", "transitions", "unlabelled", "uploaded"]


WAIVING = {"event": "EM_Superseded", "superevent": "ADVNO", "external": "NOT_GRB"}


def _stamped(chart: Process) -> Process:
    """The chart; its era must be known also where its module was imported by a test alone."""
    stamp(chart)
    return chart


@attrs.frozen
class Bench:
    """How the annotations of one process look.

    Attributes:
        chart: the process.
        right: "stage.check" to a function (script, seconds after creation) that writes the
            annotation which makes it right; for what only GraceDB can tell, to a dict with
            ``contents`` or ``neighbours`` of its answer.
        wrong: likewise, for the annotation there but wrong; may lack checks.
        start: function (script) that writes what starts it, the candidate's creation included.
        fields: values of the event.
        excused: for conditional checks by "stage.check": values of the event that make them not
            expected, or a pair of functions (script, seconds): one that does it, one that undoes
            it.
        renewed: function (script, seconds) that lets what started it happen again; by default the
            labels and messages of ``start`` come once more.
        options: options that differ from the chart's, so that there is one check for each.
        tags: exact tags of checks, as a profile may want them.
        far_threshold: of the process, Hz, or None.
        waived: pair of functions (script, seconds): one that makes the process needless, one that
            undoes it; by default a label that waives everything comes and goes.
        waive_injections: whether the profile waives injections.
        flavour: payload flavour of the alerts; by default that of the chart's era.
    """

    chart: Process = attrs.field(converter=_stamped)
    right: dict[str, Annotation] = attrs.field(factory=dict)
    wrong: dict[str, Annotation] = attrs.field(factory=dict)
    start: Tell = lambda script: script.new()
    fields: Plain = attrs.field(factory=dict)
    excused: dict[str, Plain | tuple[Annotate, Annotate]] = attrs.field(factory=dict)
    renewed: Annotate | None = None
    options: dict[str, Any] = attrs.field(factory=dict)
    tags: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    far_threshold: float | None = None
    waived: tuple[Annotate, Annotate] = attrs.field()
    waive_injections: bool = False
    flavour: str = attrs.field()

    @waived.default
    def _waived(self) -> tuple[Annotate, Annotate]:
        name = WAIVING[self.chart.of[0]]
        return labelled(name), unlabelled(name)

    @flavour.default
    def _flavour(self) -> str:
        return CURRENT if self.chart.era == TODAY else LEGACY

    @property
    def graceid(self) -> str:
        """The GraceID on the bench, of the kind that has the process."""
        return GRACEIDS[self.chart.of[0]]

    def rows(self) -> list[Row]:
        """All rows that its tests must show: of the checks in ``right``, and of the process."""
        rows: list[Row] = []
        for path, check in self._checks():
            rows += check_rows(path, rules.features(self.chart, check), path in self.wrong)
        return rows + process_rows(self.chart)

    def cases(self) -> list[Case]:
        """Each of its expectations with right, wrong and absent evidence, in both flavours."""
        return [case for path, check in self._checks()
                for case in cases(path, path in self.wrong, check.at_deadline)
                if self.chart.era != TODAY or case.flavour == CURRENT]

    def _checks(self) -> Iterator[tuple[str, Check]]:
        for stage, check in self.chart.checks():
            path = f"{stage.name}.{check.name}"
            if path in self.right:
                yield path, check

    def check_row(self, row: Row) -> None:
        """Bring it into the row's source state and let the trigger happen.

        Raises:
            AssertionError: where the engine did not move as the row says.
        """
        run = Run(self, row)
        run.reach(row.source)
        fired = run.happen(row)
        moves = [(t.source, t.trigger, t.dest) for t in fired if run.is_mine(t)]
        assert any(rules.inside(source, row.source)
                   and (trigger, dest) == (row.trigger, row.dest)
                   for source, trigger, dest in moves), f"{row}: it fired {moves}"

    def check_case(self, case: Case) -> None:
        """Show an expectation evidence of one kind, and see what comes of it at the deadline.

        Raises:
            AssertionError: where the check did not end as it should.
        """
        run = Run(attrs.evolve(self, flavour=case.flavour), Row(case.check))
        run.show(case.evidence)
        check = run.check(case.check)
        assert check.state in case.ends, f"{case}: it is {check.state}: {check.why}"
        kind = check.judge().kind
        missing_value = case.evidence == "absent" and not check.chart.expects.timed
        assert kind == case.evidence or missing_value, f"{case}: judged {check.judge()}"


def _parametrized(name: str, benches: Iterable[Bench],
                  listed: Callable[[Bench], Iterable[object]]) -> pytest.MarkDecorator:
    made = [pytest.param(bench, item, id=f"{bench.chart.name}-{item}")
            for bench in benches for item in listed(bench)]
    return pytest.mark.parametrize(("bench", name), made)


def transitions(*benches: Bench) -> pytest.MarkDecorator:
    """Parametrize a test with ``bench`` and ``row``: every transition of these benches."""
    return _parametrized("row", benches, Bench.rows)


def expectations(*benches: Bench) -> pytest.MarkDecorator:
    """Parametrize a test with ``bench`` and ``case``: every expectation of these benches."""
    return _parametrized("case", benches, Bench.cases)


def new(script: Script) -> None:
    """The candidate is created, and nothing else."""
    script.new()


def said(comment: str, tags: Tags = ()) -> Annotate:
    """A log message, as an entry of ``right`` or ``wrong``."""
    return lambda script, after: script.log(comment, after, tags)


def uploaded(filename: str, comment: str = "", tags: Tags = (), **how: Any) -> Annotate:
    """A file, as an entry of ``right`` or ``wrong``."""
    return lambda script, after: script.file(filename, after, comment, tags, **how)


def labelled(name: str) -> Annotate:
    """A label put on, as an entry of ``right`` or ``wrong``."""
    return lambda script, after: script.label(name, after)


def unlabelled(name: str) -> Annotate:
    """A label taken off, as an entry of ``right`` or ``wrong``."""
    return lambda script, after: script.unlabel(name, after)
