"""The stand-in's pages of one event or superevent: log, tags, labels, sign-offs, files."""

from werkzeug.wrappers import Request, Response

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import is_superevent
from fsm.standin.events import no_content
from fsm.standin.forms import Page, body, many, now_of, of_v2, text, uploaded
from fsm.standin.pages import Pages
from fsm.standin.refused import Refused
from fsm.standin.store import LABEL, LOG, SIGNOFF


class AnnotationPages(Pages):
    """Pages of a stand-in; each is named by its route."""

    def _records(self, request: Request, graceid: str, sort: str, name: str) -> Page:
        self.service.fields(graceid)
        rows = self.store.records(graceid, sort)
        return ({"start": 0, "numRows": len(rows), "links": {"self": request.url}, name: rows},)

    def _one(self, graceid: str, sort: str, name: str | int) -> tuple[Plain]:
        self.service.fields(graceid)
        found = self.store.record(graceid, sort, name)
        if found is None:
            raise Refused(404, f"{graceid} has no {sort} {name}")
        return (found,)

    def _logs(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            return self._records(request, graceid, LOG, "logs" if of_v2(request) else "log")
        values, tags, shown = body(request), many(request, "tagname"), many(request, "displayName")
        if shown and len(shown) != len(tags):
            raise Refused(400, "There should either be as many display names as tags, or there "
                               "should be no display names")
        return self.service.write_log(
            now_of(request), graceid, values.get("comment") or values.get("message", ""),
            uploaded(request, "upload"), tags, values.get("label", "")), 201

    def _log(self, request: Request, graceid: str, number: int) -> Page:
        return self._one(graceid, LOG, number)

    # -- tags -----------------------------------------------------------------------------------

    def _tags(self, request: Request, graceid: str, number: int) -> Page:
        if request.method == "GET":
            (entry,) = self._one(graceid, LOG, number)
            return ({"tags": [{"name": name} for name in entry["tag_names"]]},)
        return self._tagged(request, graceid, number, text(body(request), "name"))

    def _tag(self, request: Request, graceid: str, number: int, tag: str) -> Page:
        if request.method == "PUT":
            return self._tagged(request, graceid, number, tag)
        self.service.untag(now_of(request), graceid, number, tag)
        return no_content()

    def _tagged(self, request: Request, graceid: str, number: int, tag: str) -> Page:
        if not self.service.tag(now_of(request), graceid, number, tag):
            raise Refused(400 if is_superevent(graceid) else 409,
                          "Tag is already applied to this log message")
        return {"name": tag, "displayName": body(request).get("displayName")}, 201

    # -- labels ---------------------------------------------------------------------------------

    def _labels(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            return self._records(request, graceid, LABEL, "labels")
        name = text(body(request), "name")
        if not self.service.put_label(now_of(request), graceid, name, protect=True):
            raise Refused(400, f"Label {name} already applied to superevent {graceid}")
        return self._one(graceid, LABEL, name)[0], 201

    def _label(self, request: Request, graceid: str, label: str) -> Page:
        if request.method == "GET":
            return self._one(graceid, LABEL, label)
        if request.method == "DELETE":
            self.service.take_label(now_of(request), graceid, label, protect=True)
            return no_content()
        fresh = self.service.put_label(now_of(request), graceid, label, protect=True)
        return {}, 201 if fresh else 200

    # -- sign-offs ------------------------------------------------------------------------------

    def _signoffs(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            return self._records(request, graceid, SIGNOFF, "signoffs")
        values = body(request)
        self.service.check_signoff(graceid, values, asked=is_superevent(graceid))
        return self.service.sign_off(now_of(request), graceid, values), 201

    def _signoff(self, request: Request, graceid: str, typeinst: str) -> Page:
        (known,) = self._one(graceid, SIGNOFF, typeinst)
        if request.method == "GET":
            return (known,)
        if request.method == "DELETE":
            self.service.withdraw(now_of(request), graceid, known)
            return no_content()
        return (self.service.sign_again(now_of(request), graceid, known, body(request)),)

    # -- files ----------------------------------------------------------------------------------

    def _files(self, request: Request, graceid: str) -> Page:
        self.service.fields(graceid)
        names: dict[str, str] = {}
        for name, version in self.store.files(graceid):
            names[name] = request.base_url.rstrip("/") + f"/{name}"
            names[f"{name},{version}"] = f"{names[name]},{version}"
        if of_v2(request):
            return ({"files": [{"filename": name, "file": at} for name, at in names.items()],
                     "links": {"self": request.url}},)
        return (names,)

    def _file(self, request: Request, graceid: str, name: str) -> Page:
        self.service.fields(graceid)
        stem, comma, version = name.rpartition(",")
        versioned = comma and version.isdigit()
        content = self.store.content(graceid, *((stem, int(version)) if versioned else (name,)))
        if content is None:
            raise Refused(404, f"{graceid} has no file {name}")
        return Response(content, content_type="application/octet-stream")
