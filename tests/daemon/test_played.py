"""A daemon follows a file while a recording is played into it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main

NIGHT = Path(__file__).parents[2] / "examples" / "superevent_significant.jsonl"


@pytest.mark.parametrize("keep", [False, True])
def test_what_is_played_is_supervised_as_if_it_happened_now(running, tmp_path, keep):
    """What keeps its times happened years ago: nothing is expected of it any more."""
    out = tmp_path / "now.jsonl"
    out.write_bytes(b"")
    daemon = running(tmp_path / "d", out, "--gracedb", "none").start()
    done = CliRunner().invoke(main, ["play", str(NIGHT), "--to", str(out), "--speed", "0",
                                     *(["--keep-times"] if keep else [])])
    assert done.exit_code == 0, done.output
    daemon.until(lambda: daemon.offset() == out.stat().st_size and "S231114a" in daemon.log())
    assert daemon.stop() == 0
    met = daemon.log().count("awaiting -> met")
    assert met == 0 if keep else met > 40
    assert "overdue" not in daemon.log()
