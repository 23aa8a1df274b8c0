"""What processes consist of: stages in order, each of checks side by side.

A check is one expectation with a deadline. What is wrong with one is said where the process that
has it is declared, because only there it is known whose it is.
"""

from collections.abc import Callable, Mapping

import attrs

from fsm.core.expect.base import Expectation

Derive = Callable[[str], Mapping[str, object]]


@attrs.frozen
class Each:
    """One check for every value of an option of the process.

    Attributes:
        option: name of the option that lists the values.
        parameter: under which name expectations refer to the value.
        derive: function from the value to further parameters, as a dict.
    """

    option: str
    parameter: str
    derive: Derive | None = None


@attrs.frozen
class Check:
    """One expectation with a deadline; see :func:`check`."""

    name: str
    expects: Expectation
    within: float | None
    warn: float | None = None
    when: Expectation | None = None
    unless: Expectation | None = None
    each: Each | None = None
    at_deadline: bool = False
    from_start: bool = False
    title: str = ""
    told_again: str = ""

    @property
    def conditional(self) -> bool:
        """Whether there are conditions under which it is not expected."""
        return self.when is not None or self.unless is not None


@attrs.frozen(init=False)
class Stage:
    """Checks that run side by side; done when all of them are closed."""

    name: str
    checks: tuple[Check, ...]

    def __init__(self, name: str, *checks: Check) -> None:
        self.__attrs_init__(name, checks)


def check(name: str, expects: Expectation, within: float | None, warn: float | None = None,
          when: Expectation | None = None, unless: Expectation | None = None,
          each: Each | None = None, at_deadline: bool = False, from_start: bool = False,
          title: str = "", told_again: str = "") -> Check:
    """Declare a check.

    Args:
        name: identifier in lower case, unique in its process.
        expects: the expectation.
        within: deadline in seconds after the stage's start. The first stage starts with the
            process; a later one when the stage before it was done, and at the latest when that
            one should have been. None where it is off unless a profile gives a deadline.
        warn: earlier deadline in seconds, after which it is marked as warned; None for none.
        when: expectation without which the check is not expected.
        unless: expectation that makes it needless for good, as of a :class:`Process`.
        each: :class:`Each`, to have it once for every value of an option.
        at_deadline: True where only the moment of the deadline may judge (something that must
            not be there).
        from_start: True where ``within`` counts from the process's start although it is in a
            later stage.
        title: what it is, for people, in a few letters that fit after "no": ``DQ verdict``; "" for
            the noun of its process, and its name where the process has several.
        told_again: why a party that another process tells that the same annotation lacks is told so
            by this one too; "" where it is not.
    """
    return Check(name, expects, within, warn, when, unless, each, at_deadline, from_start, title,
                 told_again)
