"""What an outline of a document is made of.

In: nothing. Out: the types. Never: knows where they come from.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

#: Why a paragraph is no clause.
Why: TypeAlias = Literal[
    "title", "letterhead", "header", "footer", "page number", "contents", "signature", "adoption", "review table",
    "table", "source", "footnote", "web page", "artefact", "unplaced",
]  # fmt: skip


class Entry(Struct, frozen=True, kw_only=True):
    """One line of a list: its printed number or its bullet, one of the two, and the list under it."""

    ref: str | None = None
    marker: str | None = None
    text: str
    entries: tuple["Entry", ...] = ()


class Passage(Struct, frozen=True, kw_only=True):
    """A printed paragraph, numbered or not, with the list under it.

    `continues` is the number of the clause that an unnumbered paragraph carries on.
    """

    ref: str | None
    text: str
    entries: tuple[Entry, ...] = ()
    continues: str | None = None


class Title(Struct, frozen=True, kw_only=True):
    """A printed heading; `level` 1 is the outermost."""

    ref: str | None
    text: str
    level: int


class Left(Struct, frozen=True, kw_only=True):
    """A paragraph that is no clause, and why; `page` 0 where unknown. `cells` where it is a row of a table."""

    text: str
    why: Why
    page: int = 0
    cells: tuple[str, ...] = ()


class Outline(Struct, frozen=True, kw_only=True):
    """A document's body in its order, and what is not part of it."""

    body: tuple[Title | Passage, ...]
    left: tuple[Left, ...]
    warnings: tuple[str, ...] = ()
