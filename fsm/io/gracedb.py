"""GraceDB itself, asked and written to through its own client.

One question is at most an event, its logs, its labels and sign-offs where it has any, and the
searches and files that the guards want. Source: GraceDB's REST interface and ligo-gracedb 2.16.
"""

import re
import tempfile
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil, floor
from pathlib import Path

import attrs
from ligo.gracedb.exceptions import HTTPError

from fsm.core.alert import log_entry
from fsm.core.entries import Signoff
from fsm.core.graceids import EVENT, SUPEREVENT, kind_of
from fsm.core.inputs import Answer
from fsm.core.times import unix_seconds
from fsm.io import skymaps
from fsm.io.calling import GONE, CallError

_WORD = re.compile(r"[\w-]+", re.ASCII)  # nothing else from outside goes into a query
_SIGNED = re.compile(r"(?:ADV|[A-Z]\d)(?:REQ|OPS|OK|NO)")  # labels that come with a sign-off
MOST_BYTES = 512 << 20  # of a file, beyond which it is not read


class GraceDB:
    """Answers questions from a GraceDB server, and writes into it.

    Args:
        caller: :class:`~fsm.io.calling.Caller`.
    """

    def __init__(self, caller):
        self.caller = caller

    def answer(self, ask, event=None):
        """Answer one :class:`~fsm.core.effects.Ask`; a failure is an answer too.

        Args:
            ask: the question.
            event: its event dictionary, where it was just fetched with others.
        """
        self.caller.moment = ask.time
        try:
            return self._answer(ask, event)
        except CallError as error:
            if error.kind == GONE:
                return Answer(ask.time, ask.graceid, ask.question)
            return Answer(ask.time, ask.graceid, ask.question, failure=str(error))

    def events(self, graceids):
        """The event dictionaries of several GraceIDs by one search; some may lack."""
        found = self.caller.call(lambda client: list(
            client.events("gid: " + " ".join(graceids), count=len(graceids))))
        return {event["graceid"]: event for event in found}

    def created(self, since, until, query="", kind=EVENT):
        """The GraceIDs of what was created in a time, unix seconds, and a query finds."""
        text = f"{query} {_query('created', since, until, '', '', '')}".strip()
        key = "superevent_id" if kind == SUPEREVENT else "graceid"
        found = self.caller.call(lambda client: list(
            (client.superevents if kind == SUPEREVENT else client.events)(text, count=100)))
        return [row[key] for row in found if kind_of(row[key])]

    def neighbours(self, want):
        """The events that a question's ``("neighbours", clock, start, stop, ...)`` is about."""
        query = _query(*want[1:])
        return self.caller.call(lambda client: list(client.events(query)))

    def signoffs(self, graceid):
        """The sign-offs of an event or superevent, as GraceDB's dicts."""
        rows = self.caller.call(lambda client: _signed_off(client, graceid).json())
        return rows.get("signoffs") or rows.get("signoff") or ()

    def write(self, graceid, comment, tags, mark):
        """Write a log message once, whatever becomes of the answers.

        Args:
            graceid: about whom.
            comment: the message.
            tags: its tags.
            mark: short text, the same for the same message and for no other; it is put into the
                message, and looked for before every attempt.

        Raises:
            CallError: where it came to nothing.
        """
        def attempt(client):
            known = client.logs(graceid).json()["log"]
            if not any(mark in str(entry.get("comment")) for entry in known):
                client.write_log(graceid, f"{comment} [{mark}]", tag_name=list(tags))

        self.caller.call(attempt)

    def time(self):
        """GraceDB's own clock, unix seconds to the second; None where it cannot be asked."""
        try:
            response = self.caller.call(lambda client: client.ping())
            return parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (CallError, KeyError, ValueError, TypeError):
            return None

    def label(self, graceid, name):
        """Put a label on; one that is on already is no error."""
        self.caller.call(lambda client: client.write_label(graceid, name))

    def _answer(self, ask, event):
        graceid = ask.graceid
        neighbours, contents, unavailable, members = {}, {}, set(), []
        for want in ask.wants:
            if want[0] == "neighbours":
                neighbours[want[1]] = self.neighbours(want)
                continue
            if want[0] == "member":
                members.append(self._state(want[1], ask.time))
                continue
            _, name, version = want
            if _is_map(name) and not skymaps.available():
                unavailable.add(want)
                continue
            facts = self.content(graceid, name, version)
            if facts is not None:
                contents[f"{name},{version}"] = facts
        return attrs.evolve(self._state(graceid, ask.time, event), question=ask.question,
                            neighbours=neighbours, contents=contents,
                            unavailable=frozenset(unavailable), members=tuple(members))

    def _state(self, graceid, time, event=None):
        """What there is of an event or superevent, as an answer as of a time, unix seconds."""
        if event is None:
            event = self.caller.call(lambda client: _object(_read(client, graceid).json()))
        logs = self.caller.call(lambda client: client.logs(graceid).json()["log"])
        labels, signoffs = self._labels(graceid, event)
        return Answer(time, graceid, "", event=event,
                      logs=tuple(log_entry(record, time) for record in logs),
                      labels=labels, signoffs=signoffs)

    def _labels(self, graceid, event):
        """Labels with their times, and sign-offs, where the event shows that there are any."""
        names = [name for name in event.get("labels", ()) if isinstance(name, str)]
        if not names:
            return (), ()
        labels = self.caller.call(lambda client: client.labels(graceid).json()["labels"])
        times = tuple((label["name"], unix_seconds(label.get("created"))) for label in labels)
        if not any(_SIGNED.fullmatch(name) for name in names):
            return times, ()
        return times, self._signoffs(graceid, dict(times))

    def _signoffs(self, graceid, times):
        """Sign-offs, each as old as the label it put on."""
        made = []
        for row in self.signoffs(graceid):
            kind, ifo, status = (str(row.get(key) or "") for key in
                                 ("signoff_type", "instrument", "status"))
            time = times.get(("ADV" if kind == "ADV" else ifo) + status)
            if time is not None:
                made.append(((kind, ifo), Signoff(time, status, str(row.get("comment") or ""))))
        return tuple(made)

    def content(self, graceid, name, version):
        """The facts about a file, None where it is not there.

        Args:
            graceid: whose file.
            name: of the file, without version.
            version: from 0 on.

        Returns:
            A dict with ``size`` in bytes, and for a sky map the facts of
            :func:`fsm.io.skymaps.inspect`.
        """
        return self.caller.call(lambda client: self._content(client, graceid, name, version))

    def _content(self, client, graceid, name, version):
        """Copy the file under a name of our own, look into it, and remove the copy."""
        with tempfile.TemporaryDirectory(prefix="fsm-") as folder:
            copy = Path(folder) / ("map.fits.gz" if name.endswith(".gz") else "map.fits")
            try:
                size = self._fetched(client, graceid, f"{name},{version}", copy)
            except HTTPError as error:
                if error.status_code == 404:
                    return None
                raise
            if not _is_map(name):
                return {"size": size}
            if not skymaps.available():
                return {"size": size}
            if size > MOST_BYTES:
                return {"size": size, "error": f"it has more than {MOST_BYTES} bytes"}
            return {"size": size, **skymaps.inspect(copy)}

    def _fetched(self, client, graceid, name, copy):
        size = 0
        with client.files(graceid, name) as stream, copy.open("wb") as out:
            while size <= MOST_BYTES and (chunk := stream.read(1 << 16)):
                size += len(chunk)
                out.write(chunk)
        return size


def _read(client, graceid):
    """Ask for an event or superevent."""
    is_superevent = kind_of(graceid) == SUPEREVENT
    return client.superevent(graceid) if is_superevent else client.event(graceid)


def _signed_off(client, graceid):
    """Ask for sign-offs; of events the client itself does not ask."""
    if kind_of(graceid) == SUPEREVENT:
        return client.signoffs(graceid)
    return client.get(f"{client.links['events']}{graceid}/signoff/")


def _object(plain):
    if not isinstance(plain, dict):
        raise ValueError("not an object")
    return plain


def _is_map(name):
    return name.endswith((".fits", ".fits.gz"))


def _query(clock, start, stop, *search):
    """GraceDB's query for the events of a search in a window, rounded outward to seconds."""
    names = zip(("group", "pipeline", "search"), search, strict=True)
    terms = [f"{key}: {value}" for key, value in names if _WORD.fullmatch(value)]
    window = (floor(start), ceil(stop))
    if clock == "created":
        window = (datetime.fromtimestamp(t, UTC).strftime("%Y-%m-%d %H:%M:%S") for t in window)
    return " ".join([*terms, f"{clock}: " + " .. ".join(map(str, window))])
