"""The names of superevents: one that is confirmed gets a second one, and both stay valid.

All that is known of it belongs together, under the name first heard of. Payloads do not tell both
names at once, so a superevent is known by its creation. Source: GraceDB's confirmed superevents
(``GW230727A``).
"""

from collections.abc import Container, Mapping
from itertools import islice
from typing import Any, Protocol, TypeVar, cast

import attrs

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import category_of, is_superevent
from fsm.core.interning import LONGEST

MOST = 100_000  # names that are remembered, besides those of candidates under supervision


class _About(Protocol):
    """An alert or an answer, which is about a candidate."""

    @property
    def graceid(self) -> str: ...


Item = TypeVar("Item", bound=_About)


class Names:
    """Under which name each superevent is supervised.

    Args:
        known: what an earlier one has noted; see :attr:`known`.

    Attributes:
        known: names, and creations in words, to the name under which it is supervised; "" for a
            creation that several share.
        fresh: of these the ones noted since :meth:`stored`.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self.known: dict[str, str] = dict(known or {})
        self.fresh: dict[str, str] = {}

    def stored(self) -> None:
        """All that was fresh has been kept."""
        self.fresh.clear()

    def surplus(self, supervised: Container[str]) -> list[str]:
        """Forget the names noted first where there are too many.

        Args:
            supervised: the GraceIDs under supervision, with ``in``, whose names stay.

        Returns:
            The names that are forgotten.
        """
        many = len(self.known) - MOST
        old = [] if many <= 0 else list(islice((name for name, graceid in self.known.items()
                                                if graceid not in supervised), many))
        for name in old:
            del self.known[name]
            self.fresh.pop(name, None)
        return old

    def of(self, graceid: str) -> str:
        """The name under which a GraceID is supervised."""
        return self.known.get(graceid, graceid)

    def under_one(self, item: Item) -> Item:
        """Put an input under the name by which its candidate is supervised.

        Args:
            item: :class:`~fsm.core.evidence.alert.Alert` or
                :class:`~fsm.core.engine.inputs.Answer`.
        """
        graceid = item.graceid
        if graceid not in self.known and is_superevent(graceid):
            self._meet(graceid, _state(item))
        name = self.of(graceid)
        if name == graceid:
            return item
        renamed: Item = attrs.evolve(cast("Any", item), graceid=name)
        return renamed

    def _meet(self, graceid: str, state: Plain) -> None:
        created = state.get("created")
        if not isinstance(created, str) or len(created) > LONGEST:
            return
        born = f"{category_of(graceid)} superevent created {created}"
        first = self.known.get(born)
        if first is None:
            self._note(born, graceid)
        elif _confirmed(first) == _confirmed(graceid):
            self._note(born, "")  # two of the same second: no telling which is which
        self._note(graceid, first if first and _confirmed(first) != _confirmed(graceid)
                   else graceid)

    def _note(self, name: str, graceid: str) -> None:
        self.known[name] = self.fresh[name] = graceid


def _state(item: _About) -> Plain:
    """The superevent's values that an alert or an answer tells."""
    for part in ("fields", "snapshot", "event"):
        state: Plain | None = getattr(item, part, None)
        if state:
            return state
    return {}


def _confirmed(graceid: str) -> bool:
    return "GW" in graceid
