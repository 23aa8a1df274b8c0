"""What grows while a supervisor runs, for ``fsm status``; each of it has a limit.

The limits are settings of the tables ``journal``, ``tell`` and ``logs``, or the constants that are
named ``MOST``; see "How much room it takes" in docs/operating.md.
"""

import os

from fsm.core.evidence.fields import Plain
from fsm.daemon.loop import POSITION, Supervisor
from fsm.io import logs
from fsm.io.delivery.channels import FileChannel
from fsm.io.journal.schema import ARCHIVE, INPUTS, LATENCIES, OUTBOX, POST

TABLES = {"inputs": INPUTS, "archived": ARCHIVE, "latencies": LATENCIES, "effects": OUTBOX,
          "messages": POST}


def of(supervisor: Supervisor) -> Plain:
    """All of it as a dict for JSON: bytes, and numbers of rows and of what is held in memory.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
    """
    journal, engine, flood = supervisor.journal, supervisor.engine, supervisor.flood
    size, free = journal.size()
    files, log_bytes = logs.room()
    told = supervisor.outbox.channels.get("file")
    return {
        "journal": size, "free": free, "wal": _bytes(f"{journal.name}-wal"),
        **{name: journal.count(table) for name, table in TABLES.items()},
        "in_memory": supervisor.candidates.resident, "retired": len(engine.retired),
        "names": len(engine.names.known), "topics": len(supervisor.heard),
        "listened_files": len(journal.facts(POSITION + "file ")),
        "failing": len(supervisor.acting.guard.failed),
        "log_files": files, "logs": log_bytes,
        "message_file": told.room() if isinstance(told, FileChannel) else 0,
        "flood": flood.confirmed if flood else 0,
    }


def _bytes(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
