"""The cells and sights written by hand, one file for each council.

In: the YAML files of this folder. Out: the fourteen pairs of a council, shape checked. Never: anything of `content/`.

A cell is what the protocol says of one stage: whom its rules name, the clauses they rest on, the strength of the
strongest, and whether they reach the pair only by a reading of their words. A sight is what a person is shown, and who
is told, when they raise it in the try-out.
"""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import yaml
from msgspec import Meta, Struct, convert

COUNCILS = ("barrow", "crickhowell", "leigh-on-sea", "southwell", "twywell")
STAGES = ("informal", "mediation", "formal", "hears", "not_alone", "special")

Who: TypeAlias = Literal[
    "clerk", "chair", "vice-chair", "officer", "councillor", "the-person-concerned", "small-group",
    "personnel-sub-committee", "third-party", "monitoring-officer", "ombudsman-wales", "independent-adviser",
    "county-association", "slcc",
]  # fmt: skip
Side: TypeAlias = Literal["clerk", "officer", "councillor", "chair"]
Seat: TypeAlias = Literal[
    "councillor", "councillor-2", "clerk", "officer", "officer-2", "chair", "vice-chair", "panel", "panel-2", "panel-3"
]
Words: TypeAlias = Annotated[str, Meta(min_length=1)]


class Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something written by hand; what nobody reads is a mistake."""


class Cell(Written, frozen=True):
    """What the protocol says of one stage."""

    who: tuple[Who, ...]
    clauses: Annotated[tuple[Words, ...], Meta(min_length=1)]
    strength: Literal["must", "should", "may", "none"]
    inferred: bool = False


Said: TypeAlias = Cell | Literal["silent"]


class Cells(Written, frozen=True):
    """The six stages of one pair."""

    informal: Said
    mediation: Said
    formal: Said
    hears: Said
    not_alone: Said
    special: Said


class Sight(Written, frozen=True):
    """What raising it at one stage shows, and to whom it goes.

    `told`: the seats that deal with it first. `speak`: the step is to speak with the person concerned. `silent`: the
    protocol does not say, and the person is told so. `setting`: the council's own setting names who, labelled so: the
    protocol names nobody, or only a party. `skips`: an office that the protocol names and that is a party. `clauses`:
    where they stand, as shown. `two`: nobody closes it alone, and the clause is shown.
    """

    told: tuple[Seat, ...]
    clauses: tuple[Words, ...] = ()
    speak: bool = False
    silent: bool = False
    setting: bool = False
    skips: tuple[Side, ...] = ()
    two: bool = False


class Sights(Written, frozen=True):
    """Both runs of a pair, and the outside body that a formal concern about conduct is offered first."""

    informal: Sight
    formal: Sight
    conduct: Literal["no", "monitoring-officer", "ombudsman-wales"]


class Pair(Written, frozen=True, rename={"raiser": "from"}):
    """Who raises it about whom. `by` and `of` are their seats in the try-out."""

    raiser: Side
    about: Side
    by: Seat
    of: Seat
    cells: Cells
    seen: Sights

    @property
    def name(self) -> str:
        """The pair in words."""
        return f"{self.raiser} about {self.about}"


class Council(Written, frozen=True):
    """One council's file. `never` is said to nobody there."""

    council: Words
    never: Annotated[tuple[Words, ...], Meta(min_length=1)]
    pairs: Annotated[tuple[Pair, ...], Meta(min_length=14, max_length=14)]


def written(council: str) -> Council:
    """A council's file. Raises `ValidationError`, which says where it is not as it should be."""
    file = Path(__file__).with_name(f"{council}.yaml")
    # BaseLoader: clause 5.1 is no decimal number, and a strength of `none` is a word.
    return convert(yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader), Council, strict=False)  # noqa: S506
