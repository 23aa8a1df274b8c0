"""The stand-in's pages of one event or superevent: log, labels, sign-offs, notices, files."""

from werkzeug.wrappers import Response

from fsm.standin import root
from fsm.standin.forms import body, now_of, uploaded
from fsm.standin.service import Refused
from fsm.standin.store import LABEL, LOG, SIGNOFF, VOEVENT


class Annotations:
    """Pages of a stand-in, which has a ``store`` and a ``service``; each is named by its route."""

    def _records(self, graceid, sort, name):
        self.service.show(graceid)
        rows = self.store.records(graceid, sort)
        return ({"start": 0, "numRows": len(rows), "links": {}, name: rows},)

    def _one(self, graceid, sort, name):
        found = self.store.record(graceid, sort, name)
        if found is None:
            raise Refused(404, f"{graceid} has no {sort} {name}")
        return (found,)

    def _logs(self, request, graceid):
        if request.method == "GET":
            return self._records(graceid, LOG, "log")
        values = body(request)
        upload = request.files.get("upload")
        tags = request.form.getlist("tagname") or values.get("tagname", ())
        return self.service.write_log(
            now_of(request), graceid, values.get("comment") or values.get("message", ""),
            uploaded(upload) if upload else None, [tags] if isinstance(tags, str) else tags,
            values.get("label", "")), 201

    def _log(self, request, graceid, number):
        return self._one(graceid, LOG, number)

    def _tags(self, request, graceid, number, tag=""):
        if request.method == "GET":
            (entry,) = self._one(graceid, LOG, number)
            return ({"tags": [{"name": name} for name in entry["tag_names"]]},)
        tag = tag or body(request)["name"]
        return self.service.tag(now_of(request), graceid, number, tag), 201

    def _labels(self, request, graceid):
        if request.method == "GET":
            return self._records(graceid, LABEL, "labels")
        name = body(request)["name"]
        if not self.service.put_label(now_of(request), graceid, name, protect=True):
            raise Refused(400, f"Label {name} already applied to superevent {graceid}")
        return self._one(graceid, LABEL, name)[0], 201

    def _label(self, request, graceid, label):
        if request.method == "GET":
            return self._one(graceid, LABEL, label)
        if request.method == "DELETE":
            self.service.take_label(now_of(request), graceid, label)
            return Response(status=204)
        if label not in root.LABELS:
            raise Refused(400, f"No such label: {label}")
        fresh = self.service.put_label(now_of(request), graceid, label)
        return self._one(graceid, LABEL, label)[0], 201 if fresh else 200

    def _signoffs(self, request, graceid):
        if request.method == "GET":
            return self._records(graceid, SIGNOFF, "signoffs")
        values = body(request)
        if self.store.record(graceid, SIGNOFF, f"{values['signoff_type']}{values['instrument']}"):
            raise Refused(400, "The fields superevent, instrument, signoff_type must make a unique "
                               "set.")
        return self.service.sign_off(now_of(request), graceid, values), 201

    def _signoff(self, request, graceid, typeinst):
        (known,) = self._one(graceid, SIGNOFF, typeinst)
        if request.method == "GET":
            return (known,)
        if request.method == "DELETE":
            self.service.withdraw(now_of(request), graceid, known)
            return Response(status=204)
        return (self.service.sign_off(now_of(request), graceid, {**known, **body(request)}),)

    def _observations(self, request, graceid):
        record = {"group": body(request)["group"], "submitter": self.service.user, "footprints": []}
        self.service.announce(now_of(request), graceid, "emobservation", record)
        return record, 201

    def _voevents(self, request, graceid):
        if request.method == "GET":
            return self._records(graceid, VOEVENT, "voevents")
        kind = body(request)["voevent_type"]
        title = root.VOEVENTS[kind].capitalize()
        return self.service.notice(now_of(request), graceid, kind, title), 201

    def _voevent(self, request, graceid, number):
        return self._one(graceid, VOEVENT, number)

    def _files(self, request, graceid):
        self.service.show(graceid)
        names = {}
        for name, version in self.store.files(graceid):
            names[name] = request.base_url.rstrip("/") + f"/{name}"
            names[f"{name},{version}"] = f"{names[name]},{version}"
        return (names,)

    def _file(self, request, graceid, name):
        stem, comma, version = name.rpartition(",")
        versioned = comma and version.isdigit()
        content = self.store.content(graceid, *((stem, int(version)) if versioned else (name,)))
        if content is None:
            raise Refused(404, f"{graceid} has no file {name}")
        return Response(content, content_type="application/octet-stream")
