"""Which of the things that move a lifecycle do the same, so that one of them stands for all.

There are as many worlds as there are subsets of what may be so. Of labels where it only matters
whether any of them is on, one is as good as all.
"""

from collections.abc import Iterable, Mapping, Sequence

import attrs

from fsm.core.charts.lifecycle import Move
from fsm.verify.truth import Atom, Term, given

LASTING = ("file", "log")  # what has come stays, and may come again


@attrs.frozen
class Heard:
    """A move with what it is judged on.

    Attributes:
        chart: place of its chart.
        move: itself.
        holds: its expectation.
        news: what it hears of.
    """

    chart: int
    move: Move
    holds: Term
    news: frozenset[Atom]


def alike(wanted: Iterable[Atom], heard: Sequence[Heard], said: Sequence[Term],
          apart: set[str]) -> dict[Atom, tuple[Atom, ...]]:
    """Atoms of which each does what any other of them does, by the first of them.

    Labels of which it only matters whether any is on are looked at as one, which is exact: what
    comes or goes while another is on is news too.

    Args:
        wanted: all atoms.
        heard: the moves that hear of them.
        said: what else is asked of them.
        apart: names of labels that are looked at one by one.
    """
    found: dict[Atom, tuple[Atom, ...]] = {}
    for atom in wanted:
        known = () if atom.about in apart else (one for one in found if one.about not in apart)
        first = next((one for one in known if _same(one, atom, heard, said)), None)
        if first is None:
            found[atom] = ()
        else:
            found[first] += (atom,)
    return found


def _same(one: Atom, other: Atom, heard: Sequence[Heard], said: Sequence[Term]) -> bool:
    if one.kind != other.kind and not {one.kind, other.kind} <= set(LASTING):
        return False
    if one.kind not in ("label", *LASTING):
        return False
    terms = (*(move.holds for move in heard), *said)
    return all((one in move.news) == (other in move.news) for move in heard) and all(
        given(term, one, True) == given(term, other, True)
        == given(given(term, one, False), other, True) for term in terms)


def of_first(term: Term, among: Mapping[Atom, tuple[Atom, ...]]) -> Term:
    """A formula in which the first stands for all that are like it."""
    for others in among.values():
        for other in others:
            term = given(term, other, False)
    return term
