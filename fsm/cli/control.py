"""How a command of an operator finds the running supervisor, and asks it."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from fsm.cli.shared import PATH, configuration, print_json

FC = TypeVar("FC", bound=Callable[..., Any] | click.Command)  # what click decorates


def operator(command: FC) -> FC:
    """The options by which a command finds the supervisor, and how it answers."""
    command = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(
        command)
    command = click.option("--socket", metavar="FILE", type=PATH, envvar="FSM_SOCKET",
                           help="The supervisor's socket, instead of the configured one "
                                "(supervisor.db.sock without a configuration).")(command)
    return configuration(command)


def commanded(config: str | None, socket: str | None, name: str,
              **arguments: Any) -> dict[str, Any]:
    """What the running supervisor answers to a command."""
    from fsm.io.control import request

    return request(socket or _socket_of(config), name, **arguments)


def said(result: object, as_json: bool, words: str) -> None:
    """Print a result, as JSON or in words."""
    if as_json:
        print_json(result)
    else:
        click.echo(words)


def _socket_of(config: str | None) -> str:
    from fsm.errors import ConfigurationError
    from fsm.io.config.daemon import running
    from fsm.io.config.load import read

    try:
        return running(read(config) if config else {}).socket
    except ConfigurationError as error:
        raise ConfigurationError(f"{error}; without the configuration, name the supervisor's "
                                 "socket with --socket") from None
