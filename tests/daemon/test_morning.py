"""A daemon on the alerts' own clock writes a digest in the morning, to a real mail server."""

import os

from fsm.standin.mail import MailStandIn


def test_parties_are_told_of_their_day_in_the_morning(night, running, tmp_path):
    mail = MailStandIn(tmp_path / "mail").start()
    daemon = running(tmp_path / "d", night.recording, "--gracedb", night.url, "--clock",
                     "recorded")
    with (daemon.folder / "config.toml").open("a") as stream:
        stream.write(f"""
digest = "08:00"
[mail]
server = "127.0.0.1"
port = {mail.port}
security = "none"
sender = "es@example.org"
[parties]
operators = "ops@example.org"
""")
    try:
        daemon.start(env={**os.environ, "NETRC": str(tmp_path / "none")})
        daemon.until(daemon.idle)
        daemon.stop()
    finally:
        mail.stop()
    found = [text for text in mail.received if "Subject: Morning digest of " in text]
    assert found[0].count("Morning digest of 2026-01-01: operators: ") == 1
    assert "Late or missing:" in found[0] and "Still open:" in found[0]
    days = [text.partition("Morning digest of ")[2][:10] for text in found]
    assert days == sorted(set(days))
