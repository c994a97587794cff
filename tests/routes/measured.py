"""How much of the matrix of routes is proposed right, for protocols imported as if unknown.

In: the five protocols' wording as a careful reader has it; what their packs say, and the cells written by hand. Out:
for each council the cells that are right of the 84, and what is wrong with the others. Never: tunes anything.
`python -m tests.routes.measured` prints it, with -v cell by cell.

A cell is right when it is silent in both, or names the same offices and rests on the same clauses.
"""

import sys
from collections.abc import Iterator
from typing import TypeAlias

from bot.contents import Contents
from bot.pack import PAIRS, STAGES, Clause, Heading, Item, Nation, Pack
from content import load
from tests.routes.unknown import cells, read, truth
from tests.routes.written import COUNCILS, written

Place: TypeAlias = tuple[str, int, str]
Cells: TypeAlias = dict[tuple[str, str, str], tuple[frozenset[str], frozenset[str]]]
ALL = len(PAIRS) * len(STAGES)
NATIONS: dict[str, Nation] = {"crickhowell": "wales"}


def places(pack: Pack) -> dict[str, Place]:
    """Where each clause and item stands: its heading, which clause under it, which item; the same in any reading."""
    found: dict[str, Place] = {}
    heading, count = "", 0
    for node in pack.body:
        if isinstance(node, Heading):
            heading, count = node.heading.casefold().rstrip(":"), 0
            continue
        count += 1
        at = (heading, count) if node.ref is None else (node.ref, 0)
        found |= {id: (*at, item) for id, item in _items(node)}
    return found


def _items(node: Clause | Item, item: str = "") -> Iterator[tuple[str, str]]:
    yield node.id, item
    for number, one in enumerate(node.items, 1):
        yield from _items(one, f"{item}.{number}")


def shipped(council: str) -> Cells:
    """The cells of the pack that comes with the project."""
    pack = load.council(council)
    return _placed(cells(pack), pack)


def by_hand(council: str) -> Cells:
    """The cells written by hand from the document; they name items where a rule names the line that leads them."""
    pack = load.council(council)
    at = places(pack)
    found: Cells = {}
    for pair in written(council).pairs:
        for stage in STAGES:
            cell = getattr(pair.cells, stage)
            if cell != "silent":
                found[pair.raiser, pair.about, stage] = (frozenset(cell.who), frozenset(at[id] for id in cell.clauses))
    return found


def proposed(council: str) -> Cells:
    """The cells if everything proposed for a council imported as unknown were confirmed."""
    pack = read(truth(council, NATIONS.get(council, "england")))
    return _placed(cells(pack), pack)


def _placed(found: Cells, pack: Pack) -> Cells:
    at, contents = places(pack), Contents(pack)
    return {
        cell: (who, frozenset(at[one] for id in ids for one in ([i.id for i in contents.under(id)] or [id])))
        for cell, (who, ids) in found.items()
    }


def wrong(found: Cells, expected: Cells) -> list[str]:
    """Each cell that is not right, with what it should be."""
    every = [(*pair, stage) for pair in PAIRS for stage in STAGES]
    return [
        f"{cell[0]} about {cell[1]}, {cell[2]}: {_told(found.get(cell))}; should be {_told(expected.get(cell))}"
        for cell in every
        if found.get(cell) != expected.get(cell)
    ]


def _told(cell: tuple[frozenset[str], frozenset[str]] | None) -> str:
    return "silent" if cell is None else f"{', '.join(sorted(cell[0])) or 'nobody named'} by {sorted(cell[1])}"


def main() -> None:
    total = 0
    for council in COUNCILS:
        for name, expected in (("its pack", shipped(council)), ("by hand", by_hand(council))):
            misses = wrong(proposed(council), expected)
            total += ALL - len(misses)
            print(f"{council}, beside {name}: {ALL - len(misses)} of {ALL} right ({(ALL - len(misses)) / ALL:.3f})")
            for miss in misses if "-v" in sys.argv else ():
                print(f"    {miss}")
    print(f"all: {total / (2 * ALL * len(COUNCILS)):.3f}")


if __name__ == "__main__":
    main()
