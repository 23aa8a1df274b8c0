"""Reads what GraceDB has of a candidate, part by part; what cannot be read is named, with why.

One part that is refused, gone or rubbish says nothing about the others. Source: GraceDB's REST
interface, and which types its pages hold.
"""

import re
from urllib.parse import urlencode

from fsm.core.alert import log_entry
from fsm.core.entries import Signoff
from fsm.core.graceids import SUPEREVENT, kind_of
from fsm.core.inputs import Answer
from fsm.core.times import unix_seconds
from fsm.io import contents
from fsm.io.calling import BUSY, DOWN, GONE, RUBBISH, WRONG, CallError

_SIGNED = re.compile(r"(?:ADV|[A-Z]\d)(?:REQ|OPS|OK|NO)")  # labels that come with a sign-off


class Reading:
    """Reads about one candidate.

    Args:
        caller: :class:`~fsm.io.calling.Caller`.
        graceid: of an event or superevent.
        time: the moment of which it tells, unix seconds.
        patient: whether calls are repeated within the caller's budget. They are no more once a
            part was in vain, so that a GraceDB that hangs does not cost a budget for each part.

    Attributes:
        unread: what could not be read, to the reason in words, as in
            :class:`~fsm.core.inputs.Answer`.
    """

    def __init__(self, caller, graceid, time, patient=True):
        self.caller, self.graceid, self.time, self.patient = caller, graceid, time, patient
        self.unread = {}

    def answer(self, event=None):
        """What there is of the candidate, as an answer without the question's wants.

        Args:
            event: its event dictionary, where it was just fetched with others.

        Raises:
            CallError: where its event dictionary cannot be read.
        """
        if event is None:
            event = self.caller.call(lambda client: event_of(client, self.graceid),
                                     self._budget())
        logs = self._logs()
        labels, signoffs = self._labels(event)
        return Answer(self.time, self.graceid, "", event=event, logs=logs, labels=labels,
                      signoffs=signoffs, unread=self.unread)

    def neighbours(self, want, search):
        """What a search finds for a want, by its clock; nothing where it cannot be searched."""
        found = self._part("neighbours", lambda client: search(client, want))
        return {} if found is None else {want[1]: found}

    def content(self, want):
        """The facts about a file, by ``name,version``; nothing where it cannot be read."""
        _, name, version = want
        key = f"{name},{version}"
        facts = self._part(key, lambda client: contents.facts(client, self.graceid, name, version))
        return {} if facts is None else {key: facts}

    def members(self, want):
        """The answer about an event of the superevent; none where it cannot be read at all."""
        inner = Reading(self.caller, want[1], self.time, self.patient)
        try:
            return (inner.answer(),)
        except CallError as error:
            self._failed(want[1], error, told(want[1], error))
            return ()
        finally:
            self.patient = self.patient and inner.patient

    def _part(self, name, function):
        """What a function of the client returns; None where it failed, which is noted."""
        try:
            return self.caller.call(function, self._budget())
        except CallError as error:
            self._failed(name, error)
            return None

    def _budget(self):
        return None if self.patient else 0.0

    def _failed(self, name, error, words=""):
        self.unread[name] = words or str(error)
        self.patient = self.patient and error.kind not in (BUSY, DOWN)

    def _logs(self):
        rows = self._part("logs", lambda client: rows_of(client.logs(self.graceid), "log"))
        good = [row for row in rows or () if is_log(row)]
        if rows is not None and len(good) < len(rows):
            self.unread["logs"] = f"{RUBBISH}: {len(rows) - len(good)} of {len(rows)} log " \
                                  "entries are none"
        return tuple(log_entry(row, self.time) for row in good)

    def _labels(self, event):
        """Labels with their times, and sign-offs, where the event shows that there are any."""
        shown = event.get("labels")  # in 2016 a dict, name to address
        known = isinstance(shown, (list, dict)) and all(isinstance(name, str) for name in shown)
        if known and not shown:
            return (), ()
        rows = self._part("labels", lambda client: label_rows(client, self.graceid))
        labels = None if rows is None else tuple(
            (row["name"], unix_seconds(row.get("created"))) for row in rows)
        names = dict(labels) if labels is not None else shown if known else None
        if names is not None and not any(map(_SIGNED.fullmatch, names)):
            return labels, ()
        rows = self._part("signoffs", lambda client: signoffs_of(client, self.graceid))
        times = dict.fromkeys(names or ()) if labels is None else dict(labels)
        return labels, tuple(self._dated(rows or (), times))

    def _dated(self, rows, times):
        """Sign-offs, each as old as the label it put on; others do not count any more."""
        for row in rows:
            kind, ifo, status = (row.get(key) or "" for key in
                                 ("signoff_type", "instrument", "status"))
            name = ("ADV" if kind == "ADV" else ifo) + status
            if name in times:
                time = self.time if times[name] is None else times[name]
                yield (kind, ifo), Signoff(time, status, str(row.get("comment") or ""))


