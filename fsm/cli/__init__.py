"""The ``fsm`` command: parses, calls the applications, prints. Heavy imports wait for their use.

Imports every room, when a command needs it.
"""

import click

from fsm.cli.charts import diagram, document, machines
from fsm.cli.config import config
from fsm.cli.explain import explain
from fsm.cli.gracedb import record, simulate, standin
from fsm.cli.journal import journal
from fsm.cli.latency import latency
from fsm.cli.operators import ACT, status
from fsm.cli.play import play
from fsm.cli.replay import replay
from fsm.cli.run import run
from fsm.cli.shared import Commands
from fsm.cli.show import show
from fsm.cli.verify import verify
from fsm.cli.version import version
from fsm.cli.web import web
from fsm.cli.whatif import whatif


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@version
def main() -> None:
    """Event Supervisor: watches the follow-up of gravitational-wave candidates in GraceDB.

    Every candidate gets a state machine that knows which annotations must appear, in what order
    and how soon. Try it on the recordings that come with it:

    \b
        fsm replay examples/*.jsonl      what would have been decided, and who told
        fsm config show o4 CBC gstlal AllSky    what is expected of one search
        fsm run --config FILE            supervise, day and night
        fsm status, fsm show GRACEID     how it fares, and one candidate
    """


main.add_commands("Watch", (run, web, status, show, latency))
main.add_commands("Act on a running supervisor", (*ACT, journal))
main.add_commands("Explain what is expected", (explain, machines, config, verify, diagram,
                                               document))
main.add_commands("Rehearse, on recordings and simulated nights",
                  (replay, whatif, record, play, simulate, standin))
