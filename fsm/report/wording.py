"""What is declared of a process and of its checks, in words: the same in lists, pages and pictures.

All of it is worded from the plain data of :func:`fsm.report.processes.process_as_data`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fsm.core.times import span
from fsm.report.headline import far_in_words

Plain = Mapping[str, Any]
RATE = "far"  # in names of options that are false-alarm rates, in Hz


def conditions(plain: Plain) -> list[tuple[str, str]]:
    """The conditions of a process or a check, as pairs of how the words begin and how they end."""
    return [(begin, plain[key]) for begin, key in (("only if", "condition"), ("not if", "unless"))
            if plain[key]]


def start_facts(process: Plain) -> list[tuple[str, str]]:
    """When a process is started, as pairs of what is said and how it is."""
    limit = process["far_threshold"]
    rate = "" if limit is None else f"{far_in_words(limit)}, or where it has none"
    facts = [("starts on", process["starts"]),
             ("begun by", process["begun_by"]),
             ("once for every", _many(process)),
             *conditions(process),
             ("only up to", rate),
             ("also of", "candidates that are retracted or rejected" if process["always"] else ""),
             ("off", "" if process["enabled"] else "unless a profile asks for it")]
    return [(name, said) for name, said in facts if said]


def _many(process: Plain) -> str:
    if process["per"]:
        return f"one of {process['per']}, or the {process['key']} of its message"
    if process["key"]:
        return process["key"] + ("; anew for every version" if process["renews"] else "")
    return ""


def options_in_words(process: Plain) -> list[str]:
    """The options of a process with their values; rates as their periods."""
    return [f"{name} = {_value(name, value)}" for name, value in process["options"].items()]


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    rate = far_in_words(value) if RATE in name.split("_") else ""
    return rate.removeprefix("FAR ") or str(value)


def expected(check: Plain, told: Iterable[tuple[str, str]] = ()) -> str:
    """What a check expects, of how many, and under which conditions.

    Args:
        check: as plain data.
        told: conditions that are told elsewhere.
    """
    many = [f"one for every one of {check['each']}"] if check["each"] else []
    return "; ".join([check["expects"], *many, *(
        f"{begin} {words}" for begin, words in conditions(check) if (begin, words) not in told)])


def due(check: Plain) -> str:
    """How soon a check is due: ``5 min``, ``off``."""
    if check["off"]:
        return "off"
    return span(check["within"]) + (" from the start" if check["from_start"] else "")
