"""``fsm web`` where something is missing or wrong: one sentence."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from fsm.cli import main

WITHOUT = "import sys; sys.modules['uvicorn'] = None; from fsm.cli import main; main(['web'])"


def said(*arguments):
    done = CliRunner().invoke(main, ["web", *arguments])
    assert done.exit_code == 2, done.output
    return done.stderr


def test_a_missing_extra_is_named_with_how_to_install_it():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True)
    assert done.returncode == 2 and "'event-supervisor[web]'" in done.stderr


@pytest.mark.parametrize("table, words", [
    ('bind = "nowhere"', "web.bind"), ('tokens = "/nowhere/x"', "web.tokens"),
    ('bnid = "x"', "bnid")])
def test_a_wrong_configuration_is_refused(tmp_path, table, words):
    config = tmp_path / "c.toml"
    config.write_text(f"[web]\n{table}\n")
    assert words in said("--config", str(config), "--bind", "127.0.0.1:0") \
        if "bind" not in table else words in said("--config", str(config))
