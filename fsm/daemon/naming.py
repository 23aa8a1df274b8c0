"""Under which name each superevent is supervised: what is met of that is in the journal."""

from collections.abc import Iterable

from fsm.core.evidence.graceids import is_superevent
from fsm.core.evidence.superevent_names import Names
from fsm.io.journal import codec
from fsm.io.journal.journal import Journal

NAME = "name "  # begins the names of facts that tell it


def known(journal: Journal) -> Names:
    """What the journal has of it."""
    return Names(_read(journal))


def _read(journal: Journal) -> dict[str, str]:
    """The names that the journal has; one in rubbish costs only its superevent."""
    found = journal.readable_facts(NAME)
    rubbish = [name for name, of in found.items()
               if not isinstance(of, str) or is_superevent(name) > bool(of)]
    for name in rubbish:
        del found[name]
        journal.mended.append(f"under which name {name} is supervised cannot be read: it is "
                              "met anew")
    return found


def refresh(journal: Journal, names: Names) -> None:
    """See what other supervisors on the journal have met."""
    names.known.update(_read(journal))


def named(journal: Journal, names: Names, rows: Iterable[codec.Input]) -> list[codec.Input]:
    """Put inputs under the names by which their candidates are supervised, and note what names are
    met, within the journal's transaction.

    Of several supervisors one at a time meets new names, so that none takes the second name of a
    superevent for its first while another one meets that.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        names: as this supervisor knows them,
            :class:`~fsm.core.evidence.superevent_names.Names`, whose ``stored`` is to be called
            after the commit.
        rows: inputs that are to be written down.
    """
    rows = list(rows)
    if journal.database.shared:
        for name in names.fresh:  # of an attempt that could not be committed
            names.known.pop(name, None)
        names.stored()
        if any(is_superevent(row.graceid) and row.graceid not in names.known
               for row in rows):
            journal.lock("names")
            refresh(journal, names)
    made = [row if row.item is None else row.under(names.under_one(row.item).graceid)
            for row in rows]
    journal.set_facts(**{NAME + name: of for name, of in names.fresh.items()})
    return made


def forget(journal: Journal, names: Iterable[str]) -> None:
    """Forget names, within the journal's transaction."""
    journal.forget([NAME + name for name in names])
