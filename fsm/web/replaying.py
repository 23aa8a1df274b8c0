"""A recording that somebody brings, replayed without effects: what would have been decided.

The replay is a process of its own, with limits on time and memory, and knows no journal.
"""

import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fsm.core.evidence.fields import Plain
from fsm.io.jsonio import dumps
from fsm.web import addresses, outcome
from fsm.web.forgery import Refused, by_browser, check_origin
from fsm.web.limits import Rate
from fsm.web.pages import site_of
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
JOURNAL = b"SQLite format 3"  # begins one, and every other database of SQLite


def routes() -> list[BaseRoute]:
    """The form, and what comes of it."""
    return [Route(f"{addresses.REPLAY}{end}", endpoint, methods=[method])
            for end in ("", ".json") for method, endpoint in (("GET", _form), ("POST", replay))]


def _form(request: Request) -> Response:
    site = site_of(request)
    person = site.person(request)
    if not person.reads:
        return site.refused(request, person)
    return site.response(request, person, "replay.html",
                         {**site.head("replay", person), **_nothing(site)})


def _nothing(site: Site) -> Plain:
    return {"most": site.rights.running.web.upload, "recording": "", "outcome": None}


async def replay(request: Request) -> Response:
    """Replay what was brought."""
    site = site_of(request)
    try:
        await run_in_threadpool(_permit, site, request)
        async with request.form(max_files=1, max_fields=5) as form:
            file = form.get("recording")
            if not isinstance(file, UploadFile) or not file.filename:
                raise Refused(400, "bring a recording, one JSON object a line, perhaps gzipped")
            name, body = Path(file.filename).name, await file.read()
        if body.startswith(JOURNAL):  # databases of strangers are not opened
            raise Refused(422, "this is no recording; 'fsm whatif' judges journals")
    except Refused as error:
        return await run_in_threadpool(site.refuse, request, error)
    return await run_in_threadpool(_answered, site, request, name, body)


def _permit(site: Site, request: Request) -> None:
    """Refuse who may not have a recording replayed, and what is too large."""
    person = site.person(request)
    if not person.reads:
        raise Refused(person.status, person.refused or "who may not look may not replay either")
    if by_browser(request, person):
        check_origin(request, site.rights.began.url)
    if not RATE.allows(person.name or site.origin(request)):
        raise Refused(429, "too many replays: wait a minute")
    most = site.rights.running.web.upload * MEGABYTE
    length = request.headers.get("content-length", "")
    if "transfer-encoding" in request.headers or not LENGTH.fullmatch(length) \
            or int(length) > most:
        raise Refused(413, f"a recording may have {most / MEGABYTE:g} MB, and must say its length")


def _answered(site: Site, request: Request, name: str, body: bytes) -> Response:
    if not ONE.acquire(blocking=False):
        return site.refuse(request, Refused(503, "another recording is being replayed: try again "
                                                 "in a minute"))
    try:
        document, part = _replayed(name, body, site.config)
    except Refused as error:
        return site.refuse(request, error)
    finally:
        ONE.release()
    person = site.person(request)
    known = {**site.head("replay", person), **_nothing(site), "recording": name}
    if "text/html" in request.headers.get("accept", "") \
            and not request.url.path.endswith(".json"):
        return site.page(request, person, "replay.html", {**known, "outcome": Markup(part)})
    del known["outcome"]  # which is JSON already, and may be large
    return Response(dumps(known)[:-1] + b',"outcome":' + document + b"}", media_type=JSON)


def _replayed(name: str, body: bytes, config: str | None) -> tuple[bytes, str]:
    """What a recording comes to, as JSON, and as a part of a page with the picture of its worst
    candidate; neither is made by this process, which has others to serve."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as place:
        folder = Path(place)
        recording = folder / ("recording.jsonl.gz" if body[:2] == b"\x1f\x8b"
                              else "recording.jsonl")
        recording.write_bytes(body)
        decided = folder / outcome.DECIDED
        done = _limited(decided, "fsm", "replay", str(recording), "--json", "--svg",
                        str(folder / outcome.PICTURE), *(["--config", config] if config else []))
        if decided.stat().st_size > MOST_OUTPUT:
            raise Refused(422, f"what it comes to has more than {MOST_OUTPUT / MEGABYTE:g} MB: "
                               "give fewer candidates at once")
        named = dumps(name)[1:-1]
        decided.write_bytes(decided.read_bytes().replace(str(recording).encode(), named))
        made = _limited(folder / "said", "fsm.web.outcome", place)
        if made.returncode:
            said = (done if made.returncode == outcome.NO_JSON else made).stderr
            lines = said.decode("utf-8", "replace").strip().splitlines()
            words = lines[-1].replace(str(recording), name) if lines else "it was ended"
            raise Refused(422, f"the recording cannot be replayed: {words:.300}")
        return (folder / outcome.SHORT).read_bytes(), (folder / outcome.PAGE).read_text("utf-8")


def _limited(out: Path, *command: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a program of ours within bounds, which writes to a file."""
    with out.open("wb") as stream:
        try:
            return subprocess.run([*LIMITED, sys.executable, "-m", *command], check=False,
                                  stdin=subprocess.DEVNULL, stdout=stream,
                                  stderr=subprocess.PIPE, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise Refused(422, f"the replay took longer than {SECONDS} s") from None
