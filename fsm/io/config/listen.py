"""The tables ``listen``: where alerts come from, a class for each kind of listener."""

from typing import Annotated, Any, ClassVar, Literal

import attrs

from fsm.errors import ConfigurationError, closest
from fsm.io.config.kinds import (
    Accounts,
    Host,
    Name,
    Names,
    Path,
    Port,
    broker_address,
    host_or_none,
    positive,
    shown,
    some,
)
from fsm.io.config.structure import structured, tables


@attrs.frozen
class Listen:
    """A listener; None stands for what it usually has."""

    NEEDS: ClassVar[str] = ""

    @property
    def options(self) -> dict[str, Any]:
        """What is said of it, by name."""
        given = {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}
        return {name: value for name, value in given.items()
                if name != "kind" and value is not None}

    @property
    def topics_of_alerts(self) -> tuple[str, ...]:
        """The topics or nodes of alerts that it names."""
        return ()


@attrs.frozen(kw_only=True)
class ListenLVAlert(Listen):
    """Attributes as of :class:`fsm.io.listeners.lvalert.LVAlert`."""

    NEEDS: ClassVar[str] = "lvalert needs {!r}"
    kind: Literal["lvalert"] = "lvalert"
    name: Name = "lvalert"
    server: Host
    nodes: Names
    username: str | None = None
    netrc: str | None = None
    resource: str | None = None
    host: Annotated[str, host_or_none] | None = None
    port: Annotated[Port, positive] | None = None
    ca_file: str | None = None
    heartbeat: str | None = None
    publishers: Accounts | None = None
    operators: Accounts | None = None

    @property
    def topics_of_alerts(self) -> tuple[str, ...]:
        """Its nodes."""
        return self.nodes


@attrs.frozen(kw_only=True)
class ListenIgwnAlert(Listen):
    """Attributes as of :class:`fsm.io.listeners.kafka.Kafka`."""

    NEEDS: ClassVar[str] = "igwn-alert needs {!r}"
    kind: Literal["igwn-alert"] = "igwn-alert"
    name: Name = "igwn-alert"
    topics: Annotated[Names, some]  # without any it would hear nothing, and say so to nobody
    consumer_group: Name  # the client aborts the program where it is empty
    group: Name | None = None
    server: Annotated[str, broker_address] | None = None
    port: Annotated[Port, positive] | None = None
    auth: bool | None = None

    @property
    def topics_of_alerts(self) -> tuple[str, ...]:
        """Its topics."""
        return self.topics


@attrs.frozen
class ListenFile(Listen):
    """A recording, or a folder of them.

    Attributes:
        path: of it.
        kind: how it is called in a table.
    """

    NEEDS: ClassVar[str] = "file needs {!r}"
    path: Path
    kind: Literal["file"] = "file"


@attrs.frozen
class ListenStdin(Listen):
    """Standard input."""

    kind: Literal["stdin"] = "stdin"


LISTENERS: dict[str, type[Listen]] = {
    "lvalert": ListenLVAlert, "igwn-alert": ListenIgwnAlert, "file": ListenFile,
    "stdin": ListenStdin}


def listeners(plain: dict) -> tuple[Listen, ...]:
    """The listeners of a configuration.

    Args:
        plain: its tables.

    Raises:
        ConfigurationError: where a table says something unknown or impossible, or two listeners
            have one name.
    """
    made = tuple(_listener(f"listen {number}", table)
                 for number, table in enumerate(tables(plain, "listen"), 1))
    names = [getattr(one, "name", "stdin") for one in made if not isinstance(one, ListenFile)]
    if len(set(names)) < len(names):
        raise ConfigurationError("listen: two listeners have one name; give each a 'name'")
    return made


def _listener(where: str, table: Any) -> Listen:
    kind = table.get("kind") if isinstance(table, dict) else table
    if not isinstance(table, dict) or not isinstance(kind, str) or kind not in LISTENERS:
        raise ConfigurationError(f"{where}: no kind of listener {shown(kind)}; "
                                 f"{closest(kind if isinstance(kind, str) else '', LISTENERS)}")
    return structured(LISTENERS[kind], table, where)
