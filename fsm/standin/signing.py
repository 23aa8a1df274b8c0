"""Sign-offs of operators and advocates, and the labels that go with them."""

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import EVENT, kind_of
from fsm.core.expect.names import IFOS
from fsm.io.recordings import server_entries
from fsm.standin.annotating import Annotating
from fsm.standin.refused import Refused
from fsm.standin.showing import signoff_request
from fsm.standin.store import LABEL, SIGNOFF

STATUSES = ("OK", "NO")


class Signing(Annotating):
    """What a :class:`~fsm.standin.service.Service` does with sign-offs."""

    def check_signoff(self, graceid: str, values: Plain, asked: bool = True) -> None:
        """Refuse a new sign-off that GraceDB would refuse.

        Args:
            asked: whether it must have been asked for by its label.
        """
        kind, ifo = values["signoff_type"], values.get("instrument") or ""
        if kind not in ("OP", "ADV") or values["status"] not in STATUSES:
            raise Refused(400, f"\"{kind} {values['status']}\" is not a valid choice.")
        if kind == "OP" and ifo not in IFOS:
            raise Refused(400, "Operator signoffs require an instrument")
        if kind == "ADV" and ifo:
            raise Refused(400, "Advocate signoffs are not relevant to a particular instrument; do "
                               "not provide one.")
        self.fields(graceid)
        if self.store.record(graceid, SIGNOFF, f"{kind}{ifo}"):
            raise Refused(400, "The fields superevent, instrument, signoff_type must make a unique "
                               "set.")
        request = signoff_request(kind, ifo)
        if asked and not self.store.record(graceid, LABEL, request):
            raise Refused(400, f"{kind} signoff not requested for superevent {graceid}: label "
                               f"'{request}' not present.")

    def sign_off(self, now: float, graceid: str, values: Plain) -> Plain:
        """Sign off: the request is taken off in silence, the status label put on."""
        kind, ifo, status = (values.get(key) or "" for key in ("signoff_type", "instrument",
                                                               "status"))
        who, request = "ADV" if kind == "ADV" else ifo, signoff_request(kind, ifo)
        known = self.store.record(graceid, SIGNOFF, f"{kind}{ifo}")
        record = {"submitter": self.user, "instrument": ifo, "status": status,
                  "comment": values.get("comment", ""), "signoff_type": kind}
        self.store.add(graceid, SIGNOFF, f"{kind}{ifo}", now, record)
        label, other = who + status, who + ("NO" if status == "OK" else "OK")
        off = next((name for name in (request, other) if self.store.record(graceid, LABEL, name)),
                   "")
        if self.store.record(graceid, LABEL, request):
            self.take_label(now, graceid, request, announced=False, logged=False)
        # In the second observing run these came without alerts of their own.
        if self.store.record(graceid, LABEL, other):
            self.take_label(now, graceid, other, announced=self.of_today, logged=False)
        self.put_label(now, graceid, label, announced=self.of_today, logged=_is_event(graceid))
        self._note(now, graceid, server_entries.signed(graceid, record, known, off, label))
        self.announce(now, graceid, "signoff_updated" if known else "signoff_created", record)
        return record

    def sign_again(self, now: float, graceid: str, known: Plain, values: Plain) -> Plain:
        """Change a sign-off's status or comment."""
        changed: Plain = {key: values[key] for key in ("status", "comment") if key in values}
        if changed.get("status", "OK") not in STATUSES:
            raise Refused(400, f"\"{changed['status']}\" is not a valid choice.")
        if {**known, **changed} == known:
            raise Refused(400, "Request would not modify the signoff.")
        return self.sign_off(now, graceid, {**known, **changed})

    def withdraw(self, now: float, graceid: str, record: Plain) -> None:
        """Take a sign-off back: its label is taken off, the request put on again."""
        kind, ifo = record["signoff_type"], record["instrument"]
        label, request = ("ADV" if kind == "ADV" else ifo) + record["status"], \
            signoff_request(kind, ifo)
        self.store.remove(graceid, SIGNOFF, f"{kind}{ifo}", now)
        self.take_label(now, graceid, label, announced=self.of_today, logged=False)
        self.put_label(now, graceid, request, logged=_is_event(graceid))
        self._note(now, graceid, server_entries.withdrawn(graceid, record, label, request))
        if self.of_today:  # in the second observing run only the label told of it
            self.announce(now, graceid, "signoff_deleted", record)

    def _note(self, now: float, graceid: str, comment: str) -> None:
        """Write the entry about a sign-off; of its tag superevents have another one."""
        self.write_log(now, graceid, comment, tags=("em_follow",), announced=False,
                       tagging=not _is_event(graceid))


def _is_event(graceid: str) -> bool:
    """Whether labels that come with a sign-off are in the log, as they are in that of an event."""
    return kind_of(graceid) == EVENT
