"""A recording that somebody brings, replayed without effects: what would have been decided.

The replay is a process of its own, with limits on time and memory, and knows no journal.
"""

import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fsm.core.evidence.fields import Plain
from fsm.io.jsonio import dumps, loads
from fsm.web import addresses
from fsm.web.forgery import Refused, by_browser, check_origin
from fsm.web.limits import Rate
from fsm.web.pages import site_of
from fsm.web.pictures import inline
from fsm.web.site import JSON, Site

SECONDS = 60  # of a replay
# A gigabyte of memory, half of that on the disk, and as many seconds of the processor.
LIMITED = ("sh", "-c", 'ulimit -t 60 -v 1048576 -f 1048576; exec nice -n 19 "$@"', "replay")
MEGABYTE = 1e6
RATE = Rate(6, 60.0)  # of replays by one person or address
ONE = threading.Lock()  # at a time: they share the machine with the supervisor
MOST_OUTPUT = 20e6  # bytes
LENGTH = re.compile(r"[0-9]{1,12}")
PREFIX = "fsm-replay-"
TROUBLE = ("overdue", "missing", "unverified", "late", "warned")


def routes() -> list[BaseRoute]:
    """The form, and what comes of it."""
    return [Route(addresses.REPLAY, _form, methods=["GET"]),
            Route(addresses.REPLAY, replay, methods=["POST"])]


def _form(request: Request) -> Response:
    site = site_of(request)
    person = site.person(request)
    if not person.reads:
        return site.refused(request, person)
    return site.page(request, person, "replay.html",
                     {**site.head("replay", person), **_nothing(site)})


def _nothing(site: Site) -> Plain:
    return {"most": site.rights.running.web.upload, "recording": "", "outcome": None,
            "picture_svg": ""}


async def replay(request: Request) -> Response:
    """Replay what was brought."""
    site = site_of(request)
    person = site.person(request)
    if not person.reads:
        return site.refused(request, person)
    most = site.rights.running.web.upload * MEGABYTE
    try:
        if by_browser(request, person):
            check_origin(request, site.rights.began.url)
        if not RATE.allows(person.name or (request.client.host if request.client else "")):
            raise Refused(429, "too many replays: wait a minute")
        length = request.headers.get("content-length", "")
        if "transfer-encoding" in request.headers or not LENGTH.fullmatch(length) \
                or int(length) > most:
            raise Refused(413, f"a recording may have {most / MEGABYTE:g} MB, and must say its "
                               "length")
        async with request.form(max_files=1, max_fields=5) as form:
            file = form.get("recording")
            if not isinstance(file, UploadFile) or not file.filename:
                raise Refused(400, "bring a recording, one JSON object a line, perhaps gzipped")
            name, body = Path(file.filename).name, await file.read()
        if not ONE.acquire(blocking=False):
            raise Refused(503, "another recording is being replayed: try again in a minute")
        try:
            found, svg = await run_in_threadpool(_replayed, name, body, site.config)
        finally:
            ONE.release()
    except Refused as error:
        return site.error(request, error.status, str(error))
    document = {**site.head("replay", person), **_nothing(site), "recording": name,
                "outcome": found}
    if "text/html" not in request.headers.get("accept", ""):
        return Response(dumps(document), media_type=JSON)
    return site.page(request, person, "replay.html", {**document, "picture_svg": inline(svg)
                                                      if svg else ""})


def _replayed(name: str, body: bytes, config: str | None) -> tuple[Plain, bytes]:
    """What a recording comes to, and the picture of its worst candidate."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        recording = Path(folder) / ("recording.jsonl.gz" if body[:2] == b"\x1f\x8b"
                                    else "recording.jsonl")
        picture, out = Path(folder) / "picture.svg", Path(folder) / "out.json"
        recording.write_bytes(body)
        command = [sys.executable, "-m", "fsm", "replay", str(recording), "--json", "--svg",
                   str(picture), *(["--config", config] if config else [])]
        with out.open("wb") as stream:
            try:
                done = subprocess.run([*LIMITED, *command], stdin=subprocess.DEVNULL, stdout=stream,
                                      stderr=subprocess.PIPE, timeout=SECONDS, check=False)
            except subprocess.TimeoutExpired:
                raise Refused(422, f"the replay took longer than {SECONDS} s") from None
        if out.stat().st_size > MOST_OUTPUT:
            raise Refused(422, f"what it comes to has more than {MOST_OUTPUT / MEGABYTE:g} MB: "
                               "give fewer candidates at once")
        try:
            found = loads(out.read_bytes().replace(str(recording).encode(), name.encode()))
        except ValueError:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            words = said[-1].replace(str(recording), name) if said else "it was ended"
            raise Refused(422, f"the recording cannot be replayed: {words:.300}") from None
        return _shown(found), picture.read_bytes() if picture.exists() else b""


def _shown(found: Plain) -> Plain:
    """What a replay has decided, without what went well."""
    def wrong(candidate: Plain) -> list[dict[str, Any]]:
        return [{"process": name, "check": key, **check}
                for name, process in candidate["processes"].items()
                for key, check in process["checks"].items() if check["state"] in TROUBLE]

    return {**{key: found[key] for key in ("alerts", "queries", "rejected", "unsupervised")},
            "failed": found["failed"],
            "candidates": [{"graceid": graceid, "facts": one["facts"],
                            "lifecycle": one["lifecycle"], "created": one["created"],
                            "wrong": wrong(one)} for graceid, one in found["graceids"].items()],
            "messages": [one for one in found["effects"] if one["kind"] == "notify"]}
