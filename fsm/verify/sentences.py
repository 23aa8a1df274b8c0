"""Whether the sentences of a lifecycle hold, by looking at every world that can come.

Only what a sentence names is looked at: nothing that a region does moves another one, or the
lifecycle. That time goes on, so that all that is open is closed at last, is all that ``leads_to``
may count on.
"""

from collections.abc import Callable, Iterator

import attrs

from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.rules import inside
from fsm.core.charts.sentences import Claim, HasLabel, InState, Sentence, Something
from fsm.core.engine.models import Load
from fsm.core.expect.values import Label
from fsm.verify.alike import of_first
from fsm.verify.findings import Finding, Happening, Way
from fsm.verify.product import TIME, Fired, Product, World
from fsm.verify.truth import (
    Atom,
    Formula,
    Term,
    atoms,
    conjunction,
    disjunction,
    negation,
)
from fsm.verify.worlds import Came, circles, explored, way, without

Holds = Callable[[World], bool]
STATE, SOMETHING = "state", "something"  # kinds of atoms that only sentences have


@attrs.frozen
class Claimed:
    """What a sentence says.

    Attributes:
        sentence: itself.
        terms: its claim, of ``leads_to`` two, as formulas over what a product knows.
    """

    sentence: Sentence
    terms: tuple[Term, ...]


@attrs.frozen
class Theory:
    """Sentences of a lifecycle that name the same charts.

    Attributes:
        lifecycle: whose they are.
        product: these charts side by side.
        claimed: the sentences.
    """

    lifecycle: Lifecycle
    product: Product
    claimed: tuple[Claimed, ...]

    @property
    def name(self) -> str:
        """The names of the charts."""
        return "-".join(dict.fromkeys((self.lifecycle.name,
                                       *(chart.name for chart in self.product.charts))))


def theories(lifecycle: Lifecycle) -> Iterator[Theory]:
    """The sentences of a lifecycle, those together that name the same charts."""
    together: dict[tuple[Region, ...], list[Claimed]] = {}
    for sentence in lifecycle.sentences:
        terms = tuple(term(claim) for claim in sentence.claims())
        together.setdefault(_named(lifecycle, sentence, terms), []).append(
            Claimed(sentence, terms))
    for charts, claimed in together.items():
        product = Product(charts, [one for each in claimed for one in each.terms])
        yield Theory(lifecycle, product, tuple(
            Claimed(one.sentence, tuple(of_first(part, product.alike) for part in one.terms))
            for one in claimed))


def _named(lifecycle: Lifecycle, sentence: Sentence,
           terms: tuple[Term, ...]) -> tuple[Region, ...]:
    """The charts that a sentence names; time is a matter of the lifecycle itself."""
    named = [atom for one in terms for atom in atoms(one)]
    regions = {atom.of for atom in named if atom.kind == STATE}
    charts = tuple(one for one in lifecycle.regions if one.name in regions)
    itself = "" in regions or not charts or sentence.then or any(
        atom.kind == SOMETHING for atom in named)
    return (lifecycle, *charts) if itself else charts


def term(claim: Claim) -> Term:
    """A claim as a formula: over labels, states (of a region) and what checks amount to."""
    if isinstance(claim, HasLabel):
        return Atom("label", claim.name, source=Label((claim.name,)))
    if isinstance(claim, Something):
        return Atom(SOMETHING, claim.load)
    if isinstance(claim, InState):
        return Atom(STATE, claim.path, claim.region)
    said = [term(part) for part in claim.parts]
    if claim.connective == "not":
        return negation(said[0])
    if claim.connective == "implies":
        return disjunction([negation(said[0]), said[1]])
    return conjunction(said) if claim.connective == "and" else disjunction(said)


def verified(lifecycle: Lifecycle) -> Iterator[Finding]:
    """The sentences of a lifecycle that do not hold, each with the shortest way to where not."""
    for theory in theories(lifecycle):
        for one, against in refuted(theory):
            yield finding(theory, one, against)


def finding(theory: Theory, one: Claimed, against: Way, more: str = "") -> Finding:
    """That a sentence does not hold.

    Args:
        theory: of which.
        one: the sentence.
        against: the way to where it does not hold.
        more: what else is to be said.
    """
    return Finding("sentence", theory.lifecycle.name,
                   f"it does not hold: {one.sentence.words()}{more}", state=one.sentence.text,
                   way=against)


def refuted(theory: Theory) -> Iterator[tuple[Claimed, Way]]:
    """Those of the sentences that do not hold, each with the shortest way to where not.

    Raises:
        TooMany: where there are more worlds than are looked at.
    """
    came = explored(theory.product, _nothing)
    for one in theory.claimed:
        claim, *then = (_holding(theory.product, said) for said in one.terms)
        if then:
            against = _not_led(theory.product, came, claim, then[0])
        else:
            wanted = one.sentence.rule == "always"
            against = next((way(came, world) for world in came if claim(world) is not wanted),
                           None)
        if against is not None:
            yield one, against


def _nothing(world: World, what: Happening, fired: list[Fired]) -> None:
    """Nobody looks."""


def _not_led(product: Product, came: Came, claim: Holds, then: Holds) -> Way | None:
    """A way to where one holds and the other never comes, though time goes on."""
    begun = [world for world in came if claim(world) and not then(world)]
    left = without(product, begun, lambda world: not then(world))
    for circle in circles(product, left):
        for world in circle:
            if any(what == TIME and after in circle for what, after, _ in product.steps(world)):
                start = world
                while (before := left[start]) is not None:
                    start = before[0]
                return (*way(came, start), *way(left, world), TIME)
    return None


def _holding(product: Product, said: Term) -> Holds:
    """A formula as a function of a world."""
    if isinstance(said, bool):
        return lambda world: said
    if isinstance(said, Formula):
        own = [_holding(product, part) for part in said.parts]
        if said.connective == "not":
            return lambda world: not own[0](world)
        together = all if said.connective == "and" else any
        return lambda world: together(one(world) for one in own)
    if said.kind == SOMETHING:
        place = Load._fields.index(said.about)
        return lambda world: world.told[place]
    if said.kind == STATE:
        at, path = product.place(said.of), said.about
        return lambda world: inside(world.states[at], path)
    bit = product.bits[said]
    return lambda world: bool(world.so & bit)
