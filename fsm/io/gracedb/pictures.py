"""Reads pictures in PNG into the one fact that is judged: whether there is any colour in them.

A spectrogram is drawn in a colour map; where it failed there is only text in black on white.
Source: the automated follow-up of the fourth observing run.
"""

import importlib.util
from pathlib import Path
from typing import cast

from fsm.core.evidence.fields import Plain
from fsm.io.gracedb import sandbox

MOST_PIXELS = 50_000_000  # ten times those of a spectrogram; a small file may claim any number
GREY = 8  # of 255 by which the red, green and blue of a grey pixel may differ


def available() -> bool:
    """Whether pillow is installed (it comes with matplotlib, the extra ``plots``)."""
    return importlib.util.find_spec("PIL") is not None


def inspect(path: str | Path) -> Plain:
    """Read a picture in a process of its own.

    Args:
        path: of the file.

    Returns:
        Its facts as a dict: ``coloured``, whether any pixel has a colour; or only ``error``, a
        sentence, where it is no PNG.
    """
    return sandbox.facts("fsm.io.gracedb.pictures", path)


def facts(path: str | Path) -> Plain:
    """Read a picture in this process; returns as :func:`inspect`."""
    from PIL import Image, ImageChops, UnidentifiedImageError

    try:
        with Image.open(path, formats=["PNG"]) as picture:
            pixels = picture.width * picture.height
            if pixels > MOST_PIXELS:
                return {"error": f"it has more than {MOST_PIXELS} pixels"}
            red, green, blue = picture.convert("RGB").split()
    except UnidentifiedImageError:
        return {"error": "it is no PNG"}
    except Exception as error:  # whatever a damaged file may bring a reader to raise
        return sandbox.failure(error)
    # of one band each: the least, and the most
    apartness = (cast(tuple[float, float], ImageChops.difference(*pair).getextrema())[1]
                 for pair in ((red, green), (green, blue), (red, blue)))
    return {"coloured": max(apartness) > GREY}


if __name__ == "__main__":
    sandbox.run(facts)
