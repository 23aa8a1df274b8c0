"""Keeps once what many alerts of a recording state alike: the values of their candidate."""

from contextlib import suppress
from typing import Any

MOST = 5_000  # candidates of which the last values are kept


class Alike:
    """Replaces what an entry states again by the very object that an earlier entry had."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, Any]] = {}

    def shared(self, entry: object) -> object:
        """An entry, in which ``object`` of the payload, or a part of it, is an earlier one's.

        Only today's payloads, which have ``data`` besides, state the same there again and again.

        Args:
            entry: of a recording, as JSON has it, whatever that is.
        """
        payload = entry.get("payload", entry) if isinstance(entry, dict) else None
        if isinstance(payload, dict) and "data" in payload:
            stated, uid = payload.get("object"), payload.get("uid")
            if isinstance(stated, dict) and isinstance(uid, str):
                with suppress(RecursionError):  # nested too deep to be compared: kept as it is
                    payload["object"] = self._as_before(uid, stated)
        return entry

    def _as_before(self, uid: str, stated: dict[str, Any]) -> dict[str, Any]:
        before = self._last.get(uid)
        if before is not None and before == stated:
            return before
        if before is None and len(self._last) >= MOST:
            self._last.clear()
        self._last[uid] = stated
        for name, value in (before or {}).items():
            if isinstance(value, (dict, list)) and stated.get(name) == value:
                stated[name] = value
        return stated
