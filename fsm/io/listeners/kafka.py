"""Listens to igwn-alert: topics of a Kafka broker, with its client's credential and formats.

``igwn_alert.client.listen()`` marks a message as done before it hands it over, dies of messages
that it cannot read and of broker errors, and skips in silence what it has missed; so the consumer
below it is read here. Where each partition is, is kept in the journal, together with what has come
from it. The broker is told too, but only for those who watch it.
"""

from typing import Any
from urllib.parse import urlsplit

import attrs
from safe_netrc import NetrcParseError, netrc

from fsm.core.evidence.fields import Plain
from fsm.errors import ConfigurationError
from fsm.io import extras
from fsm.io.listeners import ListenerError, Listening

CONSUMER = {
    "enable.auto.commit": False,
    "auto.offset.reset": "error",  # what is not there any more must not be skipped in silence
    "reconnect.backoff.max.ms": 10_000,
    "socket.timeout.ms": 20_000,
    "enable.partition.eof": True,  # tells that nothing waits, whatever marks are at the end
    "log_level": 2,  # the callback for errors has them as well
}


@attrs.frozen
class Kafka:
    """Listens to topics of a broker.

    Attributes:
        name: of the listener.
        topics: names without the group, such as ``superevent`` or ``cbc_gstlal``.
        group: instance of GraceDB, the first part of the topics' names.
        consumer_group: under which the broker is told how far has been read.
        server: address of the broker, ``kafka://host/``.
        port: TCP port.
        auth: whether to log in, as hop's own configuration or the netrc file says.
    """

    name: str
    topics: tuple[str, ...]
    consumer_group: str
    group: str = "gracedb"
    server: str = "kafka://kafka.scimma.org/"
    port: int = 9092
    auth: bool = True

    @property
    def broker(self) -> str:
        """Host and port."""
        return f"{urlsplit(self.server).hostname}:{self.port}"

    def check(self) -> None:
        """Refuse to begin without a credential, where there should be one.

        Raises:
            ConfigurationError: where there is none.
        """
        try:
            self.credential()
        except ImportError:
            return  # that is told when it begins
        except ListenerError as error:
            raise ConfigurationError(f"listener {self.name}: {error}") from None

    def credential(self) -> Any:
        """The way to log in, None for none.

        Raises:
            ListenerError: where there should be one.
        """
        if not self.auth:
            return None
        from hop.auth import AmbiguousCredentialError, select_matching_auth

        try:
            return select_matching_auth(self._credentials(), self.broker)
        except FileNotFoundError:
            why = "there is no credential"
        except (AmbiguousCredentialError, NetrcParseError, RuntimeError, KeyError, ValueError,
                OSError) as error:
            why = f"no credential can be used ({error})"
        raise ListenerError(f"auth = true, and {why} for {self.broker}; have 'hop auth add' keep "
                            "one, write an entry into the netrc file, or say auth = false",
                            lasting=True)

    def _credentials(self) -> list[Any]:
        """Those of hop's configuration, else of the netrc file, where igwn-alert keeps them too.

        Its client goes on without any where these cannot be read, and only warns.
        """
        from hop.auth import Auth, load_auth

        try:
            return load_auth()
        except FileNotFoundError:
            known = netrc()
        found = known.authenticators(urlsplit(self.server).hostname) \
            or known.authenticators(self.server)  # as its client looks it up
        return [Auth(found[0], found[2])] if found else []

    def run(self, ear: Listening) -> None:
        """Listen until the broker does not answer, or nothing is wanted any more."""
        try:
            from fsm.io.listeners.kafka_partitions import Partitions
        except ImportError as error:
            raise ListenerError(extras.missing(error, "kafka"), lasting=True) from None
        partitions = Partitions(self, self.credential(), ear)
        try:
            partitions.begin()
            while ear.open:
                partitions.take()
        finally:
            partitions.close()

    def settings(self, credential: Any) -> Plain:
        """Those of a consumer, as a dict."""
        return {**CONSUMER, "bootstrap.servers": self.broker, "group.id": self.consumer_group,
                **(credential() if credential else {})}
