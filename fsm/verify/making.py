"""What has to happen so that something is so: the annotations that make an expectation right."""

from collections.abc import Mapping

from fsm.core.charts.process import Process
from fsm.verify.findings import Happening, Way
from fsm.verify.truth import Atom, Term, conjunction, formula, holding, negation

PASSES = Happening("time", "passes")
TIMERS = ("warning", "deadline", "give_up", "escalate", "stage_done")
HEARD = ("evidence", "answer", "recovered")
AGAIN = ("renew", "renewed")
NEEDLESS: Mapping[str, str] = {"event": "EM_Superseded", "superevent": "ADVNO",
                               "external": "NOT_GRB"}
UNASKED = "only a GraceDB that does not answer, or answers otherwise, shows it"


class Unshown(Exception):
    """Why no recording shows it."""


def way(so: Mapping[Atom, bool]) -> Way:
    """What happens so that these are so; what is not to be so does not happen.

    What only a function knows, or a member of a superevent has, is a ``fact``, which may be so by
    itself.
    """
    return tuple(Happening("fact", f"{atom.of}: {atom.about}" if atom.of else atom.about)
                 if atom.of or atom.kind == "fact"
                 else Happening(atom.kind, atom.about, atom.source)
                 for atom in sorted((atom for atom, is_so in so.items() if is_so),
                                    key=lambda one: one.about))


def started(process: Process, but: Term = False) -> Way:
    """What happens so that a process is started and needed.

    Args:
        process: its chart.
        but: what is not to be so.

    Raises:
        Unshown: where nothing does.
    """
    options = process.options
    so = holding(conjunction([
        formula(process.starts, options), negation(but),
        True if process.when is None else formula(process.when, options),
        True if process.unless is None else negation(formula(process.unless, options))]))
    if so is None:
        raise Unshown("what starts it makes it needless")
    return way(so)


def of_process(process: Process, path: str, happened: Way) -> Way:
    """What happens so that a process, or a check of it, goes a way.

    Args:
        process: its chart.
        path: ``stage.check``; "" for the process itself.
        happened: triggers of its machine.

    Raises:
        Unshown: where it takes more than alerts and time.
    """
    checks = {f"{stage.name}.{check.name}": check for stage, check in process.checks()}
    wanted = conjunction([formula(one.expects, process.options) for name, one in checks.items()
                          if path in ("", name)])
    begun = started(process, wanted)
    made: list[Happening] = list(begun)
    for one in happened:
        if one.what in TIMERS:
            made.append(PASSES)
        elif one.what in HEARD:
            made += _shown(wanted)
        elif one.what in AGAIN:
            made += begun
        elif one.what in ("waive", "reinstate"):
            name = NEEDLESS[process.of[0]]
            made.append(Happening("label" if one.what == "waive" else "unlabel", name))
        else:
            raise Unshown(f"{one.what}: {UNASKED}")
    return tuple(made)


def _shown(wanted: Term) -> Way:
    so = holding(wanted)
    if so is None:
        raise Unshown("what it expects can never be")
    return way(so)
