"""What a letter says, whatever is in the messages."""

from email import message_from_string
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.core.charts.families import RUNBOOKS
from fsm.core.engine.effects import Notify
from fsm.core.printable import LONGEST
from fsm.io.delivery.address_book import AddressBook
from fsm.io.delivery.mail import MailChannel
from fsm.io.journal.outgoing import GOOD_NEWS
from fsm.notify import letters
from fsm.notify.letters import MOST
from fsm.notify.problems import Context
from fsm.registry import charts
from fsm.standin.mail import MailStandIn

T = 1_767_225_600.0
CHARTS = {chart.name: chart for chart in charts()[0]}
BOOK = AddressBook({"operators": ["a@example.org"], "data quality": ["dq@example.org"]})
CONTEXT = Context(CHARTS, BOOK, "https://gracedb.example.org/", "https://es.example.org",
                  {"check_vectors": "Restart the worker:\nsystemctl restart dqr"})


def notify(check="verdict", outcome="failure", graceid="S260101f", process="check_vectors",
           number=0, **more):
    made = Notify(T, graceid, process, check, outcome, ("operators", "data quality"),
                  "no label DQOK or DQV", f"{graceid}/{process}/{check}/{outcome}/{number}",
                  "label DQOK or DQV", T - 750, "significant")
    return made._replace(**more)


def letter(*messages, address="a@example.org", now=T):
    return letters.letter(address, messages, now, CONTEXT)


def entries(made):
    return [line for line in made.text.splitlines() if line.startswith("- ")]


def test_a_single_problem_tells_all_that_a_reader_needs():
    made = letter(notify())
    assert made.subject == "[signif.] S260101f: no DQ verdict"
    assert made.text.splitlines() == [
        "S260101f (significant, major): no DQ verdict.",
        "",
        "Found: no label DQOK or DQV",
        "Expected: label DQOK or DQV",
        "Due: 2025-12-31 23:47:30 UTC, 12 min 30 s ago",
        "Process: check_vectors (Data-quality check of a new superevent), verdict",
        "Waits for it: Data-quality check when an event joins a superevent with bad data",
        "Responsible: data quality (dq@example.org)",
        "GraceID: S260101f",
        "GraceDB: https://gracedb.example.org/superevents/S260101f/view/",
        "Page: https://es.example.org/c/S260101f/check_vectors",
        "Also told: data quality",
        "What to do: Restart the worker:",
        "systemctl restart dqr",
        "",
        "-- ",
        "Event Supervisor. More: fsm show S260101f",
        "No more reminders: fsm acknowledge S260101f",
    ]


@pytest.mark.parametrize(("process", "check", "words"), [
    ("check_vectors", "verdict", "What to do: Restart the worker:"),  # the configuration's
    ("bilby", "samples", "What to do: PE_READY may precede the samples"),  # the chart's
    ("raven_verdict", "verdict", f"What to do: {RUNBOOKS['coincidence']}")])  # the family's
def test_every_letter_about_a_failure_says_what_to_do(process, check, words):
    assert words in letter(notify(check, process=process)).text
    assert "What to do" not in letter(notify(check, "recovery", process=process)).text


@pytest.mark.parametrize(("message", "subject"), [
    (notify("json", process="preliminary_notice"),
     "[critical] S260101f: no prelim. notice (json)"),
    (notify("json", "reminder", process="preliminary_notice"),
     "[critical] S260101f: no prelim. notice (json), still overdue"),
    (notify("json", "warning", process="preliminary_notice"),
     "[critical] S260101f: no prelim. notice (json) yet"),
    (notify("json", process="preliminary_notice",
            message="file S260101f-preliminary.json is there, but its tags (none) are wrong"),
     "[critical] S260101f: prelim. notice (json) wrong"),
    (notify("json", "recovery", process="preliminary_notice"),
     "[signif.] S260101f: prelim. notice (json) recovered"),
    (notify("label", process="preliminary_notice"),
     "[critical] S260101f: no prelim. notice (label)"),
    (notify("labels", process="opposite_labels"),
     "[signif.] S260101f: opposite labels: Labels that exclude each other"),
    (notify("signoff", process="operator_vetting[H1]", significance="early warning"),
     "[early] S260101f: no OPS sign-off [H1]"),
    (notify(graceid="MS260101f", significance="mock"),
     "[mock] MS260101f: no DQ verdict"),
    (notify("start", graceid="G298048", process="idq[H1]", significance=""),
     "[major] G298048: no iDQ [H1] (start)"),
    (notify("x", process="gone_since", significance=""), "[major] S260101f: gone_since x overdue"),
    (notify("verdict", "exception"),
     "[signif.] S260101f: DQ verdict cannot be checked")])
