"""The sessions of browsers, which end with their token, when somebody signs out, or after a while.
"""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256

LASTS = 12 * 3600.0  # seconds
MOST = 10_000  # of which is remembered that they were ended
NONCE = 9  # bytes


def digest(token: str) -> bytes:
    """By what a token is known, which is not the token itself."""
    return sha256(token.encode("utf-8", "backslashreplace")).digest()


class Sessions:
    """Signs what browsers keep, with a key that is made anew when the pages are started."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, token: bytes) -> str:
        """What a browser keeps to be known by a name for a while.

        Args:
            name: of somebody.
            token: digest of the token by which that is known.
        """
        until, nonce = f"{time.time() + LASTS:.0f}", secrets.token_hex(NONCE)
        return f"{name.encode().hex()}.{until}.{nonce}.{self._mark(name, until, nonce, token)}"

    def name(self, session: str, tokens: Mapping[bytes, str]) -> str:
        """Whose session that is; "" for nobody's.

        Args:
            session: what a browser has kept.
            tokens: digests of those that are good now, with their names.
        """
        try:
            name, until, nonce, mark = session.split(".")
            plain = bytes.fromhex(name).decode()
            lasts = float(until) > time.time()
        except ValueError:
            return ""
        right = [hmac.compare_digest(self._mark(plain, until, nonce, token).encode(),
                                     mark.encode("utf-8", "backslashreplace"))
                 for token, owner in tokens.items() if owner == plain]
        with self._lock:
            ended = mark in self._ended
        return plain if any(right) and lasts and not ended else ""

    def end(self, session: str) -> None:
        """End a session, whoever else may have kept it."""
        with self._lock:
            self._ended[session.rpartition(".")[2]] = None
            if len(self._ended) > MOST:
                self._ended.popitem(last=False)

    def sign(self, *parts: str) -> str:
        """What only these pages can know."""
        return hmac.new(self._key, "\0".join(parts).encode("utf-8", "backslashreplace"),
                        sha256).hexdigest()

    def _mark(self, name: str, until: str, nonce: str, token: bytes) -> str:
        return self.sign("session", name, until, nonce, token.hex())
