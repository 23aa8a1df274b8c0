"""The index by which an alert finds the few checks, starts and moves that it can matter to."""

from typing import NamedTuple

from fsm.core.evidence.entries import LogEntry

_NOTHING = {}


class Interest(NamedTuple):
    """Somebody who may care about a piece of news.

    Attributes:
        owner: chart of a process, a lifecycle or a region.
        subject: the check, the move, or None for the start of the process.
        template: what the news must match, or None.
        role: ``start``, ``allow`` (the condition of a process), ``check``, ``condition`` or
            ``move``.
    """

    owner: object
    subject: object
    template: object
    role: str


class Router:
    """Routes news to those whom it may concern, without looking at any one GraceID.

    Args:
        processes: charts of all processes.
        lifecycles: charts of all lifecycles.
    """

    def __init__(self, processes, lifecycles):
        self._named, self._suffixed, self._logs = {}, {}, {}
        self._any_file, self._labels = {}, {}
        self._fields, self._signoffs, self._members = [], [], []
        for process in processes:
            self._add(process, None, "start", process.starts)
            for condition in filter(None, (process.when, process.unless)):
                self._add(process, None, "allow", condition)
            for _, check in process.checks():
                self._add(process, check, "check", check.expects)
                for condition in filter(None, (check.when, check.unless)):
                    self._add(process, check, "condition", condition)
        for lifecycle in lifecycles:
            for chart in (lifecycle, *lifecycle.regions):
                for move in chart.moves:
                    if move.on is not None:
                        self._add(chart, move, "move", move.on)

    def _add(self, owner, subject, role, expectation):
        for hint in expectation.hints():
            interest = Interest(owner, subject, hint.template, role)
            if hint.kind == "file":
                self._add_file(interest)
            elif hint.kind == "log":
                self._logs.setdefault(interest.template.anchor, []).append((interest, _NOTHING))
            elif hint.kind == "label":
                self._labels.setdefault(hint.label, []).append((interest, _NOTHING))
            elif hint.kind == "fields":
                self._fields.append((interest, _NOTHING))
            elif hint.kind == "members":
                self._members.append((interest, _NOTHING))
            else:
                self._signoffs.append((interest, _NOTHING))

    def _add_file(self, interest):
        template = interest.template
        if template.literal is not None:
            self._named.setdefault(template.literal, []).append((interest, _NOTHING))
        else:
            ending = template.text.rpartition(".")[2]
            if template.regex or not ending.isalnum():
                templates = self._any_file
            else:
                templates = self._suffixed.setdefault(ending, {})
            templates.setdefault(template, []).append(interest)

    def interested(self, change):
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

    def _in_entry(self, entry):
        found = []
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
