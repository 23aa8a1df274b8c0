"""What a letter says, whatever is in the messages."""

from email import message_from_bytes
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from fsm.core.engine.effects import Notify
from fsm.core.printable import LONGEST
from fsm.notify.letters import MOST, letter, link

T = 1_502_000_000.0
WEB = "https://gracedb.example.org/"


def notify(check="skymap", outcome="failure", graceid="G298048", process="bayestar", number=0,
           **more):
    made = Notify(T, graceid, process, check, outcome, ("operators", "sky localization"),
                  "no file bayestar.fits.gz", f"{graceid}/{process}/{check}/{outcome}/{number}",
                  "file bayestar.fits.gz, tagged sky_loc", T - 30)
    return made._replace(**more)


def test_a_single_message_tells_all_that_a_reader_needs():
    made = letter("a@example.org", [notify()], T, WEB, ("operators",))
    assert made.subject == "G298048 bayestar skymap: needs attention"
    assert made.text.splitlines() == [
        "G298048 bayestar skymap needs attention.",
        "",
        "What: no file bayestar.fits.gz",
        "Expected: file bayestar.fits.gz, tagged sky_loc",
        "Since: 2017-08-06 06:12:50 UTC",
        "GraceID: G298048",
        "GraceDB: https://gracedb.example.org/events/G298048/view/",
        "Also told: sky localization",
        "",
        "-- ",
        "Event Supervisor. More: fsm show G298048",
        "No more reminders: fsm acknowledge G298048",
    ]


def test_a_new_candidate_is_announced_in_the_subject():
    new = notify("notice", "success", process="notify", message="new candidate of CBC gstlal "
                 "AllSky, FAR 3.2e-09 Hz, instruments H1,L1")
    made = letter("a@example.org", [new], T, WEB, ("operators",))
    assert made.subject == ("new candidate G298048, CBC gstlal AllSky, FAR 3.2e-09 Hz, "
                            "instruments H1,L1")
    assert "GraceDB: https://gracedb.example.org/events/G298048/view/" in made.text


def test_a_message_about_the_supervisor_itself_has_no_candidate():
    made = letter("a@example.org", [notify("listener lvalert", graceid="", process="supervisor",
                                           expected="")], T, WEB)
    assert made.subject == "Event Supervisor: listener lvalert: needs attention"
    assert "GraceID" not in made.text and "Expected" not in made.text
    assert "fsm status" in made.text


def test_checks_of_one_candidate_make_one_digest():
    made = letter("a@example.org", [notify(), notify("finish"), notify("x", process="far")], T, WEB)
    assert made.subject == "G298048: 3 checks need attention"
    assert made.text.count("https://gracedb.example.org/events/G298048/view/") == 1
    for line in ("- bayestar skymap needs attention: no file bayestar.fits.gz (since "
                 "2017-08-06 06:12:50 UTC)", "  expected: file bayestar.fits.gz, tagged sky_loc",
                 "Also told: operators, sky localization"):
        assert line in made.text.splitlines()


def test_one_process_of_many_candidates_is_named():
    made = letter("a@example.org", [notify(graceid=f"G{n}") for n in range(1, 4)], T, WEB)
    assert made.subject == "bayestar: 3 checks of 3 candidates need attention"


def test_a_thousand_are_counted_and_the_first_ones_told():
    many = [notify(graceid=f"G{n}", process=f"p{n % 7}") for n in range(1, 1001)]
    made = letter("a@example.org", many, T)
    assert made.subject == "1000 checks of 1000 candidates need attention"
    assert made.text.count("\n- ") == MOST
    assert f"... and {1000 - MOST} more: fsm status" in made.text


def test_what_failed_and_is_over_meanwhile_is_told_once():
    made = letter("a@example.org", [notify(), notify(outcome="recovery")], T)
    assert made.subject == "G298048 bayestar skymap: recovered"
    assert "it failed, and is over" in made.text


def test_the_gravest_comes_first():
    made = letter("a@example.org", [notify("a", "success"), notify("b", "exception"), notify("c")],
                  T)
    lines = [line for line in made.text.splitlines() if line.startswith("- ")]
    assert [line.split()[2] for line in lines] == ["c", "b", "a"]
    assert made.subject == "G298048: 3 checks of bayestar have news"


def test_the_same_messages_make_a_letter_of_the_same_key_for_each_address():
    first = letter("a@example.org", [notify(), notify("finish")], T)
    assert letter("a@example.org", [notify("finish"), notify()], T + 9).key == first.key
    assert letter("b@example.org", [notify(), notify("finish")], T).key != first.key
    assert letter("a@example.org", [notify()], T).key != first.key


def test_pages_of_events_and_superevents():
    assert link(WEB, "S190425z") == "https://gracedb.example.org/superevents/S190425z/view/"
    assert link("", "G1") == link(WEB, "") == link(WEB, "../evil") == ""


hostile = st.text(max_size=LONGEST * 2) | st.sampled_from(
    ["a\r\nBcc: all@example.org", "\x00", "\ud800", "x" * 100_000, "\u202e", "</td>", "=?utf-8?q?"])


@given(st.lists(st.tuples(hostile, hostile, hostile, hostile), min_size=1, max_size=4))
def test_hostile_text_can_neither_add_headers_nor_lines(texts):
    messages = [notify(check, process=process, message=message, expected=expected, number=n)
                for n, (check, process, message, expected) in enumerate(texts)]
    made = letter("a@example.org", messages, T, WEB)
    assert made.subject.isprintable() and len(made.subject) <= 121
    mail = EmailMessage()
    mail["Subject"] = made.subject
    mail.set_content(made.text)
    read = message_from_bytes(mail.as_bytes())
    assert set(read) == {"Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert len(made.text.splitlines()) <= 20 + 4 * len(texts)


def test_two_test_messages_of_one_moment_are_two():
    two = [notify("test", "test", "", "supervisor", number, message=f"trial {number}")
           for number in (1, 2)]
    text = letter("a@example.org", two, T, WEB).text
    assert "trial 1" in text and "trial 2" in text
