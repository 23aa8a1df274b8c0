"""The index by which an alert finds the few checks, starts and moves that it can matter to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from fsm.core.charts.checks import Check
from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.process import Process
from fsm.core.evidence.entries import Change, LogEntry
from fsm.core.expect.base import Expectation
from fsm.core.expect.hints import Hint
from fsm.core.expect.parts import given
from fsm.core.expect.templates import FREE, Parameters, Template
from fsm.core.interning import LONGEST
from fsm.errors import ChartError

Role = Literal["start", "allow", "check", "condition", "move"]
Owner = TypeVar("Owner")
Subject = TypeVar("Subject")

MOST_ROUTES = 2_000  # texts of which it is remembered whom they concern
_NOTHING: dict[Any, Any] = {}


class Interest(NamedTuple, Generic[Owner, Subject]):
    """Somebody who may care about a piece of news.

    Attributes:
        owner: chart of a process, a lifecycle or a region.
        subject: the check, the move, or None for the start of the process.
        template: what the news must match, or None.
        role: ``start``, ``allow`` (the condition of a process), ``check``, ``condition`` or
            ``move``.
    """

    owner: Owner
    subject: Subject
    template: Template | None
    role: Role


AnyInterest = Interest[Any, Any]
Found = tuple[AnyInterest, Parameters]


class Router:
    """Routes news to those whom it may concern, without looking at any one GraceID.

    Args:
        processes: charts of all processes.
        lifecycles: charts of all lifecycles.
        options: function from a process's chart to its options in the profile of those whose news
            are routed; by default those that it declares.
    """

    def __init__(self, processes: Iterable[Process], lifecycles: Iterable[Lifecycle],
                 options: Callable[[Process], Mapping[str, Any]] = attrgetter("options")) -> None:
        self._options = options
        self._routes: dict[tuple[str, str], tuple[Found, ...]] = {}
        self._named: dict[str, list[Found]] = {}
        self._suffixed: dict[str, dict[Template, list[AnyInterest]]] = {}
        self._any_file: dict[Template, list[AnyInterest]] = {}
        self._logs: dict[str, list[Found]] = {}
        self._labels: dict[str, list[Found]] = {}
        self._fields: list[Found] = []
        self._signoffs: list[Found] = []
        self._members: list[Found] = []
        for process in processes:
            self._add(process, None, "start", process.starts)
            for condition in given(process.when, process.unless):
                self._add(process, None, "allow", condition)
            for _, check in process.checks():
                self._add(process, check, "check", check.expects)
                for condition in given(check.when, check.unless):
                    self._add(process, check, "condition", condition)
        for lifecycle in lifecycles:
            for chart in (lifecycle, *lifecycle.regions):
                for move in chart.moves:
                    if move.on is not None:
                        self._add(chart, move, "move", move.on)

        self._fields, self._signoffs, self._members = (
            _once_each(found) for found in (self._fields, self._signoffs, self._members))
        self._labels = {name: _once_each(found) for name, found in self._labels.items()}

    def _add(self, owner: object, subject: object, role: Role, expectation: Expectation) -> None:
        for hint in expectation.hints():
            interest: AnyInterest = Interest(owner, subject, hint.template, role)
            if hint.kind == "file":
                self._add_file(interest, _template(hint))
            elif hint.kind == "log":
                for anchor in self._anchors(interest, _template(hint)):
                    self._logs.setdefault(anchor, []).append((interest, _NOTHING))
            elif hint.kind == "label":
                self._labels.setdefault(hint.label, []).append((interest, _NOTHING))
            elif hint.kind == "fields":
                self._fields.append((interest, _NOTHING))
            elif hint.kind == "members":
                self._members.append((interest, _NOTHING))
            else:
                self._signoffs.append((interest, _NOTHING))

    def _anchors(self, interest: AnyInterest, template: Template) -> Iterable[str]:
        """Texts of which every message that matches contains one."""
        if template.text != FREE or not isinstance(interest.subject, Check):
            return (template.anchor,)
        texts = _texts(interest.subject, self._options(interest.owner))
        return (template.anchor,) if texts is None else texts

    def _add_file(self, interest: AnyInterest, template: Template) -> None:
        if template.literal is not None:
            self._named.setdefault(template.literal, []).append((interest, _NOTHING))
        else:
            ending = template.text.rpartition(".")[2]
            if template.regex or not ending.isalnum():
                templates = self._any_file
            else:
                templates = self._suffixed.setdefault(ending, {})
            templates.setdefault(template, []).append(interest)

    def interested(self, change: Change) -> Sequence[Found]:
        """Those whom a change may concern, with the parameters found in it.

        Args:
            change: a log entry, a label name, ``"fields"``, ``"signoff"`` or ``"members"``.

        Returns:
            A list of pairs (:class:`Interest`, parameters).
        """
        if isinstance(change, LogEntry):
            return self._in_entry(change)
        if change == "fields":
            return self._fields
        if change == "signoff":
            return self._signoffs
        if change == "members":
            return self._members
        return self._labels.get(change, ())

    def _in_entry(self, entry: LogEntry) -> Sequence[Found]:
        """As :meth:`interested`; what many candidates have in the same words is found once."""
        text = (entry.filename, entry.comment)
        found = self._routes.get(text)
        if found is None:
            found = tuple(_once_each(self._searched(*text)))
            if len(self._routes) >= MOST_ROUTES:
                self._routes.clear()
            if len(entry.filename) + len(entry.comment) <= LONGEST:
                self._routes[text] = found
        return found

    def _searched(self, name: str, comment: str) -> Iterator[Found]:
        """Those whom a message with a file, "" for none, may concern."""
        if name:
            yield from self._named.get(name, ())
            suffixed = self._suffixed.get(name.rpartition(".")[2], _NOTHING)
            for templates in (suffixed, self._any_file):
                for template, interests in templates.items():
                    if template.anchor in name:
                        parameters = template.whole(name)
                        if parameters is not None:
                            yield from ((interest, parameters) for interest in interests)
        for anchor, interests in self._logs.items():
            if anchor in comment:
                yield from interests if anchor else _possible(interests, comment)


def _texts(check: Check, options: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The texts that a check may look for by :data:`FREE`; None where options do not tell."""
    names = sorted(check.expects.parameters())
    if check.each is not None:
        names = [check.each.option] if check.each.parameter in names else []
    texts: set[str] = set()
    for value in (options.get(name) for name in names):
        values = value if isinstance(value, (list, tuple)) else (value,)
        texts.update(one for one in values if isinstance(one, str))
    told = bool(texts) or (bool(names) and check.each is not None)  # there is no check without one
    return tuple(sorted(texts)) if told else None


def _once_each(found: Iterable[Found]) -> list[Found]:
    """What is found without what another one does too.

    A change may concern a process in several ways; whether that bears on its condition includes
    whether it starts it.
    """
    found = list(found)
    if len(found) <= 1:
        return found
    allowed = {id(interest.owner) for interest, _ in found if interest.role == "allow"}
    kept: dict[tuple[object, ...], Found] = {}
    for interest, parameters in found:
        role: Role = interest.role
        if role == "start" and id(interest.owner) in allowed:
            role, interest = "allow", interest._replace(role="allow")
        about: tuple[object, ...] = (role, id(interest.owner), id(interest.subject))
        if role in ("check", "condition"):
            about += (interest.template, *sorted(parameters.items()))
        kept.setdefault(about, (interest, parameters))
    return list(kept.values())


def _possible(found: Iterable[Found], comment: str) -> Iterator[Found]:
    """Those of whom no regular expression tells that a message is not theirs."""
    return (one for one in found
            if one[0].template is not None and one[0].template.may_be_in(comment))


def _template(hint: Hint) -> Template:
    if not isinstance(hint.template, Template):
        raise ChartError(f"a hint at news of the kind {hint.kind!r} must have a template")
    return hint.template
