"""One candidate whole, as commands and pages show it: by its configuration and the journal."""

from fsm.core.evidence import labels
from fsm.core.evidence.fields import Plain
from fsm.io.journal import failed_inputs
from fsm.io.journal.readable import Readable
from fsm.notify.problems import Context, problems
from fsm.notify.reminders import Reminders
from fsm.report import candidate as report


def candidate_view(journal: Readable, configuration: Plain, reminders: Reminders, context: Context,
                   now: float) -> Plain:
    """A candidate: what it is, its processes and checks, what is wrong, and all that has happened.

    Args:
        journal: with its history.
        configuration: of the candidate.
        reminders: what is wrong at present.
        context: what problems hang on.
        now: unix seconds.
    """
    graceid, evidence = configuration["graceid"], configuration["evidence"]
    alarms = reminders.of(graceid)
    return {
        "graceid": graceid, **report.candidate(report.with_members(configuration)),
        "fields": evidence["fields"],
        "labels": sorted(name for name, state in evidence["labels"].items()
                         if labels.restored(state).present),
        "acknowledged": [[a.message.process, a.message.check, a.acknowledged, a.acknowledgement]
                         for a in alarms if a.acknowledged],
        "problems": problems(alarms, context, now),
        "history": [one._asdict() for one in journal.history_of(graceid)],
        "failed": failed_inputs.waiting(journal, graceid),
    }
