"""The words in which charts say what they expect: log messages, files, labels, signoffs, values."""

from collections.abc import Iterable

from fsm.core.evidence.records import split_version
from fsm.core.expect.annotations import ANY, File, Log, TagGiver, WantedTags
from fsm.core.expect.base import AllOf, AnyOf, Asking, Expectation, Not, Whenever, expected
from fsm.core.expect.members import OfMember, the_external, the_gw_events, the_preferred
from fsm.core.expect.names import check_field, check_labels
from fsm.core.expect.templates import Template
from fsm.core.expect.values import (
    Field,
    Judging,
    Label,
    Lasting,
    New,
    Predicate,
    SignedOff,
    Started,
)
from fsm.errors import ChartError, closest

Tags = str | Iterable[str] | TagGiver | None
SIGNOFFS, STATUSES = ("OP", "ADV"), ("OK", "NO")

#: For ``after``: the start of the process, so that only what is made since then counts.
START = Started()


def _templates(texts: Iterable[str], pattern: str | None = None,
               words: str | None = None) -> tuple[Template, ...]:
    if pattern is None and not texts:
        raise ChartError("an expectation needs a text or a regular expression")
    made = tuple(Template(text) for text in texts)
    if pattern is None:
        return made
    if not words:
        raise ChartError(f"regex={pattern!r}: say with words= how people are to be told of it, "
                         'such as words="{pipeline}.p_astro.json"')
    return (*made, Template(pattern, regex=True, words=words))


def _tag_set(tags: Tags) -> WantedTags | None:
    if tags is None or isinstance(tags, str):
        return tags
    if callable(tags):
        return tags
    if not isinstance(tags, Iterable) or not all(isinstance(tag, str) for tag in tags):
        raise ChartError(f"'tags' must be names of tags, not {tags!r}", argument="tags")
    return frozenset(tags)


def _optional(after: Expectation | None) -> Expectation | None:
    return None if after is None else expected(after)


def new() -> New:
    """The creation of the candidate, as a start."""
    return New()


def any_of(*parts: Expectation) -> AnyOf:
    """Expect at least one of the parts."""
    return AnyOf(tuple(map(expected, parts)))


def whenever(*parts: Expectation) -> Whenever:
    """As a start: each time that one of the parts happens."""
    return Whenever(tuple(map(expected, parts)))


def all_of(*parts: Expectation) -> AllOf:
    """Expect every part."""
    return AllOf(tuple(map(expected, parts)))


def not_(part: Expectation) -> Not:
    """Expect that the part does not hold."""
    return Not((expected(part),))


def lasting(state: Expectation) -> Lasting:
    """A state, as a start: each time that it comes true, whatever of it did so last."""
    return Lasting(expected(state))


def log(*texts: str, regex: str | None = None, words: str | None = None, tags: Tags = None,
        exact_tags: bool = False, after: Expectation | None = None) -> Log:
    """Expect a log message.

    Args:
        texts: templates, any one of which must be contained in the message; letters count.
            ``{text}`` alone stands for a whole text that an option of the process holds. None at
            all stand for any message with the tags.
        regex: a regular expression instead, found anywhere in the message.
        words: how people are told of it; every ``regex`` needs them.
        tags: names of tags it must have; one text names the option of the process that lists
            them; or a function (evidence, scope) that gives them.
        exact_tags: True where further tags are wrong.
        after: expectation; what was made before its annotation does not count, and nothing does
            while that is not there. :data:`START` stands for the start of the process.
    """
    templates = ANY if tags and not texts and regex is None else _templates(texts, regex, words)
    return Log(templates, _tag_set(tags), exact_tags, _optional(after))


