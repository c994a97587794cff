"""One council's protocol as data: what its file in `content/councils/` holds, field by field.

In: `content.load` reads and checks it. Out: `bot.contents` makes it addressable.
Never: a guess: what a document does not tell is said to be so, what its rules leave open is `silent`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, Struct

Strength: TypeAlias = Literal["must", "should", "may", "none"]
Nation: TypeAlias = Literal["england", "wales"]
#: An ISO date, or why there is none: the document is silent, says it is unknown, or leaves an empty space.
Stated: TypeAlias = Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2}|not stated|unknown|blank)$")]
Stage: TypeAlias = Literal["informal", "mediation", "formal", "hears", "not_alone", "special"]
Party: TypeAlias = Literal["clerk", "officer", "councillor", "chair"]

STAGES: tuple[Stage, ...] = ("informal", "mediation", "formal", "hears", "not_alone", "special")
PERSON_CONCERNED: Final = "the-person-concerned"
#: How rules call the council's small group of councillors.
GROUPS: tuple[str, ...] = ("small-group", "personnel-sub-committee")
#: Bodies outside the council.
BODIES: tuple[str, ...] = ("monitoring-officer", "ombudsman-wales", "independent-adviser", "county-association", "slcc")
#: Offices and bodies that a rule may name.
PARTIES: tuple[str, ...] = (
    "clerk",
    "chair",
    "vice-chair",
    "officer",
    "councillor",
    PERSON_CONCERNED,
    *GROUPS,
    "third-party",
    *BODIES,
)
PAIRS: tuple[tuple[Party, Party], ...] = (
    ("clerk", "councillor"),
    ("officer", "councillor"),
    ("clerk", "chair"),
    ("officer", "chair"),
    ("councillor", "clerk"),
    ("councillor", "officer"),
    ("chair", "clerk"),
    ("chair", "officer"),
    ("councillor", "councillor"),
    ("councillor", "chair"),
    ("chair", "councillor"),
    ("clerk", "officer"),
    ("officer", "clerk"),
    ("officer", "officer"),
)


class Value(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A piece of content: immutable, and no field that nobody reads."""


# ---------------------------------------------------------------- the protocol


class Item(Value, frozen=True):
    """One line of a list under a clause. `ref` is its printed number, `marker` its bullet: one of the two.

    `strength` is that of its main rule, `in_part` the others it has.
    """

    id: str
    strength: Strength
    topics: tuple[str, ...]
    in_part: tuple[Strength, ...] = ()
    plain: str = ""
    ref: str | None = None
    marker: str | None = None
    text: str | None = None
    items: tuple["Item", ...] = ()


class Clause(Value, tag="clause", tag_field="kind", frozen=True):
    """A printed paragraph of the protocol, with the list under it.

    `plain` is a plain wording; `text` the council's adopted one, there once it imported its document. One must be.
    `continues` names the numbered clause that an unnumbered paragraph carries on.
    """

    id: str
    ref: str | None
    strength: Strength
    topics: tuple[str, ...]
    in_part: tuple[Strength, ...] = ()
    plain: str = ""
    text: str | None = None
    continues: str | None = None
    items: tuple[Item, ...] = ()


class Heading(Value, tag="heading", tag_field="kind", frozen=True):
    """A printed heading; `level` 1 is the outermost."""

    heading: str
    ref: str | None
    level: int
    id: str


def pieces(body: Sequence[Heading | Clause]) -> Iterator[Clause | Item]:
    """Every clause and every line of a list in a body, in the document's order."""
    waiting: list[Heading | Clause | Item] = [*reversed(body)]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Heading):
            yield node
            waiting.extend(reversed(node.items))


class Note(Value, frozen=True):
    """What stands outside the clauses: title block, letterhead, source line, record of reviews."""

    id: str
    where: str
    topics: tuple[str, ...]
    plain: str


def day(stated: Stated) -> date | None:
    """The date, where there is one. Raises `ValueError` for a day that no calendar has."""
    return date.fromisoformat(stated) if stated[:1].isdigit() else None


class Version(Value, frozen=True):
    """A row of the document's own record of reviews."""

    version: str
    date: Stated
    approved_by: str
    changes: str


class Document(Value, frozen=True):
    """The document's facts. `not stated`, `unknown` and `blank` are told apart; nothing is guessed."""

    title: str
    reference: str
    adopted: Stated
    next_review: Stated
    source: str
    versions: tuple[Version, ...] = ()


class Named(Value, frozen=True):
    """Another document, a law or a body, and the clauses that name it."""

    name: str
    clauses: tuple[str, ...]


class Rule(Value, frozen=True):
    """One rule about raising a concern, and the clause it rests on.

    `raised_with` is the one of `who` that the person who raises it speaks with; the others are told or deal with it.
    """

    id: str
    clause: str
    stage: Stage
    who: tuple[str, ...]
    strength: Strength
    plain: str
    raised_with: str = ""


Cell: TypeAlias = tuple[str, ...] | Literal["silent"]


class Pair(Value, rename={"raiser": "from"}, frozen=True):
    """Who raises it about whom: for each stage the rules that apply, or `silent`."""

    raiser: Party
    about: Party
    informal: Cell
    mediation: Cell
    formal: Cell
    hears: Cell
    not_alone: Cell
    special: Cell
    inferred: tuple[Stage, ...] = ()
    note: str | None = None


class Routes(Value, frozen=True):
    """Every rule about concerns, and the fourteen pairs they are for."""

    rules: tuple[Rule, ...]
    pairs: tuple[Pair, ...]


def silent(raiser: Party, about: Party) -> Pair:
    """Of whom the protocol says nothing."""
    return Pair(
        raiser=raiser,
        about=about,
        informal="silent",
        mediation="silent",
        formal="silent",
        hears="silent",
        not_alone="silent",
        special="silent",
    )


class Proposal(Value, frozen=True):
    """A rule that was read out of the wording: it is not in force, a person confirms it or refuses it.

    `family` is the kind of rule it was recognised as; `sentence` is what it rests on, to the letter. `pairs` are those
    it would hold for (who raises it, about whom), `inferred` those of them that only a reading of its words reaches.
    """

    rule: Rule
    family: str
    sentence: str
    pairs: tuple[tuple[Party, Party], ...]
    inferred: tuple[tuple[Party, Party], ...] = ()


class Gap(Value, frozen=True):
    """Something the protocol does not say, and the nearest clause."""

    id: str
    plain: str
    topic: str | None = None
    nearest: str | None = None


class Pack(Value, frozen=True):
    """One council's protocol: facts, clauses in the document's order, routes, gaps."""

    council: str
    name: str
    place: str
    nation: Nation
    principal_council: str
    document: Document
    policies: tuple[Named, ...]
    bodies: tuple[Named, ...]
    notes: tuple[Note, ...]
    body: tuple[Heading | Clause, ...]
    routes: Routes
    gaps: tuple[Gap, ...]
    proposed: tuple[Proposal, ...] = ()
