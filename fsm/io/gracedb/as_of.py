"""GraceDB as it was: answers as of a past moment, from one that knows what came later."""

import json

import attrs

from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer
from fsm.core.evidence.fields import Plain
from fsm.core.expect.hints import Want
from fsm.core.times import unix_seconds
from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.contents import readable
from fsm.io.gracedb.fetch import told
from fsm.io.gracedb.reconstruct import Retelling
from fsm.io.gracedb.retrying import CallError
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import RecordedGraceDB


class PastGraceDB:
    """Answers questions on a virtual clock from a GraceDB that knows what came later.

    Args:
        gracedb: :class:`~fsm.io.gracedb.api.GraceDB`; each candidate is read once, and of its files
            only those that are asked about.
    """

    def __init__(self, gracedb: GraceDB) -> None:
        self.gracedb = gracedb
        self._known: dict[str, tuple[RecordedGraceDB, dict[str, str]]] = {}
        self._contents: dict[tuple[str, str, int], Plain] = {}

    def answer(self, ask: Ask) -> Answer:
        """Answer one :class:`~fsm.core.engine.effects.Ask` with what there was at its time."""
        try:
            answer = self._of_one(ask)
        except CallError as error:
            return Answer(ask.time, ask.graceid, ask.question, failure=told(ask.graceid, error))
        neighbours: dict[str, list[Plain]] = {}
        members: list[Answer] = []
        unread = dict(answer.unread)
        for want in ask.wants:
            try:
                if want[0] == "neighbours":
                    neighbours[want[1]] = self._neighbours(want, ask.time)
                elif want[0] == "member":
                    members.append(self._of_one(Ask(ask.time, want[1], "", ())))
            except CallError as error:
                unread.update({want[1]: told(want[1], error)} if want[0] == "member"
                              else {"neighbours": str(error)})
        return attrs.evolve(answer, neighbours=neighbours, members=tuple(members), unread=unread)

    def _of_one(self, ask: Ask) -> Answer:
        """The answer about a candidate itself and its files."""
        recorded, unread = self._read(ask.graceid)
        answer = recorded.answer(ask._replace(wants=()))
        shown = {name: why for name, why in unread.items()
                 if name in ("logs", "labels", "signoffs")}
        if "logs" in shown:  # where the labels stand that were taken off since then
            shown.setdefault("labels", shown["logs"])
        wants = [want for want in ask.wants if want[0] == "content"]
        unavailable = {want for want in wants if not readable(want[1])}
        found: dict[str, Plain] = {}
        for _, name, version in [want for want in wants if want not in unavailable]:
            key = f"{name},{version}"
            try:
                found[key] = self._content(ask.graceid, name, version)
            except CallError as error:
                shown[key] = str(error)
        return attrs.evolve(answer, unread=shown, contents=found,
                            labels=None if "labels" in shown else answer.labels,
                            unavailable=frozenset(unavailable))

    def _read(self, graceid: str) -> tuple[RecordedGraceDB, dict[str, str]]:
        if graceid not in self._known:
            candidate = Retelling(self.gracedb, graceid, files=False)
            records = [record for line in candidate.lines()
                       if (record := record_of(json.dumps(line))) is not None]
            self._known[graceid] = RecordedGraceDB(records), candidate.unread
        return self._known[graceid]

    def _content(self, graceid: str, name: str, version: int) -> Plain:
        """The facts about a file, which is read once."""
        wanted = (graceid, name, version)
        if wanted not in self._contents:
            self._contents[wanted] = self.gracedb.content(*wanted)
        return self._contents[wanted]

    def _neighbours(self, want: Want, now: float) -> list[Plain]:
        return [event for event in self.gracedb.neighbours(want)
                if (unix_seconds(event.get("created")) or now) <= now]
