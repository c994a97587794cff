"""The two pictures of the app package, drawn here: a speech bubble with the lines of a clause.

In: nothing. Out: PNG files, the same bytes every time. Never: I/O; a picture of somebody else's.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from math import hypot
from typing import Final, TypeAlias

#: Red, green, blue, and how much of it covers what is below; each 0 to 255.
Pixel: TypeAlias = tuple[int, int, int, int]

#: The colour that stands for the app, as in the manifest.
ACCENT: Final = "#0e4a3e"
_GROUND: Final = (14, 74, 62)
_WHITE: Final = (255, 255, 255)
#: Sides in pixels, and for the first how much of it is kept clear (learn.microsoft.com, Teams: design your app icons).
_COLOUR_SIDE: Final = 192
_OUTLINE_SIDE: Final = 32
#: The picture is 24 units wide and high. The bubble: its middle, half its width and height, how round it is.
_UNITS: Final = 24
_BUBBLE: Final = (12.0, 10.4, 9.4, 7.4, 2.6)
#: The corners of its tail.
_TAIL: Final = ((6.2, 16.4), (12.2, 16.4), (6.2, 22.0))
#: The lines: middle, half width and height. The first of each row is the number of a clause.
_LINES: Final = (
    *((6.4, row, 0.85, 0.85, 0.4) for row in (7.0, 10.4, 13.8)),
    *((end / 2 + 4.4, row, end / 2 - 4.4, 0.85, 0.6) for row, end in ((7.0, 18.4), (10.4, 18.4), (13.8, 14.6))),
)


def colour() -> bytes:
    """The picture in colour: 192 pixels wide and high, on a ground that fills it."""

    def pixel(x: float, y: float, one: float) -> Pixel:
        bubble = _covered(_shape(x, y), one) * (1 - _covered(_lines(x, y), one))
        red, green, blue = (round(low + (high - low) * bubble) for low, high in zip(_GROUND, _WHITE, strict=True))
        return red, green, blue, 255

    return _png(_COLOUR_SIDE, pixel, clear=0.15)


def outline() -> bytes:
    """The picture as a white outline: 32 pixels wide and high, on nothing."""

    def pixel(x: float, y: float, one: float) -> Pixel:
        drawn = max(_covered(abs(_shape(x, y)) - 0.75, one), _covered(_lines(x, y), one))
        return (*_WHITE, round(255 * drawn))

    return _png(_OUTLINE_SIDE, pixel, clear=0.03)


def _covered(distance: float, pixel: float) -> float:
    """How much of a pixel lies within, by how far its middle is from the edge; that is below nought inside."""
    return min(1.0, max(0.0, 0.5 - distance / pixel))


def _shape(x: float, y: float) -> float:
    """How far a point is from the edge of the bubble with its tail."""
    return min(_box(x, y, *_BUBBLE), _triangle(x, y))


def _lines(x: float, y: float) -> float:
    return min(_box(x, y, *line) for line in _LINES)


def _box(x: float, y: float, middle: float, height: float, across: float, down: float, round_by: float) -> float:
    """How far a point is from the edge of a box with round corners."""
    beside, above = abs(x - middle) - across + round_by, abs(y - height) - down + round_by
    return hypot(max(beside, 0.0), max(above, 0.0)) + min(max(beside, above), 0.0) - round_by


def _triangle(x: float, y: float) -> float:
    """About how far a point is from the edge of the tail: the most that it lies beyond any of its sides."""
    far = []
    for (ax, ay), (bx, by) in zip(_TAIL, (*_TAIL[1:], _TAIL[0]), strict=True):
        far.append(((by - ay) * (x - ax) - (bx - ax) * (y - ay)) / hypot(bx - ax, by - ay))
    return max(far)


# ---------------------------------------------------------------- the file


def _png(side: int, pixel: Callable[[float, float, float], Pixel], *, clear: float) -> bytes:
    """A PNG file (w3.org, Portable Network Graphics): eight bits each of red, green, blue and how much it covers."""
    one = _UNITS / (side * (1 - 2 * clear))  # units a pixel

    def rows() -> Iterator[bytes]:
        for row in range(side):
            yield b"\0"  # what follows is no difference to the row above
            for column in range(side):
                x, y = ((at + 0.5 - side * clear) * one for at in (column, row))
                yield bytes(pixel(x, y, one))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows()), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, content) for name, content in parts)


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
