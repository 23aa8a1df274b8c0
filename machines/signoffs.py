"""Sign-offs: people are asked to look at a candidate, and answer within the hour.

A sign-off takes its request off and puts its own label on, without alerts for them. Deadlines are
estimates: a reminder after half an hour. Source: approval of candidates, second observing run.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
    WRONG,
    Evidence,
    Verdict,
    field,
    label,
    predicate,
    signoff,
)
from fsm.core.charts.policy import Profile
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope

IFOS = ("H1", "L1", "V1")
MINUTES = 60


def prefix(kind: str, ifo: str) -> str:
    """With what the labels of a sign-off begin."""
    return "ADV" if kind == "ADV" else ifo


def request(kind: str, ifo: str) -> str:
    """The label that asks for a sign-off."""
    return "ADVREQ" if kind == "ADV" else f"{ifo}OPS"


def answers(kind: str) -> tuple[str, ...]:
    """The labels that tell a sign-off, of all who may give it."""
    return tuple(prefix(kind, ifo) + status for ifo in IFOS for status in ("OK", "NO"))


def answer(evidence: Evidence, kind: str, ifo: str) -> Verdict:
    """The verdict on whether a sign-off was given; what has been asked for since then has none."""
    given = evidence.signoffs.get((kind, "" if kind == "ADV" else ifo))
    found = [(evidence.labels[name].since, f"label {name} is on")
             for name in (prefix(kind, ifo) + status for status in ("OK", "NO"))
             if evidence.has_label(name)]
    if given is not None and given.status:
        found.append((given.time, f"{f'{kind} {ifo}'.strip()} signoff is {given.status}"))
    asked = evidence.labels.get(request(kind, ifo))
    since = asked.since if asked is not None and asked.present else None
    found = [one for one in found if since is None or one[0] >= since]
    if found:
        return Verdict(RIGHT, min(found)[1], min(found)[0])
    return Verdict(ABSENT, f"no {f'{kind} {ifo}'.strip()} signoff", since)


def given(kind: str) -> Expectation:
    """Expect the sign-off of the process's interferometer, or of the advocates."""
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        return answer(evidence, kind, scope.values.get("ifo", ""))

    words = "sign-off by an advocate" if kind == "ADV" else "sign-off by the operators at {ifo}"
    return predicate(judge, words, watches=[signoff(kind), label(*answers(kind))])


def wanted(kind: str) -> Expectation:
    """Expect that the sign-off is asked for, or was given."""
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        ifo = scope.values.get("ifo", "")
        name = request(kind, ifo)
        if evidence.has_label(name):
            return Verdict(RIGHT, f"label {name} is on", evidence.labels[name][0])
        verdict = answer(evidence, kind, ifo)
        return verdict if verdict.right else Verdict(WRONG, f"label {name} was taken off")

    labels = {request(kind, ifo) for ifo in IFOS} | set(answers(kind))
    return predicate(judge, "it is asked for", watches=[signoff(kind), label(*sorted(labels))])


def taking_part(evidence: Evidence) -> list[str]:
    """The interferometers that take part, of those whose operators sign off."""
    ifos = [part.strip() for part in str(evidence.fields.get("instruments") or "").split(",")]
    return [ifo for ifo in ifos if ifo in IFOS]


def requested_labels(kind: str) -> Expectation:
    """Expect that those who take part are asked, or have answered: all operators, or advocates."""
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        asked = [""] if kind == "ADV" else taking_part(evidence)
        verdicts = [_asked(evidence, kind, ifo) for ifo in asked]
        for verdict in verdicts:
            if not verdict.right:
                return verdict
        times = [verdict.at for verdict in verdicts if verdict.at is not None]
        return Verdict(RIGHT, "; ".join(v.why for v in verdicts) or "nobody is to be asked",
                       max(times, default=None))

    labels = {request(kind, ifo) for ifo in IFOS} | set(answers(kind))
    words = "label ADVREQ" if kind == "ADV" else "label <ifo>OPS for each interferometer"
    return predicate(judge, words, watches=[label(*sorted(labels)), field("instruments")])


def signed_off() -> Expectation:
    """Expect that all who take part have signed off, and nobody against the candidate."""
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        people = [("ADV", ""), *(("OP", ifo) for ifo in taking_part(evidence))]
        verdicts = [_agreed(evidence, kind, ifo) for kind, ifo in people]
        for verdict in verdicts:
            if not verdict.right:
                return verdict
        return Verdict(RIGHT, "; ".join(verdict.why for verdict in verdicts),
                       max((v.at for v in verdicts if v.at is not None), default=None))

    return predicate(judge, "all who take part have signed it off",
                     watches=[signoff("OP"), label(*answers("OP"), *answers("ADV")),
                              field("instruments")])


def _agreed(evidence: Evidence, kind: str, ifo: str) -> Verdict:
    given = evidence.signoffs.get((kind, ifo))
    if evidence.has_label(f"{prefix(kind, ifo)}NO") or (given and given.status == "NO"):
        return Verdict(WRONG, f"{f'{kind} {ifo}'.strip()} signoff is NO")
    return answer(evidence, kind, ifo)


def _asked(evidence: Evidence, kind: str, ifo: str) -> Verdict:
    name = request(kind, ifo)
    if evidence.has_label(name):
        return Verdict(RIGHT, f"label {name} is on", evidence.labels[name][0])
    verdict = answer(evidence, kind, ifo)
    return verdict if verdict.right else Verdict(ABSENT, f"no label {name}")


def requested_ifo(captured: dict[str, str], evidence: Evidence, profile: Profile) -> str:
    """The interferometer that a request's label names."""
    return captured["label"].removesuffix("OPS")
