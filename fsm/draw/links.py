"""Where the sheets of processes are, as seen from the picture of a candidate."""

import posixpath
from collections.abc import Callable, Mapping
from os.path import relpath
from pathlib import Path
from typing import Any

FOLDER = "diagrams"  # where they are drawn unless another one is named


def sheet_links(data: Mapping[str, Any], path: str) -> Callable[[str], str] | None:
    """Links from the processes of a candidate to their sheets, as seen from its picture.

    Args:
        data: of the candidate, as :func:`fsm.report.timeline.timeline` gives it.
        path: of the file that the picture is written into.

    Returns:
        A function from the name of a process to the address, "" where it has no sheet; None where
        the folder of the diagrams is not here.
    """
    if not Path(FOLDER).is_dir():
        return None
    seen = relpath(FOLDER, Path(path).parent)
    sheets = {row["process"]: f"{row['sheet']}.svg" for family in data["families"]
              for row in family["rows"] if row["sheet"]}
    return lambda name: posixpath.join(seen, sheets[name]) if name in sheets else ""
