"""The ``fsm`` command: parses, calls the applications, prints. Heavy imports wait for their use.

Imports every room, when a command needs it.
"""

import click

from fsm import __version__
from fsm.cli.charts import diagram, document, machines
from fsm.cli.config import config
from fsm.cli.gracedb import record, simulate, standin
from fsm.cli.journal import journal
from fsm.cli.latency import latency
from fsm.cli.operators import COMMANDS
from fsm.cli.play import play
from fsm.cli.replay import replay
from fsm.cli.run import run
from fsm.cli.shared import Commands
from fsm.cli.show import show


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fsm")
def main() -> None:
    """Event Supervisor: watches the follow-up of gravitational-wave candidates in GraceDB.

    Every candidate gets a state machine that knows which annotations must appear, in what order
    and how soon. Try it on the recordings that come with it:

    \b
        fsm run --config FILE            supervise, day and night
        fsm status, fsm show GRACEID     how it fares, and one candidate
        fsm latency --plot FILE          how long the follow-ups take
        fsm journal check                is its journal sound; backup and vacuum
        fsm replay examples/*.jsonl      what would have been decided, and who told
        fsm play FILE --to TARGET        the same alerts again, now: to a file, XMPP or Kafka
        fsm diagram                      draw every machine into diagrams/
        fsm machines                     list every process, check and deadline
        fsm config show o2 CBC gstlal    what is expected of the candidates of one search
    """


for command in (run, *COMMANDS, show, latency, journal, replay, diagram, document, machines, config,
                standin, simulate, record, play):
    main.add_command(command)
