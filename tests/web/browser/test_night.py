"""A night as somebody sees it whose page is open: in this order."""

import time

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.web.serving import Served


def cards(page):
    """The problems of candidates, by their keys."""
    keys = page.read(lambda: [one.get_attribute("data-key")
                              for one in page.all("#problems > .problem")])
    return [key for key in keys if not key.startswith("/")]


def pointed(page):
    """Point at the last candidate; returns its key, and what is to be read of it."""
    def point():
        strip = page.all("#candidates .strip")[-1]
        ActionChains(page.driver).move_to_element(strip).perform()
        return strip.get_attribute("data-key"), strip.text

    return page.read(point)


def test_candidates_come_and_light_up_without_loading_the_page_again(page, night):
    page.open("/").run("window.same = true")
    assert page.all("#candidates .strip") == []
    night.goes_on(0.3)
    page.until(lambda: page.all("#candidates .strip"), 5)
    before = page.text("#candidates")
    night.goes_on(0.6)
    page.until(lambda: page.text("#candidates") != before, 5)
    assert page.run("return window.same") is True
    assert page.complaints() == []
    page.picture("board-1440")


def test_states_light_up_on_the_page_of_a_candidate(page, night):
    graceid = page.open("/").text("#candidates .id")
    page.open(f"/c/{graceid}")
    assert page.all(".pill.p-present")
    before = page.run("return document.body.dataset.head")
    night.goes_on()
    page.until(lambda: page.run("return document.body.dataset.head") != before, 5)
    page.open("/").until(lambda: cards(page), 10)
    page.picture("board-with-problems-1440")


def test_what_was_commanded_is_in_the_history_with_the_name(page):
    page.sign_in()
    key = page.until(lambda: cards(page))[0]
    page.press(f'[data-key="{key}"] a[href*="order=acknowledge"]')
    page.find("#reason").send_keys("the node is being repaired")
    page.find("#hours option[value='4']").click()
    page.find("button.main").click()
    page.until(lambda: "acknowledged by shift" in page.text(f'[data-key="{key}"]'))
    page.until(lambda: "being repaired" in page.text(f'[data-key="{key}"]'))
    page.until(lambda: "shift" in page.text("#commands")
               and "being repaired" in page.text("#commands"))
    page.picture("candidate-1440")
    page.press(f'[data-key="{key}"] form button')
    page.until(lambda: "nobody has acknowledged" in page.text(f'[data-key="{key}"]'))
    page.press(f'[data-key="{key}"] a[href*="order=waive"]')
    assert key.partition("/")[2] in page.text("main")
    page.find("#reason").send_keys("not needed")
    page.find("button.main").click()
    page.until(lambda: "not needed" in page.text("#commands"))
    assert page.all(f'[data-key="{key}"]') == []
    page.press("#commands form button")
    page.until(lambda: "unwaive" in page.text("#commands"))
    assert page.complaints() == []


def test_the_keyboard_is_enough(page):
    page.open("/")

    def press(*keys):
        for key in keys:
            ActionChains(page.driver).send_keys(key).perform()

    press(Keys.TAB)
    assert page.driver.switch_to.active_element.text == "To the content"
    press(Keys.ENTER)
    assert page.run("return document.activeElement.id") == "main"
    for _ in range(200):
        press(Keys.TAB)
        if "Acknowledge…" in page.driver.switch_to.active_element.text:
            break
    press(Keys.ENTER)
    page.until(lambda: page.run("return document.activeElement.id") == "reason")
    press(*"by keyboard", Keys.TAB, Keys.TAB, Keys.ENTER)
    page.until(lambda: "Done: acknowledge" in page.text(".said"))


def test_rows_do_not_jump_under_the_pointer(page, night):
    page.open("/")
    key, _ = pointed(page)
    page.run("""
        const list = document.getElementById("candidates"), now = document.body.dataset.head;
        list.prepend(list.lastElementChild.previousElementSibling);
        document.body.dataset.head = "another";""")  # so that the order is another than the news'
    place = page.find(f'#candidates [data-key="{key}"]').rect
    page.until(lambda: page.run("return document.body.dataset.head") != "another", 10)
    assert page.find(f'#candidates [data-key="{key}"]').rect == place


def test_what_was_pointed_at_is_renewed_as_soon_as_the_pointer_leaves(page):
    page.open("/")
    key, text = pointed(page)
    page.run("""
        const strip = document.querySelector(`#candidates [data-key="${arguments[0]}"]`);
        strip.querySelector("h3").append(" as it was");
        document.body.dataset.head = "another";""", key)
    page.until(lambda: page.run("return document.body.dataset.head") != "another", 10)
    assert "as it was" in page.text(f'#candidates [data-key="{key}"]')
    page.run("window.stop()")
    ActionChains(page.driver).move_to_element(page.find(".brand")).perform()
    page.until(lambda: page.text(f'#candidates [data-key="{key}"]') == text, 2)


@pytest.mark.parametrize("status", [403, 503])
def test_an_answer_that_is_an_error_is_not_taken_for_news(page, status):
    page.open("/").until(lambda: page.run("return document.getElementById('stale').hidden"), 5)
    page.run("""
        window.fetch = async () => new Response("no", { status: arguments[0] });
        document.body.dataset.head = "another";""".replace("arguments[0]", str(status)))
    page.until(lambda: f"the pages answer {status}" in page.text("#stale"), 5)
    time.sleep(2.5)  # a sign of the stream does not take it back
    assert page.find("#stale").is_displayed()


def test_whose_session_ends_is_told_so(page, night):
    tokens = night.daemon.folder / "tokens"
    before = tokens.read_text()
    page.sign_in()
    page.open("/")
    tokens.write_text("")
    page.run("document.body.dataset.head = 'another'")
    page.until(lambda: "not signed in" in page.text("#stale"), 10)
    tokens.write_text(before)
    page.until(lambda: not page.find("#stale").is_displayed(), 10)
    page.press('form[action$="sign-out"] button')
    page.until(lambda: page.driver.current_url.endswith("/-/sign-in"), 5)
    assert "Sign in" in page.open("/").text(".who")


def test_times_pass(page):
    page.open("/")
    before = page.text("#clock")
    page.until(lambda: page.text("#clock") != before, 5)


def test_an_answer_that_was_made_for_somebody_else_does_not_hold_the_clock_back(page):
    late = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
        window.fetch = () => new Promise(() => {});  // there are no news
        document.addEventListener("readystatechange",
            () => { document.body.dataset.now -= document.readyState === "interactive" && 9; });
        """})
    page.open("/")
    right = page.run("return Number(document.body.dataset.now) + 9")
    time.sleep(1.5)  # the script has told the time, not the page as it came
    page.until(lambda: page.run(
        "return Date.parse(document.getElementById('clock').textContent)") >= 1e3 * (right - 1), 3)
    page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", late)


@pytest.mark.parametrize("who", ["pages", "daemon"])
def test_a_banner_is_there_within_five_seconds(browser, night, who):
    with Served(night.daemon) as served:
        browser.base = served.url
        browser.open("/").until(lambda: browser.run(
            "return document.getElementById('stale').hidden"), 5)
        time.sleep(1.0)  # the stream is open
        (served.process if who == "pages" else night.daemon.process).kill()
        killed = time.monotonic()
        browser.until(lambda: browser.find("#stale").is_displayed(), 5)
        assert time.monotonic() - killed < 5
        browser.picture(f"stale-{who}")
