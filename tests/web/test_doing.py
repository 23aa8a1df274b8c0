"""Commands from the pages: who may give them, that none is forged, and that they are those of the
command line."""

import re
from contextlib import contextmanager

import attrs
import pytest

from fsm import __version__
from fsm.io import unix_socket
from fsm.web import addresses, previews
from fsm.web.identity import COOKIE, Person
from tests.web.conftest import HTML, OTHER, TOKEN, begun, until

OURS = {"Origin": "http://localhost", **HTML}


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """One in which things are commanded."""
    yield from begun(tmp_path_factory.mktemp("c"), ("significant", "mdc"), 3, "never=0.9")


@pytest.fixture
def mine(opened, tokens):
    """The pages of somebody who has signed in and may command."""
    client = opened(tokens=tokens, commanders=("shift",))
    response = client.post(addresses.SIGN_IN, data={"token": TOKEN}, headers=OURS,
                           follow_redirects=False)
    assert response.status_code == 303
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    return client


def problem(client):
    return next(one for one in client.get("/index.json").json()["problems"]
                if one["graceid"] and not one["acknowledged"])


def form(client, graceid, order="acknowledge", process=""):
    """What the page that asks would send."""
    page = client.get(addresses.Addresses().asking(order, graceid, process), headers=HTML).text
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def bearer(token=TOKEN):
    return {"Authorization": f"Bearer {token}"}


def test_acknowledged_and_undone_from_the_page(mine):
    one = problem(mine)
    sent = {**form(mine, one["graceid"], process=one["process"]), "reason": "node <b>down</b>",
            "hours": "4"}
    done = mine.post("/-/do/acknowledge", data=sent, headers=OURS)
    assert done.status_code == 200 and "1 failure" in done.text
    found = mine.get(f"/c/{one['graceid']}.json").json()
    known = next(p for p in found["problems"] if p["process"] == one["process"])["acknowledged"]
    assert known["by"].startswith("shift (by ") and known["note"] == "node <b>down</b>"
    assert known["until"] > found["now"]
    assert found["needing"] < len(found["problems"])
    board = mine.get("/index.json").json()
    number = board["counts"]["needing"]
    assert number < board["counts"]["problems"] and f", {number} problem" in board["sentence"]
    assert f"<title>({number}) Night" in mine.get("/", headers=HTML).text
    assert found["commands"][0]["who"] == known["by"]
    assert found["commands"][0]["reason"] == "node <b>down</b>"
    page = mine.get(f"/c/{one['graceid']}", headers=HTML).text
    assert "node &lt;b&gt;down" in page and "<b>down" not in page
    sent = {**sent, "back": "/"}
    assert mine.post("/-/do/unacknowledge", data=sent, headers=OURS).status_code == 200
    found = mine.get(f"/c/{one['graceid']}.json").json()
    assert not any(p["acknowledged"] for p in found["problems"])


def test_what_is_one_problem_is_acknowledged_and_waived_as_one(mine):
    def card():
        some = mine.get("/index.json").json()["problems"]
        return next(one for one in some if len(one["processes"]) > 1 and one["graceid"]
                    and all(name.startswith(one["meant"] + "[") for name in one["processes"]))

    one = card()
    about = {"order": "waive", "process": one["meant"]}
    asked = mine.get(f"/c/{one['graceid']}/-/ask.json", params=about).json()
    assert set(asked["covers"]) >= set(one["processes"]) and asked["later"] == [one["meant"]]
    alone = mine.get(f"/c/{one['graceid']}/-/ask.json",
                     params={**about, "process": one["process"]}).json()
    assert list(alone["covers"]) == [one["process"]] and alone["later"] == []
    link = addresses.Addresses().asking("acknowledge", one["graceid"], one["meant"])
    assert link.replace("&", "&amp;") in mine.get("/", headers=HTML).text
    sent = form(mine, one["graceid"], process=one["meant"])
    mine.post("/-/do/acknowledge", data=sent, headers=OURS)
    known = next(other for other in mine.get("/index.json").json()["problems"]
                 if (other["graceid"], other["process"]) == (one["graceid"], one["process"]))
    assert known["acknowledged"] and known["processes"] == one["processes"]
    mine.post("/-/do/unacknowledge", data=sent, headers=OURS)
    assert card()["processes"] == one["processes"]


