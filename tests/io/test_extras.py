"""What is not installed is told in one sentence, with the command that installs it."""

import configparser
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HIDDEN = """
import sys
sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(",")))
from fsm.cli import main
main()
"""
LISTEN = {
    "kafka": 'kind = "igwn-alert"\ntopics = ["superevent"]\nconsumer_group = "x"\nauth = false',
    "lvalert": 'kind = "lvalert"\nserver = "localhost"\nnodes = ["a"]',
}


def fsm(hidden, *arguments):
    return [sys.executable, "-c", HIDDEN, hidden, *map(str, arguments)]


def said(hidden, *arguments):
    done = subprocess.run(fsm(hidden, *arguments), capture_output=True, text=True, check=False,
                          timeout=60)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(("kind", "module", "command"), [
    ("kafka", "hop", "'event-supervisor[kafka]'"),
    ("kafka", "confluent_kafka", "'event-supervisor[kafka]'"),
    ("lvalert", "sleek_lvalert", "event-supervisor"),
    ("lvalert", "slixmpp", "event-supervisor"),
    ("lvalert", "pkg_resources", "'setuptools>=66.1,<81'"),
])
def test_a_listener_without_its_library_says_so_and_the_others_go_on(tmp_path, kind, module,
                                                                     command):
    config, log = tmp_path / "c.toml", tmp_path / "log"
    config.write_text(f'[gracedb]\nurl = ""\n[[listen]]\n{LISTEN[kind]}\n')
    daemon = subprocess.Popen(
        fsm(module, "run", ROOT / "examples" / "cbc_on_time.jsonl", "--config", config,
            "--journal", tmp_path / "j.db"), stderr=log.open("w"))
    try:
        end = time.monotonic() + 60
        while "missing: " not in log.read_text() or "cbc_on_time" in log.read_text():
            assert daemon.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        assert "Traceback" not in log.read_text()
        assert f"{module} is missing: pip install {command}" in log.read_text()
    finally:
        daemon.terminate()
        daemon.wait(20)


def test_a_chat_without_apprise(tmp_path):
    config = tmp_path / "c.toml"
    config.write_text('[parties]\noperators = "json://localhost/"\n')
    done = said("apprise", "config", "check", config)
    assert done.returncode and "pip install 'event-supervisor[apprise]'" in done.stderr


def test_maps_without_astropy():
    done = said("astropy", "replay", ROOT / "examples" / "cbc_on_time.jsonl", "--gracedb",
                "http://127.0.0.1:9/api/", "--until", "2000-01-01 00:00:00")
    assert "pip install 'event-supervisor[skymaps]'" in done.stderr


def test_a_plot_without_matplotlib(tmp_path, monkeypatch):
    from fsm.draw.latency import draw
    from fsm.errors import ToolMissing

    for name in ("matplotlib", "matplotlib.figure", "matplotlib.lines"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ToolMissing, match=r"pip install 'event-supervisor\[plots\]'"):
        draw([], tmp_path / "x.png")


@pytest.mark.parametrize("module", ["werkzeug", "aiosmtpd"])
def test_a_stand_in_without_its_server(tmp_path, module):
    done = said(module, "standin", "--data", tmp_path / "s", "--port", "0")
    assert done.returncode == 2
    assert module in done.stderr and len(done.stderr.splitlines()) == 1
    assert "is missing: pip install 'event-supervisor[standin]'" in done.stderr


@pytest.mark.parametrize("module", ["PIL", "numpy", "cryptography", "matplotlib", "apprise",
                                    "astropy", "confluent_kafka", "hop", "werkzeug", "aiosmtpd"])
def test_without_any_extra_all_else_works(module):
    done = said(module, "replay", ROOT / "examples" / "cbc_on_time.jsonl", "--json")
    assert done.returncode == 0


def test_every_bound_says_why():
    """setuptools has both bounds, and every upper one has a comment above it."""
    text = (ROOT / "setup.cfg").read_text()
    parsed = configparser.ConfigParser()
    parsed.read_string(text)
    needs = parsed["options"]["install_requires"].splitlines()
    assert "setuptools >= 66.1, < 81" in needs
    assert all(">=" in one for one in needs if one and not one.startswith("#"))
    section = text[text.index("install_requires"):text.index("\nstandin")].splitlines()
    bounded = [number for number, one in enumerate(section) if "<" in one]
    assert bounded and all(section[number - 1].lstrip().startswith("#") or number - 1 in bounded
                           for number in bounded)
