"""Expectations about annotations: log messages, and files with their log messages and tags."""

import attrs

from fsm.core.expectations import ABSENT, RIGHT, WRONG, Expectation, Hint, Verdict


def _agrees(found, wanted):
    return all(found.get(name) == value for name, value in wanted.items())


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
    """A log message that contains one of the texts; see :func:`fsm.chart.log`."""

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
            if not _says(entry.comment, wanted) or entry.time < scope.since:
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
        if template.anchor in comment:
            for found in template.within(comment):
                if _agrees(found, values):
                    return True
    return False


@attrs.frozen(slots=True)
class File(_Tagged):
    """A file with one of the names, its newest version; see :func:`fsm.chart.file`."""

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
            exact = template.written(wanted)
            if exact is not None:
                if exact in evidence.files:
                    yield exact
                continue
            for name in reversed(evidence.files):
                found = template.whole(name) if template.anchor in name else None
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