def test_what_is_known_does_not_need_anybody_and_is_not_said_to_be_well(mine):
    def given(order, one):
        about = {"graceids": [one["graceid"]] if one["graceid"] else [], "process": one["process"],
                 "reason": "seen"}
        if not one["graceid"]:
            about["check"] = one["checks"][0]["check"]
        return mine.post(f"/-/do/{order}", json=about, headers=bearer()).status_code

    found = mine.get("/index.json").json()["problems"]
    assert {given("acknowledge", one) for one in found} == {200}
    board = mine.get("/index.json").json()
    assert board["counts"]["needing"] == 0
    assert board["sentence"].startswith("Nothing needs you, ") and "well" not in board["begin"]
    assert "<title>Night" in mine.get("/", headers=HTML).text
    assert "needs you" not in mine.get(f"/c/{found[0]['graceid']}", headers=HTML).text.replace(
        "none of which needs you", "")
    assert {given("unacknowledge", one) for one in found} == {200}


def test_waived_with_a_preview_and_expected_again(mine):
    one = problem(mine)
    asked = mine.get(f"/c/{one['graceid']}/-/ask.json?order=waive").json()
    assert one["process"] in asked["covers"] and asked["later"]
    sent = form(mine, one["graceid"], "waive", one["process"])
    mine.post("/-/do/waive", data={**sent, "reason": "a test"}, headers=OURS)
    found = mine.get(f"/c/{one['graceid']}.json").json()
    assert [about[:2] for about in found["waivers"]] == [[one["process"], ""]]
    assert "waived by shift" in found["waivers"][0][2] and "a test" in found["waivers"][0][2]
    states = found["processes"][one["process"]]["checks"].values()
    assert {check["state"] for check in states} & {"waived"}
    mine.post("/-/do/unwaive", data=sent, headers=OURS)
    assert mine.get(f"/c/{one['graceid']}.json").json()["waivers"] == []


def test_only_who_may_command_has_the_supervisor_asked_and_not_too_often(opened, tokens):
    client = opened(tokens=tokens, commanders=("shift",))
    path = f"/c/{problem(client)['graceid']}/-/ask.json?order=waive&x="

    def asked(token, number=0):
        headers = bearer(token) if token else {}
        return client.get(f"{path}{number}", headers=headers).json()

    for token in ("", OTHER):
        found = asked(token)
        assert found["covers"] and not found["later"] and "only who may give" in found["unknown"]
    found = [asked(TOKEN, number) for number in range(12)]
    assert all(one["later"] and not one["unknown"] for one in found[:10])
    assert all(one["covers"] and "too often" in one["unknown"] for one in found[10:])
    assert "too often" in client.get(path.replace(".json", ""),
                                     headers={**HTML, **bearer(TOKEN)}).text


def test_the_journal_is_not_held_open_while_the_supervisor_is_asked(opened, tokens, monkeypatch):
    client = opened(tokens=tokens, commanders=("shift",))
    reading, looks = client.site.source.reading, []

    @contextmanager
    def counted():
        with reading() as look:
            looks.append(look)
            yield look
            looks.remove(look)

    def waived(person, graceid):
        assert looks == []
        return ["asked"], ""

    monkeypatch.setattr(client.site.source, "reading", counted)
    monkeypatch.setattr(client.site.previews, "waived", waived)
    path = f"/c/{problem(client)['graceid']}/-/ask.json?order=waive"
    assert client.get(path, headers=bearer()).json()["later"] == ["asked"]


def test_a_supervisor_that_hangs_is_not_waited_for(short, monkeypatch):
    monkeypatch.setattr(previews, "WITHIN", 0.1)
    with unix_socket.bound(short / "s"):
        made = previews.Previews(str(short / "s"))
        later, unknown = made.waived(Person("shift", "token", True, True), "G1")
    assert later == [] and "does not answer within 0.1 s" in unknown


def test_forged_commands_are_refused(mine):
    sent = form(mine, problem(mine)["graceid"])
    evil = {**HTML, "Origin": "https://evil.example.org"}
    for data, headers in (({**sent, "forgery_token": ""}, OURS),
                          ({**sent, "forgery_token": "0" * 64}, OURS), (sent, evil),
                          (sent, HTML), (sent, {**HTML, "Origin": "null"})):
        assert mine.post("/-/do/acknowledge", data=data, headers=headers).status_code == 403
    assert mine.get("/-/do/acknowledge").status_code in (404, 405)
    mine.cookies.clear()
    mine.cookies.set(COOKIE, "00.9999999999.forged")
    assert mine.post("/-/do/acknowledge", data=sent, headers=OURS).status_code == 403


