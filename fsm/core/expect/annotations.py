"""Expectations about annotations: log messages, and files with their log messages and tags."""

from collections.abc import Callable, Iterable, Iterator

import attrs

from fsm.core.evidence.entries import Change, LogEntry
from fsm.core.evidence.evidence import Evidence
from fsm.core.expect.base import ABSENT, RIGHT, UNKNOWN, WRONG, Expectation, Verdict
from fsm.core.expect.hints import Hint
from fsm.core.expect.scope import Scope
from fsm.core.expect.templates import Parameters, Template

# The tags that an entry must have, the option that lists them, or a function that gives them.
TagGiver = Callable[[Evidence, Scope], frozenset[str]]
WantedTags = frozenset[str] | str | TagGiver
THERE_BUT = "is there, but"  # of what is wrong
Wanted = list[tuple[Template, Parameters]]  # templates, with the values they must have


@attrs.frozen(slots=True)
class _Tagged(Expectation):
    """Shared by messages and files: the tags an entry must have, and what it must come after."""

    templates: tuple[Template, ...]
    tags: WantedTags | None = None
    exact_tags: bool = False
    after: Expectation | None = None

    def _since(self, evidence: Evidence, scope: Scope) -> float | Verdict:
        """Since when annotations count; or, while that cannot be told, the verdict."""
        if self.after is None:
            return scope.not_before
        before = self.after.judge(evidence, scope)
        if before.right:
            return scope.not_before if before.at is None else max(scope.not_before, before.at)
        kind = UNKNOWN if before.kind == UNKNOWN else ABSENT
        return Verdict(kind, f"it must come after {self.after.words()}, but {before.why}")

    def _tag_fault(self, entry: LogEntry, evidence: Evidence, scope: Scope) -> str | None:
        if self.tags is None:
            return None
        wanted = _wanted_tags(self.tags, evidence, scope)
        missing = wanted - entry.tags
        extra = entry.tags - wanted if self.exact_tags else frozenset()
        if not missing and not extra:
            return None
        present = ", ".join(sorted(entry.tags)) or "none"
        faults = [f"lacks {', '.join(sorted(missing))}"] if missing else []
        faults += [f"has {', '.join(sorted(extra))} too many"] if extra else []
        return f"its tags ({present}) are wrong: {' and '.join(faults)}"

    def _tag_words(self) -> str:
        if self.tags is None:
            return ""
        if isinstance(self.tags, str):
            return f", tagged {{{self.tags}}}"
        if isinstance(self.tags, frozenset):
            exactly = "exactly " if self.exact_tags else ""
            return f", tagged {exactly}{', '.join(sorted(self.tags))}"
        return f", tagged like {self.tags.__doc__}"

    def _after_words(self) -> str:
        return "" if self.after is None else f", after {self.after.words()}"

    def parameters(self) -> frozenset[str]:
        named = {self.tags} if isinstance(self.tags, str) else set()
        later = () if self.after is None else self.after.parameters()
        return frozenset(named).union(later, *(t.parameters for t in self.templates))

    def tagged(self, names: Iterable[str]) -> Expectation:
        return attrs.evolve(self, tags=frozenset(names), exact_tags=True)

    def _wanted(self, evidence: Evidence, scope: Scope) -> Wanted:
        return [(t, t.wanted(lambda name: scope.lookup(name, evidence))) for t in self.templates]

    def _filled(self, evidence: Evidence, scope: Scope) -> str:
        return " or ".join(f"'{t.filled(lambda name: scope.lookup(name, evidence))}'"
                           for t in self.templates)


def _wanted_tags(tags: WantedTags, evidence: Evidence, scope: Scope) -> frozenset[str]:
    if isinstance(tags, str):
        return frozenset(scope.values[tags])
    return tags if isinstance(tags, frozenset) else tags(evidence, scope)


