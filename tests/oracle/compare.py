"""What the oracle and the product disagree on."""

from tests.oracle.judge import judge
from tests.oracle.names import about, plain, tells


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
    silent = {f"silent: {f.row} ({f.why}) of {f.graceid[:1]}" for f in found if f.must
              and not any(tells(one, f) for one in failures) and not _outstanding(f, notices)}
    excess = {f"told: {plain(one)} of {one.graceid[:1]}: {one.message}" for one in failures
              if not any(tells(one, f) for f in found)}
    return sorted(silent | excess)


def _outstanding(finding, notices):
    """Whether people have been told of the same before, and it was not taken back since."""
    earlier = [one for one in notices if about(one, finding) and one.time < finding.due
               and one.outcome in ("failure", "recovery")]
    last = {(one.process, one.check): one.outcome for one in earlier}
    return "failure" in last.values()
