"""Letters: what one address is told, as a plain text that can be read on a telephone.

What is ready for an address at the same time becomes one letter: about a single problem, or a
digest with an entry for each. Whatever comes from outside is made printable and short before it is
in one.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from math import inf

from fsm.core.charts.keys import key_in
from fsm.core.charts.outcomes import FAILURE, RECOVERY, REMINDER, SUCCESS, TEST
from fsm.core.charts.severity import SEVERITIES
from fsm.core.engine.effects import Notify
from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted, short
from fsm.core.times import span, utc
from fsm.io.journal.outgoing import GOOD_NEWS, Letter, letter_key, written_key
from fsm.notify.alarms import Alarm
from fsm.notify.problems import Context, gracedb_page, problems
from fsm.notify.wording import FAILING, FEW, OVER, PRESENT, some

MOST = 100  # problems that a digest tells one by one
LINES = 20  # of a runbook
SUBJECT = 120  # characters of a subject
ANNOUNCING, NEW = "notify", "new candidate of "  # the process, and how its words begin


def letter(address: str, messages: Sequence[Notify], now: float, context: Context,
           others: Iterable[Alarm] = ()) -> Letter:
    """Write a letter.

    Args:
        address: whom to.
        messages: :class:`~fsm.core.engine.effects.Notify` objects, at least one.
        now: unix seconds.
        context: what they hang on, :class:`~fsm.notify.problems.Context`.
        others: what else is wrong, by which something of it may be caused.
    """
    told = _last_of_each(messages)
    roots = problems([Alarm("", one, 0, inf) for one in told], context, now, others)
    found = [one for root in roots for one in (root, *root["follows"])]
    parties = context.book.parties(address)
    others_told = _others(told, parties)
    if len(told) == 1 and told[0].outcome == SUCCESS and told[0].process == ANNOUNCING:
        subject, lines = _announced(told[0], context)
    elif len(found) == 1:
        subject, lines = _single(found[0], others_told)
    else:
        subject, lines = _digest(roots, found, others_told)
    key = letter_key(address, map(written_key, messages))
    urgent = [SEVERITIES.index(one["severity"]) for one in found if one["outcome"] not in OVER]
    return Letter(now, address, short(subject, SUBJECT), "\n".join(lines) + "\n", key,
                  min(urgent, default=GOOD_NEWS))


def _last_of_each(messages: Iterable[Notify]) -> list[Notify]:
    """The last message about each check; one that has failed and recovered meanwhile says so."""
    last: dict[tuple[str, ...], Notify] = {}
    for message in messages:
        about = (message.graceid, message.process, message.check,
                 message.key if message.outcome == TEST else "")
        before = last.get(about)
        if before and before.outcome == FAILURE and message.outcome == RECOVERY:
            message = message._replace(message=f"it failed, and is over: {message.message}")
        last[about] = message
    return list(last.values())


def _single(problem: Plain, others: str) -> tuple[str, list[str]]:
    """A letter about one problem."""
    graceid = problem["graceid"]
    told = " (" + ", ".join(filter(None, dict.fromkeys(
        (problem["significance"], problem["severity"])))) + ")" if graceid else ""
    head = f"{graceid or 'Event Supervisor'}{told}: {problem['what']}."
    rows = [
        *_check_rows(problem["checks"]),
        ("Due", _due(problem)),
        ("Process", _named(problem) if graceid else ""),
        ("Follows from", problem["caused_by"]),
        ("Waits for it", some(problem["waits"])),
        ("Responsible", _reached(problem["parties"])),
        ("GraceID", graceid), ("GraceDB", problem["gracedb"]), ("Page", problem["page"]),
        ("Also told", others)]
    lines = [short(head), "", *(f"{title}: {short(text)}" for title, text in rows if text)]
    return problem["subject"], [*lines, *_runbook(problem), "", *_help(problem)]


def _check_rows(checks: Sequence[Plain]) -> Iterator[tuple[str, str]]:
    """What was found, and what expected instead; of several checks those that differ."""
    several = len(checks) > 1
    for check in checks[:FEW]:
        name = f" ({_told_of(check)})" if several else ""
        yield f"Found{name}", check["found"]
        yield f"Expected{name}", check["expected"]
    if len(checks) > FEW:
        yield "Likewise", ", ".join(map(_told_of, checks[FEW:]))


def _told_of(check: Plain) -> str:
    """A check, with the key of its process where that has one."""
    return short(f"{key_in(check['process'])} {check['check']}".strip(), 60)


def _due(problem: Plain) -> str:
    if problem["due"] is None:
        return ""
    late = f", {span(round(problem['late']))} ago" if problem["late"] >= 1 else ""
    return utc(problem["due"]) + late


def _named(problem: Plain) -> str:
    """The process with its checks, as operators name it to the supervisor."""
    checks = list(dict.fromkeys(one["check"] for one in problem["checks"] if one["check"]))
    title = f" ({problem['title']})" if problem["title"] != problem["process"] else ""
    return some(problem["processes"]) + title + (f", {some(checks)}" if checks else "")


def _reached(parties: Plain) -> str:
    return "; ".join(f"{name} ({', '.join(addresses) or 'no address'})"
                     for name, addresses in parties.items())


def _runbook(problem: Plain) -> Iterator[str]:
    """What to do, where anything is wrong."""
    lines = problem["runbook"].splitlines() if problem["outcome"] in FAILING else []
    for number, line in enumerate(lines[:LINES]):
        yield f"{'' if number else 'What to do: '}{short(line)}"


def _announced(message: Notify, context: Context) -> tuple[str, list[str]]:
    """A new candidate, which nobody need do anything about."""
    subject = f"new candidate {message.graceid}, {message.message.removeprefix(NEW)}"
    page = gracedb_page(context.gracedb, message.graceid)
    return subject, [f"{short(subject)}.", "", *([f"GraceDB: {page}"] if page else ()), "",
                     *_help({"graceid": message.graceid, "outcome": SUCCESS})]


def _digest(roots: Sequence[Plain], found: Sequence[Plain],
            others: str) -> tuple[str, list[str]]:
    """A letter with an entry for each problem, those that another one causes under it."""
    more = f", and {len(found) - 1} more"
    lines = [short(f"{_count(found)}, the gravest first.")]
    for one in roots[:MOST]:
        lines += ["", *_entry(one)]
    if len(roots) > MOST:
        lines += ["", f"... and {len(roots) - MOST} more: fsm status"]
    if others:
        lines += ["", f"Also told: {others}"]
    graceids = {one["graceid"] for one in found}
    graceid = graceids.pop() if len(graceids) == 1 else ""
    gravest = min(found, key=lambda one: (one["outcome"] in OVER,
                                          SEVERITIES.index(one["severity"])))
    subject = short(gravest["subject"], SUBJECT - len(more)) + more
    return subject, [*lines, "", *_help({"graceid": graceid})]


def _entry(problem: Plain) -> Iterator[str]:
    """One problem of a digest."""
    yield f"- {short(problem['subject'], SUBJECT)}"
    checks = problem["checks"]
    more = f" ({some([*map(_told_of, checks)])})" if len(checks) > 1 else ""
    yield f"  found: {short(checks[0]['found'], 300)}{more}"
    if checks[0]["expected"] and PRESENT in checks[0]["found"]:
        yield f"  expected: {short(checks[0]['expected'], 300)}"
    facts = [("process", _named(problem) if problem["graceid"] else ""), ("due", _due(problem)),
             ("waits for it", some(problem["waits"])),
             ("responsible", _reached(problem["parties"]) if problem["graceid"] else ""),
             ("follows from", problem["caused_by"]),
             ("follows from it", following(problem)),
             ("page", problem["page"]), ("GraceDB", problem["gracedb"])]
    yield from (f"  {title}: {short(text)}" for title, text in facts if text)
    yield from (f"  {line[0].lower()}{line[1:]}" if line.startswith("What to do") else f"  {line}"
                for line in _runbook(problem))


def following(problem: Plain) -> str:
    """What follows from a problem, in words; with how grave it is, where that is graver."""
    return "; ".join(
        f"[{one['severity']}] {one['what']}" if SEVERITIES.index(one["severity"]) <
        SEVERITIES.index(problem["severity"]) else one["what"] for one in problem["follows"])


def _count(found: Sequence[Plain]) -> str:
    """How much of what has happened, such as ``3 problems of 2 candidates, 1 recovered``."""
    wrong = [one for one in found if one["outcome"] not in OVER]
    candidates = len({one["graceid"] for one in found if one["graceid"]})
    counts = [counted(len(wrong), "problem") if wrong else "",
              *(f"{count} {word}" for outcome, word in (
                  (RECOVERY, "recovered"), (SUCCESS, "succeeded"), (TEST, "test messages"))
                if (count := sum(one["outcome"] == outcome for one in found)))]
    return ", ".join(filter(None, counts)) + (
        f" of {counted(candidates, 'candidate')}" if candidates else "")


def _others(told: Iterable[Notify], parties: Collection[str]) -> str:
    """The parties told of any of it, apart from those that the reader belongs to."""
    names = dict.fromkeys(name for message in told for name in message.to)
    return ", ".join(short(name, 80) for name in names if name not in parties)


def _help(about: Plain) -> list[str]:
    """What to ask the supervisor, of one problem or of one candidate."""
    graceid = about["graceid"]
    if not graceid:
        return ["-- ", "Event Supervisor. More: fsm status"]
    lines = ["-- ", f"Event Supervisor. More: fsm show {graceid}"]
    if about.get("outcome", REMINDER) in FAILING:
        lines.append(f"No more reminders: fsm acknowledge {graceid}")
    return lines