def test_reading_and_commanding_are_separate_rights(opened, tokens):
    client = opened(tokens=tokens, commanders=("shift",))
    graceid = problem(client)["graceid"]
    about = {"graceid": graceid, "reason": "x"}
    assert client.post("/-/do/retry", json=about).status_code == 403
    assert client.post("/-/do/retry", json=about, headers=bearer(OTHER)).status_code == 403
    assert client.post("/-/do/retry", json=about, headers=bearer("wrong")).status_code == 403
    assert client.get(f"/c/{graceid}", headers={**HTML, **bearer(OTHER)}).status_code == 200
    assert "Acknowledge…" not in client.get("/", headers={**HTML, **bearer(OTHER)}).text
    assert "Acknowledge…" in client.get("/", headers={**HTML, **bearer()}).text
    closed = opened(tokens=tokens, readers=("guest",), commanders=("shift",))
    assert closed.get("/index.json").status_code == 403
    assert closed.get("/index.json", headers=bearer(OTHER)).status_code == 200
    for path in ("/-/metrics", "/-/stream", "/-/replay", f"/c/{graceid}/-/timeline.svg",
                 "/party/operators.csv", "/p/preliminary_notice/-/chart.svg"):
        assert closed.get(path).status_code == 403, path
    assert closed.get("/", headers=HTML, follow_redirects=False).headers["location"] == \
        addresses.SIGN_IN


def test_programs_command_by_tokens(opened, tokens):
    client = opened(tokens=tokens, commanders=("shift",))
    done = client.post("/-/do/pause", json={}, headers=bearer())
    assert done.json()["result"]["paused"]["who"].startswith("shift")
    assert until(lambda: client.post("/-/do/resume", json={}, headers=bearer())).is_success
    refused = client.post("/-/do/waive", json={"graceids": ["S991231a"]}, headers=bearer())
    assert refused.status_code == 409 and "not under supervision" in refused.json()["error"]


@pytest.mark.parametrize("order, body, status", [
    ("stop", {}, 404), ("inject", {"alert": "{}"}, 404), ("waive", {"reason": 3}, 400),
    ("waive", {"reason": "x" * 3000}, 400), ("waive", [], 400),
    ("acknowledge", {"until": "soon"}, 400), ("waive", {"reason": "x" * 200_000}, 413)])
def test_what_is_no_command_is_refused(opened, tokens, order, body, status):
    client = opened(tokens=tokens, commanders=("shift",))
    assert client.post(f"/-/do/{order}", json=body, headers=bearer()).status_code == status


def test_what_would_not_be_done_as_asked_is_refused(opened, tokens):
    client = opened(tokens=tokens, commanders=("shift",))
    body = {"graceids": ["S1a"], "preview": True}  # that waives nothing on the command line
    answer = client.post("/-/do/waive", json=body, headers=bearer())
    assert answer.status_code == 400 and "waive takes no preview here" in answer.json()["error"]


def test_commands_are_limited(opened, tokens):
    client = opened(tokens=tokens, commanders=("shift",))
    codes = [client.post("/-/do/stop", json={}, headers=bearer()).status_code for _ in range(40)]
    assert codes[:30] == [404] * 30 and codes[30:] == [429] * 10


def test_who_signs_out_is_known_no_longer(mine):
    kept = mine.cookies[COOKIE]
    page = mine.get("/", headers=HTML).text
    forgery_token = re.search(r'sign-out".*?name="forgery_token" value="(\w+)"', page)[1]
    assert mine.post(addresses.SIGN_OUT, data={}, headers=OURS).status_code == 403
    evil = {**HTML, "Origin": "https://evil.example.org"}
    sent = {"forgery_token": forgery_token}
    assert mine.post(addresses.SIGN_OUT, data=sent, headers=evil).status_code == 403
    assert "Acknowledge…" in mine.get("/", headers=HTML).text
    out = mine.post(addresses.SIGN_OUT, data=sent, headers=OURS, follow_redirects=False)
    assert out.status_code == 303 and COOKIE not in mine.cookies
    mine.cookies.set(COOKIE, kept)  # of whoever has kept it
    assert "Acknowledge…" not in mine.get("/", headers=HTML).text
    assert mine.post("/-/do/pause", data=sent, headers=OURS).status_code == 403


