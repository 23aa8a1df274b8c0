"""GraceDB's own client against an HTTP server on loopback."""

import gzip
import io
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote

import pytest
from astropy.io import fits

from fsm.core.effects import Ask
from fsm.io import gracedb

EVENT = {"graceid": "G1", "pipeline": "gstlal", "created": "2017-08-06 06:13:20 UTC"}
LABELS = {"labels": [{"name": "DQV", "created": "2017-08-06 06:13:20 UTC"}]}
LOGS = {"log": [{"N": 1, "comment": "hello", "created": "2017-08-06 06:13:25 UTC",
                 "filename": "psd.xml.gz", "file_version": 0, "tag_names": ["psd"]}]}


class Server(ThreadingHTTPServer):
    """Answers with prepared pages; ``fault`` is (status, body) or a number of seconds."""

    daemon_threads = True
    fault = None


class Handler(BaseHTTPRequestHandler):
    """Serves the few pages that a question needs."""

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}/api/"
        path, _, query = self.path.partition("?")
        pages = {
            "/api/": root(base), "/api/events/G1": EVENT, "/api/events/G1/log/": LOGS,
            "/api/events/G1/labels/": LABELS,
            "/api/events/": {"events": [{"graceid": "G2"}], "numRows": 1, "links": {}},
        }
        self.server.queries.append(query)
        if path != "/api/" and self.server.fault is not None:
            if isinstance(self.server.fault, (int, float)):
                time.sleep(self.server.fault)
            else:
                return self.reply(*self.server.fault)
        if path.startswith("/api/events/G1/files/"):
            name = unquote(path.rpartition("/")[2])
            known = name in self.server.files
            return self.reply(*(200, self.server.files[name]) if known else (404, b"{}"))
        if path not in pages:
            return self.reply(404, b"{}")
        return self.reply(200, json.dumps(pages[path]).encode())

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def root(base):
    event = base + "events/{graceid}"
    return {"links": {"events": base + "events/", "self": base}, "groups": [], "pipelines": [],
            "searches": [], "labels": ["DQV"], "api-versions": ["default"], "templates": {
                "event-detail-template": event, "event-log-template": event + "/log/",
                "event-label-template": event + "/labels/{label}",
                "files-template": event + "/files/{filename}"}}


@pytest.fixture
def server():
    made = Server(("127.0.0.1", 0), Handler)
    made.queries, made.files = [], {"psd.xml.gz,0": b"x" * 150}
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def answered(server, *wants):
    client = gracedb.GraceDB(f"http://127.0.0.1:{server.server_port}/api/")
    return client.answer(Ask(1502000030.0, "G1", "G1/1", wants))


def test_one_question_brings_event_logs_and_labels(server):
    answer = answered(server)
    assert (answer.failure, answer.event, answer.labels) == ("", EVENT, (("DQV", 1_502_000_000.0),))
    assert answer.logs[0].comment == "hello" and answer.logs[0].time == 1502000005.0


def test_contents_and_neighbours(server):
    answer = answered(server, ("content", "psd.xml.gz", 0), ("content", "gone.xml", 0),
                      ("neighbours", "created", 1502000000.5, 1502000010.5, "CBC", "gstlal", "a b"))
    assert answer.failure == ""
    assert answer.contents == {"psd.xml.gz,0": {"size": 150}}
    assert answer.unavailable == frozenset()
    assert answer.neighbours == {"created": [{"graceid": "G2"}]}
    query = parse_qs(server.queries[-1])["query"][0]
    assert query == ("group: CBC pipeline: gstlal "
                     "created: 2017-08-06 06:13:20 .. 2017-08-06 06:13:31")


def sky_map():
    probability = fits.Column(name="PROB", array=[1 / 12] * 12, format="D")
    table = fits.BinTableHDU.from_columns([probability])
    table.header["COORDSYS"] = "C"
    out = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.fits", "a.fits.gz"])
def test_a_sky_map_is_downloaded_read_and_removed(server, monkeypatch, tmp_path, name):
    monkeypatch.setattr(gracedb.tempfile, "tempdir", str(tmp_path))
    content = sky_map()
    server.files[f"{name},2"] = gzip.compress(content) if name.endswith("gz") else content
    facts = answered(server, ("content", name, 2)).contents[f"{name},2"]
    assert facts["norm"] == pytest.approx(1.0) and facts["coordsys"] == "C"
    assert facts["size"] == len(server.files[f"{name},2"])
    assert list(tmp_path.iterdir()) == []


def test_a_sky_map_that_is_none_or_too_big_is_wrong_and_not_unknown(server, monkeypatch):
    server.files["a.fits,0"] = b"rubbish" * 100
    assert "not FITS" in answered(server, ("content", "a.fits", 0)).contents["a.fits,0"]["error"]
    monkeypatch.setattr(gracedb, "MOST_BYTES", 100)
    assert "more than" in answered(server, ("content", "a.fits", 0)).contents["a.fits,0"]["error"]


def test_without_a_reader_sky_maps_are_unavailable(server, monkeypatch):
    monkeypatch.setattr(gracedb.skymaps, "available", lambda: False)
    answer = answered(server, ("content", "a.fits", 0), ("content", "psd.xml.gz", 0))
    assert answer.unavailable == {("content", "a.fits", 0)}
    assert answer.contents == {"psd.xml.gz,0": {"size": 150}}


@pytest.mark.parametrize("name", ["../../etc/passwd.fits", "a b.fits", "x" * 300 + ".fits"])
def test_a_name_from_outside_is_no_path_here(server, name):
    server.files[f"{name},0"] = sky_map()
    assert answered(server, ("content", name, 0)).failure == ""


@pytest.mark.parametrize(("fault", "words"), [
    ((503, b"maintenance"), "503"), ((429, b"slow"), "429"), ((403, b"no"), "403"),
    ((500, b""), "500"), ((200, b"<html>rubbish"), "JSON"), ((200, b"[]"), "Error"),
])
def test_every_fault_is_a_failure_and_never_an_absence(server, fault, words):
    server.fault = fault
    assert words in answered(server).failure


def test_a_candidate_that_gracedb_does_not_know_is_an_answer(server):
    server.fault = (404, b"{}")
    answer = answered(server)
    assert answer.failure == "" and answer.event is None


def test_a_server_that_hangs_is_given_up(server, monkeypatch):
    monkeypatch.setattr(gracedb, "TIME_OUT", 0.3)
    server.fault = 2.0
    assert "imeout" in answered(server).failure or "timed out" in answered(server).failure
