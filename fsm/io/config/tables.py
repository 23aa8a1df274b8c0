"""The tables of a configuration that become the policy, as they are written; None for not at all.

What is in them is known to be of the right kinds; whether there are such processes, checks and
options is found where the policy is made of them.
"""

from typing import Annotated, Any, ClassVar, Literal

import attrs

from fsm.core.charts.outcomes import FAILURE, RECOVERY, SUCCESS
from fsm.core.printable import quoted
from fsm.errors import ConfigurationError
from fsm.io.config import kinds
from fsm.io.config.kinds import Parties
from fsm.io.config.structure import made_by

# The tables of a running supervisor, of which the policy needs no more than their names.
OF_DAEMON = ("journal", "gracedb", "listen", "tell", "parties", "runbooks", "web", "mail",
             "catch_up", "silence", "health", "logs", "operators")
ANNOTATED = {FAILURE: (FAILURE, RECOVERY), SUCCESS: (SUCCESS,)}  # what each word stands for
Injections = Literal["follow", "waive"]
Outcomes = Annotated[tuple[str, ...], "of true, false or words"]  # see :func:`annotated`


def annotated(value: Any) -> tuple[str, ...]:
    """Which outcomes are written into GraceDB, of true, false or a list of words."""
    if isinstance(value, bool):
        return ANNOTATED[FAILURE] if value else ()
    words = kinds.texts(value)
    wrong = next((word for word in words if word not in ANNOTATED), None)
    if wrong is not None:
        raise ConfigurationError("expected true, false, or a list of 'failure' (with its "
                                 f"recovery) and 'success', not {quoted(wrong)}")
    return tuple(one for word in words for one in ANNOTATED[word])


def parties(values: tuple[str, ...]) -> None:
    """Refuse a step of escalation that tells nobody."""
    if not values or not all(map(str.strip, values)):
        raise ConfigurationError(f"expected the names of parties, not {kinds.shown(list(values))}")


made_by(Outcomes, annotated)


@attrs.frozen
class General:
    """Table ``general``; the first three hold for profiles that do not say otherwise.

    Attributes:
        annotate: see :func:`annotated`.
        warnings: whether anybody is told anything.
        injections: whether what is labelled as an injection is followed up.
        machines: packages of machines besides those that are there.
    """

    annotate: Outcomes | None = None
    warnings: bool | None = None
    injections: Injections | None = None
    machines: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Step:
    """A step of escalation; see :class:`~fsm.core.charts.policy.Escalation`."""

    NEEDS: ClassVar[str] = "a step needs 'after' (seconds after the deadline) and 'to' (parties)"
    SUCH_AS: ClassVar[str] = ' such as { after = 1800, to = ["deputies"] }'
    after: float
    to: Annotated[Parties, parties]


@attrs.frozen
class Escalate:
    """Table ``escalate``: steps for what is overdue, by its gravity."""

    serious: tuple[Step, ...] = ()
    grave: tuple[Step, ...] = ()


@attrs.frozen
class ProcessTable:
    """How a process is supervised, where that is said.

    Attributes as of :class:`~fsm.core.charts.policy.Settings`.
    """

    enabled: bool | None = None
    deadlines: dict[str, float] = attrs.field(factory=dict)
    warnings: dict[str, float] = attrs.field(factory=dict)
    options: dict[str, Any] = attrs.field(factory=dict)
    tags: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    far_threshold: float | None = None
    success: Parties | None = None
    warning: Parties | None = None
    failure: Parties | None = None
    exception: Parties | None = None


@attrs.frozen(kw_only=True)
class ProfileTable:
    """A profile.

    Attributes:
        only: processes that are supervised, and no others.
        without: processes that are not.
        process: name to what is said of a process.

    The others are as of :class:`~fsm.core.charts.policy.Profile` and :class:`General`.
    """

    NEEDS: ClassVar[str] = "needs a {!r}"
    name: str
    era: Literal["o2", "o4"] = "o2"
    group: tuple[str, ...] = ()
    pipeline: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    injections: Injections | None = None
    annotate: Outcomes | None = None
    warnings: bool | None = None
    process: dict[str, ProcessTable] = attrs.field(factory=dict)