def test_a_subject_begins_with_what_matters_most(message, subject):
    assert letter(message).subject == subject


def test_no_chart_expects_what_is_told_as_a_regular_expression():
    for chart in CHARTS.values():
        for _, check in chart.checks():
            words = check.expects.words()
            assert not any(sign in words for sign in ("(?", "\\d", "\\w", ".*")), words


def test_a_new_candidate_is_announced_in_the_subject():
    made = letter(notify("notice", "success", process="notify", message="new candidate of CBC "
                         "gstlal AllSky, FAR 3.2e-09 Hz, instruments H1,L1"))
    assert made.subject == ("new candidate S260101f, CBC gstlal AllSky, FAR 3.2e-09 Hz, "
                            "instruments H1,L1")
    assert "GraceDB: https://gracedb.example.org/superevents/S260101f/view/" in made.text
    assert "reminders" not in made.text and made.gravity == GOOD_NEWS


def test_a_message_about_the_supervisor_itself_has_no_candidate():
    made = letter(notify("listener lvalert", graceid="", process="supervisor", expected="",
                         significance=""))
    assert made.subject == "Event Supervisor: listener lvalert: needs attention"
    assert not any(word in made.text for word in ("GraceID", "Expected", "Page", "Process"))
    assert "fsm status" in made.text


def test_checks_of_one_dead_task_are_one_entry():
    dead = [notify(f"c{number}", process="bayestar_map", message=f"no file {number}.fits")
            for number in range(10)]
    made = letter(*dead)
    lacking = "[signif.] S260101f: no BAYESTAR map (c0, c1, c2, c3, c4, c5, c6, c7 and 2 more)"
    assert made.subject == lacking
    assert made.text.count("Found") == 8 and "Likewise: c8, c9" in made.text
    made = letter(*dead, notify(graceid="S260101g"))
    assert entries(made) == ["- [signif.] S260101g: no DQ verdict", f"- {lacking}"]
    assert "  found: no file 0.fits (c0, c1, c2, c3, c4, c5, c6, c7 and 2 more)" in made.text


def test_what_only_keys_tell_apart_is_one_entry():
    dead = [notify("plot", process=f"omegascans[{ifo}]", message=f"no file {ifo}_omegascan.png")
            for ifo in ("V1", "H1", "L1")]
    made = letter(*dead)
    assert made.subject == "[signif.] S260101f: no omega scan [H1, L1, V1]"
    assert "Found (V1 plot): no file V1_omegascan.png" in made.text
    assert "Process: omegascans[H1], omegascans[L1], omegascans[V1] (" in made.text
    made = letter(*dead, notify())
    assert entries(made) == ["- [signif.] S260101f: no DQ verdict",
                             "- [signif.] S260101f: no omega scan [H1, L1, V1]"]
    assert "  found: no file H1_omegascan.png (H1 plot, L1 plot, V1 plot)" in made.text


def test_a_link_has_the_same_name_in_every_letter():
    bare = Context(CHARTS, BOOK, "https://gracedb.example.org/")
    for context, link in ((CONTEXT, "Page: https://es.example.org/c/S260101f/check_vectors"),
                          (bare, "GraceDB: https://gracedb.example.org/superevents/S260101f/view")):
        for told in ([notify()], [notify(), notify("json", process="preliminary_notice")]):
            made = letters.letter("a@example.org", told, T, context)
            assert link.lower() in made.text.lower()
            assert "page: https://gracedb" not in made.text


def test_checks_come_in_the_order_of_their_chart():
    made = letter(*(notify(check, process="preliminary_notice", since=T - n)
                    for n, check in enumerate(("json", "avro", "brokers"))))
    assert made.subject == "[critical] S260101f: no prelim. notice (json, avro, brokers)"
    made = letter(notify("json", "warning", process="preliminary_notice"),
                  notify("avro", "recovery", process="preliminary_notice"))
    assert made.subject == "[critical] S260101f: no prelim. notice (json) yet"


