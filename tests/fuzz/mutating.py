"""Makes hostile inputs of real ones: what is there in the wrong place, kind, size or order.

All of it hangs on a random generator, so an input is made again by the name of its seed.
"""

import copy
import json

DEEP = 60  # levels of what is nested
ATOMS = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -2**70, 10**400, 0.5, -0.0, 1e308, 5e-324,
    float("nan"), float("inf"), float("-inf"), "", " ", "x", "0", "-1", "1e999", "nan", "null",
    "true", "\0", "\ud800", "\u202e", "é", "𝔘", "a\nb", "'", '"', "\\", "%s", "{}", "{0.__class__}",
    "../../etc/passwd", "[", "x" * 300, "🐍" * 40, [], {}, [None], [[]], {"": None}, {"a": {}},
    "G1", "S230518h", "MS231117d", "TS1a", "M450004", "S230518", "E0", "T99999999999999999999",
    "2023-11-17 16:53:20 UTC", "2023-13-45 25:61:61 UTC", "0000-00-00", "9999-12-31 23:59:59 UTC",
    "2023-11-17T16:53:20.123456Z", "2023-11-17 16:53:20+99:99", 1384275179.75, 1700240001.0,
    "new", "update", "label", "label_added", "label_removed", "log", "signoff_created", "voevent",
    "selected_as_preferred", "added_to_superevent", "embb_event_log", "defined", "retraction")


def nested(chance):
    """Something that goes deep."""
    made = chance.choice(ATOMS)
    for _ in range(chance.randint(2, DEEP)):
        made = [made] if chance.random() < 0.5 else {chance.choice(("a", "data", "uid")): made}
    return made


def places(plain, path=()):
    """Yield the paths to all that is in a structure."""
    pairs = plain.items() if isinstance(plain, dict) else enumerate(plain) \
        if isinstance(plain, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from places(value, (*path, key))


class Mutator:
    """Changes structures, texts and bytes.

    Args:
        chance: :class:`random.Random`.
        others: structures of which parts may be taken.
    """

    def __init__(self, chance, others=()):
        self.chance, self.others = chance, list(others)

    def structure(self, plain, most=4):
        """A structure with a few things changed."""
        plain = copy.deepcopy(plain)
        for _ in range(self.chance.randint(1, most)):
            found = list(places(plain))
            if not found:
                return self.atom()
            *way, key = self.chance.choice(found)
            inside = plain
            for step in way:
                inside = inside[step]
            self._change(inside, key)
        return plain

    def atom(self):
        """Something that may stand anywhere."""
        return nested(self.chance) if self.chance.random() < 0.05 else copy.deepcopy(
            self.chance.choice(ATOMS))

    def _change(self, inside, key):
        way, value = self.chance.random(), inside[key]
        if way < 0.35:
            inside[key] = self.atom()
        elif way < 0.5:
            del inside[key]
        elif way < 0.65:
            inside[key] = self._varied(value)
        elif way < 0.75 and isinstance(inside, dict):
            inside[self._name(inside)] = inside.pop(key)
        elif way < 0.85:
            inside[key] = self._taken(value)
        elif way < 0.92:
            inside[key] = [value] if self.chance.random() < 0.5 else {str(key): value}
        elif isinstance(inside, list):
            inside.insert(self.chance.randint(0, len(inside)), copy.deepcopy(value))
        else:
            inside[self._name(inside)] = self.atom()

    def _name(self, inside):
        name = self.chance.choice([*map(str, inside), "uid", "data", "x", ""])
        return self.text(name) if self.chance.random() < 0.5 else name

    def _varied(self, value):
        """Another value of the same kind."""
        if isinstance(value, bool):
            return not value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int | float) and abs(value) < 1e300:
            return value * self.chance.choice((-1, 0, 2, 1000, 1e9, 1e300)) + self.chance.choice(
                (0, 1, -1, 0.25))
        if isinstance(value, list):
            return value * self.chance.choice((0, 2, 30)) if len(value) < 50 else value[:1]
        return dict(reversed(value.items())) if isinstance(value, dict) else self.atom()

    def _taken(self, value):
        """A part of another structure."""
        if not self.others:
            return value
        part = self.chance.choice(self.others)
        while isinstance(part, dict | list) and part and self.chance.random() < 0.7:
            part = self.chance.choice(list(part.values()) if isinstance(part, dict) else part)
        return copy.deepcopy(part)

    def text(self, text):
        """A text with something cut, doubled, put in or changed."""
        a, b = sorted((self.chance.randint(0, len(text)), self.chance.randint(0, len(text))))
        odd = self.chance.choice([one for one in ATOMS if isinstance(one, str)])
        return self.chance.choice((text[:a], text[a:], text[:a] + text[b:], text[:b] + text[a:],
                                   text[:a] + odd + text[a:], text[:a] + odd + text[b:],
                                   text.upper(), text.swapcase(), text + text))

    def octets(self, octets, most=4):
        """Bytes, likewise."""
        made = bytearray(octets)
        for _ in range(self.chance.randint(1, most)):
            a = self.chance.randint(0, len(made))
            b = min(len(made), a + self.chance.choice((1, 1, 2, 8, 80, 2880)))
            way = self.chance.randrange(5)
            if way == 0:
                del made[a:b]
            elif way == 1:
                made[a:b] = self.chance.randbytes(b - a)
            elif way == 2:
                made[a:a] = made[a:b]
            elif way == 3:
                made[a:b] = self.chance.choice((b"\0", b"\xff", b"9", b" ", b"-1", b"{")) * (b - a)
            else:
                del made[a:]
        return bytes(made)

    def line(self, plain):
        """JSON of a structure, and now and then what is none any more."""
        text = json.dumps(plain).encode()
        return self.octets(text) if self.chance.random() < 0.1 else text