def label_rows(client, graceid):
    """The labels of an event or superevent, as GraceDB's dicts."""
    rows = rows_of(client.labels(graceid), "labels")
    if not all(isinstance(row, dict) and isinstance(row.get("name"), str) for row in rows):
        raise unusable("a label without a name")
    return rows


def signoffs_of(client, graceid):
    """The sign-offs of an event or superevent, as GraceDB's dicts."""
    if kind_of(graceid) == SUPEREVENT:
        response = client.signoffs(graceid)
    else:  # of events the client itself does not ask
        response = client.get(f"{client.links['events']}{graceid}/signoff/")
    rows = rows_of(response, "signoffs", "signoff")
    if not all(isinstance(row, dict) and isinstance(row.get("status"), str)
               and isinstance(row.get("signoff_type"), str)
               and isinstance(row.get("instrument") or "", str) for row in rows):
        raise unusable("a sign-off without type and status")
    return rows


def searched(client, what, query, count=None):
    """All that a query in GraceDB's language finds, as dicts, page by page.

    The client's own search takes a page without a list for one that finds nothing.

    Args:
        client: GraceDB's own client.
        what: ``events`` or ``superevents``.
        query: its text.
        count: how many on a page; None for GraceDB's choice.

    Raises:
        CallError: where a page is none.
    """
    terms = {"query": query} if count is None else {"query": query, "count": count}
    found, page = [], f"{client.links[what]}?{urlencode(terms)}"
    while page:
        response = client.get(page)
        found += rows_of(response, what)
        page = (response.json().get("links") or {}).get("next")
    if not all(isinstance(row, dict) for row in found):
        raise unusable(f"one of the {what} is no object")
    return found


def rows_of(response, *keys):
    """The list that a page of GraceDB has under one of these keys.

    Raises:
        CallError: where it has none.
    """
    plain = response.json()
    for key in keys:
        if isinstance(plain, dict) and isinstance(plain.get(key), list):
            return plain[key]
    raise unusable(f"there is no list {keys[0]!r}")


def unusable(why):
    """The error for an answer of the wrong shape, which repeating would not mend."""
    return CallError(WRONG, f"{RUBBISH}: {why}")


def told(graceid, error):
    """Why a candidate itself could not be read, in words."""
    if error.kind == GONE:
        return f"GraceDB has no {graceid}, or does not show it to you"
    return str(error)


def event_of(client, graceid):
    """The dictionary of an event or superevent."""
    is_superevent = kind_of(graceid) == SUPEREVENT
    plain = (client.superevent if is_superevent else client.event)(graceid).json()
    name = "superevent_id" if is_superevent else "graceid"
    if not isinstance(plain, dict) or not isinstance(plain.get(name), str):
        raise unusable(f"there is no {name!r}")
    return plain


def is_log(row):
    """Whether it is a log entry; a text may lack, but nothing else stands in its place."""
    return isinstance(row, dict) and isinstance(row.get("tag_names") or [], list) and all(
        isinstance(row.get(key) or "", str) for key in ("comment", "filename"))
