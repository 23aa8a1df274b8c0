"""The log entries that GraceDB's server writes itself: they take numbers, but have no log alert.

An event and a superevent have their own texts. Source: GraceDB's server: ``events/view_logic.py``,
``api/v1/events/views.py``, ``events/translator.py`` and ``superevents/utils.py``; of sign-offs of
events, its web form of 2017.
"""

import re
from collections.abc import Iterable, Mapping

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import is_superevent

ORIGINAL = "Original Data"  # the file that makes an event
VOEVENT = "New VOEvent"
EXPOSED = "Exposed to LV-EM observers and the general public."
HIDDEN = "Hidden from LV-EM observers and the general public."

_KINDS = {"OP": "operator", "ADV": "advocate"}
_SILENT = re.compile(
    r"(?:Label|Deleted label|(?:Added|Removed) (?:label|event)|(?:Added to|Removed from|"
    r"(?:Set|Removed) as preferred event for) superevent): |Tagged message \d+: |Removed tag \S+ "
    r"(?:for|from) message \d+|Superevent created with |Confirmed as a gravitational wave: |"
    r"New EMBB observation record for |(?:Exposed to|Hidden from) LV-EM observers|"
    rf"{ORIGINAL}$|{VOEVENT}$|(?:[Oo]perator|[Aa]dvocate) signoff (?:certified|updated|deleted|"
    r"for )|(?:updated|deleted) (?:operator|advocate) signoff status")
_LABELLED = re.compile(r"(?:Label|Added label): (\w+)")
_UNLABELLED = re.compile(r"(?:Deleted|Removed) label: (\w+)")
_EXCHANGED = re.compile(r"(?:Operator|Advocate) signoff .*[;,] label (\w+) removed(?: and|,) "
                        r"label (\w+) applied(?:; comment .*)?", re.DOTALL)
_SIGNED = re.compile(r"(?:Operator|Advocate) signoff .*[;,] label (\w+) applied(?:; comment .*)?",
                     re.DOTALL)
_WITHDRAWN = re.compile(r"(?:Operator|Advocate) signoff .*deleted: (\w+) removed and (\w+) "
                        r"reapplied")
_RESTORED = re.compile(r"deleted (?:advocate|operator) signoff status(?: for (\w+))?")


def is_silent(comment: str) -> bool:
    """Whether the server writes such a message itself, without an alert."""
    return _SILENT.match(comment) is not None


def label_changes(comment: str) -> list[tuple[str, str]]:
    """The labels that the server has put on or taken off, by its message about it.

    Returns:
        Pairs (``label_added`` or ``label_removed``, name of the label) in their order; of a
        sign-off of an event that was taken back, both labels that it can have put on.
    """
    if match := _EXCHANGED.fullmatch(comment) or _WITHDRAWN.fullmatch(comment):
        return [("label_removed", match[1]), ("label_added", match[2])]
    if match := _LABELLED.fullmatch(comment) or _SIGNED.fullmatch(comment):
        return [("label_added", match[1])]
    if match := _UNLABELLED.fullmatch(comment):
        return [("label_removed", match[1])]
    if match := _RESTORED.fullmatch(comment):
        return [("label_removed", (match[1] or "ADV") + status) for status in ("OK", "NO")]
    return []


def labelled(graceid: str, name: str) -> str:
    """The message that a label is put on."""
    return f"Added label: {name}" if is_superevent(graceid) else f"Label: {name}"


def unlabelled(graceid: str, name: str) -> str:
    """The message that a label is taken off."""
    return f"Removed label: {name}" if is_superevent(graceid) else f"Deleted label: {name}"


def tagged(graceid: str, number: int, name: str) -> str:
    """The message that a log entry gets a tag, also when it is written with it."""
    return f"Tagged message {number}: {name}" + ("." if is_superevent(graceid) else " ")


