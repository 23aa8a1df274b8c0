"""Templates: texts with ``{parameters}`` and ``*``, compiled once and matched for any GraceID.

``{ifo}_{classifier}_minFAP_{graceid}-*-*.json`` is one regular expression for all interferometers
and GraceIDs; whether the parameters found are the ones wanted is compared afterwards. A text may be
read in several ways, and every reading counts: where the one found first has other values, the text
is compared with the template in which the values wanted are written.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal

from fsm.core.interning import LONGEST
from fsm.errors import ChartError

Parameters = dict[str, str]  # as found in a text, or wanted in it
Lookup = Callable[[str], Any]  # from a parameter's name to its value, or None where it is free

# How a parameter looks where it is well known; every other one is a word.
FREE = "{text}"  # a template of its own: whatever text an option of the process holds
_PATTERNS = {
    "ifo": r"[A-Z]\d(?!\d)",
    "fits": r"[\w.+-]*\w\.fits(?:\.gz)?",
    "graceid": r"(?:[DEGHMT]\d+|[TM]?(?:S\d{6}[a-z]+|GW\d{6}[A-Z]+))",
}
_WORD = r"\w(?:[\w.:+-]*\w)?"
_NO_VALUES: Parameters = {}
_SAMPLES = (1e9, 1, "text")  # what parameters may be
_PIECE = re.compile(r"\{(\w+)(?::([^}]*))?\}|(\*)|([^{*]+)|(\{)")


def _agrees(found: Parameters, wanted: Parameters) -> bool:
    return all(found.get(name) == value for name, value in wanted.items())


def _all_in(text: str, values: Parameters) -> bool:
    """Whether a text has all values in it somewhere: it has them as parameters only then."""
    for value in values.values():  # noqa: SIM110 - a supervisor does nothing more often
        if value not in text:
            return False
    return True


@lru_cache(4096)
def _with_values(template: "Template", values: frozenset[tuple[str, str]]) -> re.Pattern[str]:
    """The regular expression of a template with these values, pairs, written in."""
    before, after = (r"(?<!\w)", r"(?!\w)")  # no part of a longer word is a value
    return re.compile(f"{before if template.text.startswith('{') else ''}"
                      f"{template._pattern(dict(values))}"
                      f"{after if template.text.endswith('}') else ''}", re.DOTALL)


def _written(name: str, value: str) -> str:
    """A value written into a regular expression, as far as it looks as such a value does."""
    pattern = _PATTERNS.get(name)
    known = pattern is not None and re.fullmatch(pattern, value)
    return (f"(?={pattern})" if known else "") + re.escape(value)


def _validate(text: object) -> None:
    """Refuse a text with braces that are no parameter, or with a format that nothing has."""
    if not isinstance(text, str):
        raise ChartError(f"expected a text, found {text!r}")
    for name, form, _, literal, brace in _PIECE.findall(text):
        if brace or "}" in literal:
            missing = "is not closed" if brace else "was never opened"
            raise ChartError(f"{text!r}: a brace {missing}; a parameter is written {{name}} or "
                             "{name:format}, a brace that is meant itself needs regex=")
        if form and not any(_can_be(value, form) for value in _SAMPLES):
            raise ChartError(f"{text!r}: {form!r} is no format that {name!r} could be written in; "
                             "write such as {gpstime:.4f}")


def _can_be(value: object, form: str) -> bool:
    try:
        format(value, form)
    except ValueError:
        return False
    return True


class Template:
    """A text to find: literal parts, ``{parameter}``, ``{parameter:format}`` and ``*``.

    Args:
        text: the template.
        regex: True where the text is a regular expression of its own (named groups are the
            parameters).
        words: how a regular expression is told to people, itself a template; without it the text.

    Attributes:
        parameters: names of the parameters.
        literal: the whole text where it has neither parameter nor ``*``, else None.
        anchor: a literal part that every match contains, perhaps "".
        formats: parameters that are written in a format of their own, to the format.

    Raises:
        ChartError: where braces are left open, a format cannot be, or the regular expression is
            none.
    """

    __slots__ = ("text", "regex", "words", "parameters", "literal", "anchor", "formats",
                 "_compiled", "_star")

    text: str
    regex: bool
    words: str
    parameters: frozenset[str]
    literal: str | None
    anchor: str
    formats: dict[str, str]

    def __init__(self, text: str, regex: bool = False, words: str | None = None) -> None:
        _validate(words or "" if regex else text)
        self.text, self.regex, self.words = text, regex, words or text
        self.formats, self._star = {}, "*" in text
        if regex:
            pattern, self.anchor, self.literal = text, "", None
        else:
            pattern = self._pattern()
        try:
            self._compiled = re.compile(pattern, re.DOTALL)
        except re.error as error:
            raise ChartError(f"{text!r} is no regular expression: {error}") from None
        self.parameters = frozenset(self._compiled.groupindex)

    def _pattern(self, values: Parameters = _NO_VALUES) -> str:
        pattern: list[str] = []
        literals: list[str] = []
        seen: set[str] = set()
        for name, form, star, literal, brace in _PIECE.findall(self.text):
            if name in values:
                pattern.append(_written(name, values[name]))
            elif name and name in seen:
                pattern.append(f"(?P={name})")
            elif name:
                seen.add(name)
                pattern.append(f"(?P<{name}>{_PATTERNS.get(name, _WORD)})")
                if form:
                    self.formats[name] = form
            elif star:
                pattern.append(".*?")
            else:
                literals.append(literal or brace)
                pattern.append(re.escape(literal or brace))
        if not values:
            self.anchor = max(literals, key=len, default="")
            self.literal = self.text if self.text == "".join(literals) else None
        return "".join(pattern)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Template):
            return NotImplemented
        return (self.text, self.regex) == (other.text, other.regex)

    def __hash__(self) -> int:
        return hash((self.text, self.regex))

    def __repr__(self) -> str:
        return f"Template({self.text!r})"

    def whole(self, name: str) -> Parameters | None:
        """Match a whole name; returns the parameters found, or None."""
        match = self._compiled.fullmatch(name)
        return None if match is None else match.groupdict()

    def within(self, text: str) -> Iterator[Parameters]:
        """Find it anywhere in a text; yields the parameters of each place."""
        if self.literal is not None:
            if self.literal in text:
                yield {}
        elif self.anchor in text:
            for match in self._compiled.finditer(text):
                yield match.groupdict()

    def may_be_in(self, text: str) -> bool:
        """Whether a text that contains its anchor may contain it, with whatever values."""
        return not self.regex or self._compiled.search(text) is not None

    def needle(self, values: Parameters) -> str:
        """A part, perhaps "", of every text that contains it with these values."""
        return values.get("text", "") if self.text == FREE else self.anchor

    def said(self, text: str, values: Parameters) -> bool:
        """Whether a text contains it with these values; see :meth:`wanted`."""
        if self.text == FREE:
            return values["text"] in text
        if self.literal is not None:
            return self.literal in text
        if self.anchor not in text or not _all_in(text, values):
            return False
        return (any(_agrees(found, values) for found in self.within(text))
                or self._read(text, values, "search"))

    def named(self, name: str, values: Parameters) -> bool:
        """Whether a whole name is it with these values."""
        if self.anchor not in name or not _all_in(name, values):
            return False
        found = self.whole(name)
        return (found is not None and _agrees(found, values)) or self._read(name, values,
                                                                            "fullmatch")

    def _read(self, text: str, values: Parameters, how: Literal["search", "fullmatch"]) -> bool:
        """Whether some reading of a text has these values."""
        if not values or self.regex:
            return False
        long = sum(map(len, values.values())) > LONGEST  # nothing that comes again
        make = _with_values.__wrapped__ if long else _with_values
        compiled = make(self, frozenset(values.items()))
        return getattr(compiled, how)(text) is not None

    def wanted(self, lookup: Lookup) -> Parameters:
        """The values its parameters must have, as text.

        Args:
            lookup: the values known.
        """
        if not self.parameters:
            return _NO_VALUES
        values: Parameters = {}
        for name in self.parameters:
            value = lookup(name)
            if value is not None:
                form = self.formats.get(name)
                values[name] = format(value, form) if form else str(value)
        return values

    def written(self, values: Parameters) -> str | None:
        """The one text it stands for with these values, None where it stands for several."""
        if self.literal is not None:
            return self.literal
        if self.regex or self._star or len(values) < len(self.parameters):
            return None
        return _PIECE.sub(lambda match: values[match[1]] if match[1] else match[0], self.text)

    def filled(self, lookup: Lookup) -> str:
        """The text with the known parameters written in, for messages."""
        def write(match: re.Match[str]) -> str:
            name, form = match[1], match[2]
            value = lookup(name) if name else None
            if value is None:
                return match[0]
            return format(value, form or "")
        return _PIECE.sub(write, self.words) if self.parameters else self.words
