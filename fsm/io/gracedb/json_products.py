"""Reads JSON products, such as ``em_bright.json``: the numbers they hold, by their names.

Source: the automated follow-up of the fourth observing run, whose products are flat objects of
probabilities; the chirp mass is told as two lists.
"""

from pathlib import Path

from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.io.gracedb import sandbox
from fsm.io.jsonio import loads

MOST_BYTES, MOST_NAMES, MOST_LETTERS = 1 << 20, 64, 60  # a product has some hundred bytes


def facts(path: str | Path) -> Plain:
    """Read a JSON product.

    It is read in this process: what is small and nests no deeper than Python allows harms nobody.

    Args:
        path: of the file.

    Returns:
        Its facts as a dict: ``values`` (names to finite numbers) and ``not_numbers`` (the names of
        everything else); or only ``error``, a sentence, where it is no product.
    """
    try:
        with open(path, "rb") as stream:
            text = stream.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            return {"error": f"it has more than {MOST_BYTES} bytes"}
        plain = loads(text)
    except RecursionError:
        return {"error": "it is nested too deep"}
    except ValueError as error:
        return {"error": f"it is no JSON: {error}"[:200]}
    except Exception as error:  # as of any reader of what comes from outside
        return sandbox.failure(error)
    if not isinstance(plain, dict):
        return {"error": "it is no JSON object"}
    return _of_object(plain)


def _of_object(plain: Plain) -> Plain:
    if len(plain) > MOST_NAMES:
        return {"error": f"it has more than {MOST_NAMES} names"}
    plain = {name[:MOST_LETTERS]: value for name, value in plain.items()}
    values = {name: number for name, value in plain.items()
              if not isinstance(value, (bool, str)) and (number := finite(value)) is not None}
    return {"values": values, "not_numbers": [name for name in plain if name not in values]}
