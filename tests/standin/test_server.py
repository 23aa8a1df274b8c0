"""The server of the stand-in: a port that somebody else has."""

import socket

from click.testing import CliRunner

from fsm.cli import main


def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(main, ["standin", "--data", str(tmp_path / "data"), "--port",
                                         str(port)])
    assert done.exit_code != 0 and "Traceback" not in done.output
    assert f"--port {port}: Address already in use" in done.output
    assert "or 0 for any that is free" in done.output
