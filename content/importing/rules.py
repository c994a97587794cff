"""Reads the rules about concerns out of a protocol's wording, as proposals.

In: a `Pack` with its clauses. Out: proposals, in the document's order, each with the sentence it rests on.
Never: puts one in force; proposes what is in force already; proposes where the words leave it open.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.pack import PAIRS, Pack, Party, Proposal, Rule
from content.importing.families import Found, recognised
from content.importing.offices import Pairs
from content.importing.passages import Statement, walked
from content.importing.plainly import plainly
from content.importing.reached import Ground, Reached, allowed, reached
from content.importing.sentences import strength

#: Families that say whom to turn to: one for the clerk alone takes the clerk out of the one for everybody.
_TURNS: Final = ("raised-with", "complaint-to")


class Read(Struct, frozen=True):
    """One rule found: its statement, what it is, for whom it holds."""

    statement: Statement
    found: Found
    reached: Reached


def proposals(pack: Pack) -> tuple[Proposal, ...]:
    """Every rule about concerns that the wording can be read to hold, none of them in force.

    What rests on the same clause, at the same stage and with the same offices as a rule in force is not proposed.
    """
    known = {(rule.clause, rule.stage, frozenset(rule.who)) for rule in pack.routes.rules}
    reads = [one for one in _settled(_merged(_apart(_read(pack)))) if _key(one) not in known]
    taken = {rule.id for rule in pack.routes.rules}
    return tuple(_proposal(read, id) for read, id in zip(reads, _ids(reads, taken), strict=True))


def _key(read: Read) -> tuple[str, str, frozenset[str]]:
    return read.statement.clause, read.found.stage, frozenset(read.found.who)


def _read(pack: Pack) -> Iterator[Read]:
    ground = Ground()
    before: Read | None = None
    for statement in walked(pack):
        ground.enter(statement)
        base = ground.base(statement)
        for recognised_as in _of_one_kind(recognised(statement.text), statement):
            found = _as_before(recognised_as, before, statement, base)
            told = reached(statement, found, base, ground)
            if allowed(statement, found, told) and not _only_permits(statement, found):
                before = Read(statement, _with_themselves(found, told), told)
                yield before
                ground.keep(statement, base.pairs, told.pairs if found.reach == "context" else base.pairs)


def _of_one_kind(found: list[Found], statement: Statement) -> list[Found]:
    """What follows the lead-in of a list; the lead-in itself is read as a statement of its own."""
    return [one for one in found if one.at >= statement.lead or one.family == "not-in-public"]


def _only_permits(statement: Statement, found: Found) -> bool:
    """That the council may try to settle it informally is no first step for whoever raises it."""
    return found.family == "informal-first" and strength(statement.text, found.at) == "may"


def _with_themselves(found: Found, told: Reached) -> Found:
    """Raised with the clerk: the person concerned, where it is about nobody else; nobody's step where it never is."""
    if found.raised_with != "clerk":
        return found
    about = {pair[1] for pair in told.pairs}
    if about == {"clerk"}:
        return found._replace(who=tuple(dict.fromkeys((*found.who, "the-person-concerned"))))
    return found if "clerk" in about else found._replace(raised_with="")


def _as_before(found: Found, before: Read | None, statement: Statement, base: Reached) -> Found:
    """ "If it is the clerk, … is told": the same step as in the sentence before, for somebody else."""
    if before is None or before.statement.clause != statement.clause or before.found.family not in _TURNS:
        return found
    same = base.named and statement.text.startswith(("if the <", "if it is")) and found.family in (*_TURNS, "referred")
    return found._replace(family=before.found.family, stage=before.found.stage) if same else found


def _apart(reads: Iterable[Read]) -> list[Read]:
    """Whoever has a rule of their own in a section is not meant by the one for everybody."""
    found = list(reads)

    def others(one: Read) -> Pairs:
        section = (r for r in found if r is not one and r.statement.section.path == one.statement.section.path)
        same = (r.reached.pairs for r in section if r.found.family == one.found.family and r.found.family in _TURNS)
        return frozenset[tuple[Party, Party]]().union(
            *(one.reached.pairs & p for p in same if _narrower(p, one.reached.pairs))
        )

    kept = [(one, others(one)) for one in found]
    return [replace(one, reached=replace(one.reached, pairs=one.reached.pairs - gone)) for one, gone in kept]


def _narrower(pairs: Pairs, than: Pairs) -> bool:
    """Whether these are for the clerk or the chair alone, and those for others too."""
    (raisers, about), (all_raisers, all_about) = _two_sides(pairs), _two_sides(than)
    alone: tuple[set[Party], ...] = ({"clerk"}, {"chair"})
    by_raiser = raisers in alone and raisers < all_raisers and about == all_about
    return by_raiser or (about in alone and about < all_about)


def _two_sides(pairs: Pairs) -> tuple[set[Party], set[Party]]:
    return {raiser for raiser, _ in pairs}, {about for _, about in pairs}


def _merged(reads: Iterable[Read]) -> list[Read]:
    """One rule where a clause says the same twice."""
    found: dict[object, Read] = {}
    for read in reads:
        key = (*_key(read), read.found.family)
        if key in found:
            first = found[key].reached
            found[key] = replace(found[key], reached=_both(first, read.reached))
        else:
            found[key] = read
    return list(found.values())


def _both(first: Reached, second: Reached) -> Reached:
    """Whom either reaches; a pair that the words of one of them name is not inferred."""
    said = (first.pairs - first.inferred) | (second.pairs - second.inferred)
    pairs = first.pairs | second.pairs
    return Reached(pairs, pairs - said, first.named)


def _settled(reads: list[Read]) -> list[Read]:
    """How not to raise it belongs to the step of raising it, where the section has that step for the same people."""

    def step(read: Read) -> Found:
        path = read.statement.section.path
        informal = (r for r in reads if r.found.stage == "informal" and r.statement.section.path == path)
        shared = read.found.family == "not-in-public" and any(r.reached.pairs & read.reached.pairs for r in informal)
        return read.found._replace(stage="informal") if shared else read.found

    return [replace(read, found=step(read)) for read in reads]


def _ids(reads: Iterable[Read], taken: set[str]) -> Iterator[str]:
    """The clause and a count: `5.1-r1`, `5.1-r2`."""
    counted: Counter[str] = Counter()
    for read in reads:
        clause = read.statement.clause
        counted[clause] += 1
        while f"{clause}-r{counted[clause]}" in taken:
            counted[clause] += 1
        yield f"{clause}-r{counted[clause]}"


def _proposal(read: Read, id: str) -> Proposal:
    found, told = read.found, read.reached
    how = strength(read.statement.text, found.at)
    rule = Rule(
        id=id,
        clause=read.statement.clause,
        stage=found.stage,
        who=found.who,
        strength=how,
        plain=plainly(found, told.pairs, how, read.statement.text),
        raised_with=found.raised_with,
    )
    pairs = tuple(pair for pair in PAIRS if pair in told.pairs)
    return Proposal(
        rule=rule,
        family=found.family,
        sentence=read.statement.sentence,
        pairs=pairs,
        inferred=tuple(pair for pair in pairs if pair in told.inferred),
    )
