"""Sign-offs of operators and advocates, and the labels that go with them."""

from fsm.core.expect.names import IFOS
from fsm.standin.refused import Refused
from fsm.standin.store import LABEL, SIGNOFF

STATUSES = ("OK", "NO")


class Signing:
    """What a :class:`~fsm.standin.service.Service` does with sign-offs."""

    def signed(self, graceid, request):
        """Whether what a label asks to be signed off is."""
        return any(self.store.record(graceid, SIGNOFF, f"{kind}{ifo}")
                   for kind, ifo in (("ADV", ""), *(("OP", ifo) for ifo in IFOS))
                   if _request(kind, ifo) == request)

    def check_signoff(self, graceid, values, asked=True):
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
        request = _request(kind, ifo)
        if asked and not self.store.record(graceid, LABEL, request):
            raise Refused(400, f"{kind} signoff not requested for superevent {graceid}: label "
                               f"'{request}' not present.")

    def sign_off(self, now, graceid, values):
        """Sign off: the request is taken off in silence, the status label put on."""
        kind, ifo, status = (values.get(key) or "" for key in ("signoff_type", "instrument",
                                                               "status"))
        who, request = "ADV" if kind == "ADV" else ifo, _request(kind, ifo)
        known = self.store.record(graceid, SIGNOFF, f"{kind}{ifo}")
        record = {"submitter": self.user, "instrument": ifo, "status": status,
                  "comment": values.get("comment", ""), "signoff_type": kind}
        self.store.add(graceid, SIGNOFF, f"{kind}{ifo}", now, record)
        if self.store.record(graceid, LABEL, request):
            self.take_label(now, graceid, request, announced=False)
        other = who + ("NO" if status == "OK" else "OK")
        if self.store.record(graceid, LABEL, other):
            self.take_label(now, graceid, other)
        # In the second observing run it came without an alert of its own.
        self.put_label(now, graceid, who + status, announced=self.of_today)
        self.announce(now, graceid, "signoff_updated" if known else "signoff_created", record)
        return record

    def sign_again(self, now, graceid, known, values):
        """Change a sign-off's status or comment."""
        changed = {key: values[key] for key in ("status", "comment") if key in values}
        if changed.get("status", "OK") not in STATUSES:
            raise Refused(400, f"\"{changed['status']}\" is not a valid choice.")
        if {**known, **changed} == known:
            raise Refused(400, "Request would not modify the signoff.")
        return self.sign_off(now, graceid, {**known, **changed})

    def withdraw(self, now, graceid, record):
        """Take a sign-off back: its label is taken off, the request put on again."""
        kind, ifo = record["signoff_type"], record["instrument"]
        who = "ADV" if kind == "ADV" else ifo
        self.store.remove(graceid, SIGNOFF, f"{kind}{ifo}", now)
        self.take_label(now, graceid, who + record["status"])
        self.put_label(now, graceid, _request(kind, ifo))
        self.announce(now, graceid, "signoff_deleted", record)


def _request(kind, ifo):
    """The label that asks for a sign-off."""
    return "ADVREQ" if kind == "ADV" else f"{ifo}OPS"