def test_wrong_tokens_are_limited_and_logged(opened, tokens, caplog):
    client = opened(tokens=tokens, readers=("guest",))
    ask = [client.get("/index.json", headers=bearer("wrong-0123456789abc")) for _ in range(12)]
    assert [one.status_code for one in ask] == [403] * 10 + [429] * 2
    assert client.get("/index.json", headers=bearer(OTHER)).status_code == 429
    assert caplog.text.count("nobody has the token that came from 127.0.0.1") == 10
    assert "wrong-0123456789abc" not in caplog.text


def test_by_a_proxy_each_address_has_its_own_tries(opened, tokens, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("it-is-the-proxy-indeed")
    secret.chmod(0o600)
    client = opened(tokens=tokens, proxy="127.0.0.1", proxy_secret=str(secret))

    def tries(address, shown="it-is-the-proxy-indeed"):
        return [client.post(addresses.SIGN_IN, data={"token": "x"}, headers={
            **OURS, "X-Forwarded-For": address, "X-Proxy-Secret": shown}).status_code
            for _ in range(11)]

    assert tries("192.0.2.1")[-2:] == tries("192.0.2.2")[-2:] == [403, 429]
    assert tries("192.0.2.3", "pretended")[-1] == tries("192.0.2.4", "pretended")[0] == 429


@pytest.mark.parametrize("path", ["/-/sign-in", "/", "/nowhere.json", "/-/metrics", "/c/S1"])
def test_strangers_are_told_nothing_of_the_supervisor(opened, tokens, path):
    client = opened(tokens=tokens, readers=("guest",))
    beat = client.site.pulse.beat
    client.site.pulse.beat = attrs.evolve(beat, why="it does not run")
    for headers in (HTML, {}):
        text = client.get(path, headers=headers, follow_redirects=False).text
        assert beat.head not in text and __version__ not in text and "not run" not in text
    known = client.get("/nowhere", headers={**HTML, **bearer(OTHER)}).text
    assert beat.head in known and __version__ in known and "not run" in known


def test_tries_to_sign_in_are_limited(opened, tokens):
    client = opened(tokens=tokens)
    codes = [client.post(addresses.SIGN_IN, data={"token": "x" * 20}, headers=OURS).status_code
             for _ in range(12)]
    assert codes == [403] * 10 + [429] * 2


@pytest.mark.parametrize("back", ["//evil.example.org", "https://evil.example.org", "/\\evil",
                                  "javascript:alert(1)"])
def test_nobody_is_led_astray(mine, back):
    sent = {**form(mine, problem(mine)["graceid"]), "back": back}
    done = mine.post("/-/do/unacknowledge", data=sent, headers=OURS, follow_redirects=False)
    assert done.status_code == 303 and done.headers["location"].startswith("/?said=")


@pytest.mark.parametrize("more", [{"hours": "nan"}, {"hours": "inf"}, {"until": "nan"},
                                  {"hours": "1e308"}, {"until": "1e300"}])
def test_an_acknowledgement_for_no_time_is_refused(opened, tokens, more):
    pages = opened(tokens=tokens, commanders=("shift",))
    answer = pages.post("/-/do/acknowledge", json={"graceid": "S1", **more}, headers={
        "Authorization": "Bearer shift-0123456789abcdef"})
    assert answer.status_code == 400


@pytest.mark.parametrize("origin", ["http://[", "null", "http://elsewhere.example.org"])
def test_an_origin_that_is_none_is_that_of_somebody_else(opened, tokens, origin):
    answer = opened(tokens=tokens).post("/-/sign-in", data={"token": "x"},
                                        headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("url, secure", [
    ("", False), ("http://localhost", False), ("https://localhost/", True),
    ("https://supervisor.example.org", False)])
def test_the_cookie_of_pages_that_a_proxy_serves_by_https_is_for_that_alone(opened, tokens, url,
                                                                          secure):
    answer = opened(tokens=tokens, url=url).post(
        "/-/sign-in", data={"token": "shift-0123456789abcdef"},
        headers={"Origin": "http://localhost"}, follow_redirects=False)
    assert answer.status_code == 303
    assert ("Secure" in answer.headers["set-cookie"]) == secure
