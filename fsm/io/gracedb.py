"""GraceDB itself, asked through its own client.

Only reading: one question is at most an event, its logs and labels, and the searches and files that
the guards want. Source: GraceDB's REST interface and ligo-gracedb 2.16.
"""

import re
import tempfile
from datetime import UTC, datetime
from math import ceil, floor
from pathlib import Path

import requests
from ligo.gracedb.exceptions import HTTPError
from ligo.gracedb.rest import GraceDb

from fsm.core.alert import log_entry
from fsm.core.inputs import Answer
from fsm.core.times import unix_seconds
from fsm.io import skymaps

TIME_OUT = 30.0  # seconds; the client has none of its own
_WORD = re.compile(r"[\w-]+", re.ASCII)  # nothing else from outside goes into a query
MOST_BYTES = 512 << 20  # of a file, beyond which it is not read


class _Patient(requests.adapters.HTTPAdapter):
    """Gives every request a time-out."""

    def send(self, request, *args, timeout=None, **kwargs):
        return super().send(request, *args, timeout=timeout or TIME_OUT, **kwargs)


class GraceDB:
    """Answers questions from a GraceDB server.

    Args:
        url: address of its REST interface, such as ``https://gracedb.example.org/api/``.
    """

    def __init__(self, url):
        self.client = GraceDb(url, retries=0)
        for scheme in ("https://", "http://"):
            self.client.mount(scheme, _Patient())

    def answer(self, ask):
        """Answer one :class:`~fsm.core.effects.Ask`; a failure is an answer too."""
        try:
            return self._answer(ask)
        except HTTPError as error:
            if error.status_code == 404:
                return Answer(ask.time, ask.graceid, ask.question)
            failure = f"HTTP status {error.status_code}"
        except (requests.RequestException, ValueError, KeyError, TypeError, AttributeError,
                OSError) as error:
            failure = f"{type(error).__name__}: {error}"[:200]
        return Answer(ask.time, ask.graceid, ask.question, failure=failure)

    def _answer(self, ask):
        event = self.client.event(ask.graceid).json()
        logs = self.client.logs(ask.graceid).json()["log"]
        labels = self.client.labels(ask.graceid).json()["labels"]
        neighbours, contents, unavailable = {}, {}, set()
        for want in ask.wants:
            if want[0] == "neighbours":
                neighbours[want[1]] = list(self.client.events(_query(*want[1:])))
                continue
            _, name, version = want
            if _is_map(name) and not skymaps.available():
                unavailable.add(want)
                continue
            facts = self._content(ask.graceid, name, version)
            if facts is not None:
                contents[f"{name},{version}"] = facts
        return Answer(ask.time, ask.graceid, ask.question, event=event,
                      logs=tuple(log_entry(record, ask.time) for record in logs),
                      labels=tuple((label["name"], unix_seconds(label.get("created")))
                                   for label in labels),
                      neighbours=neighbours, contents=contents,
                      unavailable=frozenset(unavailable))

    def _content(self, graceid, name, version):
        """The facts about a file, None where it is not there; the copy has a name of our own."""
        with tempfile.TemporaryDirectory(prefix="fsm-") as folder:
            copy = Path(folder) / ("map.fits.gz" if name.endswith(".gz") else "map.fits")
            try:
                size = self._fetched(graceid, f"{name},{version}", copy)
            except HTTPError as error:
                if error.status_code == 404:
                    return None
                raise
            if not _is_map(name):
                return {"size": size}
            if size > MOST_BYTES:
                return {"size": size, "error": f"it has more than {MOST_BYTES} bytes"}
            return {"size": size, **skymaps.inspect(copy)}

    def _fetched(self, graceid, name, copy):
        size = 0
        with self.client.files(graceid, name) as stream, copy.open("wb") as out:
            while size <= MOST_BYTES and (chunk := stream.read(1 << 16)):
                size += len(chunk)
                out.write(chunk)
        return size


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
