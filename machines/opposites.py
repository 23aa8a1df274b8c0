"""Labels that exclude each other; in both eras."""

from fsm.chart import ABSENT, RIGHT, Evidence, Verdict, label, predicate
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope


def opposite(*pairs: tuple[str, str]) -> Expectation:
    """Expect both labels of a pair, since the last pair came together: each is news.

    Args:
        pairs: of names of labels.
    """
    together = [label(one) & label(other) for one, other in pairs]

    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        found = [one for pair in together if (one := pair.judge(evidence, scope)).right]
        if not found:
            return Verdict(ABSENT, "no two labels exclude each other")
        return Verdict(RIGHT, "; ".join(one.why for one in found),
                       max((one.at for one in found if one.at is not None), default=None))

    return predicate(judge, " or ".join(f"{one} and {other}" for one, other in pairs),
                     watches=together)
