"""Reads what GraceDB has of a candidate, part by part; what cannot be read is named, with why.

One part that is refused, gone or rubbish says nothing about the others. Source: GraceDB's REST
interface, and which types its pages hold.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import requests
from ligo.gracedb.rest import GraceDb

from fsm.core.engine.inputs import Answer
from fsm.core.evidence.entries import LogEntry, Signoff
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import is_superevent
from fsm.core.evidence.records import log_entry
from fsm.core.expect.hints import Want
from fsm.core.times import unix_seconds
from fsm.io.gracedb import answers, contents
from fsm.io.gracedb.limits import USUAL, Limits
from fsm.io.gracedb.pages import rows_of, searched, unusable
from fsm.io.gracedb.read_cache import Known, Labels, ReadCache, Signed, shown_labels
from fsm.io.gracedb.retrying import BUSY, DOWN, GONE, RUBBISH, Caller, CallError

MOST_FAULTS = 3  # that are told of one event
_SIGNED = re.compile(r"(?:ADV|[A-Z]\d)(?:REQ|OPS|OK|NO)")  # labels that come with a sign-off

T = TypeVar("T")


class Reading:
    """Reads about one candidate.

    Args:
        caller: :class:`~fsm.io.gracedb.retrying.Caller`.
        cache: :class:`~fsm.io.gracedb.read_cache.ReadCache`.
        graceid: of an event or superevent.
        time: the moment of which it tells, unix seconds.
        patient: whether calls are repeated within the caller's budget. They are no more once a
            part was in vain, so that a GraceDB that hangs does not cost a budget for each part.

    Attributes:
        unread: what could not be read, to the reason in words, as in
            :class:`~fsm.core.engine.inputs.Answer`.
    """

    def __init__(self, caller: Caller, cache: ReadCache, graceid: str, time: float,
                 patient: bool = True) -> None:
        self.caller, self.cache, self.graceid = caller, cache, graceid
        self.time, self.patient = time, patient
        self.unread: dict[str, str] = {}

    def answer(self, event: Plain | None = None) -> Answer:
        """What there is of the candidate, as an answer without the question's wants.

        Args:
            event: its event dictionary, where it was just fetched with others.

        Raises:
            CallError: where its event dictionary cannot be read.
        """
        if event is None:
            event = self.caller.call(lambda client: _event(client, self.graceid), self._budget())
        event, faults = answers.event(event)
        if faults:
            self.unread["event"] = f"{RUBBISH}: {'; '.join(faults[:MOST_FAULTS])}"
        known = self.cache.get(self.graceid, self.time, event)
        if known is None or self._has_grown(known):
            known = self._read(event)
        return Answer(self.time, self.graceid, "", event=event, logs=known.logs,
                      labels=known.labels, signoffs=known.signoffs, unread=self.unread)

    def _has_grown(self, known: Known) -> bool:
        """Whether there may be an entry after those that are known."""
        last = len(known.logs)
        try:
            return self._has_entry(last + 1) or not self.cache.single(
                self.graceid, lambda: self._has_entry(last))
        except CallError as error:
            self._note_failure(error)
            return True

    def _has_entry(self, number: int) -> bool:
        """Whether the server gives this entry."""
        try:
            self.caller.call(lambda client: log_of(client, self.graceid, number), self._budget())
        except CallError as error:
            if error.kind != GONE:
                raise
            return False
        return True

    def _read(self, event: Plain) -> Known:
        """Read its log, labels and sign-offs, and keep them where they could all be read."""
        logs = self._logs()
        known = Known(self.time, logs, *self._labels(event), shown_labels(event))
        if not self.unread:
            self.cache.keep(self.graceid, known)
        return known

    def neighbours(self, want: Want,
                   search: Callable[[GraceDb, Want], list[Plain]]) -> dict[str, list[Plain]]:
        """What a search finds for a want, by its clock; nothing where it cannot be searched."""
        found = self._part("neighbours", lambda client: search(client, want))
        return {} if found is None else {want[1]: found}

    def content(self, want: Want) -> dict[str, Plain]:
        """The facts about a file, by ``name,version``; nothing where it cannot be read."""
        _, name, version = want
        key = f"{name},{version}"
        facts = self._part(key, lambda client: contents.facts(client, self.graceid, name, version))
        return {} if facts is None else {key: facts}

    def members(self, want: Want) -> tuple[Answer, ...]:
        """The answer about an event of the superevent; none where it cannot be read at all."""
        inner = Reading(self.caller, self.cache, want[1], self.time, self.patient)
        try:
            return (inner.answer(),)
        except CallError as error:
            self._failed(want[1], error, told(want[1], error))
            return ()
        finally:
            self.patient = self.patient and inner.patient

    def _part(self, name: str, function: Callable[[GraceDb], T]) -> T | None:
        """What a function of the client returns; None where it failed, which is noted."""
        try:
            return self.caller.call(function, self._budget())
        except CallError as error:
            self._failed(name, error)
            return None

    def _budget(self) -> float | None:
        return None if self.patient else 0.0

    def _failed(self, name: str, error: CallError, words: str = "") -> None:
        self.unread[name] = words or str(error)
        self._note_failure(error)

    def _note_failure(self, error: CallError) -> None:
        self.patient = self.patient and error.kind not in (BUSY, DOWN)

    def _logs(self) -> tuple[LogEntry, ...]:
        rows = self._part("logs", lambda client: rows_of(client.logs(self.graceid), "log", "logs"))
        good, faults = answers.logs(rows or ())
        if faults:
            self.unread["logs"] = f"{RUBBISH}: {len(faults)} of {len(rows or ())} log entries " \
                                  f"are none: {faults[0]}"
        return tuple(log_entry(row, self.time) for row in good)

    def _labels(self, event: Plain) -> tuple[Labels | None, tuple[Signed, ...]]:
        """Labels with their times, and sign-offs, where the event shows that there are any."""
        shown = event.get("labels")
        if shown == []:
            return (), ()
        rows = self._part("labels", lambda client: label_rows(client, self.graceid))
        labels = None if rows is None else tuple(
            (row["name"], unix_seconds(row.get("created"))) for row in rows)
        names = shown if labels is None else dict(labels)
        if names is not None and not any(map(_SIGNED.fullmatch, names)):
            return labels, ()
        rows = self._part("signoffs", lambda client: signoffs_of(client, self.graceid))
        times = dict.fromkeys(names or ()) if labels is None else dict(labels)
        return labels, tuple(self._dated(rows or (), times))

    def _dated(self, rows: Iterable[Plain], times: Mapping[str, float | None]) -> Iterator[Signed]:
        """Sign-offs, each as old as the label it put on; others do not count any more."""
        for row in rows:
            kind, ifo, status = (row.get(key) or "" for key in
                                 ("signoff_type", "instrument", "status"))
            name = ("ADV" if kind == "ADV" else ifo) + status
            if name in times:
                made = times[name]
                time = self.time if made is None else made
                yield (kind, ifo), Signoff(time, status, str(row.get("comment") or ""))


def label_rows(client: GraceDb, graceid: str) -> list[Plain]:
    """The labels of an event or superevent, as GraceDB's dicts."""
    return _all_good(*answers.labels(rows_of(client.labels(graceid), "labels")))


