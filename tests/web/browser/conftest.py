"""A browser, and a night that goes on while it looks."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from fsm.standin.server import Server
from tests.daemon.conftest import Night
from tests.web.conftest import LATER, TOKEN, Supervised
from tests.web.serving import Served

PICTURES = Path(__file__).parents[3] / "build" / "pages"
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
           "--hide-scrollbars", "--force-prefers-reduced-motion")


class Browser:
    """A browser that looks at the pages.

    Args:
        script: whether it runs any.
    """

    def __init__(self, script=True):
        options = Options()
        for option in OPTIONS:
            options.add_argument(option)
        if not script:
            options.add_experimental_option(
                "prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
        self.base = ""

    def size(self, width, height=900):
        """Have the window be as large as that, which Chromium itself would not."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def dark(self, dark):
        """Prefer a dark page, or a light one."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def open(self, path):
        """Open a page."""
        self.driver.get(self.base.rstrip("/") + path)
        return self

    def find(self, selector):
        """The first element."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        """All elements."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def read(self, action):
        """What an action finds, though news may just replace what it looks at."""
        for _ in range(5):
            with suppress(StaleElementReferenceException):
                return action()
        return action()

    def text(self, selector="body"):
        """What is to be read."""
        return self.read(lambda: self.find(selector).text)

    def until(self, condition, seconds=20):
        """Wait for something; returns it."""
        return WebDriverWait(self.driver, seconds, 0.1,
                             ignored_exceptions=(Exception,)).until(lambda _: condition())

    def press(self, selector):
        """Press what may just be replaced by news."""
        self.until(lambda: self.find(selector).click() is None)

    def run(self, script, *arguments):
        """The result of a script."""
        return self.driver.execute_script(script, *arguments)

    def picture(self, name):
        """Keep what is seen, to be looked at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(PICTURES / f"{name}.png"))

    def complaints(self):
        """What the browser has to say against the pages."""
        return [one["message"] for one in self.driver.get_log("browser")
                if one["level"] in ("SEVERE", "WARNING")]

    def sign_in(self):
        """Be known as somebody who may command."""
        self.open("/-/sign-in").find("#token").send_keys(TOKEN)
        self.find("button.main").click()
        self.until(lambda: "shift" in self.text(".who"))


@pytest.fixture(scope="package")
def browser():
    made = Browser()
    yield made
    made.driver.quit()


@pytest.fixture(scope="package")
def scriptless():
    made = Browser(script=False)
    yield made
    made.driver.quit()


class Passing:
    """A simulated night whose alerts come when they are told to.

    Attributes:
        daemon: that supervises it.
    """

    def __init__(self, folder, url, lines):
        self.lines, self.recording, self.given = lines, folder / "now.jsonl", 0
        self.recording.touch()
        self.daemon = Supervised(folder / "d", self.recording, "--clock", "recorded", "--gracedb",
                                 url)
        tokens = self.daemon.folder / "tokens"
        tokens.write_text(f"shift {TOKEN}\n")
        tokens.chmod(0o600)
        config = self.daemon.folder / "config.toml"
        config.write_text(config.read_text() + f'[web]\ntokens = "{tokens}"\n'
                          'commanders = ["shift"]\n[parties]\noperators = "json://127.0.0.1:9/x"\n')
        self.daemon.start().until(self.daemon.journal.exists)

    def goes_on(self, share=1.0):
        """Have alerts come, up to a share of all."""
        upto = round(len(self.lines) * share)
        with self.recording.open("a") as stream:
            stream.writelines(self.lines[self.given:upto])
        self.given = upto
        self.daemon.until(self.daemon.acted)


def passing(folder, kinds, events, faults):
    """A night that has not begun; a generator."""
    night = Night(folder, events, faults, kinds, grouping=True)
    with Server(night.app) as server:
        night.simulate(server.url)
        *lines, end = night.recording.read_text().splitlines(keepends=True)
        last = json.loads(lines[-1])["time"]
        lines.append(json.dumps({**json.loads(end), "time": last + LATER}) + "\n")
        made = Passing(folder, server.url, lines)
        yield made
        if made.daemon.process.poll() is None:
            made.daemon.kill()


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    yield from passing(tmp_path_factory.mktemp("b"), ("significant", "mdc"), 3, "never=0.9")


@pytest.fixture(scope="module")
def served(night):
    with Served(night.daemon) as made:
        yield made


@pytest.fixture
def page(browser, served):
    """The browser at the pages, whose mouse points nowhere."""
    browser.base = served.url
    browser.size(1440)
    browser.dark(False)
    browser.complaints()
    return browser
