"""A protocol to be written down in many forms and read back: its parts, paragraphs and lists.

In: `documents/*.yaml`. Out: `Protocol`s, their `Block`s in printed order, and what a careful reader finds in them.
Never: a real council, or a sentence of one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
import yaml
from msgspec import Struct

from tests.reading.scoring import Clause, Heading, Item, Printed

DOCUMENTS = Path(__file__).parent / "documents"


class Point(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of a list: `ref` is its number or letter as printed; without one it has a bullet."""

    text: str
    ref: str | None = None
    points: tuple["Point", ...] = ()


class Paragraph(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str
    ref: str | None = None
    points: tuple[Point, ...] = ()
    #: A further paragraph of the numbered one before it.
    carries_on: bool = False


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    heading: str
    ref: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    parts: tuple["Part", ...] = ()


class Protocol(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`opening` stands before the first heading."""

    name: str
    title: str
    council: str
    adopted: str
    opening: tuple[Paragraph, ...] = ()
    parts: tuple[Part, ...]


class Block(NamedTuple):
    """What is printed, one after another. `level` is a heading's from 1, a point's depth from 0."""

    kind: Literal["heading", "paragraph", "point"]
    text: str
    ref: str | None
    level: int
    carries_on: bool = False

    @property
    def typed(self) -> str:
        """With its number before it."""
        return f"{self.ref} {self.text}" if self.ref else self.text


def own() -> list[Protocol]:
    """The invented protocols that are kept here."""
    files = sorted(DOCUMENTS.glob("*.yaml"))
    return [msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), Protocol) for file in files]


def blocks(protocol: Protocol) -> list[Block]:
    return [*_paragraphs(protocol.opening, 0), *(one for part in protocol.parts for one in _part(part, 1))]


def _part(part: Part, level: int) -> Iterator[Block]:
    yield Block("heading", part.heading, part.ref, level)
    yield from _paragraphs(part.paragraphs, level)
    for one in part.parts:
        yield from _part(one, level + 1)


def _paragraphs(paragraphs: tuple[Paragraph, ...], level: int) -> Iterator[Block]:
    for one in paragraphs:
        yield Block("paragraph", one.text, one.ref, level, one.carries_on)
        yield from _points(one.points, 0)


def _points(points: tuple[Point, ...], depth: int) -> Iterator[Block]:
    for point in points:
        yield Block("point", point.text, point.ref, depth)
        yield from _points(point.points, depth + 1)


def truth(protocol: Protocol) -> Printed:
    """What there is to be read in it, in the shape of `protocol-bot clauses --json`."""
    clauses = list(_clauses(protocol.opening, []))
    for part in protocol.parts:
        clauses += _under(part, [])
    return {"clauses": clauses}


def _under(part: Part, over: list[Heading]) -> Iterator[Clause]:
    path: list[Heading] = [*over, {"ref": part.ref, "text": part.heading}]
    yield from _clauses(part.paragraphs, path)
    for one in part.parts:
        yield from _under(one, path)


def _clauses(paragraphs: tuple[Paragraph, ...], path: list[Heading]) -> Iterator[Clause]:
    numbered: str | None = None
    for one in paragraphs:
        numbered = one.ref or numbered
        yield {
            "ref": one.ref,
            "headings": path,
            "text": one.text,
            "items": [_item(point) for point in one.points],
            "continues": numbered if one.carries_on else None,
        }


def _item(point: Point) -> Item:
    marker = None if point.ref else "•"
    return {"ref": point.ref, "marker": marker, "text": point.text, "items": [_item(one) for one in point.points]}
