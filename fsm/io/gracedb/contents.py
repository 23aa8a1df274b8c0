"""Looks into files of GraceDB: how big one is, and what maps, JSON products and pictures say."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from ligo.gracedb.rest import GraceDb

from fsm.core.evidence.fields import Plain
from fsm.io.gracedb import answers, json_products, pictures, skymaps
from fsm.io.gracedb.retrying import DOWN, RUBBISH, WRONG, CallError

# Of a file, unpacked by the transport, beyond which it is not read. The biggest that are in use,
# flat maps with distances, have some hundred MB; a usual one has less than ten. Its time is that
# of its question.
MOST_BYTES = 512 << 20
PAGE = (b"<!doctype html", b"<html")  # how a web page begins, such as that of a proxy in trouble


def readable(name: str) -> bool:
    """Whether files of this name can be looked into here."""
    return (skymaps.available() or not _is_map(name)) \
        and (pictures.available() or not _is_picture(name))


def facts(client: GraceDb, graceid: str, name: str, version: int) -> Plain:
    """The facts about a file: a copy of it under a name of our own is looked into, and removed.

    Args:
        client: GraceDB's own client.
        graceid: whose file.
        name: of the file, without version.
        version: from 0 on.

    Returns:
        A dict with ``size`` in bytes, and what a reader makes of it: for a sky map
        :func:`fsm.io.gracedb.skymaps.inspect`, for JSON :func:`fsm.io.gracedb.json_products.facts`,
        for a picture :func:`fsm.io.gracedb.pictures.inspect`.

    Raises:
        ligo.gracedb.exceptions.HTTPError: where GraceDB has no such file, or does not show it.
        CallError: where it cannot be looked into here, which is no fault of the file's, or where
            a web page came in its stead.
    """
    with _ours(), tempfile.TemporaryDirectory(prefix="fsm-") as folder:
        copy = Path(folder) / ("map.fits.gz" if name.endswith(".gz") else "map.fits")
        size = _fetched(client, graceid, f"{name},{version}", copy)
        if _is_page(copy):
            raise CallError(DOWN, RUBBISH)
        read = _reader(name)
        if read is None:
            return {"size": size}
        if size > MOST_BYTES:
            return {"size": size, "error": f"it has more than {MOST_BYTES} bytes"}
        found, faults = answers.facts({"size": size, **read(copy)})
        if faults:
            raise CallError(WRONG, f"its reader is in trouble: {faults[0]}")
        return found


@contextmanager
def _ours() -> Iterator[None]:
    """Troubles of this machine, such as a full disk, are told as such."""
    try:
        yield
    except requests.RequestException:
        raise
    except OSError as error:
        raise CallError(WRONG, f"it cannot be looked into here: {error.strerror or error}") \
            from None


def _fetched(client: GraceDb, graceid: str, name: str, copy: Path) -> int:
    size = 0
    with client.files(graceid, name) as stream, copy.open("wb") as out:
        while size <= MOST_BYTES and (chunk := stream.read(1 << 16)):
            size += len(chunk)
            out.write(chunk)
    return size


def _is_page(copy: Path) -> bool:
    with copy.open("rb") as stream:
        return stream.read(64).lstrip().lower().startswith(PAGE)


def _reader(name: str) -> Callable[[Path], Plain] | None:
    """What reads a file of this name; None where its size alone is known."""
    if _is_map(name) and skymaps.available():
        return skymaps.inspect
    if _is_picture(name) and pictures.available():
        return pictures.inspect
    return json_products.facts if name.endswith(".json") else None


def _is_map(name: str) -> bool:
    return name.endswith((".fits", ".fits.gz"))


def _is_picture(name: str) -> bool:
    return name.endswith(".png")
