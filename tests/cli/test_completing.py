"""What a shell completes: commands, options, files, and names."""

import os
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from fsm.cli import main


def completed(*words):
    """What there is for the last of some words after ``fsm``."""
    *before, last = words
    shell = ShellComplete(main, {}, "fsm", "_FSM_COMPLETE")
    return [item.value for item in shell.get_completions(before, last)]


@pytest.mark.parametrize(("words", "offered"), [
    (("sho",), "show"), (("simulate", "--fau"), "--faults"), (("simulate", "cbc", "sig"),
                                                             "significant"),
    (("diagram", "bayest"), "bayestar"), (("config", "im"), "import"),
    (("diagram", "BAYEST"), "bayestar"), (("explain", "prelim"), "preliminary_notice")])
def test_names(words, offered):
    assert offered in completed(*words)


@pytest.mark.parametrize("words", [
    ("show", "--socket", "/nowhere", "S"), ("diagram", "--config", "/nowhere.toml", "b")])
def test_where_nothing_can_be_asked_nothing_is_offered(words):
    assert completed(*words) == []


def offered_by(command, option):
    parameter = next(one for one in main.commands[command].params
                     if option in (*one.opts, one.name))
    shown = parameter.shell_complete(main.make_context("fsm", [command]), "")
    return {item.type for item in shown}


@pytest.mark.parametrize(("command", "option"), [
    ("replay", "recordings"), ("replay", "--config"), ("replay", "--svg"), ("run", "recordings"),
    ("run", "--journal"), ("simulate", "--to"), ("simulate", "--plan"), ("play", "--to"),
    ("status", "--socket"), ("latency", "--plot"), ("document", "--out"), ("standin", "--data")])
def test_files(command, option):
    assert offered_by(command, option) == {"file"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_a_shell_is_given(shell):
    done = subprocess.run(
        [sys.executable, "-c", "from fsm.cli import main; main(prog_name='fsm')"], check=False,
        capture_output=True, text=True, env={**os.environ, "_FSM_COMPLETE": f"{shell}_source"})
    assert "_FSM_COMPLETE" in done.stdout
