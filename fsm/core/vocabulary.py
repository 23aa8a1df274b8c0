"""The words in which charts say what they expect: log messages, files, labels, signoffs, values."""

import attrs

from fsm.core.alert import split_version
from fsm.core.expectations import ABSENT, RIGHT, WRONG, Expectation, Hint, Verdict
from fsm.core.templates import Template
from fsm.core.times import finite
from fsm.errors import ChartError


def _agrees(found, wanted):
    return all(found.get(name) == value for name, value in wanted.items())


def _templates(texts, pattern):
    if not texts and pattern is None:
        raise ChartError("an expectation needs a text or a regular expression")
    made = tuple(Template(text) for text in texts)
    return made + ((Template(pattern, regex=True),) if pattern is not None else ())


def _tag_set(tags):
    return tags if tags is None or callable(tags) else frozenset(tags)


@attrs.frozen(slots=True)
class _Tagged(Expectation):
    """Shared by messages and files: the tags that an entry must have."""

    templates: tuple
    tags: object = None
    exact_tags: bool = False

    def _tag_fault(self, entry, evidence, scope):
        if self.tags is None:
            return None
        wanted = self.tags(evidence, scope) if callable(self.tags) else self.tags
        missing = wanted - entry.tags
        extra = entry.tags - wanted if self.exact_tags else ()
        if not missing and not extra:
            return None
        present = ", ".join(sorted(entry.tags)) or "none"
        faults = [f"lacks {', '.join(sorted(missing))}"] if missing else []
        faults += [f"has {', '.join(sorted(extra))} too many"] if extra else []
        return f"its tags ({present}) are wrong: {' and '.join(faults)}"

    def _tag_words(self):
        if self.tags is None:
            return ""
        if callable(self.tags):
            return f", tagged like {self.tags.__doc__}"
        return f", tagged {'exactly ' if self.exact_tags else ''}{', '.join(sorted(self.tags))}"

    def parameters(self):
        return frozenset().union(*(t.parameters for t in self.templates))

    def _wanted(self, evidence, scope):
        return [(t, t.wanted(lambda name: scope.lookup(name, evidence))) for t in self.templates]

    def _filled(self, evidence, scope):
        return " or ".join(
            repr(t.filled(lambda name: scope.lookup(name, evidence))) for t in self.templates)


@attrs.frozen(slots=True)
class Log(_Tagged):
    """A log message that contains one of the texts; see :func:`log`."""

    def hints(self):
        return tuple(Hint("log", t) for t in self.templates)

    def captured(self, change, evidence):
        for template in self.templates:
            for found in template.within(getattr(change, "comment", "")):
                return found
        return None

    def judge(self, evidence, scope):
        wanted, near = self._wanted(evidence, scope), None
        for entry in reversed(evidence.logs.values()):
            if entry.time < scope.since or not _says(entry.comment, wanted):
                continue
            fault = self._tag_fault(entry, evidence, scope)
            if fault is None:
                return Verdict(RIGHT, f"message {entry.comment[:120]!r} is there", entry.time)
            near = near or Verdict(WRONG, f"message {entry.comment[:120]!r} is there, but {fault}",
                                   entry.time)
        return near or Verdict(ABSENT, f"no message with {self._filled(evidence, scope)}")

    def words(self):
        return ("log message " + " or ".join(f"“{t.text}”" for t in self.templates)
                + self._tag_words())


def _says(comment, wanted):
    for template, values in wanted:
        for found in template.within(comment):
            if _agrees(found, values):
                return True
    return False


@attrs.frozen(slots=True)
class File(_Tagged):
    """A file with one of the names, its newest version; see :func:`file`."""

    message: Log | None = None

    def hints(self):
        return tuple(Hint("file", t) for t in self.templates)

    def captured(self, change, evidence):
        name = getattr(change, "filename", "")
        for template in self.templates if name else ():
            found = template.whole(name)
            if found is not None:
                return found
        return None

    def _names(self, evidence, scope):
        for template, wanted in self._wanted(evidence, scope):
            if template.literal is not None:
                if template.literal in evidence.files:
                    yield template.literal
                continue
            for name in reversed(evidence.files):
                found = template.whole(name)
                if found is not None and _agrees(found, wanted):
                    yield name

    def judge(self, evidence, scope):
        near = None
        for name in self._names(evidence, scope):
            entry = next((e for e in evidence.entries(name) if e.time >= scope.since), None)
            if entry is None:
                continue
            fault = self._fault(entry, evidence, scope)
            if fault is None:
                return Verdict(RIGHT, f"file {name[:120]} is there", entry.time)
            near = near or Verdict(WRONG, f"file {name[:120]} is there, but {fault}", entry.time)
        return near or Verdict(ABSENT, f"no file {self._filled(evidence, scope)}")

    def _fault(self, entry, evidence, scope):
        message = self.message
        if message is not None and not _says(entry.comment, message._wanted(evidence, scope)):
            return (f"its log message is {entry.comment[:120]!r} instead of "
                    f"{message._filled(evidence, scope)}")
        return self._tag_fault(entry, evidence, scope)

    def words(self):
        said = f", its {self.message.words()}" if self.message else ""
        return "file " + " or ".join(t.text for t in self.templates) + self._tag_words() + said

    def parameters(self):
        own = frozenset().union(*(t.parameters for t in self.templates))
        return own | (self.message.parameters() if self.message else frozenset())


@attrs.frozen(slots=True)
class Label(Expectation):
    """A label on the candidate; see :func:`label`."""

    names: tuple

    def hints(self):
        return tuple(Hint("label", label=name) for name in self.names)

    def captured(self, change, evidence):
        return {} if change in self.names and evidence.has_label(change) else None

    def judge(self, evidence, scope):
        for name in self.names:
            if evidence.has_label(name):
                return Verdict(RIGHT, f"label {name} is on", evidence.labels[name][0])
        return Verdict(ABSENT, f"no label {' or '.join(self.names)}")

    def words(self):
        return "label " + " or ".join(self.names)


