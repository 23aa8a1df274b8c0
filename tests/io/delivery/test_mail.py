"""Letters through a real SMTP server: encryption, login, refusals, a server that dies or hangs."""

import socket
import ssl
from email import message_from_string
from email.policy import default

import attrs
import pytest
from aiosmtpd.smtp import AuthResult

from fsm.core.engine.effects import Notify
from fsm.io.delivery import attempts
from fsm.io.delivery.attempts import CHANNEL, EITHER, TARGET, DeliveryError
from fsm.io.delivery.mail import MailChannel
from fsm.io.journal.outgoing import Letter
from fsm.standin.mail import MailStandIn
from tests.servers.smtp import CLOSE, HANG, RESET, rude_smtp
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
def rude():
    with rude_smtp() as made:
        yield made


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


AT_ADDRESS = {  # what is answered to an address: whose trouble that is, whether nobody has it
    "550 no such user here": (TARGET, True),
    "550 5.1.1 <shift@example.org>: Recipient address rejected: User unknown": (TARGET, True),
    "550 5.1.1 User unknown in relay recipient table": (TARGET, True),
    "551 user not local": (TARGET, True),
    "553 5.1.2 no such domain": (TARGET, True),
    "556 5.1.10 null MX": (TARGET, True),
    "550 5.1.8 bad sender's domain": (EITHER, False),
    "550 5.1.0 sender rejected": (EITHER, False),
    "550 5.7.1 <shift@example.org>: no": (EITHER, False),
    "554 5.7.1 <shift@example.org>: Relay access denied": (EITHER, False),
    "550 relaying is not for you": (EITHER, False),
    "550 client host blocked using a blacklist": (EITHER, False),
    "550 authentication required": (EITHER, False),
    "553 refused as spam": (EITHER, False),
    "550 mailbox full": (TARGET, False),
    "550 5.2.1 mailbox disabled": (TARGET, False),
    "552 5.2.2 over quota": (TARGET, False),
    "554 no": (TARGET, False),
    "450 4.2.0 greylisted": (TARGET, False),
    "421 shutting down": (attempts.LETTER, False),
}


@pytest.mark.parametrize("answer", AT_ADDRESS)
def test_an_address_that_is_refused_is_told_from_who_sends_to_it(rude, answer):
    rude.answers["RCPT"] = answer
    error = refused(channel(rude))
    assert (error.whose, error.unknown) == AT_ADDRESS[answer]
    assert not error.final and answer in str(error)


def test_what_an_address_is_called_says_nothing_of_why_it_is_refused(rude):
    rude.answers["RCPT"] = "550 <spam-relay@example.org>: no such user"
    assert refused(channel(rude), LETTER._replace(address="spam-relay@example.org")).unknown


def test_what_the_server_says_is_told_in_one_short_printable_line(rude):
    rude.answers["RCPT"] = "550-\x1b[31mno\r\n" * 50 + "550 " + "x" * 900
    said = str(refused(channel(rude)))
    assert said.isprintable() and "\x1b" not in said and len(said) < 600


@pytest.mark.parametrize("answer", ["550 5.1.1 no", "554 refused", "451 later", "421 closing"])
@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL"])
def test_what_is_refused_before_any_address_is_said_is_the_servers(rude, stage, answer):
    rude.answers[stage] = answer
    if stage == "EHLO":
        rude.answers["HELO"] = answer
    error = refused(channel(rude))
    assert error.whose == CHANNEL and not error.final and not error.unknown
    assert answer in str(error)


@pytest.mark.parametrize("answer", ["550 5.1.1 no", "554 content refused", "451 later", "421 no"])
@pytest.mark.parametrize("stage", ["DATA", "letter"])
def test_a_letter_that_is_refused_is_tried_again(rude, stage, answer):
    rude.answers[stage] = answer
    error = refused(channel(rude))
    assert error.whose == attempts.LETTER and not error.final and not error.unknown
    assert answer in str(error)


@pytest.mark.parametrize("answer", [CLOSE, RESET, HANG, "no 221", "500 what?", "421 closing",
                                    b"221-" * 1000])
def test_what_the_server_has_taken_is_sent_whatever_comes_after(rude, answer):
    rude.answers["QUIT"] = answer
    channel(rude).deliver(LETTER, False)
    assert len(rude.letters) == 1


