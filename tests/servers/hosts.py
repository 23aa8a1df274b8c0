"""Hosts of their own on one machine: network namespaces on a bridge, each of which can be cut off.
"""

import itertools
import os
import shutil
import subprocess

import pytest

_NUMBERS = itertools.count(os.getpid() % 200)


class Hosts:
    """Some hosts on a network.

    Args:
        number: of hosts.

    Attributes:
        address: of this machine on that network.
        before: for each host, the words of a command that runs another one there.
    """

    def __init__(self, number):
        assert shutil.which("ip"), "ip is missing: apt-get install iproute2"
        if os.getuid():
            pytest.skip("only root can make network namespaces: hosts cut off are NOT tested")
        net = next(_NUMBERS)
        self.address, self._bridge = f"10.213.{net}.1", f"fsm{net}"
        self._names = [f"fsm{net}h{n}" for n in range(number)]
        self.before = [("ip", "netns", "exec", name) for name in self._names]
        self.remove()
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("address", "add", f"{self.address}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for n, name in enumerate(self._names, 2):
            _ip("netns", "add", name)
            _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", name, "master", self._bridge, "up")
            _ip("-n", name, "address", "add", f"10.213.{net}.{n}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", name, "link", "set", device, "up")

    def cut(self, host):
        """Drop all packets from and to a host, by its number."""
        _ip("link", "set", self._names[host], "down")

    def heal(self, host):
        """Let them pass again."""
        _ip("link", "set", self._names[host], "up")

    def remove(self):
        """Take all of it away, if it is there."""
        for words in (*(("netns", "delete", name) for name in self._names),
                      ("link", "delete", self._bridge)):
            subprocess.run(["ip", *words], stderr=subprocess.DEVNULL, check=False)


def _ip(*words):
    subprocess.run(["ip", *words], check=True)
