"""Which rules about concerns of an earlier pack stand on after its document was imported.

In: the new pack, the earlier one, how they were laid beside each other. Out: the pack with those in force that rest on
the same clause, the others as proposals. Never: a rule in force whose clause says something else by now.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from bot.contents import Contents
from bot.pack import STAGES, Cell, Pack, Pair, Party, Proposal, Routes, Rule
from content.importing.beside import Laid

#: What a proposal is called that was a rule before.
EARLIER = "earlier-rule"


class Remaining(Struct, frozen=True):
    """`again` are rules that have to be confirmed again, `gone` the ids of those whose clause is gone."""

    pack: Pack
    again: tuple[Proposal, ...]
    gone: tuple[str, ...]


def rules(pack: Pack, earlier: Pack, laid: Laid) -> Remaining:
    """The pack with every rule that stands on. Rules that were only proposed before are read out of the words again."""
    sound = {match.id for match in laid.matched if match.sound}
    there = Contents(pack).stands
    known = earlier.routes.rules
    standing = tuple(rule for rule in known if rule.clause in sound)
    doubtful = tuple(rule for rule in known if rule.clause not in sound and rule.clause in there)
    pairs = tuple(_pair(pair, {rule.id for rule in standing}) for pair in earlier.routes.pairs)
    return Remaining(
        pack=replace(pack, routes=Routes(rules=standing, pairs=pairs)),
        again=tuple(_again(rule, earlier, there[rule.clause].wording) for rule in doubtful),
        gone=tuple(rule.id for rule in known if rule.clause not in there),
    )


def _pair(pair: Pair, standing: set[str]) -> Pair:
    """The pair with the rules that stand on; a stage that has none left is silent, and so is its note."""
    cells = {stage: _cell(getattr(pair, stage), standing) for stage in STAGES}
    changed = any(cells[stage] != getattr(pair, stage) for stage in STAGES)
    inferred = tuple(stage for stage in pair.inferred if cells[stage] != "silent")
    return replace(pair, **cells, inferred=inferred, note=None if changed else pair.note)


def _cell(cell: Cell, standing: set[str]) -> Cell:
    if isinstance(cell, str):
        return "silent"
    return tuple(id for id in cell if id in standing) or "silent"


def _again(rule: Rule, earlier: Pack, wording: str) -> Proposal:
    return Proposal(
        rule=rule,
        family=EARLIER,
        sentence=wording,
        pairs=tuple(_held(rule, earlier, inferred=None)),
        inferred=tuple(_held(rule, earlier, inferred=True)),
    )


def _held(rule: Rule, earlier: Pack, *, inferred: bool | None) -> Iterator[tuple[Party, Party]]:
    """The pairs a rule held for; those of them alone that a reading of its words reached."""
    for pair in earlier.routes.pairs:
        if rule.id in getattr(pair, rule.stage) and (inferred is None or rule.stage in pair.inferred):
            yield pair.raiser, pair.about
