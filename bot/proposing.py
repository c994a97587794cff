"""Rules that were read out of a protocol's wording: confirmed they are in force, refused they are gone.

In: a `Pack` with proposals. Out: another `Pack`; what the council has to decide because the protocol is silent.
Never: puts a rule in force that nobody confirmed; changes a rule that is in force.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import ProtocolBotError
from bot.pack import (
    BODIES,
    GROUPS,
    PAIRS,
    PERSON_CONCERNED,
    STAGES,
    Cell,
    Pack,
    Pair,
    Party,
    Proposal,
    Routes,
    Rule,
    Stage,
    pieces,
    silent,
)
from bot.routing import CONDUCT_BODY, INSIDE

#: Families whose rule is named at more than one stage: who conciliates is the informal step and the mediation; what is
#: referred to a body goes there as the formal step, and is heard by it.
_STAGES: Final[dict[str, tuple[Stage, ...]]] = {
    "conciliator": ("informal", "mediation"),
    "referred": ("formal", "hears"),
}

#: What a protocol may leave open.
LeftOpen: TypeAlias = Literal["informal", "formal", "hears", "stand-in", "group", "third-party", "bodies"]
#: Whom a pair's rules name at some stages.
_Named: TypeAlias = Callable[..., set[str]]


class NoSuchProposal(ProtocolBotError):
    """An id that is not among a pack's proposals."""


class Undecided(Struct, frozen=True):
    """Something that the protocol leaves to the council: what, for which pairs, and which of its settings decides it.

    `who` are the offices or bodies it is about: those who need a stand-in, the group that needs members, the bodies
    that need an address.
    """

    what: LeftOpen
    setting: str
    pairs: tuple[tuple[Party, Party], ...] = ()
    who: tuple[str, ...] = ()


def stages(proposal: Proposal) -> tuple[Stage, ...]:
    """The stages at which a proposal's rule would be named."""
    return _STAGES.get(proposal.family, (proposal.rule.stage,))


def confirmed(pack: Pack, ids: Collection[str]) -> Pack:
    """These proposals as rules in force, in the document's order. Raises `NoSuchProposal`."""
    taken = _those(pack, ids)
    rules, pairs = list(pack.routes.rules), list(_all_pairs(pack.routes.pairs))
    place = {piece.id: at for at, piece in enumerate(pieces(pack.body))}
    for proposal in taken:
        rules.insert(_where(rules, proposal.rule, place), proposal.rule)
        pairs = [_with(pair, proposal) for pair in pairs]
    routes = Routes(rules=tuple(rules), pairs=tuple(pairs))
    return replace(refused(pack, ids), routes=routes) if taken else pack


def refused(pack: Pack, ids: Collection[str]) -> Pack:
    """The pack without these proposals. Raises `NoSuchProposal`."""
    gone = _those(pack, ids)
    return replace(pack, proposed=tuple(one for one in pack.proposed if one not in gone))


def as_proposed(pack: Pack) -> Pack:
    """The pack as it would be if every proposal were confirmed."""
    return confirmed(pack, [one.rule.id for one in pack.proposed])


def _those(pack: Pack, ids: Collection[str]) -> list[Proposal]:
    unknown = [id for id in ids if id not in {one.rule.id for one in pack.proposed}]
    if unknown:
        known = ", ".join(one.rule.id for one in pack.proposed) or "none"
        raise NoSuchProposal(f"there is no proposal {unknown[0]!r}; those that wait: {known}")
    return [one for one in pack.proposed if one.rule.id in ids]


def _where(rules: list[Rule], rule: Rule, place: dict[str, int]) -> int:
    """Before the first rule that rests on a later clause; those in force keep their order."""
    mine = place.get(rule.clause, len(place))
    later = (at for at, one in enumerate(rules) if place.get(one.clause, len(place)) > mine)
    return next(later, len(rules))


