"""The words in which charts say what they expect: log messages, files, labels, signoffs, values."""

from fsm.core.evidence.records import split_version
from fsm.core.expect.annotations import ANY, File, Log
from fsm.core.expect.members import OfMember, the_external, the_gw_events, the_preferred
from fsm.core.expect.templates import Template
from fsm.core.expect.values import Field, Label, Lasting, New, Predicate, SignedOff, Started
from fsm.errors import ChartError

#: For ``after``: the start of the process, so that only what is made since then counts.
START = Started()


def _templates(texts, pattern=None, words=None):
    if not texts and pattern is None:
        raise ChartError("an expectation needs a text or a regular expression")
    made = tuple(Template(text) for text in texts)
    if pattern is None:
        return made
    if not words:
        raise ChartError(f"regex={pattern!r}: say with words= how people are to be told of it, "
                         'such as words="{pipeline}.p_astro.json"')
    return (*made, Template(pattern, regex=True, words=words))


def _tag_set(tags):
    return tags if tags is None or callable(tags) or isinstance(tags, str) else frozenset(tags)


def new():
    """The creation of the candidate, as a start."""
    return New()


def lasting(state):
    """A state, as a start: each time that it comes true, whatever of it did so last."""
    return Lasting(state)


def log(*texts, regex=None, words=None, tags=None, exact_tags=False, after=None):
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
    return Log(templates, _tag_set(tags), exact_tags, after)


def file(*names, regex=None, words=None, tags=None, exact_tags=False, comment=None, after=None):
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
    for name in names:
        if split_version(name)[1] is not None:
            raise ChartError(f"file {name!r}: leave the version out, the newest one counts")
    texts = (comment,) if isinstance(comment, str) else comment
    return File(_templates(names, regex, words), _tag_set(tags), exact_tags, after,
                Log(_templates(texts)) if texts else None)


def label(*names):
    """Expect one of the labels on the candidate; ``~label("INJ")`` expects it absent.

    Several are on since the first of them was put on; what one of them starts begins with that one.
    """
    if not names:
        raise ChartError("label() needs the name of a label")
    return Label(names)


def signoff(kind, instrument="", status=None):
    """Expect a signoff.

    Args:
        kind: ``"OP"`` (operator) or ``"ADV"`` (advocate).
        instrument: such as ``"H1"``; "" for advocates.
        status: ``"OK"`` or ``"NO"``; None accepts both.
    """
    return SignedOff(kind, instrument, status)


def field(name, at_least=None, at_most=None, equals=None, contains=None):
    """Expect a value of the event.

    Args:
        name: key in the event dictionary; ``Table.column`` for extra attributes.
        at_least: lower bound, included; a text names an option of the process.
        at_most: upper bound, included; a text names an option of the process.
        equals: the value, or a tuple of values.  Without any bound it must only be defined.
        contains: a member of comma-separated text, for example ``"V1"`` of the instruments.
    """
    return Field(name, at_least, at_most, equals, contains)


def preferred(expectation):
    """Expect something of the preferred event of a superevent, whichever that is by then."""
    return OfMember(expectation, "preferred event", the_preferred)


def gw_event(expectation):
    """Expect something of one of the superevent's gravitational-wave events, whichever it is."""
    return OfMember(expectation, "event", the_gw_events)


def external(expectation):
    """Expect something of the external event with which the superevent coincides.

    That is the one which the superevent names (``em_type``); while it names none, one of its
    external events is enough.
    """
    return OfMember(expectation, "external event", the_external)


def predicate(function, words, watches=(), asks=(), options=(), timed=True):
    """Expect what a Python function says.

    Args:
        function: pure function (evidence, scope) -> Verdict.
        words: what it expects, in words.
        watches: expectations whose news it should be judged on.
        asks: functions (evidence, scope) -> a question to GraceDB, as a tuple of plain values.
        options: names of the options it reads from the scope.
        timed: False where its verdicts never say when what decided was made.
    """
    return Predicate(function, words, tuple(watches), tuple(asks), frozenset(options), timed)
