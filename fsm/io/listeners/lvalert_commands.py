"""Orders of operators that come as messages, from accounts that are allowed to give them.

The server vouches for whose account a message is from. An order is written as JSON,
``{"order": "waive", "graceids": ["G298048"], "process": "idq"}``, or in words:
``waive G298048 idq``.
"""

from fsm.core.printable import printable
from fsm.errors import ControlError, closest
from fsm.io.jsonio import dumps, loads

# The orders that may come from afar, and what their words are: names of texts, "*" for the rest as
# a list.
WORDS = {
    "status": ("graceid",), "show": ("graceid",), "waive": ("graceids1", "process", "check"),
    "retire": ("graceids*",), "acknowledge": ("graceids*",), "retry": ("graceids*",),
    "pause": (), "resume": (),
}
AFAR = (*WORDS, "tell")
# What commands of the earlier system are today.
EARLIER = {"clearGraceID": "retire", "printQueue": "status", "clearQueue": "retire",
           "printMessage": "tell", "sendEmail": "tell"}
MOST = 20  # candidates that an answer lists
LONGEST = 20_000  # characters of an answer


def order_of(text):
    """(name, arguments) of an order.

    Args:
        text: of a message.

    Raises:
        ControlError: where it is none, or one that may not come from afar.
    """
    text = text.strip()
    try:
        name, arguments = _of_json(text) if text.startswith("{") else _of_words(text.split())
    except RecursionError:
        raise ControlError("an order is not nested so deeply") from None
    if name not in AFAR:
        raise ControlError(f"no order {name[:40]!r} may come from afar; {closest(name, AFAR)}")
    return name, arguments


def said(result=None, error=None):
    """An answer as text."""
    if error is not None:
        return printable(f"refused: {error}")
    if isinstance(result, dict) and "listed" in result:
        result = {**result, "listed": result["listed"][:MOST]}
    text = printable(dumps(result, default=str).decode())  # which XML can hold
    return text if len(text) <= LONGEST else text[:LONGEST] + " … (cut; fsm show has all of it)"


def _of_json(text):
    try:
        plain = loads(text)
    except (ValueError, RecursionError):
        raise ControlError("an order is a JSON object, or words such as 'status'") from None
    if plain.get("uid") == "command":
        earlier = str(plain.get("alert_type"))[:40]
        today = EARLIER.get(earlier)
        if earlier == "clearGraceID" and isinstance(plain.get("object"), dict):
            return today, {"graceids": [str(plain["object"].get("graceid"))]}
        raise ControlError(f"command {earlier!r} is one of the earlier system; "
                           + (f"today's order is {today!r}" if today else "there is none today"))
    name = plain.pop("order", "")
    return str(name), plain


def _of_words(words):
    if not words:
        raise ControlError("an empty order; one is 'status'")
    name, rest, arguments = words[0], words[1:], {}
    for key in WORDS.get(name, ()):
        if key.endswith("*"):
            arguments[key[:-1]], rest = rest, []
        elif key.endswith("1"):
            arguments[key[:-1]], rest = rest[:1], rest[1:]
        elif rest:
            arguments[key], rest = rest[0], rest[1:]
    if rest and name in WORDS:
        raise ControlError(f"order {name}: nothing is meant by {' '.join(rest)[:100]!r}")
    return name, arguments
