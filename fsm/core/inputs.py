"""Inputs of the engine besides alerts: ticks of the clock and GraceDB's answers."""

import attrs


@attrs.frozen(slots=True)
class Tick:
    """The clock has reached ``time`` (unix seconds)."""

    time: float


@attrs.frozen(slots=True)
class Answer:
    """GraceDB's answer to a question.

    Attributes:
        time: when it came, unix seconds.
        graceid: the candidate.
        question: identifier of the :class:`~fsm.core.effects.Ask`.
        event: event dictionary, or None where GraceDB does not know the candidate.
        logs: its :class:`~fsm.core.evidence.LogEntry` objects.
        labels: label names now on the candidate, or None where they were not asked for.
        signoffs: pairs ((type, instrument), :class:`~fsm.core.evidence.Signoff`).
        neighbours: event dictionaries found, by clock.
        contents: facts about files, by ``name,version``.
        unavailable: those of the question's wants that this source can never tell.
        failure: why GraceDB could not be asked; "" where it answered.
    """

    time: float
    graceid: str
    question: str
    event: dict | None = None
    logs: tuple = ()
    labels: tuple | None = None
    signoffs: tuple = ()
    neighbours: dict = attrs.field(factory=dict)
    contents: dict = attrs.field(factory=dict)
    unavailable: frozenset = frozenset()
    failure: str = ""

    def add_to(self, evidence):
        """Add what it says to the evidence; yields what changed, as an alert would tell it."""
        if self.event is not None and evidence.add_fields(self.event, self.time):
            yield "fields"
        for entry in self.logs:
            entry = evidence.correct_entry(entry)
            if entry is not None:
                yield entry
        yield from self._label_changes(evidence)
        for key, signoff in self.signoffs:
            known = evidence.signoffs.get(key)
            news = known is None or known.status != signoff.status
            if news and evidence.set_signoff(*key, signoff):
                yield "signoff"
        evidence.neighbours.update(self.neighbours)
        evidence.contents.update(self.contents)

    def _label_changes(self, evidence):
        if self.labels is None:
            return
        there = set(self.labels)
        for name in self.labels:
            if not evidence.has_label(name) and evidence.set_label(name, self.time, True):
                yield name
        for name in sorted(set(evidence.labels) - there):
            if evidence.has_label(name) and evidence.set_label(name, self.time, False):
                yield name
