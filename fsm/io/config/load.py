"""Configuration files: TOML in, a validated policy out. Nothing unknown passes silently."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import attrs

from fsm.core.charts.policy import (
    UNCONFIGURED,
    Escalation,
    Policy,
    Profile,
    Settings,
    Timing,
    default_profiles,
    default_settings,
    left_alone,
    search_of,
)
from fsm.core.charts.process import Process
from fsm.core.printable import quoted
from fsm.errors import ConfigurationError, closest
from fsm.io.config.kinds import Seconds, at_least
from fsm.io.config.processes import changed, known_process
from fsm.io.config.structure import structured, table, tables
from fsm.io.config.tables import (
    OF_DAEMON,
    Escalate,
    General,
    ProcessTable,
    ProfileTable,
    Step,
)

RESERVED = ("default", "today", "tests", UNCONFIGURED)  # names of profiles that are our own
SHIPPED = Path(__file__).parents[2] / "profiles"  # configurations that come with the package
TABLES = ("general", "timing", "process", "profile", "escalate", *OF_DAEMON)
MATCHED = ("group", "pipeline", "search", "category")
LEAST = 0.01  # seconds between two times that GraceDB is asked
MOST_TIMES = 10_000  # that GraceDB is asked for one thing
ASKED = ("retry", "retry_longest", "answer")  # what timing says of asking GraceDB
Asked = Annotated[Seconds, at_least(LEAST, "s")]


def read(name: str | Path) -> dict[str, Any]:
    """Read a configuration file.

    Args:
        name: path of the TOML file, or name of a shipped configuration.

    Returns:
        Its tables.

    Raises:
        ConfigurationError: where it cannot be read.
    """
    path = Path(name)
    if not path.exists() and (SHIPPED / f"{name}.toml").exists():
        path = SHIPPED / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        shipped = ", ".join(sorted(found.stem for found in SHIPPED.glob("*.toml")))
        raise ConfigurationError(f"{name}: {error.strerror}; give the path of a configuration "
                                 f"file, or the name of a shipped one: {shipped}") from None
    except (ValueError, RecursionError) as error:  # of TOML, of UTF-8, and of numbers too long
        raise ConfigurationError(f"{name}: not TOML: {error}") from None


def machines(plain: dict[str, Any]) -> tuple[str, ...]:
    """The packages of machines that a configuration's tables name."""
    named = table(plain, "general").get("machines", [])
    return structured(tuple[str, ...], named, "general.machines")


def load(name: str | Path, processes: Iterable[Process]) -> Policy:
    """Read a configuration file; see :func:`read` and :func:`policy`."""
    plain = read(name)
    try:
        return policy(plain, processes)
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: {error}") from None


def policy(plain: dict[str, Any], processes: Iterable[Process]) -> Policy:
    """Make a policy of a configuration's tables.

    Args:
        plain: as :func:`read` gives them.
        processes: charts of all processes there are.

    Returns:
        :class:`~fsm.core.charts.policy.Policy`.

    Raises:
        ConfigurationError: where they say something unknown or impossible.
    """
    _known(plain)
    charts = {chart.name: chart for chart in processes}
    general = structured(General, table(plain, "general"), "general")
    timing = _timing(plain)
    steps = _escalation(plain, timing.give_up)
    base = {name: attrs.evolve(default_settings(chart), escalation=steps.get(chart.gravity, ()))
            for name, chart in charts.items()}
    said = structured(dict[str, ProcessTable], table(plain, "process"), "process")
    base = changed("process", said, base, charts)
    usual = _usual(general)
    made = [_profile(*one, base, charts, usual) for one in _profiles(plain)]
    made += (left_alone(base),) if made else default_profiles(
        base, waive_injections=usual.waive_injections, annotate=usual.annotate,
        warnings=usual.warnings)
    heard = [profile for profile in made if profile.supervises]
    return Policy(tuple(made), timing,
                  annotate=any(profile.annotate for profile in heard),
                  warnings=any(profile.warnings for profile in heard or [usual]))


def _known(plain: dict[str, Any]) -> None:
    for name in plain:
        if name not in TABLES:
            raise ConfigurationError(f"unknown key {quoted(name)}; {closest(name, TABLES)}")


def _escalation(plain: dict[str, Any], give_up: float) -> dict[str, tuple[Escalation, ...]]:
    """Who is told of what stays overdue, and when: gravity to steps."""
    said = structured(Escalate, table(plain, "escalate"), "escalate")
    made = {}
    for gravity, steps in attrs.asdict(said, recurse=False).items():
        where = f"escalate.{gravity}"
        made[gravity] = tuple(_step(where, step, give_up) for step in steps)
        times = [step.after for step in made[gravity]]
        if times != sorted(set(times)):
            raise ConfigurationError(f"{where}: each step must come after the one before it")
    return made


def _step(where: str, step: Step, give_up: float) -> Escalation:
    if step.after >= give_up:
        raise ConfigurationError(f"{where}.after: what is overdue for {give_up:g} s is given up "
                                 "(timing.give_up), so no step comes that late")
    return Escalation(step.after, tuple(dict.fromkeys(step.to)))


def _usual(general: General) -> Profile:
    """What holds for a profile that says nothing of it."""
    return _told(Profile(""), general)


def _told(profile: Profile, said: General | ProfileTable) -> Profile:
    """A profile with what is said of injections, annotations and warnings."""
    changes: dict[str, Any] = {"annotate": said.annotate, "warnings": said.warnings}
    if said.injections:
        changes["waive_injections"] = said.injections == "waive"
    return attrs.evolve(profile, **{name: value for name, value in changes.items()
                                    if value is not None})


def _timing(plain: dict[str, Any]) -> Timing:
    made = structured(Timing, table(plain, "timing"), "timing")
    for key, value in attrs.asdict(made).items():
        structured(Asked if key in ASKED else Seconds, value, f"timing.{key}")
    if made.give_up > MOST_TIMES * made.retry_longest:
        raise ConfigurationError(f"timing.give_up: GraceDB would be asked more than {MOST_TIMES:,} "
                                 "times for what is overdue; choose a longer timing.retry_longest")
    return made


def _profiles(plain: dict[str, Any]) -> list[tuple[str, ProfileTable]]:
    """The profiles as they are written, and where each is."""
    made = []
    for number, plain_one in enumerate(tables(plain, "profile"), 1):
        name = plain_one.get("name") if isinstance(plain_one, dict) else None
        where = f"profile {quoted(name) if isinstance(name, str) else number}"
        made.append((where, structured(ProfileTable, plain_one, where)))
    names = [said.name for _, said in made]
    for name in names:
        if names.count(name) > 1 or name in RESERVED:
            raise ConfigurationError(f"two profiles are named {quoted(name)}")
    return made


def _profile(where: str, said: ProfileTable, base: dict[str, Settings],
             charts: dict[str, Process], usual: Profile) -> Profile:
    for key, names in (("only", said.only or ()), ("without", said.without)):
        for name in names:
            known_process(f"{where}.{key}", name, charts)
    settings = dict(base)
    for name in charts:
        if (said.only is not None and name not in said.only) or name in said.without:
            settings[name] = attrs.evolve(settings[name], enabled=False)
        elif said.only is not None:
            settings[name] = attrs.evolve(settings[name], enabled=True)
    matched: dict[str, Any] = {key: tuple(value.lower() for value in getattr(said, key))
                               for key in MATCHED}
    return attrs.evolve(
        _told(usual, said), name=said.name, **matched,
        searches=tuple(map(search_of, said.searches)), era=said.era,
        settings=changed(f"{where}.process", said.process, settings, charts))
