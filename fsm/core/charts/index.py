"""The index by which an alert finds the few checks, starts and moves that it can matter to."""

from collections.abc import Iterable, Sequence
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.process import Process
from fsm.core.evidence.entries import Change, LogEntry
from fsm.core.expect.base import Expectation
from fsm.core.expect.hints import Hint
from fsm.core.expect.parts import given
from fsm.core.expect.templates import Parameters, Template
from fsm.errors import ChartError

Role = Literal["start", "allow", "check", "condition", "move"]
Owner = TypeVar("Owner")
Subject = TypeVar("Subject")

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
    """

    def __init__(self, processes: Iterable[Process], lifecycles: Iterable[Lifecycle]) -> None:
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

    def _add(self, owner: object, subject: object, role: Role, expectation: Expectation) -> None:
        for hint in expectation.hints():
            interest: AnyInterest = Interest(owner, subject, hint.template, role)
            if hint.kind == "file":
                self._add_file(interest, _template(hint))
            elif hint.kind == "log":
                self._logs.setdefault(_template(hint).anchor, []).append((interest, _NOTHING))
            elif hint.kind == "label":
                self._labels.setdefault(hint.label, []).append((interest, _NOTHING))
            elif hint.kind == "fields":
                self._fields.append((interest, _NOTHING))
            elif hint.kind == "members":
                self._members.append((interest, _NOTHING))
            else:
                self._signoffs.append((interest, _NOTHING))

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
        return self._labels.get(change, [])

    def _in_entry(self, entry: LogEntry) -> list[Found]:
        found: list[Found] = []
        comment, name = entry.comment, entry.filename
        if name:
            found.extend(self._named.get(name, ()))
            suffixed = self._suffixed.get(name.rpartition(".")[2], _NOTHING)
            for templates in (suffixed, self._any_file):
                for template, interests in templates.items():
                    if template.anchor in name:
                        parameters = template.whole(name)
                        if parameters is not None:
                            found.extend((interest, parameters) for interest in interests)
        for anchor, interests in self._logs.items():
            if anchor in comment:
                found.extend(interests)
        return found


def _template(hint: Hint) -> Template:
    if not isinstance(hint.template, Template):
        raise ChartError(f"a hint at news of the kind {hint.kind!r} must have a template")
    return hint.template