def file(*names: str, regex: str | None = None, words: str | None = None, tags: Tags = None,
         exact_tags: bool = False, comment: str | tuple[str, ...] | None = None,
         after: Expectation | None = None) -> File:
    """Expect a file; its newest version is judged.

    Args:
        names: templates of the whole name, without version.
        regex: a regular expression for the whole name instead.
        words: as for :func:`log`.
        tags: tags that its log entry must have, as for :func:`log`.
        exact_tags: True where further tags are wrong.
        comment: template or templates of a text its log message must contain.
        after: as for :func:`log`.
    """
    templates = _templates(names, regex, words)
    for name in names:
        if split_version(name)[1] is not None:
            raise ChartError(f"file {name!r}: leave the version out, the newest one counts")
    texts = (comment,) if isinstance(comment, str) else comment
    return File(templates, _tag_set(tags), exact_tags, _optional(after),
                Log(_templates(texts)) if texts else None)


def label(*names: str) -> Label:
    """Expect one of the labels on the candidate; ``~label("INJ")`` expects it absent.

    Several are on since the first of them was put on; what one of them starts begins with that one.

    Args:
        names: of labels that are known; see :func:`known_labels` for others.

    Raises:
        ChartError: where one is unknown, or there is none.
    """
    if not names:
        raise ChartError("label() needs the name of a label")
    check_labels(names)
    return Label(names)


def signoff(kind: str, instrument: str = "", status: str | None = None) -> SignedOff:
    """Expect a signoff.

    Args:
        kind: ``"OP"`` (operator) or ``"ADV"`` (advocate).
        instrument: such as ``"H1"``; "" for advocates.
        status: ``"OK"`` or ``"NO"``; None accepts both.

    Raises:
        ChartError: where there is no such kind or status.
    """
    for argument, value, known in (("kind", kind, SIGNOFFS), ("status", status, STATUSES)):
        if value not in known and not (value is None and argument == "status"):
            raise ChartError(f"a signoff has no {argument} {value!r}; {closest(value, known)}",
                             argument=argument)
    return SignedOff(kind, instrument, status)


def field(name: str, at_least: float | str | None = None, at_most: float | str | None = None,
          equals: object = None, contains: str | None = None) -> Field:
    """Expect a value of the event.

    Args:
        name: key in the event dictionary, one that is known (see :func:`known_fields` for others),
            or ``Table.column`` for extra attributes.
        at_least: lower bound, included; a text names an option of the process.
        at_most: upper bound, included; a text names an option of the process.
        equals: the value, or a tuple of values.  Without any bound it must only be defined.
        contains: a member of comma-separated text, for example ``"V1"`` of the instruments.

    Raises:
        ChartError: where the name is unknown.
    """
    check_field(name)
    return Field(name, at_least, at_most, equals, contains)


def preferred(expectation: Expectation) -> OfMember:
    """Expect something of the preferred event of a superevent, whichever that is by then."""
    return OfMember(expected(expectation), "preferred event", the_preferred)


def gw_event(expectation: Expectation) -> OfMember:
    """Expect something of one of the superevent's gravitational-wave events, whichever it is."""
    return OfMember(expected(expectation), "event", the_gw_events)


def external(expectation: Expectation) -> OfMember:
    """Expect something of the external event with which the superevent coincides.

    That is the one which the superevent names (``em_type``); while it names none, one of its
    external events is enough.
    """
    return OfMember(expected(expectation), "external event", the_external)


def predicate(function: Judging, words: str, watches: Iterable[Expectation] = (),
              asks: Iterable[Asking] = (), options: Iterable[str] = (),
              timed: bool = True) -> Predicate:
    """Expect what a Python function says.

    Args:
        function: pure function (evidence, scope) -> Verdict.
        words: what it expects, in words.
        watches: expectations whose news it should be judged on.
        asks: functions (evidence, scope) -> a question to GraceDB, as a tuple of plain values.
        options: names of the options it reads from the scope.
        timed: False where its verdicts never say when what decided was made.

    Raises:
        ChartError: where an argument is of another kind.
    """
    if not callable(function):
        raise ChartError(f"predicate() needs a function, not {function!r}", argument="function")
    if isinstance(options, str):
        raise ChartError(f"'options' must be several names, not one text: write ({options!r},)",
                         argument="options")
    return Predicate(function, words, tuple(map(expected, watches)), tuple(asks),
                     frozenset(options), timed)
