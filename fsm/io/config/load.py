"""Configuration files: TOML in, a validated policy out. Nothing unknown passes silently."""

import tomllib
from pathlib import Path

import attrs

from fsm.core.charts.kinds import GRAVITIES
from fsm.core.charts.outcomes import FAILURE, RECOVERY, SUCCESS
from fsm.core.charts.policy import (
    EARLIER,
    TODAY,
    UNCONFIGURED,
    Escalation,
    Policy,
    Profile,
    Timing,
    default_profiles,
    default_settings,
    left_alone,
    search_of,
)
from fsm.errors import ConfigurationError, closest
from fsm.io.addresses import is_url
from fsm.io.config import daemon, validators

GENERAL = ("annotate", "warnings", "injections", "machines")
ANNOTATED = {FAILURE: (FAILURE, RECOVERY), SUCCESS: (SUCCESS,)}  # what each word stands for
RESERVED = ("default", "today", "tests", UNCONFIGURED)  # names of profiles that are our own
INJECTIONS = ("follow", "waive")
SHIPPED = Path(__file__).parents[2] / "profiles"  # configurations that come with the package
TOLD = ("success", "warning", "failure", "exception")  # who is, of which outcome
PROCESS = ("enabled", "deadlines", "warnings", "options", "tags", "far_threshold", *TOLD)
MATCHED = ("group", "pipeline", "search", "category")
ERAS = (EARLIER, TODAY)
LEAST, YEAR = 0.01, 366 * 86400.0  # of what timing says, seconds
MOST_TIMES = 10_000  # that GraceDB is asked for one thing


def read(name):
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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{name}: not TOML: {error}") from None


def machines(plain):
    """The packages of machines that a configuration's tables name."""
    named = validators.table(plain, "general").get("machines", [])
    return tuple(validators.texts("general.machines", named))


def load(name, processes):
    """Read a configuration file; see :func:`read` and :func:`policy`."""
    plain = read(name)
    try:
        return policy(plain, processes)
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: {error}") from None


def policy(plain, processes):
    """Make a policy of a configuration's tables.

    Args:
        plain: as :func:`read` gives them.
        processes: charts of all processes there are.

    Returns:
        :class:`~fsm.core.charts.policy.Policy`.

    Raises:
        ConfigurationError: where they say something unknown or impossible.
    """
    charts = {chart.name: chart for chart in processes}
    validators.known("", plain, ("general", "timing", "process", "profile", "escalate",
                             *daemon.TABLES))
    general = validators.table(plain, "general")
    validators.known("general", general, GENERAL)
    machines(plain)
    general = Profile("", waive_injections=_waived("general", general),
                      **_told("general", general))
    timing = _timing(validators.table(plain, "timing"))
    steps = _escalation(validators.table(plain, "escalate"), timing.give_up)
    base = {name: attrs.evolve(default_settings(chart), escalation=steps.get(chart.gravity, ()))
            for name, chart in charts.items()}
    base = _changed("process", validators.table(plain, "process"), base, charts)
    profiles = plain.get("profile", [])
    if not isinstance(profiles, list):
        raise ConfigurationError("'profile' must be written as [[profile]], one table for each")
    made = [_profile(number, table, base, charts, general)
            for number, table in enumerate(profiles, 1)]
    names = [profile.name for profile in made]
    for name in names:
        if names.count(name) > 1 or name in RESERVED:
            raise ConfigurationError(f"two profiles are named {name!r}")
    made += (left_alone(base),) if made else default_profiles(
        base, waive_injections=general.waive_injections, annotate=general.annotate,
        warnings=general.warnings)
    heard = [profile for profile in made if profile.supervises]
    return Policy(tuple(made), timing,
                  annotate=any(profile.annotate for profile in heard),
                  warnings=any(profile.warnings for profile in heard or [general]))


def _escalation(table, give_up):
    """Who is told of what stays overdue, and when: gravity to steps."""
    validators.known("escalate", table, GRAVITIES)
    made = {}
    for gravity, steps in table.items():
        where = f"escalate.{gravity}"
        if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
            raise ConfigurationError(f"{where}: expected a list of tables such as "
                                     '{ after = 1800, to = ["deputies"] }')
        made[gravity] = tuple(_step(where, step, give_up) for step in steps)
        times = [step.after for step in made[gravity]]
        if times != sorted(set(times)):
            raise ConfigurationError(f"{where}: each step must come after the one before it")
    return made


