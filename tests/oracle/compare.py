"""What the oracle and the product disagree on."""

from tests.oracle.judge import judge
from tests.oracle.names import plain, tells


def disagreements(lines, notices):
    """What ought to have been told and was not, and what was told and ought not.

    Args:
        lines: of a recording.
        notices: the product's messages about it, with ``outcome`` and so on.

    Returns:
        Texts, sorted.
    """
    found = judge(lines)
    failures = [one for one in notices if one.outcome == "failure"]
    silent = {f"silent: {f.row} ({f.why}) of {f.graceid[:1]}" for f in found
              if f.must and not any(tells(one, f) for one in failures)}
    excess = {f"told: {plain(one)} of {one.graceid[:1]}: {one.message}" for one in failures
              if not any(tells(one, f) for f in found)}
    return sorted(silent | excess)
