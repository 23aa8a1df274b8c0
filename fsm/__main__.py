"""``python -m fsm`` is the ``fsm`` command."""

from fsm.cli import main

main(prog_name="fsm")
