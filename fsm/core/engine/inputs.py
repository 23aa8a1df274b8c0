"""Inputs of the engine besides alerts: ticks of the clock, GraceDB's answers, commands."""

from collections.abc import Iterator
from typing import Any, Final, Literal

import attrs

from fsm.core.evidence import labels
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import Change, LogEntry, Signoff, SignoffKey, signoff_labels
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.fields import Fields, Plain
from fsm.core.expect.hints import Want as Want  # also for those who answer


@attrs.frozen(slots=True)
class Tick:
    """The clock has reached ``time`` (unix seconds), for one GraceID."""

    time: float
    graceid: str


@attrs.frozen(slots=True)
class TickAll:
    """The clock has reached ``time`` (unix seconds), for all GraceIDs."""

    time: float
    graceid: str = attrs.field(default="", init=False)


@attrs.frozen(slots=True)
class Unreadable:
    """An input that was kept, and can be read no more; whoever takes it meets the error."""

    time: float
    graceid: str
    error: Exception


@attrs.frozen(slots=True)
class MemberNews:
    """What has become known of an event, for the superevent that it is in.

    The engine wants it, as an effect, wherever something has changed for the event, and takes it as
    an input about the superevent; so what becomes of that depends on inputs about it alone.

    Attributes:
        time: when, unix seconds.
        graceid: the superevent.
        event: the event.
        state: of the event's lifecycle; "" where it has left the superevent.
        fields: values of the event, where they have changed, else None.
        labels: of those that have changed the name, followed by the values of its
            :class:`~fsm.core.evidence.labels.LabelState`.
        entries: log entries with files that are new.
    """

    time: float
    graceid: str
    event: str
    state: str
    fields: Fields | None = None
    labels: tuple[tuple[Any, ...], ...] = ()
    entries: tuple[LogEntry, ...] = ()

    def add_to(self, evidence: Evidence) -> Iterator[Change]:
        """Add it to the evidence of the superevent; yields what changed."""
        if not self.state:
            evidence.members.pop(self.event, None)
            yield "members"
            return
        member = evidence.member(self.event)
        member.state = self.state
        if self.fields is not None:
            member.add_fields(self.fields, self.time)
        for name, *state in self.labels:
            member.labels[name] = labels.restored(state)
        for entry in self.entries:
            member.add_entry(entry)
        yield "members"


Order = Literal["waive", "unwaive", "retire", "unretire", "acknowledge", "unacknowledge", "inject",
                "retry"]
WAIVE: Final = "waive"
UNWAIVE: Final = "unwaive"
RETIRE: Final = "retire"
UNRETIRE: Final = "unretire"
ACKNOWLEDGE: Final = "acknowledge"
UNACKNOWLEDGE: Final = "unacknowledge"
INJECT: Final = "inject"
RETRY: Final = "retry"


@attrs.frozen(slots=True)
class Command:
    """What an operator has ordered about a candidate.

    Attributes:
        time: when, unix seconds.
        graceid: the candidate.
        order: ``waive`` (make open checks needless), ``retire`` (supervise it no longer),
            ``unwaive`` and ``unretire``, which undo these, or one that only its history shows:
            ``acknowledge``, ``unacknowledge``, ``inject``.
        who: name of the operator.
        process: name of a process, with its key or of all its kind; "" for all.
        check: name of a check, likewise.
        reason: in the operator's words, perhaps "".
        configuration: of ``unretire``, with which the candidate had left; else None.
    """

    time: float
    graceid: str
    order: Order
    who: str
    process: str = ""
    check: str = ""
    reason: str = ""
    configuration: Plain | None = None

    @property
    def words(self) -> str:
        """Who and why, for histories and reasons."""
        return f"by {self.who}" + (f": {self.reason}" if self.reason else "")


@attrs.frozen(slots=True)
class Answer:
    """GraceDB's answer to a question.

    Attributes:
        time: when it came, unix seconds.
        graceid: the candidate.
        question: identifier of the :class:`~fsm.core.engine.effects.Ask`; "" where nobody had
            asked: what GraceDB has is taken up, also about a candidate not heard of before.
        event: event dictionary, or None where GraceDB does not know the candidate.
        logs: its :class:`~fsm.core.evidence.entries.LogEntry` objects.
        labels: the labels now on the candidate, as pairs (name, when it was put on or None where
            that is not told); None where they were not asked for.
        signoffs: pairs ((type, instrument), :class:`~fsm.core.evidence.entries.Signoff`).
        neighbours: event dictionaries found, by clock.
        contents: facts about files, by ``name,version``.
        unavailable: those of the question's wants that this source can never tell.
        failure: why GraceDB could not be asked; "" where it answered.
        gone: whether that is because GraceDB does not know the candidate.
        asked: when it was asked, unix seconds, where that is not the same as ``time``: what an
            alert has told since then is newer than the answer.
        members: answers about events of the superevent that were asked for with it.
        unread: what of it could not be read, to the reason in words: ``event`` (single values of
            it), ``logs``, ``labels``, ``signoffs``, ``neighbours``, ``name,version`` of a file's
            content, or the GraceID of an event. Nothing is concluded from what an unread part does
            not show.
    """

    time: float
    graceid: str
    question: str
    event: Plain | None = None
    logs: tuple[LogEntry, ...] = ()
    labels: tuple[tuple[str, float | None], ...] | None = None
    signoffs: tuple[tuple[SignoffKey, Signoff], ...] = ()
    neighbours: dict[str, list[Plain]] = attrs.field(factory=dict)
    contents: dict[str, Plain] = attrs.field(factory=dict)
    unavailable: frozenset[Want] = frozenset()
    failure: str = ""
    asked: float | None = None
    members: tuple["Answer", ...] = ()
    unread: dict[str, str] = attrs.field(factory=dict)
    gone: bool = False

    @property
    def as_of(self) -> float:
        """The moment for which it speaks, unix seconds."""
        return self.time if self.asked is None else self.asked

    def add_to(self, evidence: Evidence) -> Iterator[Change]:
        """Add what it says to the evidence; yields what changed, as an alert would tell it."""
        if self.event is not None:
            if evidence.add_fields(self.event, self.as_of):
                yield "fields"
            if evidence.learn_preferred(self.event, self.as_of):
                yield "members"
        for entry in self.logs:
            kept = evidence.correct_entry(entry)
            if kept is not None:
                yield kept
        for key, signoff in self.signoffs:
            known = evidence.signoffs.get(key)
            if known is None or known.status != signoff.status:
                yield from evidence.set_signoff(*key, signoff)
        if self.labels is not None:
            yield from self._label_changes(evidence, dict(self.labels))
        evidence.neighbours.update(self.neighbours)
        evidence.contents.update(self.contents)
        for member in self.members:
            told = attrs.evolve(member, time=self.time, asked=self.asked)
            if list(told.add_to(evidence.member(member.graceid))):
                yield "members"

    def _label_changes(self, evidence: Evidence,
                       there: dict[str, float | None]) -> Iterator[Change]:
        for name in (*there, *sorted(set(evidence.labels) - set(there))):
            if evidence.state_label(name, name in there, there.get(name), self.as_of):
                yield name
        for (kind, instrument), signoff in sorted(evidence.signoffs.items()):
            if signoff.status and signoff.time < self.as_of and not any(
                    evidence.has_label(name) for name, on in signoff_labels(
                        kind, instrument, signoff.status).items() if on):
                evidence.signoffs[kind, instrument] = Signoff(self.as_of, "")
                yield "signoff"  # withdrawn, and the alert was lost


Input = Alert | Answer | MemberNews | Command | Tick | TickAll | Unreadable
