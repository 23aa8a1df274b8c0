"""Each part of an answer is for itself: what cannot be read is named, and all else is used."""

import json

import attrs
import pytest
from werkzeug.wrappers import Response

from fsm.core.engine.effects import Ask
from fsm.io.gracedb import contents, retrying
from fsm.io.gracedb.retrying import CallError

NIGHT = 1_502_000_000.0
PSD = "psd.xml.gz"
WANTS = (("content", PSD, 0), ("content", "coinc.xml", 0), ("member", "G100001"),
         ("member", "G100002"), ("neighbours", "created", NIGHT - 5, NIGHT + 5, "CBC", "gstlal",
                                 "AllSky"))


@pytest.fixture
def rich(standing):
    """A superevent with two events, labels, a sign-off and files."""
    service = standing.service
    service.create_event(NIGHT, "CBC", "pycbc", "AllSky", ("coinc.xml", b"{}"), {})
    standing.sid = sid = standing.app.superevents.create(NIGHT, {
        "category": "P", "t_0": 1186000000.5, "t_start": 1, "t_end": 2,
        "preferred_event": "G100001"})["superevent_id"]
    for about in (sid, "G100001"):
        service.put_label(NIGHT + 3, about, "DQV")
        service.put_label(NIGHT + 4, about, "H1OPS")
        service.sign_off(NIGHT + 5, about, {"signoff_type": "OP", "instrument": "H1",
                                            "status": "OK"})
        for name in (PSD, "coinc.xml"):
            service.write_log(NIGHT + 6, about, "hello", (name, b"x" * 150), ["psd"])
    return standing


def spoil(standing, path, answer):
    """Let the stand-in answer otherwise on one page, whose path ends like this."""
    serve = standing.app._served

    def spoiled(request):
        return answer() if request.path.endswith(path) else serve(request)

    standing.app._served = spoiled


def answered(standing, graceid=None, wants=WANTS, **more):
    return standing.gracedb(**more).answer(Ask(NIGHT + 30, graceid or standing.sid, "q/1", wants))


def page(body, status=200, kind="application/json"):
    return lambda: Response(body, status, content_type=kind)


BAD = {"404": page("no", 404), "403": page("no", 403), "500": page("no", 500),
       "429": page("no", 429), "html": page("<html>Login</html>", kind="text/html"),
       "list": page("[]"), "null": page("null"), "number": page("7"), "text": page('"x"'),
       "empty": page("{}"), "nulls": page(json.dumps(dict.fromkeys(
           ("log", "labels", "signoffs", "events")))),
       "texts": page(json.dumps({key: ["x"] for key in ("log", "labels", "signoffs", "events")}))}
SUPER, MEMBER = "{sid}", "/api/events/G100001"
# the page, what is unread then (in whose answer), and what else that changes
PAGES = [("{sid}/logs/", "logs", ""), ("{sid}/labels/", "labels", ""),
         ("{sid}/signoffs/", "signoffs", ""), ("/api/events/", "neighbours", ""),
         (MEMBER, "G100001", ""), (MEMBER + "/log/", "logs", "G100001"),
         (MEMBER + "/labels/", "labels", "G100001"),
         (MEMBER + "/signoff/", "signoffs", "G100001")]
EMPTY = {"logs": (), "labels": None, "signoffs": (), "neighbours": {}}


def without(whole, part, member):
    """The answer as it must be where a part of it, or of a member's, could not be read."""
    if member:
        return attrs.evolve(whole, members=tuple(
            without(one, part, "") if one.graceid == member else one for one in whole.members))
    if part in EMPTY:
        return attrs.evolve(whole, **{part: EMPTY[part]})
    return attrs.evolve(whole, members=tuple(m for m in whole.members if m.graceid != part))


def known(answer):
    """An answer without the reasons, which are looked at by themselves."""
    members = tuple(map(known, answer.members))
    return attrs.evolve(answer, unread={}, members=members)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("path", "part", "member"), PAGES)
def test_a_part_that_cannot_be_read_is_named_and_all_else_is_told(rich, path, part, member, bad):
    whole = answered(rich)
    assert not whole.unread and len(whole.members) == 2 and whole.signoffs and whole.contents
    spoil(rich, path.format(sid=rich.sid), BAD[bad])
    answer = answered(rich)
    assert answer.failure == ""
    expected, found = known(without(whole, part, member)), known(answer)
    if part == "labels":  # which date the sign-offs: they are as old as the question then
        expected, found = undated(expected), undated(found)
    assert found == expected
    owner = next((m for m in answer.members if m.graceid == member), answer)
    assert list(owner.unread) == [part] and len(owner.unread[part]) > 10
    assert all(not one.unread for one in (answer, *answer.members) if one is not owner)


