"""Reads lines that may be without end: no byte again and again, and no more than a limit."""

from collections.abc import Iterator
from typing import IO

from fsm.io.listeners.file_positions import Place
from fsm.io.recordings.files import refused

BEGINS = 200  # bytes of a line that is too long which are kept


class Reader:
    """Reads on in a file that is being written.

    Args:
        place: :class:`~fsm.io.listeners.file_positions.Place`; it moves with what is read.
        scanned: bytes after it in which no end of a line was when it was looked for last.
        longest: bytes of a line that is taken.
        chunk: bytes read at once.
    """

    def __init__(self, place: Place, scanned: int, longest: int, chunk: int) -> None:
        self.place, self.scanned, self.longest, self.chunk = place, scanned, longest, chunk

    def lines(self, stream: IO[bytes], ended: bool) -> Iterator[bytes]:
        """Yield lines, each when the place has moved behind it; one that is too long is refused.

        Args:
            stream: the file.
            ended: whether nothing more will be written into it, so that its last line is whole.
        """
        place = self.place
        while True:
            stream.seek(place.offset + self.scanned)
            piece = stream.readline(self.chunk)
            if place.skips:
                place.move(piece)
                place.skips = not piece.endswith(b"\n")
            else:
                self.scanned += len(piece)
                if self.scanned > self.longest:
                    yield self._passed_over(stream)
                elif piece.endswith(b"\n") or (ended and not piece and self.scanned):
                    yield self._whole(stream, piece)
            if not piece:
                return

    def _whole(self, stream: IO[bytes], piece: bytes) -> bytes:
        if len(piece) < self.scanned:  # what was looked at before may have been replaced
            stream.seek(self.place.offset)
            piece = stream.readline(self.scanned)
        self.scanned = 0
        self.place.move(piece)
        return piece

    def _passed_over(self, stream: IO[bytes]) -> bytes:
        begin, left, piece = b"", self.scanned, b""
        stream.seek(self.place.offset)
        while left and (piece := stream.read(min(left, self.chunk))):
            begin, left = begin or piece[:BEGINS], left - len(piece)
            self.place.move(piece)
        self.scanned, self.place.skips = 0, not piece.endswith(b"\n")
        return _too_long(begin, self.longest)


def bounded(stream: IO[bytes], longest: int, chunk: int) -> Iterator[bytes]:
    """Yield the lines of a stream that cannot be read twice; one that is too long is refused.

    Args:
        stream: of bytes.
        longest, chunk: as of :class:`Reader`.
    """
    while line := stream.readline(longest + 1):
        if len(line) > longest:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(chunk)
            line = _too_long(line[:BEGINS], longest)
        yield line


def _too_long(begin: bytes, longest: int) -> bytes:
    return refused(begin, f"a line of more than {longest} bytes is passed over; expected one alert")
