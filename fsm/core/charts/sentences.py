"""Sentences about a lifecycle that must hold whatever happens: ``always``, ``never``, ``leads_to``.

They are written into its chart, shown in the documents, and proved by ``fsm verify``. What they say
is of the moments between two inputs. Words of them: the path of a state (``open``,
``waived.retracted``), a region's state (``quality is bad``), ``label NAME``, and of the checks
``something is open``, ``something is overdue``, ``something is missing``; with ``not``, ``and``,
``or``, ``implies`` and parentheses between them, which bind in this order.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, Literal

import attrs

from fsm.core.expect.names import check_labels
from fsm.errors import ChartError, Where, closest

Rule = Literal["always", "never", "leads_to"]
OPEN: Final = "open"
OVERDUE: Final = "overdue"
MISSING: Final = "missing"
LOADS = (OPEN, OVERDUE, MISSING)  # what a lifecycle is told of its checks

_WORD = re.compile(r"\s*([()]|[\w.]+)")
_CONNECTIVES = ("not", "and", "or", "implies", "(", ")")


@attrs.frozen
class InState:
    """That a chart is in a state, or in one inside it.

    Attributes:
        region: name of the region; "" for the lifecycle itself.
        path: of the state.
    """

    region: str
    path: str


@attrs.frozen
class HasLabel:
    """That a label is on."""

    name: str


@attrs.frozen
class Something:
    """That a check is ``open`` or ``overdue``, or a process ended with one ``missing``."""

    load: str


@attrs.frozen
class Joined:
    """Claims with a connective: ``not`` (of one), ``and``, ``or``, ``implies`` (of two)."""

    connective: str
    parts: tuple["Claim", ...]


Claim = InState | HasLabel | Something | Joined


@attrs.frozen
class Sentence:
    """One sentence; see :func:`always`, :func:`never` and :func:`leads_to`.

    Attributes:
        rule: which of the three.
        text: its claim.
        then: what a claim leads to; "" for others.
    """

    rule: Rule
    text: str
    then: str = ""

    def words(self) -> str:
        """It for people."""
        if self.rule == "leads_to":
            return f"what is “{self.text}” is at last “{self.then}”"
        return f"{self.rule}: {self.text}"

    def claims(self) -> tuple[Claim, ...]:
        """What it says, read: one claim, of ``leads_to`` two."""
        return tuple(_Reader(text).claim() for text in (self.text, self.then) if text)


def always(text: str) -> Sentence:
    """A claim that holds at every moment."""
    return Sentence("always", text)


def never(text: str) -> Sentence:
    """A claim that holds at no moment."""
    return Sentence("never", text)


def leads_to(text: str, then: str) -> Sentence:
    """Whenever one claim holds, another holds then or later, as long as time goes on.

    That time goes on means that all that is open is closed at last, by its timers; of news it means
    nothing, since nobody can count on them.

    Args:
        text: the one.
        then: the other.
    """
    return Sentence("leads_to", text, then)


def parts(claim: Claim) -> Iterator[InState | HasLabel | Something]:
    """The claims of which one is made, without connectives."""
    if isinstance(claim, Joined):
        for part in claim.parts:
            yield from parts(part)
    else:
        yield claim


def validate(where: Where, sentence: Sentence,
             paths: Mapping[str, Collection[str]]) -> None:
    """Refuse a sentence that cannot be read, or names what is not there.

    Args:
        where: the chart that has it.
        sentence: the sentence.
        paths: by the name of each region, "" for the lifecycle itself, the paths of its states.

    Raises:
        ChartError: which names the word that is wrong.
    """
    where = (*where, (sentence.rule, sentence.text))
    try:
        named = [part for claim in sentence.claims() for part in parts(claim)]
        for part in named:
            if isinstance(part, HasLabel):
                check_labels((part.name,))
    except ChartError as error:
        raise ChartError(error.fault, where) from None
    for part in named:
        if not isinstance(part, InState):
            continue
        if part.region not in paths:
            raise ChartError(f"names the unknown region {part.region!r}; "
                             f"{closest(part.region, filter(None, paths))}", where)
        if part.path not in paths[part.region]:
            raise ChartError(f"names the unknown state {part.path!r}; "
                             f"{closest(part.path, paths[part.region])}", where)


class _Reader:
    """Reads the claim in a text, from the connective that binds last."""

    words: list[str]

    def __init__(self, text: str) -> None:
        self.text, self.words = text, _WORD.findall(text)
        if "".join(self.words) != "".join(text.split()):
            raise ChartError(f"{text!r}: it consists of words, dots and parentheses")

    def claim(self) -> Claim:
        made = self._implied()
        if self.words:
            raise ChartError(f"{self.text!r}: {self.words[0]!r} is too much")
        return made

    def _implied(self) -> Claim:
        made = self._joined("or")
        if self._next() == "implies":
            self.words.pop(0)
            return Joined("implies", (made, self._implied()))
        return made

    def _joined(self, connective: str) -> Claim:
        def part() -> Claim:
            return self._joined("and") if connective == "or" else self._negated()

        made = part()
        while self._next() == connective:
            self.words.pop(0)
            made = Joined(connective, (made, part()))
        return made

    def _negated(self) -> Claim:
        if self._next() == "not":
            self.words.pop(0)
            return Joined("not", (self._negated(),))
        if self._next() == "(":
            self.words.pop(0)
            made = self._implied()
            self._expect(")")
            return made
        return self._single()

    def _single(self) -> Claim:
        word = self._word()
        if word == "label":
            return HasLabel(self._word())
        if self._next() != "is":
            return InState("", word)
        self.words.pop(0)
        told = self._word()
        if word != "something":
            return InState(word, told)
        if told not in LOADS:
            raise ChartError(f"{self.text!r}: something is {', '.join(LOADS[:-1])} or {LOADS[-1]}, "
                             f"not {told!r}; {closest(told, LOADS)}")
        return Something(told)

    def _next(self) -> str:
        return self.words[0] if self.words else ""

    def _word(self) -> str:
        if not self.words or self.words[0] in _CONNECTIVES:
            found = repr(self.words[0]) if self.words else "the end"
            raise ChartError(f"{self.text!r}: expected a state or a label, not {found}")
        return self.words.pop(0)

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            raise ChartError(f"{self.text!r}: a parenthesis is not closed")
        self.words.pop(0)
