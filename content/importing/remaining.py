"""Which rules about concerns of an earlier pack stand on after its document was imported.

In: the new pack, the earlier one, how they were laid beside each other. Out: the pack with those in force that still
say what their clause says, and what is read in its wording otherwise. Never: a rule in force whose clause says
something else by now; an earlier reading as that of a sentence it was not made of.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.contents import Contents
from bot.pack import STAGES, Cell, Pack, Pair, Proposal, Routes, Rule
from bot.proposing import stages
from content.importing import ids, standing
from content.importing.beside import Laid


class Remaining(Struct, frozen=True):
    """The pack with its rules in force and proposed, and the ids of the earlier rules that are not in force any more.

    `again` are those in whose place another reading is proposed under the same id, `unread` those in whose clause
    nothing of the kind is read now, `gone` those whose clause is gone.
    """

    pack: Pack
    again: tuple[str, ...]
    unread: tuple[str, ...]
    gone: tuple[str, ...]


def rules(pack: Pack, earlier: Pack, laid: Laid) -> Remaining:
    """The pack with every rule that stands on. What was only proposed before is read out of the words again."""
    there = Contents(pack).stands
    known = earlier.routes.rules
    kept = tuple(rule for rule in known if rule.id in laid.standing)
    lost = [rule for rule in known if rule.id not in laid.standing and rule.clause in there]
    pairs = tuple(_pair(pair, laid.standing) for pair in earlier.routes.pairs)
    fresh = [one for one in standing.read(pack) if not any(_covers(rule, earlier, one) for rule in kept)]
    proposed = tuple(_named(fresh, lost, {rule.id for rule in known}))
    again = {one.rule.id for one in proposed}
    return Remaining(
        pack=replace(pack, routes=Routes(rules=kept, pairs=pairs), proposed=proposed),
        again=tuple(rule.id for rule in lost if rule.id in again),
        unread=tuple(rule.id for rule in lost if rule.id not in again),
        gone=tuple(rule.id for rule in known if rule.clause not in there),
    )


def _pair(pair: Pair, standing: frozenset[str]) -> Pair:
    """The pair with the rules that stand on; a stage that has none left is silent, and so is its note."""
    cells = {stage: _cell(getattr(pair, stage), standing) for stage in STAGES}
    changed = any(cells[stage] != getattr(pair, stage) for stage in STAGES)
    inferred = tuple(stage for stage in pair.inferred if cells[stage] != "silent")
    return replace(pair, **cells, inferred=inferred, note=None if changed else pair.note)


def _cell(cell: Cell, standing: frozenset[str]) -> Cell:
    if isinstance(cell, str):
        return "silent"
    return tuple(id for id in cell if id in standing) or "silent"


def _covers(rule: Rule, earlier: Pack, one: Proposal) -> bool:
    """Whether a rule in force says what is read here: the same offices, at one of its stages, by the same clause."""
    same = rule.clause == one.rule.clause and set(rule.who) == set(one.rule.who)
    return same and bool(set(standing.held(rule, earlier)) & set(stages(one)))


def _named(fresh: Sequence[Proposal], lost: Sequence[Rule], used: set[str]) -> Iterator[Proposal]:
    """Each reading under the id of the first rule that is no longer in force there, at that stage; else its own."""
    waiting = list(lost)
    for one in fresh:
        before = next((rule for rule in waiting if _instead(one, rule)), None)
        if before is not None:
            waiting.remove(before)
        id = before.id if before else ids.apart(one.rule.id, used) if one.rule.id in used else one.rule.id
        yield replace(one, rule=replace(one.rule, id=id))


def _instead(one: Proposal, rule: Rule) -> bool:
    return one.rule.clause == rule.clause and rule.stage in stages(one)
