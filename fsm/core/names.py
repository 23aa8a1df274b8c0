"""The names of superevents: one that is confirmed gets a second one, and both stay valid.

All that is known of it belongs together, under the name first heard of. Payloads do not tell both
names at once, so a superevent is known by its creation. Source: GraceDB's confirmed superevents
(``GW230727A``).
"""

import attrs

from fsm.core.graceids import SUPEREVENT, category_of, kind_of


class Names:
    """Under which name each superevent is supervised.

    Args:
        known: what an earlier one has noted; see :attr:`known`.

    Attributes:
        known: names, and creations in words, to the name under which it is supervised; "" for a
            creation that several share.
        fresh: of these the ones noted since :meth:`stored`.
    """

    def __init__(self, known=()):
        self.known, self.fresh = dict(known), {}

    def stored(self):
        """All that was fresh has been kept."""
        self.fresh.clear()

    def of(self, graceid):
        """The name under which a GraceID is supervised."""
        return self.known.get(graceid, graceid)

    def under_one(self, item):
        """Put an input under the name by which its candidate is supervised.

        Args:
            item: :class:`~fsm.core.alert.Alert` or :class:`~fsm.core.inputs.Answer`.
        """
        graceid = item.graceid
        if graceid not in self.known and kind_of(graceid) == SUPEREVENT:
            self._meet(graceid, _state(item))
        name = self.of(graceid)
        return item if name == graceid else attrs.evolve(item, graceid=name)

    def _meet(self, graceid, state):
        created = state.get("created")
        if not isinstance(created, str):
            return
        born = f"{category_of(graceid)} superevent created {created}"
        first = self.known.get(born)
        if first is None:
            self._note(born, graceid)
        elif _confirmed(first) == _confirmed(graceid):
            self._note(born, "")  # two of the same second: no telling which is which
        self._note(graceid, first if first and _confirmed(first) != _confirmed(graceid)
                   else graceid)

    def _note(self, name, graceid):
        self.known[name] = self.fresh[name] = graceid


def _state(item):
    """The superevent's values that an alert or an answer tells."""
    for part in ("fields", "snapshot", "event"):
        state = getattr(item, part, None)
        if state:
            return state
    return {}


def _confirmed(graceid):
    return "GW" in graceid
