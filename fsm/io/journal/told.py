"""Who was told what of a candidate, and what operators have commanded, as a journal has it."""

from collections.abc import Iterator

import sqlalchemy as sa

from fsm.core.engine.effects import Notify
from fsm.core.evidence.fields import Plain
from fsm.io.journal.codec import COMMAND
from fsm.io.journal.outgoing import read_effect
from fsm.io.journal.readable import Readable
from fsm.io.journal.schema import INPUTS, POST
from fsm.io.jsonio import loads

MOST = 500  # that are read at once
# Written out: a plan that is made for any kind cannot use the index of commands.
_IS_COMMAND = INPUTS.c.kind == sa.literal(COMMAND, literal_execute=True)


def told_of(journal: Readable, graceid: str) -> list[Plain]:
    """The messages about a candidate, the last first: ``time``, ``process``, ``check``,
    ``outcome``, ``message``, ``to`` (parties) and ``addresses`` that have them in a letter or will.
    """
    rows = journal.db.execute(
        sa.select(POST.c.key, POST.c.address, POST.c.time, POST.c.body)
        .where(POST.c.key.startswith(f"{graceid}/", autoescape=True))
        .order_by(POST.c.number.desc()).limit(MOST)).all()
    found: dict[str, Plain] = {}
    with journal.reading(f"what was told of {graceid}"):
        for key, address, time, body in rows:
            if key not in found:
                one = read_effect(body)
                if not isinstance(one, Notify):
                    continue
                found[key] = {"time": time, "process": one.process, "check": one.check,
                              "outcome": one.outcome, "message": one.message, "to": list(one.to),
                              "addresses": []}
            found[key]["addresses"].append(address)
    return list(found.values())


def commands(journal: Readable, graceid: str | None = None, most: int = MOST,
             before: int | None = None) -> list[Plain]:
    """The commands of operators, the last first: ``number``, ``time``, ``graceid``, ``order``,
    ``who``, ``process``, ``check`` and ``reason``.

    Args:
        journal: that has them.
        graceid: the only candidate that is meant; None for all.
        most: how many at most.
        before: only those with smaller numbers; None for all.
    """
    wanted = [_IS_COMMAND]
    wanted += [] if graceid is None else [INPUTS.c.graceid == graceid]
    wanted += [] if before is None else [INPUTS.c.number < before]
    rows = journal.db.execute(sa.select(INPUTS.c.number, INPUTS.c.body).where(*wanted)
                              .order_by(INPUTS.c.number.desc()).limit(most))
    with journal.reading("a command"):
        return list(_commands(rows))


def _commands(rows: sa.Result) -> Iterator[Plain]:
    names = ("time", "graceid", "order", "who", "process", "check", "reason")
    for number, body in rows:
        plain = loads(body)
        yield {"number": number, **{name: plain.get(name, "") for name in names}}