def test_the_word_that_a_letter_is_taken_may_take_longer_than_other_answers(rude, monkeypatch):
    monkeypatch.setattr("fsm.io.delivery.mail.TIME_OUT", 0.2)
    rude.answers["letter"] = 0.4
    channel(rude).deliver(LETTER, False)
    assert len(rude.read) == 1


@pytest.mark.parametrize("answer", [CLOSE, RESET, "rubbish"])
@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "letter"])
def test_a_server_that_goes_away_or_talks_rubbish_before_that_may_come_back(rude, stage, answer):
    rude.answers[stage] = rude.answers["HELO"] = answer
    error = refused(channel(rude))
    assert not error.final and not error.unknown
    letters = TARGET if (stage, answer) == ("RCPT", "rubbish") else attempts.LETTER
    assert error.whose == (letters if stage in ("RCPT", "DATA", "letter") else CHANNEL)


DRIP = b"250-and so on\r\n" * 100  # of a letter its first line is enough


@pytest.mark.parametrize("answer", [HANG, DRIP])
@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "letter"])
def test_the_time_for_a_letter_is_limited_also_where_the_server_drips(rude, monkeypatch, stage,
                                                                      answer):
    monkeypatch.setattr("fsm.io.delivery.mail.WITHIN", 0.3)
    rude.answers[stage] = b"2" * 100 if (stage, answer) == ("letter", DRIP) else answer
    error = refused(channel(rude))
    assert not error.final and "it has taken too long" in str(error)


@pytest.mark.parametrize("stage", ["greeting", "RCPT", "letter"])
def test_the_time_for_a_letter_is_limited_also_under_tls(encrypted, monkeypatch, stage):
    monkeypatch.setattr("fsm.io.delivery.mail.WITHIN", 0.5)
    context, trusted = encrypted
    with rude_smtp(context) as one:
        one.answers[stage] = b"2" * 100 if stage == "letter" else DRIP
        error = refused(channel(one, security="tls", ca_file=trusted))
    assert "it has taken too long" in str(error) and not one.letters


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_time_for_a_letter_is_limited_also_where_tls_does_not_begin(rude, monkeypatch,
                                                                       security):
    monkeypatch.setattr("fsm.io.delivery.mail.WITHIN", 0.3)
    rude.answers.update({"EHLO": "250-rude\r\n250 STARTTLS", "STAR": "220 go on"})
    if security == "tls":
        rude.answers["greeting"] = HANG
    error = refused(channel(rude, security=security))
    assert "it has taken too long" in str(error) and error.whose == CHANNEL


def test_what_verifies_certificates_is_made_once_for_all_letters(server, encrypted, monkeypatch,
                                                                 tmp_path):
    context, trusted = encrypted
    one, made = server(ssl_context=context), []
    real = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context",
                        lambda **more: made.append(more) or real(**more))
    mail = channel(one, security="tls", ca_file=trusted)
    for _ in range(3):
        attrs.evolve(mail).deliver(LETTER, False)
    assert len(one.received) == 3 and len(made) == 1
    certificate(tmp_path, "elsewhere")  # another one is trusted from now on
    error = refused(mail)
    assert len(made) == 2 and "CERTIFICATE_VERIFY_FAILED" in str(error)


def test_a_server_that_is_away_may_come_back(server):
    one = server()
    mail = attrs.evolve(channel(one), port=free_port())
    error = refused(mail)
    assert not error.final and "localhost" in str(error)


def test_a_server_that_says_nothing_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr("fsm.io.delivery.mail.TIME_OUT", 0.3)
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


@pytest.mark.parametrize("answer", [
    "250-2.0.0 ok", "250 " + "x" * 100_000, "250-2.0.0 ok\r\n250 queued", "251 will forward"])
def test_what_is_said_to_be_taken_is_sent_whatever_follows(rude, answer):
    rude.answers.update({"letter": answer, "QUIT": CLOSE})
    MailChannel("127.0.0.1", rude.port, "none", "supervisor@example.org").deliver(LETTER, False)
    assert len(rude.read) == 1


@pytest.mark.parametrize("line", [".", "..", ".x", "", "a\rb", "a\nb"])
def test_lines_that_look_like_the_end_of_a_letter_arrive(rude, line):
    letter = LETTER._replace(text=f"before\n{line}\nafter\n")
    MailChannel("127.0.0.1", rude.port, "none", "supervisor@example.org").deliver(letter, False)
    arrived = message_from_string(rude.read[0].replace("\r\n..", "\r\n."), policy=default)
    assert arrived.get_content().split() == letter.text.split()
