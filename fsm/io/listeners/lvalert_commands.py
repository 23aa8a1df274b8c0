"""Commands of operators that come as messages, from accounts that are allowed to give them.

The server vouches for whose account a message is from. A command is written as JSON,
``{"command": "waive", "graceids": ["G298048"], "process": "idq"}``, or in words:
``waive G298048 idq``; the answer is JSON, or in words, likewise.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted, printable, short
from fsm.errors import ControlError, closest
from fsm.io.jsonio import dumps, loads

EARLIER_KEY = "order"  # what 'command' was called until version 0.1
HELP = "help"  # answered where it comes in
# The commands that may come from afar, and what their words are: names of texts, "1" for a list of
# one, "*" for the rest as a list, "+" for the rest as one text.
WORDS = {
    "status": ("graceid",), "show": ("graceid",), "waive": ("graceids1", "process", "check"),
    "unwaive": ("graceids1", "process", "check"), "retire": ("graceids*",),
    "unretire": ("graceids*",), "acknowledge": ("graceids*",), "unacknowledge": ("graceids*",),
    "retry": ("graceids*",),
    "pause": (), "resume": (), "tell": ("parties1", "message+"), HELP: (),
}
AFAR = tuple(WORDS)
# These take --profile NAME instead.
OF_PROFILE = ("status", "retire", "acknowledge", "unacknowledge", "retry")
HELP_TEXT = """Commands: status [GRACEID], show GRACEID, waive GRACEID [PROCESS [CHECK]],
retire GRACEID..., acknowledge [GRACEID...], retry [GRACEID...], pause, resume, tell PARTY TEXT.
unwaive, unretire and unacknowledge, with the same words, undo what these do.
status, retire, (un)acknowledge and retry take --profile NAME for the candidates of one profile.
As JSON: {"command": "waive", "graceids": ["G298048"], "process": "idq", "reason": "a test"}."""
# What commands of the earlier system are today.
EARLIER = {"clearGraceID": "retire", "printQueue": "status", "clearQueue": "retire",
           "printMessage": "tell", "sendEmail": "tell"}
MOST = 20  # candidates that an answer lists
NEAR = 5.0  # seconds within which the same words are the same command, where nothing tells
LONGEST = 20_000  # characters of an answer


def command_of(text: str) -> tuple[str, Plain]:
    """(name, arguments) of a command.

    Args:
        text: of a message.

    Raises:
        ControlError: where it is none, or one that may not come from afar.
    """
    text = text.strip()
    try:
        name, arguments = _of_json(text) if text.startswith("{") else _of_words(text.split())
    except RecursionError:
        raise ControlError("a command is not nested so deeply") from None
    if name not in AFAR:
        raise ControlError(f"no command {name[:40]!r} may come from afar; {closest(name, AFAR)}")
    return name, arguments


def origin_of(sender: object, number: str, text: str, now: float) -> str:
    """What is the same for every copy of a message: a server gives one to each connection.

    Args:
        sender: account and resource.
        number: identifier that the sender gave it; "" where it gave none.
        text: of the message.
        now: unix seconds.
    """
    told = number or f"{now // NEAR:.0f} {text}"
    return hashlib.sha256(f"{sender} {told}".encode("utf-8", "backslashreplace")).hexdigest()[:32]


def said(result: Any = None, error: str | None = None, in_words: bool = False) -> str:
    """An answer as text: JSON, or in words where the command was in words."""
    if error is not None:
        return printable(f"refused: {error}")
    if result == HELP_TEXT:
        return result
    if isinstance(result, dict) and "listed" in result:
        if in_words:
            return "\n".join(map(short, _status(result)))
        result = {**result, "listed": result["listed"][:MOST]}
    text = printable(dumps(result, default=str).decode())  # which XML can hold
    return text if len(text) <= LONGEST else text[:LONGEST] + " … (cut; fsm show has all of it)"


def _status(result: Plain) -> Iterator[str]:
    """How the supervisor fares, in a few lines."""
    yield "all is well" if result["well"] else "something is wrong with the supervisor itself"
    if result["hindered"]:
        yield f"- {result['hindered']['message']}"
    yield from (f"- {name}: {result['messages'].get(name, 'it is wrong')}"
                for name in result["incidents"] or ())
    yield (f"{counted(result['candidates'], 'candidate')}, "
           f"{counted(result['open_checks'], 'open check')}, overdue: {result['overdue']}")
    if result["paused"]:
        yield f"letters are held back, by {result['paused']['who']}"
    for row in result["listed"][:MOST]:
        yield f"{row['graceid']} {row['state']}: {row['open']} open, {row['overdue']} overdue"
    if len(result["listed"]) > MOST:
        yield f"... and {len(result['listed']) - MOST} more: fsm status"


def _of_json(text: str) -> tuple[str, Plain]:
    try:
        plain = loads(text)
    except (ValueError, RecursionError):
        raise ControlError("a command is a JSON object, or words such as 'status'") from None
    if plain.get("uid") == "command":
        earlier = str(plain.get("alert_type"))[:40]
        today = EARLIER.get(earlier)
        if today and earlier == "clearGraceID" and isinstance(plain.get("object"), dict):
            return today, {"graceids": [str(plain["object"].get("graceid"))]}
        raise ControlError(f"command {earlier!r} is one of the earlier system; "
                           + (f"today's command is {today!r}" if today else "there is none today"))
    name = plain.pop("command", None) or plain.pop(EARLIER_KEY, "")
    return str(name), plain


def _of_words(words: list[str]) -> tuple[str, Plain]:
    if not words:
        raise ControlError("an empty command; one is 'status'")
    arguments: Plain = {}
    name, rest = words[0], words[1:]
    if name in OF_PROFILE and len(rest) == 2 and rest[0] == "--profile":
        arguments["profile"], rest = rest[1], []
    for key in WORDS.get(name, ()):
        if key.endswith("*"):
            arguments[key[:-1]], rest = rest, []
        elif key.endswith("1"):
            arguments[key[:-1]], rest = rest[:1], rest[1:]
        elif key.endswith("+"):
            arguments[key[:-1]], rest = " ".join(rest), []
        elif rest:
            arguments[key], rest = rest[0], rest[1:]
    if rest and name in WORDS:
        raise ControlError(f"command {name}: nothing is meant by {' '.join(rest)[:100]!r}")
    return name, arguments
