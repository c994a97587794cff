"""The documents that a careful reader structured, as outlines: what a perfect reading would give.

In: `documents/truth/*.json` of the checking material. Out: outlines. Never: anything of a reader's own.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from content.reading.structure import Entry, Left, Outline, Passage, Title, Why
from tests.shared import shared

NAMES = (
    "arrowdale", "ayton_code_of_conduct", "barrow", "crickhowell", "heckleby", "leigh-on-sea", "southwell",
    "thornmere", "twywell", "whitbourne",
)  # fmt: skip

_WHY: tuple[tuple[str, Why], ...] = (
    (r"^\W*adopted|approved|last updated|Adopted by", "adoption"),
    (r"\bsigned|signature", "signature"),
    (r" v\d", "footer"),
    (r"next review", "adoption"),
    (r"source|taken from", "source"),
    (r"\.{4}", "contents"),
    (r"loading|skip to", "web page"),
)


def truth(name: str) -> dict[str, Any]:
    return json.loads(shared(f"documents/truth/{name}.json").read_text(encoding="utf-8"))


def outlined(told: dict[str, Any]) -> Outline:
    """The truth about a document as an outline."""
    return Outline(body=tuple(_body(told)), left=tuple(_left(told)))


def _body(told: dict[str, Any]) -> Iterator[Title | Passage]:
    levels = {(h["ref"], h["text"]): h["level"] for h in told["headings"]}
    above: list[dict[str, Any]] = []
    for clause in told["clauses"]:
        path = clause["headings"]
        same = sum(1 for _ in _shared(above, path))
        for heading in path[same:]:
            yield Title(ref=heading["ref"], text=heading["text"], level=levels[heading["ref"], heading["text"]])
        above = path
        yield Passage(
            ref=clause["ref"],
            text=clause["text"],
            entries=tuple(map(_entry, clause["items"])),
            continues=clause.get("continues"),
        )


def _shared(one: list[Any], other: list[Any]) -> Iterator[Any]:
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            return
        yield mine


def _entry(item: dict[str, Any]) -> Entry:
    ref, marker = item.get("ref"), item.get("marker")
    return Entry(
        ref=ref,
        marker=None if ref else marker or "•",
        text=item["text"],
        entries=tuple(map(_entry, item.get("items", ()))),
    )


def _left(told: dict[str, Any]) -> Iterator[Left]:
    title = (told["title"] or "").casefold()
    if (
        title
        and not any(title in text.casefold() for text in told["not_clauses"])
        and told["dates"].get("version") is None
    ):
        yield Left(text=told["title"], why="title")
    if versions := told["dates"].get("versions"):
        rows = [list(versions[0]), *(row.values() for row in versions)]
        yield from (Left(text="\t".join(row), why="review table", cells=tuple(row)) for row in rows)
    for text in told["not_clauses"]:
        if versions and re.match(r"\d \w|Version ", text):
            continue
        bare = re.sub(r"^[#*\s]+", "", text)
        if title and bare.casefold() == title:
            yield Left(text=bare, why="title")
            continue
        found = (why for pattern, why in _WHY if re.search(pattern, text, re.IGNORECASE))
        yield Left(text=text, why=next(found, "letterhead"))