def log_of(client: GraceDb, graceid: str, number: int) -> requests.Response:
    """The page of one log entry; servers do not all tell the client where it is."""
    if is_superevent(graceid):
        return client.get(f"{client.links['superevents']}{graceid}/logs/{number}/")
    return client.get(f"{client.links['events']}{graceid}/log/{number}")


def signoffs_of(client: GraceDb, graceid: str) -> list[Plain]:
    """The sign-offs of an event or superevent, as GraceDB's dicts."""
    if is_superevent(graceid):
        response = client.signoffs(graceid)
    else:  # of events the client itself does not ask
        response = client.get(f"{client.links['events']}{graceid}/signoff/")
    return _all_good(*answers.signoffs(rows_of(response, "signoffs", "signoff")))


def _all_good(good: list[Plain], faults: list[str]) -> list[Plain]:
    """Rows of which each counts."""
    if faults:
        raise unusable(faults[0])
    return good


def told(graceid: str, error: CallError) -> str:
    """Why a candidate itself could not be read, in words."""
    if error.kind == GONE:
        return f"GraceDB has no {graceid}, or does not show it to you"
    return str(error)


def event_of(client: GraceDb, graceid: str) -> Plain:
    """The dictionary of an event or superevent, as the core gets it."""
    return answers.event(_event(client, graceid))[0]


def _event(client: GraceDb, graceid: str) -> Plain:
    """The dictionary of an event or superevent, as GraceDB has it."""
    of_superevent = is_superevent(graceid)
    plain = (client.superevent if of_superevent else client.event)(graceid).json()
    name = "superevent_id" if of_superevent else "graceid"
    if not isinstance(plain, dict) or not isinstance(plain.get(name), str):
        raise unusable(f"there is no {name!r}")
    return plain


def is_log(row: object) -> bool:
    """Whether it is a log entry; a text may lack, but nothing else stands in its place."""
    return not answers.logs([row])[1]


def neighbours_of(client: GraceDb, query: str, limits: Limits = USUAL) -> list[Plain]:
    """The events that a query finds, with what is read of neighbours."""
    return [row for found in searched(client, "events", query, limits)
            for row in _all_good(*answers.neighbours([found]))]  # of each no more is kept
