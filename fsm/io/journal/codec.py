"""Inputs as rows of the journal, and back."""

import zlib
from collections.abc import Iterable
from math import isfinite
from typing import Any, TypeAlias

import attrs

from fsm.core.engine.inputs import Answer, Command, MemberNews, Tick, Unreadable
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import LogEntry, tag_set
from fsm.core.evidence.fields import Plain
from fsm.core.times import EARLIEST
from fsm.errors import AlertError, RecordingError
from fsm.io.journal import stored_answers
from fsm.io.jsonio import dumps, loads
from fsm.io.recordings.files import record_of, refused

ALERT, ANSWER, TICK, REJECTED, COMMAND, MEMBER = (
    "alert", "answer", "tick", "rejected", "command", "member")
Item: TypeAlias = Alert | Answer | Tick | Command | MemberNews | Unreadable


@attrs.frozen(slots=True)
class Input:
    """One input as the journal holds it.

    Attributes:
        time: when the supervisor took it, unix seconds.
        graceid: the candidate it is about; "" for what is about none, or was rejected.
        kind: ``alert``, ``answer``, ``tick``, ``command``, ``member`` or ``rejected``.
        body: an alert's line as in a recording, where it was rejected together with the reason;
            JSON of what is neither alert nor tick.
        item: what the engine takes; None for what was rejected, or is no matter of its.
        reason: why it was rejected, else "".
        origin: tells it from others where several supervisors may hear it; None for nothing.
    """

    time: float
    graceid: str
    kind: str
    body: bytes = b""
    item: Item | None = None
    reason: str = attrs.field(default="", eq=False)
    origin: str | None = attrs.field(default=None, eq=False)

    def under(self, graceid: str) -> "Input":
        """It as an input about the candidate that is supervised under this name."""
        if graceid == self.graceid or self.item is None:
            return self
        return attrs.evolve(self, graceid=graceid, item=attrs.evolve(self.item, graceid=graceid))


Numbered: TypeAlias = tuple[int, Input]  # with its number in the journal


def of_line(line: bytes, time: float) -> Input | None:
    """The input that a line of a recording is; None where it is no supervisor's business.

    Args:
        line: bytes.
        time: when the supervisor takes it, unix seconds.
    """
    try:
        record = record_of(line, time)
    except (RecordingError, AlertError) as error:
        why = str(error)
        return Input(time, "", REJECTED, refused(line, why), reason=why)
    if record is None or not record.delivered:
        return None
    return _alert(record.alert, line, time)


def _alert(alert: Alert, line: bytes, time: float) -> Input:
    if alert.received > time:  # nothing arrives in the future, whatever its line says
        alert = attrs.evolve(alert, received=time)
    return Input(time, alert.graceid, ALERT, line, alert)


def _taken_before(line: bytes, time: float) -> Input:
    """The input that an alert's line was when it was taken, by a version that refused less."""
    row = of_line(line, time)
    if row is not None and row.item is not None:
        return row
    record = record_of(dumps({**loads(line), "time": max(time, EARLIEST)}))
    if row is None or record is None:
        raise RecordingError("it is no alert")
    return _alert(record.alert, line, time)


def of_answer(answer: Answer, time: float) -> Input:
    """The input that an answer of GraceDB is, which came at a time."""
    answer = attrs.evolve(answer, time=time, asked=answer.time)
    return Input(time, answer.graceid, ANSWER, _written(answer), answer)


def of_tick(time: float, graceid: str) -> Input:
    """The input that a deadline of a candidate is."""
    return Input(time, graceid, TICK, item=Tick(time, graceid))


def of_command(command: Command) -> Input:
    """The input that an operator's command is; the engine takes those about a candidate."""
    return Input(command.time, command.graceid, COMMAND, dumps(attrs.asdict(command)),
                 command if command.graceid else None)


def of_member(news: MemberNews) -> Input:
    """The input that news of an event are for its superevent."""
    plain = attrs.asdict(news, recurse=False)
    plain["entries"] = _written_entries(news.entries)
    return Input(news.time, news.graceid, MEMBER, dumps(plain, default=sorted), news)


def _written_entries(entries: Iterable[LogEntry]) -> list[tuple[Any, ...]]:
    return [attrs.astuple(entry, recurse=False) for entry in entries]


def _read_entries(rows: Iterable[Any]) -> tuple[LogEntry, ...]:
    return tuple(LogEntry(time, number, comment, filename, version, tag_set(tuple(tags)))
                 for time, number, comment, filename, version, tags in rows)


def read(time: Any, graceid: Any, kind: str, body: bytes) -> Input:
    """An input from the columns of its row; one that cannot be read raises where it is taken."""
    told = isinstance(time, float) and isfinite(time)
    if not told or not isinstance(graceid, str):
        damage = ValueError(f"its row has the time {time!r:.40} and the GraceID {graceid!r:.40}")
        time = time if told else 0.0
        graceid = graceid if isinstance(graceid, str) else ""
        return Input(time, graceid, kind, b"", Unreadable(time, graceid, damage))
    try:
        return _of_row(time, graceid, kind, body)
    except Exception as error:  # whatever an older version, or damage, has left there
        return Input(time, graceid, kind, body, Unreadable(time, graceid, error))


def _of_row(time: float, graceid: str, kind: str, body: bytes) -> Input:
    if kind == ALERT:
        return _taken_before(body, time).under(graceid)
    if kind == ANSWER:
        return Input(time, graceid, kind, body, stored_answers.answer(loads(body), time, graceid))
    if kind == COMMAND:
        return of_command(Command(**loads(body)))
    if kind == MEMBER:
        plain = loads(body)
        plain["entries"] = _read_entries(plain["entries"])
        plain["labels"] = tuple(map(tuple, plain["labels"]))
        return Input(time, graceid, kind, body, MemberNews(**plain))
    return of_tick(time, graceid) if kind == TICK else Input(time, graceid, kind, body)


def _written(answer: Answer) -> bytes:
    return dumps(_plain(answer), default=sorted)


def _plain(answer: Answer) -> Plain:
    plain = attrs.asdict(answer, recurse=False)
    plain["logs"] = _written_entries(answer.logs)
    plain["signoffs"] = [[key, attrs.astuple(signoff)] for key, signoff in answer.signoffs]
    plain["members"] = [_plain(member) for member in answer.members]
    return plain


def packed(body: bytes) -> bytes:
    """The JSON of a configuration as it is archived."""
    return zlib.compress(body)


def unpacked(body: bytes) -> bytes:
    """The JSON of an archived configuration; earlier versions did not compress it."""
    return body if body[:1] == b"{" else zlib.decompress(body)
