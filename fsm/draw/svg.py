"""A small writer of SVG: shapes and texts, in which whatever came from outside is harmless."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from fsm.core.printable import printable
from fsm.draw.looks import INK, shortened

FAMILY = "Arial, Helvetica, 'Liberation Sans', sans-serif"
WIDE, NARROW = set("MW@%mw"), set("iljtfrI.,:;|!'()[]{} -")
# Widths of characters in units of the size of the letters, those of Arial rounded up.
_WIDE, _NARROW, _CAPITAL, _USUAL, _BOLD = 0.9, 0.34, 0.7, 0.56, 1.08


class Picture:
    """A picture that grows downwards.

    Args:
        width: pixels.
        title: read out instead of it.
    """

    def __init__(self, width: float, title: str) -> None:
        self.width = width
        self.root = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img")
        self.root.set("font-family", FAMILY)
        ET.SubElement(self.root, "title").text = printable(title)
        self._ground = self.rect(0, 0, width, 0, fill="#ffffff")

    def text(self, x: float, y: float, words: str, size: float = 11, /,
             **looks: str) -> ET.Element:
        """A text that begins, ends or has its middle at a place, by ``text_anchor``."""
        looks = {"fill": INK, **looks}
        made = self._add("text", x=_short(x), y=_short(y), font_size=_short(size), **looks)
        made.text = printable(words)
        return made

    def rect(self, x: float, y: float, width: float, height: float, **looks: str) -> ET.Element:
        """A rectangle."""
        return self._add("rect", x=_short(x), y=_short(y), width=_short(width),
                         height=_short(height), **looks)

    def circle(self, x: float, y: float, radius: float, **looks: str) -> ET.Element:
        """A circle."""
        return self._add("circle", cx=_short(x), cy=_short(y), r=_short(radius), **looks)

    def line(self, x: float, y: float, to_x: float, to_y: float, **looks: str) -> ET.Element:
        """A straight line."""
        return self._add("line", x1=_short(x), y1=_short(y), x2=_short(to_x), y2=_short(to_y),
                         **looks)

    def path(self, points: str, **looks: str) -> ET.Element:
        """A path, in the language of SVG."""
        return self._add("path", d=points, **looks)

    def link(self, element: ET.Element, address: str) -> None:
        """Make the element that was drawn last a link."""
        self.root.set("role", "group")  # of an image nobody would hear what is inside
        self.root.remove(element)
        self._add("a", href=printable(address)).append(element)

    def done(self, height: float) -> bytes:
        """The picture, of a height in pixels."""
        self._ground.set("height", _short(height))
        self.root.set("viewBox", f"0 0 {_short(self.width)} {_short(height)}")
        self.root.set("width", _short(self.width))
        self.root.set("height", _short(height))
        ET.indent(self.root, " ")
        return ET.tostring(self.root, encoding="utf-8", xml_declaration=True) + b"\n"

    def _add(self, kind: str, **looks: str) -> ET.Element:
        return ET.SubElement(self.root, kind, {name.replace("_", "-"): value
                                               for name, value in looks.items()})


def tip(element: ET.Element, words: str) -> ET.Element:
    """What is shown where the pointer rests on an element; nothing where there are no words."""
    if words:
        ET.SubElement(element, "title").text = printable(words)
    return element


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def width_of(words: str, size: float = 11, bold: bool = False) -> float:
    """How wide a text is, about, in pixels."""
    units = sum(_WIDE if one in WIDE else _NARROW if one in NARROW
                else _CAPITAL if one.isupper() or ord(one) > 0x2E7F else _USUAL for one in words)
    return units * size * (_BOLD if bold else 1)


def size_for(words: str, width: float, size: float = 11, bold: bool = False) -> float:
    """The size of a text that is no wider than so many pixels: as usual, or smaller, but not less
    than three quarters of it."""
    wide = width_of(words, size, bold)
    return size if wide <= width else max(size * 0.999 * width / wide, size * 0.75)


def fitting(words: str, width: float, size: float = 11, bold: bool = False) -> str:
    """A text, shortened after a word where it is wider than so many pixels."""
    most = len(words)
    while most > 1 and width_of(short := shortened(words, most), size, bold) > width:
        most = min(most, len(short)) - 1
    return shortened(words, most)


def paragraphs(parts: Iterable[str], width: float, size: float = 11, between: str = " · "
               ) -> list[str]:
    """Phrases one after the other, in lines that are no wider than so many pixels."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{between}{part}" if lines else part
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(fitting(part, width, size))
    return lines
