"""What is known of the labels and sign-offs of a candidate, by alerts in any order."""

from zlib import crc32

from fsm.core.evidence.entries import Signoff, SignoffKey, signoff_labels
from fsm.core.evidence.labels import (
    NOT_KNOWN,
    OFF,
    ON,
    STATED_OFF,
    STATED_ON,
    Kind,
    LabelState,
    Report,
    reported,
)


class Marks:
    """The part of :class:`~fsm.core.evidence.evidence.Evidence` that is about them."""

    __slots__ = ()

    labels: dict[str, LabelState]
    signoffs: dict[SignoffKey, Signoff]
    stated_before: list[int]
    doubts: set[str]

    def add_label(self, name: str, made: float | None, heard: float) -> bool:
        """Note that a label was put on; returns whether it is on since then.

        Args:
            name: of the label.
            made: when, as GraceDB tells; None where it does not.
            heard: when that was heard.
        """
        return self._report(name, (heard, ON, made))

    def remove_label(self, name: str, made: float | None, heard: float) -> bool:
        """Note that a label was taken off; arguments as of :meth:`add_label`, returns likewise."""
        return self._report(name, (heard, OFF, made))

    def state_label(self, name: str, present: bool, made: float | None, asked: float) -> bool:
        """Note GraceDB's own word on a label, asked at a time; returns whether that is news."""
        self.doubts.discard(name)
        known = self._label(name)
        kind: Kind = STATED_ON if present else STATED_OFF
        state, _ = reported(known, (asked, kind, made))
        if state[:2] == known[:2]:
            return False  # nothing but what alerts have told
        self.labels[name] = state
        return state.present != known.present or (state.present and state.since > known.since)

    def _label(self, name: str) -> LabelState:
        return self.labels.get(name, NOT_KNOWN)

    def _report(self, name: str, report: Report) -> bool:
        before = self._label(name)
        state, doubtful = reported(before, report)
        if doubtful:
            self.doubts.add(name)
        self.labels[name] = state
        return state.present != before.present or (state.present and state.since > before.since)

    def set_signoff(self, kind: str, instrument: str, signoff: Signoff) -> tuple[str, ...]:
        """Note a signoff with the labels it brings; returns what is news, as a tuple."""
        known = self.signoffs.get((kind, instrument))
        fresh = known is None or _signoff_order(known) < _signoff_order(signoff)
        if fresh:
            self.signoffs[kind, instrument] = signoff
        # Of two at the same moment each has brought its labels, whichever is heard of first.
        brought = signoff_labels(kind, instrument, signoff.status)
        return (*("signoff",) * fresh, *(
            name for name, on in brought.items()
            if (self.add_label if on else self.remove_label)(name, None, signoff.time)))

    def has_label(self, name: str) -> bool:
        """Whether the label is on the candidate now."""
        return self._label(name).present

    def hear_signoff(self, kind: str, instrument: str, signoff: Signoff) -> tuple[str, ...]:
        """Note a signoff as an alert tells it; as :meth:`hear`, returns as :meth:`set_signoff`."""
        digest = crc32(repr((kind, instrument, signoff.status, signoff.comment)).encode())
        if digest in self.stated_before:
            known = self.signoffs[kind, instrument]
            if signoff.time > known.time and signoff.status != known.status:
                self.doubts.add("signoff")
            return ()
        self._remember(digest)
        return self.set_signoff(kind, instrument, signoff)

    def _remember(self, digest: int) -> None:
        """Keep a digest of what an alert has stated."""
        raise NotImplementedError


def _signoff_order(signoff: Signoff) -> tuple[float, str, str]:
    return (signoff.time, signoff.status, signoff.comment)
