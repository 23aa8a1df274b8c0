"""What the declaration of a process must fulfil, so that it can work at all."""

import re
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import TYPE_CHECKING

from fsm.core.charts.checks import Check, Each, Stage
from fsm.core.charts.families import FAMILIES
from fsm.core.charts.kinds import GRAVITIES, KINDS
from fsm.core.expect.base import Expectation
from fsm.core.expect.parts import formats, nested, tag_option
from fsm.errors import ChartError, Where, closest

if TYPE_CHECKING:
    from fsm.core.charts.process import Process

NAME = re.compile(r"[a-z][a-z0-9_]*")
SOME_GPS_TIME = 1e9  # seconds, to try formats with


def validate(process: "Process") -> None:
    """Validate a process with its stages and checks.

    Args:
        process: all of it.

    Raises:
        ChartError: where it cannot work; it names the process, stage, check and argument.
    """
    where: Where = (("process", process.name),)
    named(where, process.name)
    if not isinstance(process.starts, Expectation):
        raise ChartError("'starts' must be an expectation, such as file(\"psd.xml.gz\"), not "
                         f"{process.starts!r}", where, "starts")
    _validate_words(process, where)
    if not isinstance(process.options, Mapping):
        raise ChartError("'options' must be a dict of names and default values, not "
                         f"{process.options!r}", where, "options")
    _validate_key(process, where)
    _validate_stages(process, where)
    _validate_conditions(process, where)


def named(where: Where, name: object) -> None:
    """Refuse what is no identifier.

    Args:
        where: whose name it is.
        name: the name.

    Raises:
        ChartError: where it is none.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ChartError("the name must be lower-case letters, digits and _", where)


def known_kind(where: Where, argument: str, kind: object) -> None:
    """Refuse what is no kind of candidates.

    Args:
        where: which declaration says so.
        argument: in which of its arguments.
        kind: the kind.

    Raises:
        ChartError: where it is none.
    """
    if kind not in KINDS:
        raise ChartError(f"{argument!r} must be {', '.join(KINDS[:-1])} or {KINDS[-1]}, not "
                         f"{kind!r}; {closest(kind, KINDS)}", where, argument)


def _validate_words(process: "Process", where: Where) -> None:
    if process.family not in tuple(FAMILIES):
        raise ChartError(f"'family' must be one of {', '.join(FAMILIES)}, not {process.family!r}; "
                         f"{closest(process.family, FAMILIES)}", where, "family")
    if process.gravity not in ("", *GRAVITIES):
        raise ChartError(f"'gravity' must be one of {', '.join(GRAVITIES)}, not "
                         f"{process.gravity!r}; {closest(process.gravity, GRAVITIES)}",
                         where, "gravity")
    if not isinstance(process.begun_by, str):
        raise ChartError(f"'begun_by' must be a text, not {process.begun_by!r}", where, "begun_by")
    if not isinstance(process.runbook, str):
        raise ChartError(f"'runbook' must be a text, or a link, not {process.runbook!r}", where,
                         "runbook")
    if not isinstance(process.noun, str):
        raise ChartError(f"'noun' must be a text, not {process.noun!r}", where, "noun")
    if not isinstance(process.of, tuple):
        raise ChartError(f"'of' must be one of {', '.join(KINDS)}, or several of them, not "
                         f"{process.of!r}", where, "of")
    for kind in process.of:
        known_kind(where, "of", kind)
    parties = process.parties
    if isinstance(parties, str):
        raise ChartError(f"'parties' must be several names, not one text: write ({parties!r},)",
                         where, "parties")
    if not isinstance(parties, tuple) or not all(isinstance(one, str) and one for one in parties):
        raise ChartError(f"'parties' must be names of parties, not {parties!r}", where, "parties")


def _validate_stages(process: "Process", where: Where) -> None:
    stages = process.stages
    if not isinstance(stages, tuple) or not all(isinstance(one, Stage) for one in stages):
        raise ChartError("'stages' must be a list of Stage(...)", where, "stages")
    if not stages:
        raise ChartError("has no stage, so nothing would ever be expected", where, "stages")
    _unique(where, "stage", [stage.name for stage in stages])
    for stage in stages:
        inside = (*where, ("stage", stage.name))
        named(inside, stage.name)
        if not stage.checks:
            raise ChartError("has no check, so it could never be done", inside)
        for item in stage.checks:
            if not isinstance(item, Check):
                raise ChartError(f"it must consist of check(...), not of {item!r}", inside)
            for argument in ("title", "told_again"):
                said = getattr(item, argument)
                if not isinstance(said, str):
                    raise ChartError(f"{argument!r} must be a text, not {said!r}",
                                     (*inside, ("check", item.name)), argument)
        for item in stage.checks:
            _validate_check(process, (*inside, ("check", item.name)), item)
    # Journals, commands and configurations name a check by its process and its own name alone.
    _unique(where, "check", [item.name for _, item in process.checks()])


def _validate_check(process: "Process", where: Where, item: Check) -> None:
    named(where, item.name)
    if not isinstance(item.expects, Expectation):
        raise ChartError("its expectation must be one of fsm.chart's, such as log(...), not "
                         f"{item.expects!r}", where, "expects")
    _validate_times(where, item)
    known, sample = process.parameters(), _sample(process)
    if item.each is not None:
        _validate_each(where, item.each, sample)
        further = item.each.derive("a") if item.each.derive else {}
        known = known | {item.each.parameter, *further}
        sample = {**sample, item.each.parameter: "a", **further}
    for argument in ("expects", "when", "unless"):
        expectation = getattr(item, argument)
        if expectation is None:
            continue
        _expected(where, argument, expectation)
        unknown = sorted(expectation.parameters() - known)
        if unknown:
            raise ChartError(f"{{{unknown[0]}}} is neither a key, nor an option of the process; "
                             f"{closest(unknown[0], known)}", where, argument)
        _validate_use(where, argument, expectation, sample)


def _validate_times(where: Where, item: Check) -> None:
    if item.within is not None and not _is_time(item.within):
        raise ChartError("its deadline must be a number of seconds from 0 on, "
                         f"not {item.within!r}", where, "within")
    if item.warn is None:
        return
    if not _is_time(item.warn):
        raise ChartError("its warning must be a number of seconds from 0 on, "
                         f"not {item.warn!r}", where, "warn")
    if item.within is None or item.warn >= item.within:
        raise ChartError(f"its warning ({item.warn} s) must come before its deadline "
                         f"({item.within} s)", where, "warn")


def _is_time(value: object) -> bool:
    return (isinstance(value, Real) and not isinstance(value, bool)
            and 0 <= float(value) < float("inf"))


def _validate_each(where: Where, each: object, sample: Mapping[str, object]) -> None:
    if not isinstance(each, Each):
        raise ChartError(f"'each' must be Each(option, parameter), not {each!r}", where, "each")
    if each.option not in sample:
        raise ChartError(f"option {each.option!r} is not among the process's; "
                         f"{closest(each.option, sample)}", where, "each")
    _lists(where, each.option, sample, "there is one check for each of its values")


def _validate_use(where: Where, argument: str, expectation: Expectation,
                  sample: Mapping[str, object]) -> None:
    for part in nested(expectation):
        option = tag_option(part)
        if option is not None and option in sample:
            _lists(where, option, sample, "it lists tags")
    for name, form in formats(expectation):
        try:
            format(sample.get(name, ""), form if name in sample else "")
        except (ValueError, TypeError):
            raise ChartError(f"{{{name}:{form}}}: {form!r} is no format for such as "
                             f"{sample[name]!r}", where, argument) from None


def _sample(process: "Process") -> dict[str, object]:
    """Values such as the process's parameters will have, to try formats with."""
    further = process.derive("H1") if process.derive else {}
    key = {process.key: "H1"} if process.key else {}
    return {"gpstime": SOME_GPS_TIME, "graceid": "G1", **process.options, **key, **further}


