"""Sends letters as e-mail, through an SMTP server."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import attrs
from safe_netrc import NetrcParseError, netrc

from fsm.io.book import is_mail
from fsm.io.letters import Letter
from fsm.io.outbox import DeliveryError

_PORTS = {"starttls": 587, "none": 25}
TIME_OUT = 30.0  # seconds for each answer of the server


@attrs.frozen
class MailChannel:
    """Letters to e-mail addresses; the table ``mail`` of a configuration.

    Attributes:
        server: host name; "" for none.
        port: TCP port; 0 for the usual one of the kind of security.
        security: ``starttls``, ``tls`` from the beginning, or ``none``.
        sender: e-mail address.
        username: to log in with; "" for the netrc file's, and for nobody where that has no entry.
        netrc: file with the password, "" for that of the environment variable ``NETRC``, or
            ``~/.netrc``.
        ca_file: certificates by which the server's is verified, "" for the system's.
    """

    server: str = ""
    port: int = 0
    security: str = "starttls"
    sender: str = ""
    username: str = ""
    netrc: str = ""
    ca_file: str = ""

    def takes(self, effect):
        """Whether it is a letter to an e-mail address."""
        return isinstance(effect, Letter) and is_mail(effect.address)

    def deliver(self, effect, again):
        """Send it; a repetition has the same Message-ID, by which mail programs know it."""
        try:
            with self._connected() as connection:
                connection.sendmail(self.sender, [effect.address],
                                    self._message(effect).as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            code, words = error.recipients[effect.address]
            raise _failed(code, words) from None
        except smtplib.SMTPResponseException as error:
            never = not isinstance(error, (smtplib.SMTPAuthenticationError,
                                           smtplib.SMTPConnectError, smtplib.SMTPHeloError))
            raise _failed(error.smtp_code, error.smtp_error, never) from None
        except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
            raise DeliveryError(f"mail server {self.server}: {error}") from None

    def _connected(self):
        port = int(self.port)
        trusted = ssl.create_default_context(cafile=self.ca_file or None)
        if self.security == "tls":
            connection = smtplib.SMTP_SSL(self.server, port, timeout=TIME_OUT,
                                          context=trusted)
        else:
            connection = smtplib.SMTP(self.server, port or _PORTS[self.security],
                                      timeout=TIME_OUT)
        try:
            if self.security == "starttls":
                connection.starttls(context=trusted)
            login = self._login()
            if login:
                connection.login(*login)
        except BaseException:
            connection.close()
            raise
        return connection

    def _login(self):
        try:
            found = netrc(self.netrc or None).authenticators(self.server)
        except FileNotFoundError:
            found = None
        except (NetrcParseError, OSError) as error:
            raise DeliveryError(f"the netrc file is not used: {error}") from None
        if found is None or self.username not in ("", found[0]):
            if self.username or self.netrc:
                raise DeliveryError(f"the netrc file has no entry for machine {self.server}"
                                    + (f" and login {self.username}" if self.username else ""))
            return None
        return found[0], found[2]

    def _message(self, letter):
        message = EmailMessage(SMTP.clone(cte_type="7bit"))  # not all servers take more
        message["From"] = self.sender
        message["To"] = letter.address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(datetime.fromtimestamp(letter.time, UTC))
        message["Message-ID"] = f"<{letter.key}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def _failed(code, words, never=True):
    """A refusal; one by a code from 500 on will not pass."""
    words = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return DeliveryError(f"the mail server says {code} {words}", final=never and code >= 500)
