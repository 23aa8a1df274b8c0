"""What operators look at: no secret is on any page."""

import time

import attrs
import pytest
from starlette.testclient import TestClient

from fsm.io.config.listen import ListenIgwnAlert, ListenLVAlert
from fsm.io.config.sections import Journaling, Running
from fsm.web import operator
from fsm.web.app import application
from fsm.web.operator import HIDDEN, _plain, party_rows, safe
from tests.web.conftest import HTML, until

SECRETS = ("secretA", "secretB", "hunter2")


def test_secrets_are_on_no_page(pages):
    for address in ("/-/config", "/-/config.json", "/-/health", "/party/operators", "/",
                    "/party/data%20quality", "/-/metrics"):
        text = pages.get(address, headers=HTML).text
        assert not any(one in text for one in SECRETS), address
    assert "slack://…#" in pages.get("/-/config", headers=HTML).text


@pytest.mark.parametrize("key, value, shown", [
    ("url", "postgresql://me:hunter2@db/x?password=hunter2", "postgresql://db/x"),
    ("url", "https://a:hunter2@host/api/?token=hunter2", "https://host/api/"),
    ("netrc", "/home/me/.netrc", HIDDEN), ("password_file", "/run/x", HIDDEN),
    ("tokens", "/etc/tokens", HIDDEN), ("server", "smtp.example.org", "smtp.example.org"),
    ("limit", 3, 3), ("tokens", "", "")])
def test_what_a_setting_hides(key, value, shown):
    assert safe(key, value) == shown


def test_the_addresses_of_people_have_names():
    found = safe("parties", {"a": ["https://hooks.example.org/hunter2", "a@example.org"]})
    assert found["a"][1] == "a@example.org" and "hunter2" not in found["a"][0]


def test_every_listener_can_be_shown():
    listen = (ListenLVAlert(server="x.example.org", username="me", netrc="hunter2", nodes=("a",)),
              ListenIgwnAlert(topics=("a",), consumer_group="group"))
    running = attrs.evolve(Running(journal=Journaling(url="postgresql://a:hunter2@b/c")),
                           listen=listen)
    assert "hunter2" not in str({name: safe(name, one) for name, one in _plain(running).items()})


def test_health_says_what_the_daemon_says(pages, night):
    found = pages.get("/-/health.json").json()
    assert found["alive"] and found["status"]["pid"] == night.process.pid
    assert found["status"]["listed"] == []
    assert "<h2>Listeners</h2>" in pages.get("/-/health", headers=HTML).text


def test_what_waits_for_a_restart_is_said(night, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text("")
    site = night.site(config=config)
    site.pulse.look()
    until(lambda: site.pulse.beat.status)
    pages = TestClient(application(site), base_url="http://localhost")

    def waits(text):
        config.write_text(text)
        return pages.get(f"/-/config.json?{len(text)}").json()["waits"]

    known = site.pulse.beat.status["configured"]
    assert waits("# nothing") == ["it was written after the supervisor had read it, which waits "
                                  "for a reload"]
    assert pages.get("/-/config.json").json()["in_force"] == known

    def says(**configured):
        status = {**site.pulse.beat.status, "configured": configured}
        site.pulse.beat = attrs.evolve(site.pulse.beat, status=status, head=str(configured))

    says()
    assert waits("# none") == ["the supervisor has not said which configuration it runs"]
    says(read=time.time() + 60, after_restart=["listen"])
    assert waits("# other") == ["[listen] has changed since the supervisor was started; it counts "
                                "after a restart"]
    says(read=time.time() + 60, after_restart=[])
    text = '[tell]\nremind = 7\n[logs]\nkeep = 3\n[web]\nbind = "127.0.0.1:1"\nupload = 3'
    tell, logs, bind = waits(text)
    assert "[tell] has changed" in tell and "reload" in tell
    assert "[logs] has changed" in logs and "restart" in logs
    assert "web.bind has changed" in bind and "pages were started again" in bind
    assert pages.get("/-/config.json").json()["tables"]["web"]["upload"] == 3
    assert "cannot be used" in waits("[tell]\nremind = 'x'\n")[0]
    assert "cannot be used" in pages.get("/-/health", headers=HTML).text


def test_a_party_that_missed_nothing_is_a_table_with_a_head_alone():
    assert len(list(party_rows({"processes": []}))) == 1


def test_what_was_commanded_is_listed(pages, night):
    given = night.rows("SELECT number FROM inputs WHERE kind = 'command' ORDER BY number DESC")
    found = pages.get("/-/commands.json").json()["commands"]
    assert [(one["number"],) for one in found] == given  # by other tests, as far as any were


def test_commands_are_shown_in_pages(pages, monkeypatch):
    given = [{"number": number, "time": 1.0, "who": "shift", "order": "pause", "graceid": "",
              "process": "", "check": "", "reason": ""} for number in range(9, 0, -1)]
    monkeypatch.setattr(operator, "COMMANDS_SHOWN", 4)
    monkeypatch.setattr(operator, "commands", lambda journal, most, before: [
        one for one in given if one["number"] < (before or 99)][:most])
    address, seen = "/-/commands", []
    for older in (6, 2, None):
        found = pages.get(address.replace("commands", "commands.json")).json()
        seen += [one["number"] for one in found["commands"]]
        assert found["older"] == older
        text = pages.get(address, headers=HTML).text
        assert ("The last ones" in text) == (found["before"] is not None)
        address = f"/-/commands?before={older}"
        assert (f'href="{address}"' in text) == (older is not None)
    assert seen == list(range(9, 0, -1))
    assert pages.get("/-/commands.json?before=nonsense").json()["before"] is None