def _step(where, step, give_up):
    validators.known(where, step, ("after", "to"))
    if not {"after", "to"} <= set(step):
        raise ConfigurationError(f"{where}: a step needs 'after' (seconds after the deadline) and "
                                 "'to' (parties)")
    after = validators.number(f"{where}.after", step["after"])
    to = parties(f"{where}.to", step["to"])
    if after >= give_up:
        raise ConfigurationError(f"{where}.after: what is overdue for {give_up:g} s is given up "
                                 "(timing.give_up), so no step comes that late")
    if not to or not all(name.strip() for name in to):
        raise ConfigurationError(f"{where}.to: expected the names of parties, not {step['to']!r}")
    return Escalation(after, tuple(dict.fromkeys(to)))


def _told(where, table):
    """What is written into GraceDB, and whether anybody is told anything, as a dict."""
    made = {}
    if "warnings" in table:
        made["warnings"] = validators.boolean(f"{where}.warnings", table["warnings"])
    given = table.get("annotate")
    if isinstance(given, bool):
        made["annotate"] = ANNOTATED[FAILURE] if given else ()
    elif given is not None:
        words = validators.texts(f"{where}.annotate", given)
        wrong = next((word for word in words if word not in ANNOTATED), None)
        if wrong is not None:
            raise ConfigurationError(f"{where}.annotate: expected true, false, or a list of "
                                     f"'failure' (with its recovery) and 'success', not {wrong!r}")
        made["annotate"] = tuple(one for word in words for one in ANNOTATED[word])
    return made


def _waived(where, table, default=False):
    if "injections" not in table:
        return default
    if table["injections"] not in INJECTIONS:
        raise ConfigurationError(f"{where}.injections: expected one of {', '.join(INJECTIONS)}, "
                                 f"not {table['injections']!r}")
    return table["injections"] == "waive"


def _timing(table):
    known = [field.name for field in attrs.fields(Timing)]
    validators.known("timing", table, known)
    for key, value in table.items():
        validators.number(f"timing.{key}", value)
        if value < LEAST and key in ("retry", "retry_longest", "answer"):
            raise ConfigurationError(f"timing.{key}: must be at least {LEAST:g} s")
        if value > YEAR:
            raise ConfigurationError(f"timing.{key}: must be at most a year ({YEAR:g} s)")
    made = Timing(**table)
    if made.give_up > MOST_TIMES * made.retry_longest:
        raise ConfigurationError(f"timing.give_up: GraceDB would be asked more than {MOST_TIMES:,} "
                                 "times for what is overdue; choose a longer timing.retry_longest")
    return made


def _profile(number, table, base, charts, general):
    if not isinstance(table, dict):
        raise ConfigurationError(f"profile {number}: must be a table")
    where = f"profile {table.get('name', number)!r}"
    validators.known(where, table, ("name", "era", *MATCHED, "searches", "only", "without",
                                    "injections", "annotate", "warnings", "process"))
    if not isinstance(table.get("name"), str):
        raise ConfigurationError(f"{where}: needs a 'name'")
    matched = {key: tuple(v.lower() for v in validators.texts(f"{where}.{key}", table.get(key, [])))
               for key in MATCHED}
    searches = tuple(map(search_of, validators.texts(f"{where}.searches",
                                                     table.get("searches", []))))
    if table.get("era", EARLIER) not in ERAS:
        raise ConfigurationError(f"{where}.era: expected one of {', '.join(ERAS)}, not "
                                 f"{table['era']!r}")
    settings = dict(base)
    for key in ("only", "without"):
        for name in validators.texts(f"{where}.{key}", table.get(key, [])):
            _process_known(f"{where}.{key}", name, charts)
    for name in charts:
        if ("only" in table and name not in table["only"]) or name in table.get("without", []):
            settings[name] = attrs.evolve(settings[name], enabled=False)
        elif "only" in table:
            settings[name] = attrs.evolve(settings[name], enabled=True)
    settings = _changed(f"{where}.process", validators.table(table, "process"), settings, charts)
    return attrs.evolve(
        general, name=table["name"], **matched, searches=searches,
        era=table.get("era", EARLIER), settings=settings,
        waive_injections=_waived(where, table, general.waive_injections), **_told(where, table))