def test_a_digest_has_the_gravest_problem_first_and_in_its_subject():
    told = [notify("plot", process="properties_plot"),
            notify(graceid="MS260101a", significance="mock"),
            notify(graceid="S260101h", significance="less significant"),
            notify(), notify("json", process="ordered_notice", graceid="S260101i")]
    made = letter(*told)
    assert made.subject == "[critical] S260101i: no ordered notice (json), and 4 more"
    assert made.text.splitlines()[0] == "5 problems of 4 candidates, the gravest first."
    assert [line.split(":")[0] for line in entries(made)] == [
        "- [critical] S260101i", "- [signif.] S260101f", "- [less sig.] S260101h",
        "- [signif.] S260101f", "- [mock] MS260101a"]
    assert made.gravity == 0 and letter(told[1]).gravity == 4


def test_what_follows_from_another_failure_is_under_it():
    made = letter(notify("ready", process="superevent_manager", since=T - 800),
                  notify("json", process="preliminary_notice"),
                  notify("json", process="preliminary_notice", graceid="S260101g"))
    assert [line.split()[2] for line in entries(made)] == ["S260101f:", "S260101g:"]
    assert "  follows from it: [critical] no prelim. notice (json)" in made.text.splitlines()


def test_a_thousand_are_counted_and_the_first_ones_told():
    made = letter(*(notify(graceid=f"G{n}") for n in range(1, 1001)))
    assert made.subject == "[signif.] G1: no DQ verdict, and 999 more"
    assert made.text.startswith("1000 problems of 1000 candidates")
    assert made.text.count("\n- ") == MOST
    assert f"... and {1000 - MOST} more: fsm status" in made.text


def test_what_failed_and_is_over_meanwhile_is_told_once():
    made = letter(notify(), notify(outcome="recovery"))
    assert made.subject == "[signif.] S260101f: DQ verdict recovered"
    assert "it failed, and is over" in made.text and made.gravity == GOOD_NEWS


def test_what_is_over_comes_last_however_grave_it_was():
    made = letter(notify("json", "recovery", process="ordered_notice"),
                  notify(graceid="MS260101a", significance="mock"))
    assert made.subject == "[mock] MS260101a: no DQ verdict, and 1 more"
    assert made.text.startswith("1 problem, 1 recovered of 2 candidates, the gravest first.")


def test_the_same_messages_make_a_letter_of_the_same_key_for_each_address():
    first = letter(notify(), notify("json"))
    assert letter(notify("json"), notify(), now=T + 9).key == first.key
    assert letter(notify(), notify("json"), address="b@example.org").key != first.key
    assert letter(notify()).key != first.key


hostile = st.text(max_size=LONGEST * 2) | st.sampled_from(
    ["a\r\nBcc: all@example.org", "\x00", "\ud800", "x" * 100_000, "\u202e", "\u2066", "</td>",
     "=?utf-8?q?"])


@given(st.lists(st.tuples(hostile, hostile, hostile, hostile, hostile), min_size=1, max_size=4))
def test_hostile_text_can_neither_add_headers_nor_lines(texts):
    made = letter(*(notify(check, process=process, message=message, expected=expected,
                           significance=significance, number=n)
                    for n, (check, process, message, expected, significance) in enumerate(texts)))
    assert made.subject.isprintable() and len(made.subject) <= 121
    mail = EmailMessage()
    mail["Subject"] = made.subject
    mail.set_content(made.text)
    read = message_from_string(mail.as_string())
    assert set(read) == {"Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert len(made.text.splitlines()) <= 20 + 8 * len(texts)
    assert all(line.isprintable() and len(line) <= 2 * LONGEST for line in made.text.split("\n"))


@pytest.fixture
def server(tmp_path):
    made = MailStandIn(tmp_path / "mail").start()
    yield made
    made.stop()


def test_a_hostile_letter_through_a_real_server(server, tmp_path, monkeypatch):
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    evil = "file \u202exyz.fits\r\nBcc: all@example.org\r\n\r\n<b>" + "A" * 100_000
    made = letter(notify(message=evil, expected=evil), notify(evil, process=evil))
    MailChannel("localhost", server.port, "none", "es@example.org").deliver(made, False)
    (text,) = server.received
    mail = message_from_string(text, policy=default)
    assert mail["Subject"] == made.subject and mail["Bcc"] is None
    assert mail.get_content().splitlines() == made.text.splitlines() and len(made.text) < 10_000


def test_two_test_messages_of_one_moment_are_two():
    text = letter(*(notify("test", "test", "", "supervisor", number, message=f"trial {number}")
                    for number in (1, 2))).text
    assert "trial 1" in text and "trial 2" in text
