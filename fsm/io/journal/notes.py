"""What the journal notes besides inputs and candidates: history, latencies, questions, facts."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from fsm.core.engine.effects import Ask, Measured, Transition
from fsm.core.evidence.fields import Plain
from fsm.io.journal.schema import FACTS, HISTORY, INPUTS, LATENCIES, QUESTIONS
from fsm.io.journal.upserts import add_new, upsert
from fsm.io.jsonio import dumps, loads

CLOCK = "clock"  # the fact: the time of recorded alerts that several share, unix seconds
_HISTORY = add_new(HISTORY)
_LATENCY = upsert(LATENCIES, ["graceid", "process", "check", "generation"],
                  ["time", "state", "at", "created", "started", "began"])
_FACT = upsert(FACTS, ["name"], ["value"])


def _read(value: str | bytes | None) -> Any:
    """What a fact says; None where that is rubbish."""
    try:
        return None if value is None else loads(value)
    except ValueError:
        return None


def ask_of(plain: Plain) -> Ask:
    """A question as it was noted."""
    return Ask(**{**plain, "wants": tuple(map(tuple, plain["wants"]))})


class Notes:
    """The part of :class:`~fsm.io.journal.journal.Journal` that is about them.

    Attributes:
        db: SQLAlchemy connection.
    """

    db: sa.Connection

    def reading(self, what: str) -> AbstractContextManager[None]:
        """A context for what may be damaged, named in words."""
        raise NotImplementedError

    # -- what came of them ----------------------------------------------------------------------

    def history(self, numbered: Iterable[tuple[int, Sequence[Sequence[Any]]]]) -> None:
        """Keep what inputs have fired, as pairs (number, transitions)."""
        rows = [{"number": number, "body": dumps(transitions)} for number, transitions in numbered]
        if rows:
            self.db.execute(_HISTORY, rows)

    def history_of(self, graceid: str) -> list[Transition]:
        """All that has been fired about a candidate, in order."""
        bodies = self.db.scalars(
            sa.select(HISTORY.c.body).join(INPUTS, INPUTS.c.number == HISTORY.c.number)
            .where(INPUTS.c.graceid == graceid).order_by(INPUTS.c.number))
        with self.reading(f"the history of {graceid}"):
            return [Transition(*plain) for body in bodies for plain in loads(body)]

    def measured(self, latencies: Collection[Measured]) -> None:
        """Keep :class:`~fsm.core.engine.effects.Measured` objects."""
        if latencies:
            self.db.execute(_LATENCY, [one._asdict() for one in latencies])

    # -- questions and facts --------------------------------------------------------------------

    def asked(self, asks: Collection[Ask], worker: str = "") -> None:
        """Note questions that wait for an answer, and which of several supervisors asks."""
        if asks:
            self.db.execute(add_new(QUESTIONS), [
                {"question": ask.question, "body": dumps(ask._asdict()), "worker": worker}
                for ask in asks])

    def answered(self, questions: Collection[str]) -> None:
        """Forget questions that have been answered."""
        if questions:
            self.db.execute(sa.delete(QUESTIONS).where(QUESTIONS.c.question.in_(questions)))

    def questions(self) -> list[Ask]:
        """All questions that wait for an answer."""
        with self.reading("a question"):
            return [ask_of(loads(body)) for body in self.db.scalars(sa.select(QUESTIONS.c.body))]

    def fact(self, name: str, default: Any = None) -> Any:
        """A fact by its name."""
        value = self.db.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == name))
        with self.reading(f"the fact {name!r}"):
            return default if value is None else loads(value)

    def facts(self, prefix: str) -> Plain:
        """All facts whose names begin with a prefix, by the rest of their names."""
        rows = self.db.execute(sa.select(FACTS).where(FACTS.c.name.startswith(prefix)))
        with self.reading(f"a fact {prefix!r}"):
            return {row.name.removeprefix(prefix): loads(row.value) for row in rows}

    def readable_facts(self, prefix: str) -> Plain:
        """Likewise, None in the place of each that cannot be read."""
        rows = self.db.execute(sa.select(FACTS).where(FACTS.c.name.startswith(prefix)))
        return {row.name.removeprefix(prefix): _read(row.value) for row in rows}

    def forget(self, names: Iterable[str]) -> None:
        """Forget facts, by their whole names."""
        self.db.execute(sa.delete(FACTS).where(FACTS.c.name.in_(names)))

    def set_facts(self, **facts: object) -> None:
        """Note facts, values that JSON can hold."""
        if facts:
            self.db.execute(_FACT, [{"name": name, "value": dumps(value).decode()}
                                    for name, value in facts.items()])
