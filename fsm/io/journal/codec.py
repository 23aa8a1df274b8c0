"""Inputs as rows of the journal, and back."""

import zlib

import attrs

from fsm.core.engine.inputs import Command, MemberNews, Tick, Unreadable
from fsm.core.evidence.entries import LogEntry, tag_set
from fsm.core.times import EARLIEST
from fsm.errors import AlertError, RecordingError
from fsm.io.journal import stored_answers
from fsm.io.jsonio import dumps, loads
from fsm.io.recordings.files import record_of, refused

ALERT, ANSWER, TICK, REJECTED, COMMAND, MEMBER = (
    "alert", "answer", "tick", "rejected", "command", "member")


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
    """

    time: float
    graceid: str
    kind: str
    body: bytes = b""
    item: object = None
    reason: str = attrs.field(default="", eq=False)

    def under(self, graceid):
        """It as an input about the candidate that is supervised under this name."""
        if graceid == self.graceid:
            return self
        return attrs.evolve(self, graceid=graceid, item=attrs.evolve(self.item, graceid=graceid))


def of_line(line, time):
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


def _alert(alert, line, time):
    if alert.received > time:  # nothing arrives in the future, whatever its line says
        alert = attrs.evolve(alert, received=time)
    return Input(time, alert.graceid, ALERT, line, alert)


def _taken_before(line, time):
    """The input that an alert's line was when it was taken, by a version that refused less."""
    row = of_line(line, time)
    if row.item is None:
        dated = dumps({**loads(line), "time": max(time, EARLIEST)})
        row = _alert(record_of(dated).alert, line, time)
    return row


def of_answer(answer, time):
    """The input that an answer of GraceDB is, which came at a time."""
    answer = attrs.evolve(answer, time=time, asked=answer.time)
    return Input(time, answer.graceid, ANSWER, _written(answer), answer)


def of_tick(time, graceid):
    """The input that a deadline of a candidate is."""
    return Input(time, graceid, TICK, item=Tick(time, graceid))


def of_command(command):
    """The input that an operator's command is; the engine takes those about a candidate."""
    return Input(command.time, command.graceid, COMMAND, dumps(attrs.asdict(command)),
                 command if command.graceid else None)


def of_member(news):
    """The input that news of an event are for its superevent."""
    plain = attrs.asdict(news, recurse=False)
    plain["entries"] = _written_entries(news.entries)
    return Input(news.time, news.graceid, MEMBER, dumps(plain, default=sorted), news)


def _written_entries(entries):
    return [attrs.astuple(entry, recurse=False) for entry in entries]


def _read_entries(rows):
    return tuple(LogEntry(*rest, tag_set(tuple(tags))) for *rest, tags in rows)


def read(time, graceid, kind, body):
    """An input from the columns of its row; one that cannot be read raises where it is taken."""
    if not isinstance(time, float) or not isinstance(graceid, str):
        damage = ValueError(f"its row has the time {time!r:.40} and the GraceID {graceid!r:.40}")
        time = time if isinstance(time, float) else 0.0
        graceid = graceid if isinstance(graceid, str) else ""
        return Input(time, graceid, kind, b"", Unreadable(time, graceid, damage))
    try:
        return _of_row(time, graceid, kind, body)
    except Exception as error:  # whatever an older version, or damage, has left there
        return Input(time, graceid, kind, body, Unreadable(time, graceid, error))


def _of_row(time, graceid, kind, body):
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


def _written(answer):
    return dumps(_plain(answer), default=sorted)


def _plain(answer):
    plain = attrs.asdict(answer, recurse=False)
    plain["logs"] = _written_entries(answer.logs)
    plain["signoffs"] = [[key, attrs.astuple(signoff)] for key, signoff in answer.signoffs]
    plain["members"] = [_plain(member) for member in answer.members]
    return plain


def packed(body):
    """The JSON of a configuration as it is archived."""
    return zlib.compress(body)


def unpacked(body):
    """The JSON of an archived configuration; earlier versions did not compress it."""
    return body if body[:1] == b"{" else zlib.decompress(body)
