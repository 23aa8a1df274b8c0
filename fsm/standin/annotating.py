"""Annotations of events and superevents: log entries with their files and tags, and labels."""

from collections.abc import Iterable

from fsm.core.evidence.fields import Plain
from fsm.core.expect.names import LABELS
from fsm.io.recordings import server_entries
from fsm.standin.moments import date
from fsm.standin.refused import Refused
from fsm.standin.showing import Showing
from fsm.standin.store import LABEL, LOG
from fsm.standin.uploads import Upload

PROTECTED = ("ADVOK", "ADVNO", "H1OK", "H1NO", "L1OK", "L1NO", "V1OK", "V1NO")


class Annotating(Showing):
    """What a :class:`~fsm.standin.service.Service` does with annotations."""

    def write_log(self, now: float, graceid: str, comment: str, upload: Upload | None = None,
                  tags: Iterable[str] = (), label: str = "", announced: bool = True,
                  tagging: bool = True) -> Plain:
        """Write a log entry, perhaps with a file, tags, a label.

        Args:
            announced: whether there is an alert.
            tagging: whether the log tells of each tag too.
        """
        self.fields(graceid)
        name, version = "", None
        if upload:
            name = upload[0]
            version = self.store.upload(graceid, *upload)
        number = self.store.count(graceid, LOG) + 1
        entry: Plain = {"N": number, "comment": comment, "filename": name, "file_version": version,
                        "tag_names": list(dict.fromkeys(tags)), "created": date(now),
                        "issuer": self.user}
        self.store.add(graceid, LOG, number, now, entry)
        for tag in entry["tag_names"] if tagging else ():
            self.write_log(now, graceid, server_entries.tagged(graceid, number, tag),
                           announced=False)
        if announced:
            self.announce(now, graceid, "log", entry)
        if label:
            self.put_label(now, graceid, label, protect=True)
        return entry

    def tag(self, now: float, graceid: str, number: int, name: str) -> bool:
        """Tag a log entry, of which there is no alert; returns whether it was not tagged so."""
        entry = self._entry(graceid, number)
        if name in entry["tag_names"]:
            return False
        self._retag(now, graceid, entry, [*entry["tag_names"], name],
                    server_entries.tagged(graceid, number, name))
        return True

    def untag(self, now: float, graceid: str, number: int, name: str) -> None:
        """Take a tag off a log entry, of which there is no alert."""
        entry = self._entry(graceid, number)
        if name not in entry["tag_names"]:
            raise Refused(404, f"log entry {number} of {graceid} has no tag {name}")
        self._retag(now, graceid, entry, [tag for tag in entry["tag_names"] if tag != name],
                    server_entries.untagged(graceid, number, name))

    def _entry(self, graceid: str, number: int) -> Plain:
        entry = self.store.record(graceid, LOG, number)
        if entry is None:
            raise Refused(404, f"{graceid} has no log entry {number}")
        return entry

    def _retag(self, now: float, graceid: str, entry: Plain, names: list[str],
               comment: str) -> None:
        self.store.correct(graceid, LOG, entry["N"], {**entry, "tag_names": names})
        self.write_log(now, graceid, comment, announced=False)

    def put_label(self, now: float, graceid: str, name: str, protect: bool = False,
                  announced: bool = True, logged: bool = True) -> bool:
        """Put a label on; returns whether it was off. Its log entry has no alert.

        Args:
            protect: whether to refuse what only GraceDB itself may put on.
            announced: whether there is an alert.
            logged: whether there is a log entry.
        """
        self.fields(graceid)
        if protect:
            self._may_be_put_on(graceid, name)
        if self.store.record(graceid, LABEL, name):
            return False
        data = {"name": name, "creator": self.user, "created": date(now)}
        self.store.add(graceid, LABEL, name, now, data)
        if logged:
            self.write_log(now, graceid, server_entries.labelled(graceid, name), announced=False)
        if announced:
            self.announce(now, graceid, "label_added", data)
        return True

    def _may_be_put_on(self, graceid: str, name: str) -> None:
        if name not in LABELS:
            raise Refused(400, f"Object with name={name} does not exist.")
        if name in PROTECTED:
            raise Refused(400, f"The label '{name}' is managed by an automated process and cannot "
                               "be manually added")
        if self.signed(graceid, name):
            raise Refused(400, f"The '{name}' label cannot be applied to request a signoff because "
                               "a related signoff already exists.")

    def take_label(self, now: float, graceid: str, name: str, protect: bool = False,
                   announced: bool = True, logged: bool = True) -> None:
        """Take a label off; see :meth:`put_label`."""
        data = self.store.record(graceid, LABEL, name)
        if data is None:
            raise Refused(404, f"{graceid} has no label {name}")
        if protect and name in PROTECTED:
            raise Refused(400, f"The label '{name}' is managed by an automated process and cannot "
                               "be removed manually")
        self.store.remove(graceid, LABEL, name, now)
        if logged:
            self.write_log(now, graceid, server_entries.unlabelled(graceid, name), announced=False)
        if announced:
            self.announce(now, graceid, "label_removed", data)
