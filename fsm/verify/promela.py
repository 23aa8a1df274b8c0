"""A lifecycle with its regions side by side in Promela, the language of the model checker spin.

It says once more, in the checker's own terms, what :mod:`fsm.verify.product` does, so that two
programs look at the same charts. An input with all that comes of it is one step; before it, what
the checks will amount to is chosen, which no claim sees.
"""

from collections.abc import Iterator
from itertools import product as combinations

import attrs

from fsm.core.charts.lifecycle import Region
from fsm.core.charts.rules import inside
from fsm.core.engine.models import Load
from fsm.core.engine.table import Row
from fsm.verify.alike import LASTING
from fsm.verify.product import Product, asked, guards, read
from fsm.verify.sentences import SOMETHING, STATE, Claimed, Theory
from fsm.verify.truth import Atom, Formula, Term

RESET = "told_overdue = false; told_open = true; told_missing = false"  # as the engine does


def model(theory: Theory) -> str:
    """The text of a model, with a claim ``p0``, ``p1``, ... for each sentence."""
    return "\n".join(_Written(theory).lines()) + "\n"


@attrs.frozen
class _Written:
    theory: Theory

    @property
    def product(self) -> Product:
        return self.theory.product

    def lines(self) -> Iterator[str]:
        yield f"/* {self.theory.name}, written by fsm verify */"
        for place, chart in enumerate(self.product.charts):
            for number, path in enumerate(self._paths(place)):
                yield f"#define {self._state(place, path)} {number}"
            initial = self._state(place, self.product.tables[place].initial)
            yield f"byte s{place} = {initial};  /* {chart.name} */"
        for atom, others in self.product.alike.items():
            names = ", ".join(one.about for one in (atom, *others))
            yield f"bool {self._bit(atom)};  /* {atom.kind} {names.replace('*/', '* /')} */"
        yield "bool told_overdue, told_open = true, told_missing, setting, tick;"
        yield "byte load, was;"
        yield from self._process()
        for number, one in enumerate(self.theory.claimed):
            yield f"ltl p{number} {{ {self._claim(one)} }}  /* {one.sentence.words()} */"

    def _paths(self, place: int) -> list[str]:
        return list(self.product.leaves[place])

    def _state(self, place: int, path: str) -> str:
        return f"S{place}_{path.replace('.', '_')}"

    def _bit(self, atom: Atom) -> str:
        return f"a{self.product.atoms.index(atom)}"

    # -- what happens ---------------------------------------------------------------------------

    def _process(self) -> Iterator[str]:
        yield "active proctype candidate() {"
        if len(self.product.beginnings()) > 1:
            yield "  if :: setting = false :: setting = true fi;"
        yield "  do"
        yield "  ::"
        if self.product.lifecycle is not None:
            chosen = " ".join(f":: load = {number}" for number in range(6))
            yield f"    if {chosen} fi;"
        yield "    if"
        if self.product.lifecycle is not None:
            yield f"    :: load < 2 -> d_step {{ tick = true; {self._tell()} }}"
            yield f"    :: d_step {{ tick = false; {self._tell()} }}"
        for atom, others in self.product.alike.items():
            yield from self._atom(atom, bool(others))
        yield "    fi"
        yield "  od"
        yield "}"

    def _atom(self, atom: Atom, several: bool) -> Iterator[str]:
        bit = self._bit(atom)
        then = f"{self._react(atom)} {self._tell()}"
        again = atom.kind in LASTING or several
        come = "true" if again else f"!{bit}"
        yield f"    :: {come} -> d_step {{ tick = false; {bit} = true; {then} }}"
        if atom.kind not in LASTING:
            yield f"    :: {bit} -> d_step {{ tick = false; {bit} = false; {then} }}"

    def _react(self, atom: Atom) -> str:
        """What the moves do that hear of something."""
        written = []
        for place in self.product.hearing(atom):
            one = self.product.heard[place]
            fire = self._fire(one.chart, one.move.trigger, "told_missing")
            if one.chart == self.product.lifecycle:
                fire = (f"was = s{one.chart}; {fire} if :: ({self._waives('was', one.chart)}) && "
                        f"!({self._waives(f's{one.chart}', one.chart)}) -> {RESET} :: else fi;")
            written.append(f"if :: ({self._expression(self.product.terms[place])}) -> {fire} "
                           ":: else fi;")
        return " ".join(written)

    def _waives(self, variable: str, place: int) -> str:
        waiving = [path for path, state in self.product.leaves[place].items() if state.waives]
        return " || ".join(f"{variable} == {self._state(place, path)}"
                           for path in waiving) or "false"

    def _tell(self) -> str:
        """What the lifecycle does that is told what its checks amount to."""
        place = self.product.lifecycle
        if place is None:
            return "skip;"
        triggers = {
            "reopened": "load >= 2 && !told_open",
            "attention_needed": "load >= 4 && !told_overdue",
            "attention_over": "load < 4 && told_overdue && load >= 2",
            "all_closed": "load < 2 && (told_open || (load & 1) != told_missing)"}
        # Only what was open can be given up.
        written = ["if :: (load & 1) && !told_missing && !told_open -> load = load - 1 :: else fi;"]
        written += [f"if :: ({when}) -> {self._fire(place, trigger, '(load & 1)')} :: else fi;"
                    for trigger, when in triggers.items()]
        written.append("told_overdue = (load >= 4); told_open = (load >= 2); "
                       "told_missing = (load & 1); load = 0; was = 0;")
        return " ".join(written)

    def _fire(self, place: int, trigger: str, missing: str) -> str:
        rows = {state: self.product.tables[place].rows.get((state, trigger), ())
                for state in self._paths(place)}
        ways = " ".join(f":: (s{place} == {self._state(place, state)}) -> "
                        f"{self._rows(place, state, list(tried), missing)}"
                        for state, tried in rows.items() if tried)
        return f"if {ways} :: else fi;" if ways else "skip;"

    def _rows(self, place: int, state: str, rows: list[Row], missing: str) -> str:
        """The first row whose guards hold."""
        row, *others = rows
        enter = f"s{place} = {self._state(place, row.dest or state)}"
        if not row.guards:
            return enter
        chart = self.product.charts[place]
        said = " && ".join(f"{'' if wanted else '!'}({self._guard(chart, name, missing)})"
                           for name, wanted in row.guards)
        rest = self._rows(place, state, others, missing) if others else "skip"
        return f"if :: ({said}) -> {enter} :: else -> {rest} fi"

    def _guard(self, chart: Region, name: str, missing: str) -> str:
        """What a guard says, asked of it for all that it can look at."""
        labels = sorted(read(chart)) if name in guards(chart) else []
        holding = []
        for lacks, setting, *on in combinations((False, True), repeat=2 + len(labels)):
            names = tuple(label for label, is_on in zip(labels, on, strict=True) if is_on)
            if asked(name, names, Load(False, False, lacks), setting):
                bits = [f"{'' if is_on else '!'}{self._bit(Atom('label', label))}"
                        for label, is_on in zip(labels, on, strict=True)]
                holding.append(" && ".join([f"{'' if lacks else '!'}{missing}",
                                            f"{'' if setting else '!'}setting", *bits]))
        return " || ".join(f"({one})" for one in holding) or "false"

    # -- what is claimed ------------------------------------------------------------------------

    def _claim(self, one: Claimed) -> str:
        said = [f"({self._expression(part)})" for part in one.terms]
        if one.sentence.then:
            return f"([]<> tick) -> ([] ({said[0]} -> <> {said[1]}))"
        return f"[] {said[0]}" if one.sentence.rule == "always" else f"[] !{said[0]}"

    def _expression(self, term: Term) -> str:
        if isinstance(term, bool):
            return "true" if term else "false"
        if isinstance(term, Formula):
            parts = [self._expression(part) for part in term.parts]
            if term.connective == "not":
                return f"!({parts[0]})"
            return (" && " if term.connective == "and" else " || ").join(
                f"({part})" for part in parts)
        if term.kind == SOMETHING:
            return f"told_{term.about}"
        if term.kind == STATE:
            place = self.product.place(term.of)
            return " || ".join(f"s{place} == {self._state(place, path)}"
                               for path in self._paths(place) if inside(path, term.about))
        return self._bit(term)

