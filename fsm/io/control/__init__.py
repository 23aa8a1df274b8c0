"""The operators' way to a running supervisor: HTTP on a Unix socket.

A command is ``POST /-/do/NAME`` with its arguments as a JSON object; the answer is one too, with
``result`` or ``error``. The pages take the same commands under the same address. Who may write to
the socket is a matter of its owner, group and mode; who does is told by the system. Imports
``core``, ``errors`` and ``io``.
"""

from fsm.io.control.client import request
from fsm.io.control.messages import BEHALF, DO, SCHEMA, Request

__all__ = ["BEHALF", "DO", "SCHEMA", "Request", "request"]
