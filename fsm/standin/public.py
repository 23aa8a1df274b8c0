"""The stand-in's pages of VOEvents, notices, and observations by astronomers."""

from werkzeug.wrappers import Request

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import is_superevent
from fsm.core.times import finite
from fsm.standin.annotations import AnnotationPages
from fsm.standin.forms import Page, body, choice, many, now_of, true, uploaded
from fsm.standin.publishing import LISTS, PROBABILITIES
from fsm.standin.refused import Refused
from fsm.standin.root import EM_GROUPS, VOEVENTS
from fsm.standin.store import NOTICE, OBSERVATION, VOEVENT

FLAGS = {"internal": "internal", "open_alert": "open_alert", "hardware_inj": "hardware_inj",
         "CoincComment": "coinc_comment", "raven_coinc": "raven_coinc"}
MAPS = ("skymap_filename", "combined_skymap_filename")


class PublicPages(AnnotationPages):
    """Pages of a stand-in; each is named by its route."""

    def _voevents(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            return self._records(request, graceid, VOEVENT, "voevents")
        values = body(request)
        kind = choice(values["voevent_type"], VOEVENTS)
        record = {
            **{name: true(values.get(key, key == "internal")) for key, name in FLAGS.items()},
            **{key: values.get(key) for key in ("skymap_type", *MAPS)},
            **{name: _probability(values, key) for key, name in PROBABILITIES.items()}}
        self._check_maps(graceid, record)
        return self.service.notice(now_of(request), graceid, kind, record), 201

    def _check_maps(self, graceid: str, record: Plain) -> None:
        """Refuse a VOEvent with maps that are not there.

        That one of a superevent needs a map is not asked for, since simulations send none.
        """
        self.service.fields(graceid)
        for name in filter(None, map(record.get, MAPS)):
            if self.store.content(graceid, name) is None:
                raise Refused(400, f"Skymap file {name} not found for this superevent.")
        if record["skymap_filename"] and not record["skymap_type"]:
            raise Refused(400, "Skymap type is required for VOEvents that include a skymap.")
        if record["raven_coinc"] and is_superevent(graceid) \
                and not self.service.fields(graceid)["em_type"]:
            raise Refused(400, f"em_type for superevent {graceid} not set (is None)")

    def _voevent(self, request: Request, graceid: str, number: int) -> Page:
        return self._one(graceid, VOEVENT, number)

    def _notices(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            return self._records(request, graceid, NOTICE, "notices")
        upload = uploaded(request, "upload")
        if upload is None:
            raise Refused(400, "upload: This field is required.")
        return self.service.upload_notice(now_of(request), graceid, upload[1]), 201

    def _notice(self, request: Request, graceid: str, number: int) -> Page:
        return self._one(graceid, NOTICE, number)

    def _observations(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            return self._records(request, graceid, OBSERVATION, "observations")
        group = choice(body(request)["group"], EM_GROUPS)
        lists = {key: many(request, name) for key, name in LISTS.items()}
        starts, comment = many(request, "start_time_list"), body(request).get("comment", "")
        return self.service.observe(now_of(request), graceid, group, lists, starts, comment), 201

    def _observation(self, request: Request, graceid: str, number: int) -> Page:
        return self._one(graceid, OBSERVATION, number)


def _probability(values: Plain, key: str) -> float | None:
    """A probability that a VOEvent tells, None where it tells none."""
    if values.get(key) in (None, ""):
        return None
    found = finite(values[key])
    if found is None or not 0 <= found <= 1:
        raise Refused(400, f"{key}: Ensure this value is from 0 to 1.")
    return found