def untagged(graceid: str, number: int, name: str) -> str:
    """The message that a tag is taken off a log entry."""
    if is_superevent(graceid):
        return f"Removed tag {name} from message {number}."
    return f"Removed tag {name} for message {number}. "


def created(superevent: Plain, events: Iterable[str] = ()) -> str:
    """The message that a superevent is created, perhaps with further events."""
    values = ", ".join(f"{name}={superevent[name]}"
                       for name in ("t_start", "t_0", "t_end", "preferred_event"))
    more = ", ".join(events)
    return f"Superevent created with {values}" + (f", events={more}" if more else "")


def updated(old: Plain, new: Plain) -> str:
    """The message that values of a superevent are changed."""
    changes = ", ".join(f"{name}: {old.get(name)} -> {value}" for name, value in new.items()
                        if old.get(name) != value)
    return f"Updated superevent parameters: {changes}"


def membership(change: str, graceid: str) -> str:
    """The message that an event joins or leaves, or is preferred or no more.

    Args:
        change: ``event_added`` or ``event_removed``, of a superevent; ``added_to_superevent``,
            ``removed_from_superevent``, ``selected_as_preferred`` or ``removed_as_preferred``, of
            an event.
        graceid: of the event, or of the superevent.
    """
    return f"{_MEMBERSHIP[change]}: {graceid}"


_MEMBERSHIP = {
    "event_added": "Added event", "event_removed": "Removed event",
    "added_to_superevent": "Added to superevent",
    "removed_from_superevent": "Removed from superevent",
    "selected_as_preferred": "Set as preferred event for superevent",
    "removed_as_preferred": "Removed as preferred event for superevent"}


def confirmed(superevent: str, gw_id: str) -> str:
    """The message that a superevent is confirmed as a gravitational wave."""
    return f"Confirmed as a gravitational wave: ID changed from {superevent} -> {gw_id}"


def observed(group: str) -> str:
    """The message that a group of astronomers has observed."""
    return f"New EMBB observation record for {group}"


def signed(graceid: str, signoff: Plain, known: Plain | None, off: str, on: str) -> str:
    """The message that somebody signs off.

    Args:
        graceid: of the event or superevent.
        signoff: its ``signoff_type``, ``instrument``, ``status`` and ``comment``.
        known: what it was before; None where it is new.
        off: name of the label that is taken off with it, "" for none.
        on: name of the label that is put on with it, "" for none.
    """
    who, ifo, status, comment = _parts(signoff)
    of, told = f" for {ifo}" if ifo else "", f": {comment}" if comment else ""
    if not is_superevent(graceid):
        verb = "signoff certified status" if known is None else "signoff status"
        return f"{'' if known is None else 'updated '}{who} {verb} as {status}{of}{told}"
    if known is None:
        label = (f" label {off} removed and" if off else "") + f" label {on} applied"
        return f"{who.capitalize()} signoff certified status as {status}{of}: '{comment}';{label}"
    changes = []
    if known["status"] != status:
        changes.append(f"status {known['status']} -> {status}"
                       + (f", label {off} removed" if off else "") + f", label {on} applied")
    if known["comment"] != comment:
        changes.append(f"comment '{known['comment']}' -> '{comment}'")
    return f"{who.capitalize()} signoff{of} updated: {'; '.join(changes)}"


def withdrawn(graceid: str, signoff: Plain, off: str, on: str) -> str:
    """The message that a sign-off is taken back; see :func:`signed`."""
    who, ifo, _, _ = _parts(signoff)
    of = f" for {ifo}" if ifo else ""
    if not is_superevent(graceid):
        return f"deleted {who} signoff status{of}"
    return f"{who.capitalize()} signoff{of} deleted: {off} removed and {on} reapplied"


def _parts(signoff: Mapping[str, str]) -> tuple[str, str, str, str]:
    return (_KINDS[signoff["signoff_type"]], signoff["instrument"], signoff["status"],
            signoff["comment"])
