"""How the pages look: nothing runs over at any width, and everybody can read them."""

import pytest
from axe_core_python.selenium import Axe

from tests.web.conftest import until

VIEWS = ("board", "candidate", "process", "catalogue", "of_catalogue", "search", "party", "health",
         "commands", "config", "ask", "replay", "sign_in", "as_of", "error")


@pytest.fixture(scope="module", autouse=True)
def over(night):
    night.goes_on()
    night.daemon.until(lambda: night.daemon.rows("SELECT 1 FROM alarms WHERE graceid != ''"))


@pytest.fixture(scope="module")
def addresses(served):
    """An address of each view."""
    one = until(lambda: [p for p in served.get("/index.json").json()["problems"]
                         if p["graceid"]])[0]
    candidate, process = f"/c/{one['graceid']}", one["process"]
    created = served.get(f"{candidate}.json").json()["created"]
    return dict(zip(VIEWS, (
        "/", candidate, f"{candidate}/{process}", "/p", "/p/preliminary_notice", "/p?q=ADVNO",
        "/party/operators", "/-/health", "/-/commands", "/-/config",
        f"{candidate}/-/ask?order=waive", "/-/replay", "/-/sign-in",
        f"{candidate}?at={created + 60}", "/nowhere"), strict=True))


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_runs_over_and_everybody_can_read_it(page, addresses, view):
    if view == "board":
        page.sign_in()
    page.open(addresses[view])
    for width in (360, 1440):
        for dark in (False, True):
            page.size(width)
            page.dark(dark)
            wide = page.run("return document.documentElement.scrollWidth")
            assert wide <= width, f"{view} at {width} px is {wide} px wide"
            found = Axe().run(page.driver, options={"resultTypes": ["violations"]})
            serious = [(one["id"], [node["html"][:200] for node in one["nodes"]][:3])
                       for one in found["violations"] if one["impact"] in ("serious", "critical")]
            assert serious == [], f"{view} at {width} px{', dark' * dark}: {serious}"
        page.picture(f"{view}-{width}-dark")
        page.dark(False)
        page.picture(f"{view}-{width}")


def test_all_of_it_works_without_script(scriptless, served, addresses):
    scriptless.base = served.url
    assert scriptless.open("/").all("#problems .problem")
    scriptless.open(addresses["candidate"])
    slider = scriptless.find("#at")
    slider.send_keys("\ue010\ue011")  # its end, and its begin
    scriptless.find(".slider button").click()
    scriptless.until(lambda: "as of" in scriptless.text("h1"))
    assert "at=" in scriptless.driver.current_url
    scriptless.open(addresses["ask"])
    assert "What it covers now" in scriptless.text()
    scriptless.open("/p").find("#q").send_keys("ADVNO\n")
    scriptless.until(lambda: "advocate_vetting" in scriptless.text())