def _changed(where, changes, settings, charts):
    settings = dict(settings)
    for name, table in changes.items():
        _process_known(where, name, charts)
        if not isinstance(table, dict):
            raise ConfigurationError(f"{where}.{name}: must be a table")
        settings[name] = _settings(f"{where}.{name}", table, settings[name], charts[name])
    return settings


def parties(where, value):
    """Names of parties; an address that holds secrets is none, since names are shown to all.

    Raises:
        ConfigurationError: where it is no list of names.
    """
    names = tuple(validators.texts(where, value))
    if any(map(is_url, names)):
        raise ConfigurationError(f"{where}: expected names of parties, and one of them is an "
                                 "address: give it a name in [parties]")
    return names


def _settings(where, table, settings, chart):
    validators.known(where, table, PROCESS)
    changes = {}
    if "enabled" in table:
        changes["enabled"] = validators.boolean(f"{where}.enabled", table["enabled"])
    if "far_threshold" in table:
        changes["far_threshold"] = validators.number(f"{where}.far_threshold",
                                                     table["far_threshold"])
    for key in TOLD:
        if key in table:
            changes[key] = parties(f"{where}.{key}", table[key])
    for key in ("deadlines", "warnings"):
        changes[key] = {**getattr(settings, key),
                        **_times(f"{where}.{key}", validators.table(table, key), chart, key)}
    changes["options"] = {**settings.options,
                          **_options(f"{where}.options", validators.table(table, "options"), chart)}
    changes["tags"] = {**settings.tags,
                       **_tags(f"{where}.tags", validators.table(table, "tags"), chart)}
    settings = attrs.evolve(settings, **changes)
    _warnings_first(where, settings, chart)
    return settings


def _times(where, table, chart, key):
    checks = _checks(where, table, chart)
    for name, value in table.items():
        if key == "warnings" and checks[name].warn is None:
            raise ConfigurationError(f"{where}.{name}: this check has no warning in its chart")
        validators.number(f"{where}.{name}", value)
    return table


def _tags(where, table, chart):
    checks = _checks(where, table, chart)
    for name in table:
        if checks[name].expects.tagged(()) == checks[name].expects:
            raise ConfigurationError(f"{where}.{name}: this check expects neither a message nor a "
                                     "file of its own, so that it has no tags")
    return {name: tuple(validators.texts(f"{where}.{name}", value))
            for name, value in table.items()}


def _checks(where, table, chart):
    """The checks of a process by name; a table may name no others."""
    checks = {check.name: check for _, check in chart.checks()}
    for name in table:
        if name not in checks:
            raise ConfigurationError(f"{where}: process {chart.name} has no check {name!r}; "
                                     f"{closest(name, checks)}")
    return checks


def _warnings_first(where, settings, chart):
    for _, check in chart.checks():
        if check.warn is None:
            continue
        warn = settings.warnings.get(check.name, check.warn)
        within = settings.deadlines.get(check.name, check.within)
        if within is not None and warn >= within:
            raise ConfigurationError(f"{where}: the warning of {check.name} ({warn:g} s) must come "
                                     f"before its deadline ({within:g} s)")


def _options(where, table, chart):
    made = {}
    for name, value in table.items():
        if name not in chart.options:
            raise ConfigurationError(f"{where}: process {chart.name} has no option {name!r}; "
                                     f"{closest(name, chart.options)}")
        default = chart.options[name]
        if isinstance(default, tuple):
            made[name] = tuple(validators.texts(f"{where}.{name}", value))
            if not all(map(str.strip, made[name])):
                raise ConfigurationError(f"{where}.{name}: an empty text fits anything; leave it "
                                         "out")
        elif isinstance(default, str):
            made[name] = validators.text(f"{where}.{name}", value)
        else:
            made[name] = validators.number(f"{where}.{name}", value)
    return made


def _process_known(where, name, charts):
    if name not in charts:
        raise ConfigurationError(f"{where}: there is no process {name!r}; {closest(name, charts)}")
