"""Letters through a real SMTP server: encryption, login, refusals, a server that dies or hangs."""

import socket
import ssl
from email import message_from_string
from email.policy import default

import attrs
import pytest
from aiosmtpd.smtp import AuthResult

from fsm.core.effects import Notify
from fsm.io.letters import Letter
from fsm.io.mail import MailChannel
from fsm.io.outbox import DeliveryError
from fsm.standin.mail import MailStandIn
from tests.servers.xmpp import certificate, free_port

LETTER = Letter(1_502_000_000.0, "shift@example.org", "G1 bayestar: needs attention",
                "What: naïve ≤ text\n.\nFrom here on\n" + "long " * 400 + "\n", "0123abc")


@pytest.fixture
def server(tmp_path):
    made = []

    def start(**options):
        made.append(MailStandIn(tmp_path / "mail", **options).start())
        return made[-1]

    yield start
    for one in made:
        one.stop()


@pytest.fixture
def encrypted(tmp_path):
    """A server's side of TLS, and the certificate to trust."""
    certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context, str(tmp_path / "cert.pem")


def channel(server, **more):
    made = MailChannel("localhost", server.port, "none", "supervisor@example.org", netrc="")
    return attrs.evolve(made, **more)


def netrc(tmp_path, text, mode=0o600):
    path = tmp_path / "netrc"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


@pytest.fixture(autouse=True)
def nobodys_netrc(tmp_path, monkeypatch):
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))


def refused(mail, letter=LETTER):
    with pytest.raises(DeliveryError) as caught:
        mail.deliver(letter, False)
    return caught.value


def test_a_letter_arrives_as_it_was_written(server):
    one = server()
    channel(one).deliver(LETTER, False)
    (text,) = one.received
    mail = message_from_string(text, policy=default)
    assert mail["To"] == "shift@example.org" and mail["From"] == "supervisor@example.org"
    assert mail["Subject"] == LETTER.subject
    assert mail["Message-ID"] == "<0123abc@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == LETTER.text
    assert [path.name for path in one.folder.iterdir()] == ["0001.eml"]


def test_a_repetition_is_known_by_its_message_id(server):
    one = server()
    for again in (False, True):
        channel(one).deliver(LETTER, again)
    first, second = (message_from_string(text)["Message-ID"] for text in one.received)
    assert first == second


def login(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"supervisor", b"secret")
    return AuthResult(success=good, handled=good)


def test_starttls_and_login(server, encrypted, tmp_path):
    context, trusted = encrypted
    one = server(tls_context=context, require_starttls=True, auth_required=True,
                 authenticator=login)
    secret = netrc(tmp_path, "machine localhost login supervisor password secret\n")
    mail = channel(one, security="starttls", ca_file=trusted, netrc=secret)
    mail.deliver(LETTER, False)
    assert len(one.received) == 1
    wrong = netrc(tmp_path, "machine localhost login supervisor password wrong\n")
    error = refused(attrs.evolve(mail, netrc=wrong))
    assert "535" in str(error) and not error.final and "wrong" not in str(error)


def test_tls_from_the_beginning(server, encrypted):
    context, trusted = encrypted
    one = server(ssl_context=context)
    channel(one, security="tls", ca_file=trusted).deliver(LETTER, False)
    assert len(one.received) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_is_not_trusted_gets_no_letter(server, encrypted, security):
    context, _ = encrypted
    one = server(**{"ssl_context" if security == "tls" else "tls_context": context})
    error = refused(channel(one, security=security))
    assert "CERTIFICATE_VERIFY_FAILED" in str(error) and not error.final and not one.received


def test_a_server_without_encryption_gets_no_letter(server):
    one = server()
    assert "STARTTLS" in str(refused(channel(one, security="starttls"))) and not one.received


@pytest.mark.parametrize(("answer", "final"), [
    ("550 no such user", True), ("554 content refused", True), ("451 later", False),
    ("421 shutting down", False)])
def test_refusals_are_told_apart(server, answer, final):
    one = server()
    one.refusal = answer
    error = refused(channel(one))
    assert error.final is final and answer in str(error)


def test_a_recipient_refused_for_good(server):
    one = server()

    async def refuse(server, session, envelope, address, options):
        return "550 no such user here"

    one.handle_RCPT = refuse
    error = refused(channel(one))
    assert error.final and "550 no such user here" in str(error)


def test_a_server_that_is_away_may_come_back(server):
    one = server()
    mail = attrs.evolve(channel(one), port=free_port())
    error = refused(mail)
    assert not error.final and "localhost" in str(error)


def test_a_server_that_says_nothing_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr("fsm.io.mail.TIME_OUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = MailChannel("127.0.0.1", silent.getsockname()[1], "none", "s@example.org")
        error = refused(mail)
    assert not error.final and "timed out" in str(error)


@pytest.mark.parametrize(("text", "mode", "more", "words"), [
    ("machine localhost login a password b\n", 0o644, {}, "too permissive"),
    ("machine other login a password b\n", 0o600, {}, "no entry for machine localhost"),
    ("machine localhost login a password b\n", 0o600, {"username": "c"}, "and login c"),
])
def test_a_password_that_cannot_be_had_is_told(server, tmp_path, text, mode, more, words):
    error = refused(channel(server(), netrc=netrc(tmp_path, text, mode), **more))
    assert words in str(error) and not error.final


def test_only_letters_to_e_mail_addresses():
    mail = MailChannel("localhost")
    notify = Notify(0.0, "G1", "p", "c", "failure", ("a@example.org",), "m", "k")
    assert mail.takes(LETTER)
    assert not mail.takes(LETTER._replace(address="slack://a/b/c")) and not mail.takes(notify)
