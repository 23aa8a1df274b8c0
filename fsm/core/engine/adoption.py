"""Fits what was stored of a candidate to charts and profiles that have changed since.

What is under way goes on, and nothing is told that has not happened:

- a check, or a whole process, that no chart has any more is left out; so is a process that the
  profile has switched off, and one that has got a key, or lost it;
- a check that is new counts for what starts from now on, and a process for what comes then: what
  has come before starts it no more;
- what is waited for keeps its deadline;
- a process goes on in its present stage, wherever that stands now; where it is gone, in the first
  one in which something is open, and where nothing is open, at its end;
- what was made needless in a way that the chart does not know any more is closed without having
  been judged, so that it can be expected again;
- a lifecycle or region whose state is gone goes on in the nearest state around it, else where it
  begins; one whose chart is gone, by today's chart for its kind;
- a candidate whose profile is gone has that which is for it now.
"""

from fsm.core.charts import rules
from fsm.core.charts.catalogue import Charts
from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.policy import Policy, Profile, Settings
from fsm.core.charts.process import Process
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import CheckRun, ProcessRun
from fsm.core.engine.table import process_table
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.fields import Plain
from fsm.errors import ChartError

_OPEN = "open."
_WAIVED, _COMPLETE = "closed.waived", "closed.complete"


def lifecycle_of(name: str, graceid: str, charts: Charts) -> Lifecycle:
    """The chart of a stored lifecycle.

    Args:
        name: of the chart that was stored.
        graceid: of the candidate.
        charts: those of today.

    Raises:
        ChartError: where no lifecycle is for such a candidate any more.
    """
    found = charts.lifecycles.get(name) or charts.lifecycle(graceid)
    if found is None:
        raise ChartError(f"{graceid}: there is no lifecycle {name!r} any more, nor another one for "
                         "this kind of candidate")
    return found


def state_in(chart: Region, stored: str) -> str:
    """The path of the state in which a lifecycle or region goes on.

    Args:
        chart: of today.
        stored: path of the state in which it was.
    """
    leaves, path = chart.leaves(), stored
    while path:
        inside = next((leaf for leaf in leaves if rules.inside(leaf, path)), None)
        if inside is not None:
            return inside
        path = path.rpartition(".")[0]
    return chart.initial()


def profile_of(name: str, known: Evidence, policy: Policy) -> Profile:
    """The profile of a stored name, or that which is for the candidate where it is gone."""
    return policy.named(name) or policy.profile_for(known.fields, known.today)


def goes_on(stored: Plain, chart: Process, settings: Settings) -> bool:
    """Whether a process that was stored is one of its chart and profile of today.

    Args:
        stored: as in a configuration.
        chart: that of its name.
        settings: of the candidate's profile.
    """
    if not settings.enabled and (stored["state"].startswith("open") or stored["state"] == _WAIVED) \
            and not stored.get("reason") and not stored.get("final"):
        return False  # nothing had been against it, until the configuration was changed
    return bool(chart.key) if stored["key"] else not chart.key or chart.keyed is not None


def new(stored: Plain, candidate: Candidate) -> set[str]:
    """The names of processes that are on now and were not when a candidate was stored.

    Args:
        stored: its configuration; those of earlier versions do not tell what was on.
        candidate: as it is now.
    """
    return set(candidate.on).difference(stored.get("on", candidate.on))


def fit(run: ProcessRun, left_out: bool) -> None:
    """Have a process that was stored go on by its chart of today.

    Args:
        run: with what was stored of it and of its checks.
        left_out: whether checks were stored that it does not have any more.
    """
    for check in run.checks:
        _fit_check(check)
    run.count_open()
    stages = [stage.name for stage in run.chart.stages]
    if not run.open:
        if run.state == _WAIVED and run.chart.always:
            run.state = _COMPLETE
        run.stage = min(run.stage, len(stages) - 1)
        return
    name = run.state.removeprefix(_OPEN)
    gone = name not in stages
    run.stage = 0 if gone else stages.index(name)
    run.state = _OPEN + stages[run.stage]
    if gone or left_out:
        _pass_what_is_done(run)


def _fit_check(check: CheckRun) -> None:
    if check.state == rules.WARNED and check.warn is None:
        check.state, check.timer = rules.AWAITING, check.due
    elif (check.state == rules.WAIVED and check.process.chart.always) or (
            check.state == rules.NOT_EXPECTED and not check.chart.conditional):
        check.state = rules.UNVERIFIABLE


def _pass_what_is_done(run: ProcessRun) -> None:
    """Go on through the stages in which nothing is open any more."""
    while run.open and run.stage_is_done:
        if not process_table(run.chart).fire(run, "stage_done"):
            return
        run.stage += run.open
