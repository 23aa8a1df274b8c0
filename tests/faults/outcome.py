"""What has come of a night, to be compared: nothing may be lost, and nothing come twice."""

import json
from collections import Counter

import attrs
import sqlalchemy as sa

from fsm.io.journal.check import check
from fsm.io.journal.codec import unpacked
from fsm.io.journal.schema import ARCHIVE, CANDIDATES, INPUTS, LATENCIES, OUTBOX, POST, QUESTIONS
from tests.faults.world import World


@attrs.frozen
class Outcome:
    """What has come of it.

    Attributes:
        candidates: each with its last configuration.
        messages: keys of those in the file, as often as they are there.
        entries: what GraceDB has, as often as it has it.
        letters: what the mail server has, each Message-ID once: a letter that it had when the
            daemon was killed before it could note that is sent again, with the same one.
        told: which address was told which message, of those that the journal still has.
        latencies: how long checks have taken.
        left: what has not been done.
        findings: what is wrong with the journal.
    """

    candidates: dict
    messages: list
    entries: list
    letters: list
    told: list
    latencies: list
    left: dict
    findings: list

    def faults(self, calm, besides=()):
        """What differs from an undisturbed night, in words.

        Args:
            calm: what that has come to.
            besides: fields that may differ.
        """
        for field in attrs.fields(Outcome):
            mine, its = getattr(self, field.name), getattr(calm, field.name)
            if mine != its and field.name not in besides:
                yield f"{field.name}: {_difference(its, mine)}"

    def without(self, is_further):
        """The same without messages, where a function of their keys says that they come besides;
        the letters are others then."""
        return attrs.evolve(
            self, letters=[], messages=[key for key in self.messages if not is_further(key)],
            told=[pair for pair in self.told if not is_further(pair[1])])


def _difference(expected, found):
    if isinstance(expected, dict):
        return list(_leaves(expected, found, ""))
    before, after = (Counter(map(repr, one)) for one in (expected, found))
    return f"lacks {list((before - after).elements())}, has besides " \
           f"{list((after - before).elements())}"


def _leaves(expected, found, path):
    """Where two structures differ, and how."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in {**expected, **found}:
            yield from _leaves(expected.get(key), found.get(key), f"{path}/{key}")
    elif expected != found:
        yield f"{path}: {expected!r} -> {found!r}"


def outcome(world: World) -> Outcome:
    """What has come of a night in a world, whose daemon has ended."""
    path = world.folder / "journal.db"
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
    with engine.connect() as db:
        found = {row.graceid: json.loads(unpacked(row.body))
                 for table in (ARCHIVE, CANDIDATES)
                 for row in db.execute(sa.select(table.c.graceid, table.c.body)) if row.body}
        latencies = [tuple(row) for row in db.execute(sa.select(LATENCIES))]
        told = [(row.address, row.key) for row in db.execute(
            sa.select(POST.c.address, POST.c.key, POST.c.letter))
            if (row.address, f"<{row.letter}@example.org>") in world.letters]
        left = {name: db.scalar(sa.select(sa.func.count()).select_from(table).where(*where))
                for name, table, where in (
                    ("inputs", INPUTS, [INPUTS.c.seq.is_(None)]),
                    ("letters, messages, annotations", OUTBOX, [OUTBOX.c.done.is_(None)]),
                    ("questions", QUESTIONS, []))}
    engine.dispose()
    messages = [json.loads(line)["key"]
                for line in _lines(world.folder / "messages.jsonl")]
    return Outcome(found, sorted(messages), sorted(world.entries), sorted(set(world.letters)),
                   sorted(told), sorted(map(repr, latencies)), left, check(path)["findings"])


def _lines(path):
    """Its lines; what was not written to its end is no message."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [line for line in lines if line.endswith(b"}")]