@attrs.frozen(slots=True)
class Log(_Tagged):
    """A log message that contains one of the texts; see :func:`fsm.chart.log`."""

    def hints(self) -> tuple[Hint, ...]:
        return tuple(Hint("log", t) for t in self.templates)

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        if isinstance(change, str):
            return None
        for template in self.templates:
            for found in template.within(change.comment):
                return {**found, "comment": change.comment}
        return None

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        wanted, since = self._wanted(evidence, scope), self._since(evidence, scope)
        if isinstance(since, Verdict):
            return since
        near: tuple[LogEntry, str] | None = None
        last: LogEntry | None = None
        for entry in _likely(evidence, wanted):
            if not since <= entry.time <= scope.until or not _says(entry.comment, wanted):
                continue
            fault = self._tag_fault(entry, evidence, scope)
            if fault is not None:
                near = near or (entry, fault)
            elif last is None or entry.time > last.time:
                last = entry
        if last is not None:
            return Verdict(RIGHT, f"message {last.comment[:120]!r} is there", last.time)
        if near is None or self._any_message():
            return Verdict(ABSENT, f"no message{self._which(evidence, scope)}")
        return Verdict(WRONG, f"message {near[0].comment[:120]!r} {THERE_BUT} {near[1]}",
                       near[0].time)

    def _any_message(self) -> bool:
        """Whether it is known by its tags alone, so that others have nothing to do with it."""
        return self.templates == ANY

    def _which(self, evidence: Evidence, scope: Scope) -> str:
        if self._any_message():
            return self._tag_words()
        return f" with {self._filled(evidence, scope)}"

    def words(self) -> str:
        said = "" if self._any_message() else (
            " " + " or ".join(f"“{t.words}”" for t in self.templates))
        return f"log message{said}{self._tag_words()}{self._after_words()}"


ANY: tuple[Template, ...] = (Template(""),)


def _likely(evidence: Evidence, wanted: Wanted) -> list[LogEntry]:
    """The entries that may say what is wanted, the last one first."""
    needles = [template.needle(values) for template, values in wanted]
    if len(needles) == 1:
        needle = needles[0]
        return [entry for entry in reversed(evidence.logs.values()) if needle in entry.comment]
    return [entry for entry in reversed(evidence.logs.values())
            if [needle for needle in needles if needle in entry.comment]]


def _says(comment: str, wanted: Wanted) -> bool:
    for template, values in wanted:  # noqa: SIM110 - a supervisor does nothing more often
        if template.said(comment, values):
            return True
    return False


@attrs.frozen(slots=True)
class File(_Tagged):
    """A file with one of the names, its newest version; see :func:`fsm.chart.file`."""

    message: Log | None = None

    def hints(self) -> tuple[Hint, ...]:
        return tuple(Hint("file", t) for t in self.templates)

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        name = "" if isinstance(change, str) else change.filename
        for template in self.templates if name else ():
            found = template.whole(name)
            if found is not None:
                return found
        return None

    def _names(self, evidence: Evidence, scope: Scope) -> Iterator[str]:
        for template, wanted in self._wanted(evidence, scope):
            exact = template.written(wanted)
            if exact is not None:
                if exact in evidence.files:
                    yield exact
                continue
            for name in reversed(evidence.files):
                if template.anchor in name and template.named(name, wanted):
                    yield name

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        near, since = None, self._since(evidence, scope)
        if isinstance(since, Verdict):
            return since
        for name in self._names(evidence, scope):
            entries = [e for e in evidence.entries(name) if since <= e.time]
            entry = next((e for e in entries if e.time <= scope.until), None)
            if entry is None:
                continue
            fault = self._fault(entry, evidence, scope)
            if fault is None:
                first = [e.time for e in entries if e.version is not None
                         and e.version == entry.version]  # it may be told of several times
                return Verdict(RIGHT, f"file {name[:120]} is there", min(first, default=entry.time))
            near = near or Verdict(WRONG, f"file {name[:120]} {THERE_BUT} {fault}", entry.time)
        return near or Verdict(ABSENT, f"no file {self._filled(evidence, scope)}")

    def _fault(self, entry: LogEntry, evidence: Evidence, scope: Scope) -> str | None:
        message = self.message
        if message is not None and not _says(entry.comment, message._wanted(evidence, scope)):
            return (f"its log message is {entry.comment[:120]!r} instead of "
                    f"{message._filled(evidence, scope)}")
        return self._tag_fault(entry, evidence, scope)

    def words(self) -> str:
        said = "" if self.message is None else f", its {self.message.words()}"
        names = " or ".join(t.words for t in self.templates)
        return f"file {names}{self._tag_words()}{said}{self._after_words()}"

    def parameters(self) -> frozenset[str]:
        own = _Tagged.parameters(self)
        return own | (frozenset() if self.message is None else self.message.parameters())
