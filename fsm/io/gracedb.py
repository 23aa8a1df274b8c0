"""GraceDB itself, asked through its own client.

Only reading: one question is at most an event, its logs and labels, and the searches and files that
the guards want. Source: GraceDB's REST interface and ligo-gracedb 2.16.
"""

from datetime import UTC, datetime
from math import ceil, floor

import requests
from ligo.gracedb.exceptions import HTTPError
from ligo.gracedb.rest import GraceDb

from fsm.core.alert import log_entry
from fsm.core.inputs import Answer

TIME_OUT = 30.0  # seconds; the client has none of its own
MOST_BYTES = 64 << 20


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
                _, name, clock, start, stop = want
                neighbours[name] = list(self.client.events(_window(clock, start, stop)))
            elif ".fits" in want[1]:
                unavailable.add(want)  # sky maps are not opened
            else:
                _, name, version = want
                contents[f"{name},{version}"] = {"size": self._size(ask.graceid, name, version)}
        return Answer(ask.time, ask.graceid, ask.question, event=event,
                      logs=tuple(log_entry(record, ask.time) for record in logs),
                      labels=tuple(label["name"] for label in labels),
                      neighbours=neighbours, contents=contents,
                      unavailable=frozenset(unavailable))

    def _size(self, graceid, name, version):
        size = 0
        with self.client.files(graceid, f"{name},{version}") as response:
            for chunk in response.iter_content(1 << 16):
                size += len(chunk)
                if size > MOST_BYTES:
                    break
        return size


def _window(clock, start, stop):
    start, stop = floor(start), ceil(stop)
    if clock == "gpstime":
        return f"gpstime: {start} .. {stop}"
    dates = (datetime.fromtimestamp(t, UTC).strftime("%Y-%m-%d %H:%M:%S") for t in (start, stop))
    return "created: " + " .. ".join(dates)