def undated(answer):
    signoffs = tuple((key, attrs.evolve(one, time=0.0)) for key, one in answer.signoffs)
    return attrs.evolve(answer, signoffs=signoffs, members=tuple(map(undated, answer.members)))


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_file_that_cannot_be_read_is_named(rich, status):
    spoil(rich, f"/files/{PSD},0", page("no", status))
    answer = answered(rich)
    assert list(answer.unread) == [f"{PSD},0"] and str(status) in answer.unread[f"{PSD},0"]
    assert list(answer.contents) == ["coinc.xml,0"] and len(answer.members) == 2


def test_a_file_that_breaks_off_is_named(rich):
    rich.order(half=True)
    rich.app.faults.part = f"/files/{PSD}"
    assert "down" in answered(rich).unread[f"{PSD},0"]


def test_a_full_disk_here_is_not_gracedbs_trouble(rich, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(contents.tempfile, "TemporaryDirectory", full)
    gracedb = rich.gracedb(fails=1)
    answer = gracedb.answer(Ask(NIGHT + 30, rich.sid, "q", WANTS))
    assert "No space left" in answer.unread[f"{PSD},0"] and "GraceDB" not in \
        answer.unread[f"{PSD},0"]
    assert len(answer.members) == 2


@pytest.mark.parametrize("bad", BAD)
def test_without_the_candidate_itself_there_is_no_answer(rich, bad):
    spoil(rich, f"/superevents/{rich.sid}/", BAD[bad])
    answer = answered(rich)
    assert answer.failure and answer.event is None and not answer.members


def test_what_gracedb_does_not_show_is_nobodys_fault(rich):
    assert answered(rich, "G999", ()).failure == \
        "GraceDB has no G999, or does not show it to you"


def test_a_member_that_was_removed_is_named(rich):
    answer = answered(rich, wants=(("member", "G999"), ("member", "G100001")))
    assert answer.unread == {"G999": "GraceDB has no G999, or does not show it to you"}
    assert [member.graceid for member in answer.members] == ["G100001"]


@pytest.mark.parametrize("row", [
    "x", None, 7, {"N": 9, "comment": 5}, {"N": 9, "filename": ["a"]}, {"N": 9, "tag_names": "a"},
])
def test_one_odd_log_entry_does_not_hide_the_others(rich, row):
    whole = answered(rich)
    rows = rich.app.store.records(rich.sid, "log")
    spoil(rich, f"{rich.sid}/logs/", page(json.dumps({"log": [row, *rows]})))
    answer = answered(rich)
    assert answer.logs == whole.logs and "1 of" in answer.unread["logs"]


@pytest.mark.parametrize(("path", "plain", "part"), [
    ("/labels/", {"labels": [{"name": 5}]}, "labels"),
    ("/signoffs/", {"signoffs": [{"status": 5, "signoff_type": "OP"}]}, "signoffs"),
])
def test_names_that_are_no_text(rich, path, plain, part):
    spoil(rich, rich.sid + path, page(json.dumps(plain)))
    assert list(answered(rich).unread) == [part]


@pytest.mark.parametrize("shown", [None, 7, "H1OK", [5], {}])
def test_an_event_that_does_not_say_its_labels_is_asked_for_them(rich, shown):
    whole = answered(rich, "G100001", ())
    event = {**whole.event, "labels": shown}
    spoil(rich, MEMBER, page(json.dumps(event)))
    answer = answered(rich, "G100001", ())
    if shown == {}:  # as in 2016: it has none
        assert (answer.labels, answer.signoffs) == ((), ())
    else:
        assert (answer.labels, answer.signoffs, answer.unread) == (
            whole.labels, whole.signoffs, {})


def test_a_gracedb_that_is_down_costs_one_request(rich):
    rich.order(status=503)
    rich.app.faults.part = "/superevents"
    begun = len(rich.paths())
    assert "busy" in answered(rich).failure
    assert len(rich.paths()) == begun + 1


def test_one_that_goes_down_meanwhile_costs_one_budget_only(rich, monkeypatch):
    asked = []
    for path in ("/logs/", "/labels/", "/signoffs/"):
        spoil(rich, rich.sid + path, lambda path=path: asked.append(path) or page("no", 500)())
    answer = answered(rich, budget=0.1)
    assert list(answer.unread) == ["logs", "labels", "signoffs"]
    assert asked.count("/labels/") == asked.count("/signoffs/") == 1 < asked.count("/logs/")


def test_a_page_that_always_fails_does_not_close_the_others(rich):
    spoil(rich, rich.sid + "/logs/", page("no", 500))
    answer = answered(rich, budget=0.5, fails=3)
    assert list(answer.unread) == ["logs"] and answer.labels


def test_an_open_breaker_fails_the_whole(rich):
    gracedb = rich.gracedb(fails=1)
    rich.order(status=500)
    with pytest.raises(CallError):
        gracedb.caller.call(lambda client: client.event("G100001"))
    assert gracedb.answer(Ask(NIGHT, rich.sid, "q", WANTS)).failure == retrying.OPEN