def _lists(where: Where, option: str, sample: Mapping[str, object], why: str) -> None:
    value = sample[option]
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        written = f": write ({value!r},)" if isinstance(value, str) else ""
        raise ChartError(f"option {option!r} must be a list, because {why}, not {value!r}{written}",
                         where, "options")


def _validate_key(process: "Process", where: Where) -> None:
    if process.per:
        if process.per not in process.options or not process.key:
            raise ChartError("'per' must name one of its options, and needs a 'key'; "
                             f"{closest(process.per, process.options)}", where, "per")
        _lists(where, process.per, process.options, "it lists the keys")
    captures = process.key in process.starts.parameters()
    if process.key and not (captures or process.per or process.keyed):
        raise ChartError(f"its start never tells its key {process.key!r}", where, "key")


def _validate_conditions(process: "Process", where: Where) -> None:
    known = {"graceid", "gpstime", *process.options}
    for argument in ("when", "unless"):
        condition = getattr(process, argument)
        if condition is None:
            continue
        _expected(where, argument, condition)
        unknown = sorted(condition.parameters() - known)
        if unknown:
            raise ChartError("its condition may only refer to its options, not to "
                             f"{{{unknown[0]}}}", where, argument)
        _validate_use(where, argument, condition, _sample(process))
    _validate_use(where, "starts", process.starts, _sample(process))


def _expected(where: Where, argument: str, condition: object) -> None:
    if not isinstance(condition, Expectation):
        raise ChartError(f"{argument!r} must be an expectation, such as label(\"EM_READY\"), not "
                         f"{condition!r}", where, argument)


def _unique(where: Where, what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ChartError(f"has two {what}s named {name!r}", where)
