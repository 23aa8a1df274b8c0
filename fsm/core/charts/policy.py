"""Profiles: which processes are supervised for which searches, how soon, and who is told.

Pure data: configuration files are read elsewhere and end here.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import attrs

from fsm.core.charts.outcomes import FAILURE, RECOVERY, Outcome
from fsm.core.charts.process import OPERATORS, Process
from fsm.core.evidence import graceids
from fsm.core.times import unix_seconds

Era = Literal["o2", "o4"]
EARLIER: Final = "o2"  # GraceDB without superevents
TODAY: Final = "o4"  # and with them
UNCONFIGURED = "unconfigured"  # the profile of candidates that are left alone
FIRST_SUPEREVENTS = 1_527_811_200.0  # June 2018, unix seconds


def era_of(fields: Mapping[str, object], today: bool = False) -> Era:
    """The era of a candidate: today GraceDB puts events into superevents.

    Args:
        fields: of an event or superevent, flattened.
        today: whether alerts about it are of today's kind.
    """
    if "superevent_id" in fields:
        return TODAY
    created = unix_seconds(fields.get("created"))
    if created is not None and created < FIRST_SUPEREVENTS:
        return EARLIER  # whatever today's server makes of it
    return TODAY if today or "superevent" in fields else EARLIER


def category_of(fields: Mapping[str, object]) -> str:
    """The category of a candidate, in lower case: ``production``, ``mdc`` or ``test``.

    Superevents state it, and their id tells it; of events the search or the group tells.
    """
    stated, superevent = fields.get("category"), fields.get("superevent_id")
    if isinstance(stated, str):
        return stated.lower()
    if isinstance(superevent, str):
        return graceids.category_of(superevent)
    if str(fields.get("search") or "").lower() == "mdc":
        return "mdc"
    return "test" if str(fields.get("group") or "").lower() == "test" else "production"


@attrs.frozen
class Timing:
    """How the engine deals with time, in seconds.

    Attributes:
        grace: no check fails sooner than this after its start; catalogued deadlines of 0 or 1 s
            come before an annotation can be visible.
        gather: how long a question is put off where another deadline of the candidate is that
            near, so that one answer serves both.
        retry: pause before GraceDB is asked again about what is overdue or unverified of a
            candidate; each further pause is four times as long, up to ``retry_longest``, until
            something else becomes overdue.
        retry_longest: longest such pause.
        give_up: how long after its deadline an overdue check is given up as missing.
        answer: how long an answer of GraceDB is waited for.
        retire: how long after it was closed a candidate stays in memory.
    """

    grace: float = 10.0
    gather: float = 10.0
    retry: float = 300.0
    retry_longest: float = 12 * 3600.0
    give_up: float = 86400.0
    answer: float = 120.0
    retire: float = 7 * 86400.0


@attrs.frozen
class Escalation:
    """One step by which more people are told of what is overdue.

    Attributes:
        after: seconds after the deadline.
        to: names of the parties.
    """

    after: float
    to: tuple[str, ...]


@attrs.frozen
class Settings:
    """How one process is supervised in one profile.

    Attributes:
        enabled: whether it is supervised at all.
        deadlines: check name to seconds, where they differ from the chart's.
        warnings: check name to seconds, likewise.
        options: option values, the chart's defaults included.
        tags: check name to the tags that its message or file must have, neither more nor fewer.
        far_threshold: not expected where the event's FAR (Hz) is above it, unless a message tells
            that it has begun; None for no limit. No FAR passes, an equal one passes.
        success: parties told when a check is met or found.
        warning: parties told when a check is not met and due soon, where it has such a time.
        failure: parties told when a check is overdue, and when it then recovers.
        exception: parties told when a check cannot be judged.
        escalation: :class:`Escalation` steps, the earliest first.
    """

    enabled: bool
    deadlines: dict[str, float] = attrs.field(factory=dict)
    warnings: dict[str, float] = attrs.field(factory=dict)
    options: dict[str, Any] = attrs.field(factory=dict)
    tags: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    far_threshold: float | None = None
    success: tuple[str, ...] = ()
    warning: tuple[str, ...] = ()
    failure: tuple[str, ...] = ()
    exception: tuple[str, ...] = ()
    escalation: tuple[Escalation, ...] = ()


def default_settings(process: Process) -> Settings:
    """The settings that a chart itself declares."""
    # Who must act before it is too late is warned; what programs do is not done sooner for that.
    warned = process.parties if process.gravity else ()
    return Settings(process.enabled, options=dict(process.options), warning=warned,
                    failure=(OPERATORS, *process.parties), exception=(OPERATORS,))


SEARCH = ("group", "pipeline", "search")
Search = tuple[str, str, str]  # the values of these, "" for any


def search_of(topic: str) -> Search:
    """(group, pipeline, search) of a topic or node, such as ``cbc_gstlal_allsky``, "" for any."""
    group, pipeline, search = (*topic.lower().split("_", 2), "", "")[:3]
    return group, pipeline, search


def _alike(some: Search, others: Search) -> bool:
    """Whether two (group, pipeline, search) may be of one candidate, "" being any."""
    return all(not one or not other or one == other
               for one, other in zip(some, others, strict=True))


@attrs.frozen
class Profile:
    """Settings of all processes for the searches it matches.

    Attributes:
        name: for people.
        group: accepted values of the event's group, lower case; empty for any.
        pipeline: likewise.
        search: likewise; "" stands for an event without search.
        category: likewise, as :func:`category_of` tells it.
        searches: accepted (group, pipeline, search), lower case, "" for any; empty for all.
        era: accepted era, "" for any.
        settings: process name to :class:`Settings`.
        waive_injections: whether nothing is expected of an event with the label INJ.
        annotate: the outcomes that are written into GraceDB.
        warnings: whether anybody is told anything of its candidates.
    """

    name: str
    group: tuple[str, ...] = ()
    pipeline: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    searches: tuple[Search, ...] = ()
    era: str = ""
    settings: dict[str, Settings] = attrs.field(factory=dict)
    waive_injections: bool = False
    annotate: tuple[Outcome, ...] = (FAILURE, RECOVERY)
    warnings: bool = True

    @property
    def supervises(self) -> bool:
        """Whether anything is expected of its candidates."""
        return any(one.enabled for one in self.settings.values())

    @property
    def conditions(self) -> str:
        """To which candidates of its era it applies, in words; "" for all."""
        words = [f"{key} {', '.join(one or 'none' for one in getattr(self, key))}"
                 for key in (*SEARCH, "category") if getattr(self, key)]
        words += [", ".join("_".join(filter(None, one)) for one in self.searches)] \
            if self.searches else []
        return "; ".join(words)

    def leaves(self, other: "Profile") -> bool:
        """Whether it leaves any candidate to a profile that is tried after it."""
        if self.era not in ("", other.era):
            return True
        return any(wide and not (narrow and set(narrow) <= set(wide)) for wide, narrow in (
            (getattr(self, key), getattr(other, key))
            for key in (*SEARCH, "category", "searches")))

    def options(self, process: Process) -> Mapping[str, Any]:
        """The options of a process in this profile, also where it is not supervised."""
        settings = self.settings.get(process.name)
        return process.options if settings is None else settings.options

    def may_match(self, group: str, pipeline: str = "", search: str = "") -> bool:
        """Whether any candidate of these may belong to it; "" for whatever it is."""
        told = (group.lower(), pipeline.lower(), search.lower())
        return all(not value or not wanted or value in wanted for value, wanted in zip(
            told, (self.group, self.pipeline, self.search), strict=True)) and (
            not self.searches or any(_alike(told, one) for one in self.searches))

    def matches(self, fields: Mapping[str, object], today: bool = False) -> bool:
        """Whether an event belongs to it; arguments as of :func:`era_of`, case does not count."""
        for wanted, key in zip((self.group, self.pipeline, self.search), SEARCH, strict=True):
            if wanted and str(fields.get(key) or "").lower() not in wanted:
                return False
        if self.category and category_of(fields) not in self.category:
            return False
        if self.searches:
            told = tuple(str(fields.get(key) or "").lower() for key in SEARCH)
            if not any(all(part in ("", own) for part, own in zip(one, told, strict=True))
                       for one in self.searches):
                return False
        return not self.era or self.era == era_of(fields, today)


@attrs.frozen
class Policy:
    """All that configuration decides for the engine.

    Attributes:
        profiles: tried in order; the last one matches everything.
        timing: :class:`Timing`.
        annotate: whether outcomes are written into GraceDB, as the profiles say.
        warnings: whether anybody is told anything, likewise.
    """

    profiles: tuple[Profile, ...]
    timing: Timing = Timing()
    annotate: bool = True
    warnings: bool = True

    def profile_for(self, fields: Mapping[str, object], today: bool = False) -> Profile:
        """The first profile that matches an event; arguments as of :func:`era_of`."""
        return next(profile for profile in self.profiles if profile.matches(fields, today))

    def named(self, name: str) -> Profile | None:
        """The profile of this name, if there is one."""
        return next((profile for profile in self.profiles if profile.name == name), None)


def default_policy(processes: Iterable[Process], **changes: Any) -> Policy:
    """The policy that needs no configuration file: every chart as it declares itself."""
    settings = {process.name: default_settings(process) for process in processes}
    return Policy(default_profiles(settings), **changes)


def default_profiles(settings: dict[str, Settings], **more: Any) -> tuple[Profile, ...]:
    """The profiles that are tried where none are configured.

    Those are today's candidates, and all else; what is only tried out today is left alone.

    Args:
        settings: of all processes.
        more: further attributes of the profiles.
    """
    return (Profile("tests", category=("test",), era=TODAY, settings=_none_on(settings)),
            *(Profile(name, era=era, settings=settings, **more)
              for name, era in (("today", TODAY), ("default", EARLIER))))


def left_alone(settings: dict[str, Settings]) -> Profile:
    """The profile of what no configured one matches: nothing is expected of it, nobody is told."""
    return Profile(UNCONFIGURED, settings=_none_on(settings), annotate=(), warnings=False)


def _none_on(settings: dict[str, Settings]) -> dict[str, Settings]:
    return {name: attrs.evolve(one, enabled=False) for name, one in settings.items()}
