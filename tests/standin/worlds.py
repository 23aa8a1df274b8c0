"""A stand-in with a superevent and some events, asked without the client."""

import json

import requests

DATA = {"far": 1e-9, "gpstime": 1186000000.25, "instruments": "H1,L1"}
UPLOAD = {"eventFile": ("coinc.json", json.dumps(DATA))}
EVENT, OTHER, TEST, BURST, FREE = "G100001", "G100002", "T100001", "E100001", "G100003"
S = "superevents/S800106a"
TIMES = {"t_start": 999, "t_0": 1000, "t_end": 1001}
NEW = {**TIMES, "preferred_event": FREE, "category": "P"}
SIGNED = {"signoff_type": "OP", "instrument": "H1", "status": "OK", "comment": "fine"}


class World:
    """A superevent with two events, of which one has a label and a tagged entry."""

    def __init__(self, url, app, heard):
        self.url, self.app, self.heard = url, app, heard
        for group, pipeline, search in (("CBC", "gstlal", "AllSky"), ("CBC", "spiir", "AllSky"),
                                        ("Test", "gstlal", "AllSky"), ("External", "Fermi", "GRB"),
                                        ("CBC", "pycbc", "AllSky")):
            self.good("POST", "events/", {"group": group, "pipeline": pipeline, "search": search},
                      UPLOAD)
        self.good("POST", "superevents/", {**NEW, "preferred_event": EVENT, "events": [OTHER]})
        self.good("POST", S + "/logs/", {"comment": "hello", "tagname": ["pe"]})
        for label in ("DQV", "ADVREQ", "H1OPS"):
            self.good("POST", S + "/labels/", {"name": label})
        self.good("POST", S + "/signoffs/", SIGNED)

    def ask(self, method, path, data=None, files=None, **more):
        return requests.request(method, self.url + path, data=data, files=files, timeout=9, **more)

    def good(self, *request, **more):
        answer = self.ask(*request, **more)
        assert answer.ok, answer.text

    @property
    def kept(self):
        """Everything in the store."""
        return [self.app.store._rows(f"SELECT * FROM {table} ORDER BY rowid")
                for table in ("objects", "records", "files")]