def _all_pairs(pairs: tuple[Pair, ...]) -> Iterable[Pair]:
    """The fourteen pairs; those that a pack does not have yet are silent."""
    known = {(pair.raiser, pair.about): pair for pair in pairs}
    for raiser, about in PAIRS:
        yield known.get((raiser, about)) or silent(raiser, about)


def _with(pair: Pair, proposal: Proposal) -> Pair:
    """A pair with a rule named in its cells; the stage is inferred where nothing but inferred rules is there."""
    side = (pair.raiser, pair.about)
    if side not in proposal.pairs:
        return pair
    cells: dict[str, Cell] = {}
    inferred = set(pair.inferred)
    for stage in stages(proposal):
        cell: Cell = getattr(pair, stage)
        cells[stage] = (*(() if cell == "silent" else cell), proposal.rule.id)
        if side not in proposal.inferred:
            inferred.discard(stage)
        elif cell == "silent":
            inferred.add(stage)
    return replace(pair, **cells, inferred=tuple(stage for stage in STAGES if stage in inferred))


# ---------------------------------------------------------------- what the council must decide


def undecided(pack: Pack) -> tuple[Undecided, ...]:
    """What the rules in force leave open, in the order in which a concern would meet it."""
    pairs, rules = tuple(_all_pairs(pack.routes.pairs)), {rule.id: rule for rule in pack.routes.rules}
    named = partial(_named, rules)
    every = {who for rule in rules.values() for who in rule.who}
    bodies = tuple(who for who in _bodies(pack) if who in every or who == CONDUCT_BODY[pack.nation])
    found = (
        Undecided("informal", "silent.informal", _nobody_for(pairs, named, "informal", "mediation")),
        Undecided("formal", "silent.formal", _silent_on(pairs, "formal", "hears")),
        Undecided("hears", "silent.formal", _nobody_for(pairs, named, "hears")),
        _stand_ins(pairs, named),
        Undecided("group", "group", who=tuple(who for who in GROUPS if who in every)),
        Undecided("third-party", "bodies", who=tuple({"third-party"} & every)),
        Undecided("bodies", "bodies", who=bodies),
    )
    return tuple(one for one in found if one.pairs or one.who)


def _named(rules: Mapping[str, Rule], pair: Pair, *which: Stage) -> set[str]:
    """Everybody whom the rules of a pair name at these stages."""
    cells = (getattr(pair, stage) for stage in which)
    return {who for cell in cells if cell != "silent" for id in cell for who in rules[id].who}


def _nobody_for(pairs: Iterable[Pair], named: _Named, *which: Stage) -> tuple[tuple[Party, Party], ...]:
    """For whom these stages name nobody inside the council."""
    nobody = (pair for pair in pairs if not named(pair, *which) & {*INSIDE, PERSON_CONCERNED})
    return tuple((pair.raiser, pair.about) for pair in nobody)


def _silent_on(pairs: Iterable[Pair], *which: Stage) -> tuple[tuple[Party, Party], ...]:
    """For whom there is no rule at any of these stages."""
    return tuple((pair.raiser, pair.about) for pair in pairs if all(getattr(pair, one) == "silent" for one in which))


def _stand_ins(pairs: Iterable[Pair], named: _Named) -> Undecided:
    """Offices that a rule names where their holder raises the concern or is the one it is about."""
    found: dict[str, list[tuple[Party, Party]]] = {}
    for pair in pairs:
        told = named(pair, "informal", "mediation", "formal", "hears")
        for office in ("chair", "clerk"):
            raised_with_them = office == pair.about and PERSON_CONCERNED in told
            if office in told and office in (pair.raiser, pair.about) and not raised_with_them:
                found.setdefault(office, []).append((pair.raiser, pair.about))
    sides = tuple(dict.fromkeys(side for those in found.values() for side in those))
    return Undecided("stand-in", "alternates", sides, tuple(found))


def _bodies(pack: Pack) -> tuple[str, ...]:
    """The body of the nation first; that of the other nation has no say here."""
    mine = CONDUCT_BODY[pack.nation]
    return (mine, *(one for one in BODIES if one not in CONDUCT_BODY.values()))
