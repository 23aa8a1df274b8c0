"""Hostile inputs, as strategies of Hypothesis: of real samples something is in the wrong place, or
of the wrong kind, size or order.

Bytes decide what is drawn: those of a random generator in the suite, libFuzzer's in ``make fuzz``,
which is led by what the program has not yet done. What libFuzzer changes so stays well formed (JSON
that it changed itself would mostly be refused before the program is reached), and what fails is
shrunk. Zeros are the first sample, unchanged.
"""

import copy
import json

from hypothesis import strategies as st

DEEP = 60  # levels of what is nested
# What this program reads in a way of its own, and numbers that JSON has and Python has not.
OWN = (
    10**400, -2**70, 2**63, float("nan"), float("inf"), float("-inf"), 1e308, 5e-324, -0.0, "1e999",
    "nan", "null", "true", "{0.__class__}", "%s", "../../etc/passwd", "\ud800", "\u202e",
    "G1", "S230518h", "MS231117d", "TS1a", "M450004", "S230518", "E0", "T99999999999999999999",
    "2023-11-17 16:53:20 UTC", "2023-13-45 25:61:61 UTC", "0000-00-00", "9999-12-31 23:59:59 UTC",
    "2023-11-17T16:53:20.123456Z", "2023-11-17 16:53:20+99:99", 1384275179.75, 1700240001.0,
    "new", "update", "label", "label_added", "label_removed", "log", "signoff_created", "voevent",
    "selected_as_preferred", "added_to_superevent", "embb_event_log", "defined", "retraction")
TEXTS = st.text(st.characters(), max_size=8)  # surrogates too, which JSON can have
SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
LONG = st.tuples(TEXTS, st.sampled_from((40, 300, 3000))).map(lambda pair: pair[0] * pair[1])
ONE_IN_TEN = st.integers(0, 9).map(lambda number: number == 9)
PUT = st.binary(max_size=8) | st.sampled_from((b"\0", b"\xff", b"9", b" ", b"-1", b"{"))
KEYS = st.sampled_from(("uid", "data", "object", "alert_type", "payload", "")) | TEXTS | LONG


@st.composite
def _nested(draw):
    made, key = draw(SIMPLE), draw(KEYS)
    for level in range(draw(st.integers(1, DEEP))):
        made = [made] if level % 2 else {key: made}
    return made


SMALL = st.lists(SIMPLE, max_size=3) | st.dictionaries(KEYS, SIMPLE, max_size=3)
ODD = st.sampled_from(OWN) | SIMPLE | SMALL | LONG | _nested()  # what may stand anywhere


def places(plain):
    """Yield (what it is in, its key) of all that is in a structure."""
    if isinstance(plain, dict | list):
        for key, value in plain.items() if isinstance(plain, dict) else enumerate(plain):
            yield plain, key
            yield from places(value)


def parts(plain):
    """All that is in a structure."""
    return tuple(inside[key] for inside, key in places(plain))


@st.composite
def changed(draw, plain, others=(), most=3):
    """A structure with a few things changed.

    Args:
        plain: the structure.
        others: parts of other structures, which may be put in.
        most: of so many things.
    """
    plain = copy.deepcopy(plain)
    for _ in range(draw(st.integers(0, most))):
        found = list(places(plain))
        if not found:
            return draw(ODD)
        inside, key = found[draw(st.integers(0, len(found) - 1))]
        CHANGES[draw(st.integers(0, len(CHANGES) - 1))](draw, inside, key, others)
    return plain


def _replaced(draw, inside, key, others):
    inside[key] = draw(ODD)


def _dropped(draw, inside, key, others):
    del inside[key]


def _renamed(draw, inside, key, others):
    value = inside.pop(key)
    if isinstance(inside, dict):
        inside[draw(cut(str(key)) if draw(st.booleans()) else KEYS)] = value
    else:
        inside.insert(draw(st.integers(0, len(inside))), value)


def _doubled(draw, inside, key, others):
    if isinstance(inside, dict):
        inside[draw(KEYS)] = copy.deepcopy(inside[key])
    else:
        inside[key:key] = [copy.deepcopy(inside[key])] * draw(st.sampled_from((1, 30)))


def _wrapped(draw, inside, key, others):
    inside[key] = [inside[key]] if draw(st.booleans()) else {draw(KEYS): inside[key]}


def _taken(draw, inside, key, others):
    """A part of another structure."""
    if others:
        inside[key] = copy.deepcopy(others[draw(st.integers(0, len(others) - 1))])


def _varied(draw, inside, key, others):
    """Another value of the same kind."""
    value = inside[key]
    if isinstance(value, str):
        inside[key] = draw(cut(value))
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300:
        inside[key] = value * draw(st.sampled_from((-1, 0, 1, 2, 1000, 1e9))) + draw(
            st.integers(-2, 2))
    elif isinstance(value, dict):
        inside[key] = dict(reversed(value.items()))
    else:
        inside[key] = not value


CHANGES = (_replaced, _varied, _dropped, _taken, _wrapped, _renamed, _doubled)


@st.composite
def cut(draw, text):
    """A text, or bytes, with something cut, doubled or put in."""
    a, b = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    put = draw(TEXTS) if isinstance(text, str) else draw(st.binary(max_size=8))
    return (text[:a] + put + text[a:], text[:a] + put + text[b:], text[:a], text[a:],
            text[:a] + text[b:], text[:b] + text[a:], text + text,
            text.swapcase())[draw(st.integers(0, 7))]


@st.composite
def damaged(draw, octets, most=4, put=PUT):
    """Bytes with a few places changed.

    Args:
        octets: the bytes.
        most: at so many places.
        put: a strategy of what may be put in.
    """
    made = bytearray(octets)
    for _ in range(draw(st.integers(0, most))):
        a = draw(st.integers(0, len(made)))
        b = min(len(made), a + draw(st.sampled_from((0, 1, 2, 8, 80, 2880))))
        new = draw(put)
        # the long ones once, or the input itself would need all the memory
        made[a:b] = (new, b"", new[:8] * (b - a), made[a:b] * 2)[draw(st.integers(0, 3))]
    if draw(ONE_IN_TEN):
        del made[draw(st.integers(0, len(made))):]
    return bytes(made)


@st.composite
def line(draw, plain):
    """JSON of a structure, and now and then what is none any more."""
    text = json.dumps(plain).encode()
    return draw(damaged(text, 3)) if draw(ONE_IN_TEN) else text