@attrs.frozen(slots=True)
class SignedOff(Expectation):
    """A signoff; see :func:`signoff`."""

    kind: str
    instrument: str = ""
    status: str | None = None

    def hints(self):
        return (Hint("signoff"),)

    def judge(self, evidence, scope):
        given = evidence.signoffs.get((self.kind, self.instrument))
        if given is None or not given.status:
            return Verdict(ABSENT, f"no {self._name()} signoff")
        if self.status is not None and given.status != self.status:
            return Verdict(WRONG, f"{self._name()} signoff is {given.status}, not {self.status}",
                           given.time)
        return Verdict(RIGHT, f"{self._name()} signoff is {given.status}", given.time)

    def _name(self):
        return f"{self.kind} {self.instrument}".strip()

    def words(self):
        return f"signoff {self._name()}" + (f" {self.status}" if self.status else "")


@attrs.frozen(slots=True)
class Field(Expectation):
    """Bounds on one of the event's values; see :func:`field`."""

    name: str
    at_least: float | str | None = None
    at_most: float | str | None = None
    equals: object = None
    contains: str | None = None
    timed = False

    def hints(self):
        return (Hint("fields"),)

    def parameters(self):
        return frozenset(b for b in (self.at_least, self.at_most) if isinstance(b, str))

    def judge(self, evidence, scope):
        value = evidence.fields.get(self.name)
        if value is None or value == "":
            return Verdict(WRONG if evidence.stated else ABSENT, f"{self.name} is not defined")
        fault = self._fault(value, scope)
        if fault is None:
            return Verdict(RIGHT, f"{self.name} is {_short(value)}")
        return Verdict(WRONG, f"{self.name} is {_short(value)}, {fault}")

    def _fault(self, value, scope):
        if self.equals is not None:
            wanted = self.equals if isinstance(self.equals, tuple) else (self.equals,)
            return None if value in wanted else f"not {' or '.join(map(str, wanted))}"
        if self.contains is not None:
            members = [part.strip() for part in str(value).split(",")]
            return None if self.contains in members else f"without {self.contains}"
        if self.at_least is None and self.at_most is None:
            return None
        number = finite(value)
        if number is None:
            return "which is no finite number"
        low, high = (scope.values[b] if isinstance(b, str) else b
                     for b in (self.at_least, self.at_most))
        if low is not None and number < low:
            return f"below {low:.3e}"
        if high is not None and number > high:
            return f"above {high:.3e}"
        return None

    def words(self):
        if self.equals is not None:
            wanted = self.equals if isinstance(self.equals, tuple) else (self.equals,)
            return f"{self.name} is {' or '.join(map(str, wanted))}"
        if self.contains is not None:
            return f"{self.contains} among {self.name}"
        if self.at_least is None and self.at_most is None:
            return f"{self.name} is defined"
        low, high = (f"{{{b}}}" if isinstance(b, str) else b for b in (self.at_least, self.at_most))
        left = f"{low} ≤ " if low is not None else ""
        right = f" ≤ {high}" if high is not None else ""
        return f"{left}{self.name}{right}"


def _short(value):
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:60]


@attrs.frozen(slots=True)
class New(Expectation):
    """The candidate itself; see :func:`new`."""

    timed = False

    def hints(self):
        return (Hint("fields"),)

    def captured(self, change, evidence):
        return {} if change == "fields" else None

    def judge(self, evidence, scope):
        return Verdict(RIGHT, "the candidate is in GraceDB")

    def words(self):
        return "new candidate"


@attrs.frozen(slots=True)
class Predicate(Expectation):
    """Any Python function of the evidence; see :func:`predicate`."""

    function: object
    text: str
    watches: tuple = ()
    asks: tuple = ()
    options: frozenset = frozenset()
    timed: bool = True

    def judge(self, evidence, scope):
        return self.function(evidence, scope)

    def words(self):
        return self.text

    def hints(self):
        return tuple(h for e in self.watches for h in e.hints())

    def parameters(self):
        return self.options

    def questions(self, evidence, scope):
        return tuple(ask(evidence, scope) for ask in self.asks)

    def captured(self, change, evidence):
        for expectation in self.watches:
            found = expectation.captured(change, evidence)
            if found is not None:
                return found
        return None


def new():
    """The creation of the candidate, as a start."""
    return New()


def log(*texts, regex=None, tags=None, exact_tags=False):
    """Expect a log message.

    Args:
        texts: templates, any one of which must be contained in the message; letters count.
        regex: a regular expression instead, found anywhere in the message.
        tags: names of tags it must have, or a function (evidence, scope) that gives them.
        exact_tags: True where further tags are wrong.
    """
    return Log(_templates(texts, regex), _tag_set(tags), exact_tags)


def file(*names, regex=None, tags=None, exact_tags=False, comment=None):
    """Expect a file; its newest version is judged.

    Args:
        names: templates of the whole name, without version.
        regex: a regular expression for the whole name instead.
        tags: names of tags its log entry must have, or a function (evidence, scope).
        exact_tags: True where further tags are wrong.
        comment: template or templates of a text its log message must contain.
    """
    for name in names:
        if split_version(name)[1] is not None:
            raise ChartError(f"file {name!r}: leave the version out, the newest one counts")
    texts = (comment,) if isinstance(comment, str) else comment
    return File(_templates(names, regex), _tag_set(tags), exact_tags,
                Log(_templates(texts, None)) if texts else None)


def label(*names):
    """Expect one of the labels on the candidate; ``~label("INJ")`` expects it absent."""
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
