"""Who deals with a concern: what the protocol's rules say for this pair, without anybody who is a party to it.

In: a handbook, who raises it, who it is about, who is kept out. Out: a `Way` for a stage; for `check`, every gap.
Never: names the person who raises it or the person it is about, whatever the settings say; invents a rule.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from bot.concern import Candidate, Skipped, Stage, Way
from bot.handbook import Handbook, Seat
from bot.pack import GROUPS, PAIRS, PERSON_CONCERNED, Pair, Party, Rule
from bot.settings import GROUP, Office

#: Whom rules name inside the council.
INSIDE = ("clerk", "chair", "vice-chair", *GROUPS)
#: Outside bodies that deal with a councillor's conduct, by nation. Source: Localism Act 2011 s. 28; Local Government
#: Act 2000 s. 69.
CONDUCT_BODY = {"england": "monitoring-officer", "wales": "ombudsman-wales"}
#: Those of the other nation, which have no say here.
NO_SAY = {"england": CONDUCT_BODY["wales"], "wales": CONDUCT_BODY["england"]}
#: A decision of the group is that of at least so many. Sources: the clauses under `not_alone`.
TOGETHER = 2


def party(offices: Iterable[Office]) -> Party | None:
    """What somebody is to the protocol's rules; None for guests and for somebody without an office."""
    held = set(offices)
    for one in ("chair", "clerk", "officer"):
        if one in held:
            return one
    return "councillor" if held & {"councillor", "vice-chair", "panel"} else None


def way(handbook: Handbook, stage: Stage, pair: tuple[str, str], barred: frozenset[str], *, speaks: bool = True) -> Way:
    """How a stage goes for a pair of parties, when these seats are kept out of it.

    `speaks`: whether the person is willing to speak with whom it is about, where that is the step.
    """
    found = _pair(handbook, pair)
    rules = _rules(handbook, found, stage)
    told = [rule for rule in rules if rule.stage in (("informal", "mediation") if stage == "informal" else ("hears",))]
    with_them = any(rule.raised_with in (PERSON_CONCERNED, pair[1]) for rule in told if rule.raised_with)
    speak = with_them and speaks
    named = _named(told, pair[1] if with_them else "")
    ranks = [(office, _seats(handbook, office)) for office in named]
    able = [Candidate(s.id, office) for office, seats in ranks for s in seats if s.id not in barred]
    tells_nobody = speak and not named
    order = [*_alternates(handbook, named), *_preferred(handbook, stage)]
    return Way(
        stage=stage,
        rules=_ids(rules),
        chain=_once([*able, *(c for c in _candidates(handbook, order) if c.seat not in barred)]),
        skipped=tuple(_skipped(ranks, barred)),
        speak=speak,
        tells_nobody=tells_nobody,
        together=(able[0].office if able else (order or [""])[0]) == GROUP,
        by_setting=not able and not tells_nobody,
        not_alone=_not_alone(handbook, rules, named),
        bodies=_bodies(handbook, rules, pair[1]),
    )


def _not_alone(handbook: Handbook, rules: Sequence[Rule], named: Collection[str]) -> tuple[str, ...]:
    """The rules by which nobody settles it alone: the stage's own; any there is, where the group hears it."""
    own = _ids(rule for rule in rules if rule.stage == "not_alone")
    if own or GROUP not in named:
        return own
    return _ids(rule for rule in handbook.contents.pack.routes.rules if rule.stage == "not_alone")


def merged(ways: Sequence[Way]) -> Way:
    """One way for several people at once: whatever any of them asks for, and the stricter one's order."""
    first = next((one for one in ways if one.not_alone), ways[0])

    def every(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(chain.from_iterable(getattr(one, name) for one in (first, *ways))))

    silent = all(one.tells_nobody for one in ways)
    both = {name: every(name) for name in ("rules", "skipped", "not_alone", "bodies")}
    return replace(first, speak=all(one.speak for one in ways), tells_nobody=silent, **both)


def first_rank(found: Way, barred: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Who is told first: the first who can, or all of the group; nobody where they speak with the person first."""
    if found.tells_nobody:
        return ()
    able = [candidate for candidate in found.chain if candidate.seat not in barred]
    if able and found.together and able[0].office == GROUP:
        return tuple(candidate.seat for candidate in able if candidate.office == GROUP)
    return tuple(candidate.seat for candidate in able[:1])


def next_rank(found: Way, handlers: tuple[str, ...], barred: frozenset[str]) -> tuple[str, ...]:
    """Who comes after these, or was passed over before them; empty where nobody is left."""
    seats = [candidate.seat for candidate in found.chain]
    last = max((seats.index(seat) for seat in handlers if seat in seats), default=-1)
    return tuple(seat for seat in (*seats[last + 1 :], *seats[: last + 1]) if seat not in barred)[:1]


def too_few(found: Way, barred: frozenset[str] = frozenset()) -> bool:
    """Whether the protocol wants more than one and there are not: nothing can be closed here then."""
    group = [one for one in found.chain if one.office == GROUP and one.seat not in barred]
    return bool(found.not_alone) and len(group) < TOGETHER


# ---------------------------------------------------------------- what the rules say


def _pair(handbook: Handbook, pair: tuple[str, str]) -> Pair | None:
    return next((p for p in handbook.contents.pack.routes.pairs if (p.raiser, p.about) == pair), None)


def _rules(handbook: Handbook, pair: Pair | None, stage: Stage) -> list[Rule]:
    """The rules of a stage with those that go with it, in the document's order of stages."""
    if pair is None:
        return []
    known = {rule.id: rule for rule in handbook.contents.pack.routes.rules}
    cells = (pair.informal, pair.mediation) if stage == "informal" else (pair.formal, pair.hears, pair.not_alone)
    ids = dict.fromkeys(chain.from_iterable(cell for cell in cells if cell != "silent"))
    return [known[id] for id in ids]


def special(handbook: Handbook, pair: tuple[str, str]) -> list[Rule]:
    """Rules that hold for a pair at any stage."""
    found = _pair(handbook, pair)
    cell = found.special if found else "silent"
    return [] if cell == "silent" else [r for r in handbook.contents.pack.routes.rules if r.id in cell]


def _named(rules: Iterable[Rule], but: str) -> list[str]:
    """Offices inside the council that these rules name, each once, the group under one name."""
    inside = [who for rule in rules for who in rule.who if who in INSIDE and who != but]
    return list(dict.fromkeys(GROUP if who in GROUPS else who for who in inside))


def _bodies(handbook: Handbook, rules: Iterable[Rule], about: str) -> tuple[str, ...]:
    """Outside bodies for this: the one for conduct first, then those the rules name, then those the council added."""
    nation = handbook.nation
    conduct = [CONDUCT_BODY[nation]] if about in ("councillor", "chair") else []
    named = [who for rule in rules for who in rule.who if who not in (*INSIDE, PERSON_CONCERNED, "third-party")]
    known = [who for who in named if who not in ("officer", "councillor")]
    return tuple(b for b in dict.fromkeys((*conduct, *known, *handbook.settings.bodies)) if b != NO_SAY[nation])


# ---------------------------------------------------------------- who that is


def _seats(handbook: Handbook, name: str) -> tuple[Seat, ...]:
    """Everybody that an office, the group or a person's id stands for, and who can be told something here."""
    return tuple(seat for seat in handbook.standing_for(name) if seat.told and party(seat.offices))


def _candidates(handbook: Handbook, names: Iterable[str]) -> Iterator[Candidate]:
    return (Candidate(seat.id, name) for name in names for seat in _seats(handbook, name))


def _alternates(handbook: Handbook, named: Iterable[str]) -> list[str]:
    """Who stands in for the offices named, as the council has set it."""
    return [name for office in named for name in handbook.settings.alternates_of(office)]


def _preferred(handbook: Handbook, stage: Stage) -> tuple[str, ...]:
    silent = handbook.settings.silent
    return silent.informal if stage == "informal" else (*silent.formal, *silent.informal)


def _skipped(ranks: Iterable[tuple[str, tuple[Seat, ...]]], barred: frozenset[str]) -> Iterator[Skipped]:
    for office, seats in ranks:
        if not seats:
            yield Skipped(office, "vacant")
        elif all(seat.id in barred for seat in seats):
            yield Skipped(office, "party")


def _once(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each seat by the first office it comes up with."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.seat, candidate)
    return tuple(first.values())


def _ids(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(rule.id for rule in rules)


# ---------------------------------------------------------------- what a council has to mend


def has_chair(handbook: Handbook) -> bool:
    """Whether anybody can act as the chair: without, nobody could be told of most concerns."""
    return any(_seats(handbook, name) for name in ("chair", *handbook.settings.alternates.get("chair", ())))


def gaps(handbook: Handbook) -> list[str]:
    """Every pair and stage that reaches nobody, and what else is missing, each as a sentence with the mend."""
    return [*_missing(handbook), *dict.fromkeys(unreached(handbook))]


def _missing(handbook: Handbook) -> Iterator[str]:
    roster, settings, words = handbook.roster, handbook.settings, handbook.words
    if not roster.seats:
        yield words("gap-roster")
        return
    for office in ("clerk", "chair"):
        if not _seats(handbook, office):
            held = "gap-untold" if roster.holding(office) else "gap-vacant"
            yield words(held, office=words(f"office-{office}"))
        elif not settings.alternates.get(office):
            yield words("gap-alternate", office=words(f"office-{office}"))
    if len(_seats(handbook, GROUP)) < TOGETHER:
        yield words("gap-group")
    if not settings.data_lead:
        yield words("gap-data-lead")
    if CONDUCT_BODY[handbook.nation] not in settings.bodies:
        yield words("gap-conduct-body", body=words(f"body-{CONDUCT_BODY[handbook.nation]}"))
    if not settings.paper:
        yield words("gap-paper")


def unreached(handbook: Handbook) -> Iterator[str]:
    """Every pair and stage that reaches nobody, as a sentence; one may come several times."""
    for pair, one, other in _between(handbook):
        yield from _unreached_by(handbook, pair, frozenset((one.id, other.id)))


def may_arise(handbook: Handbook) -> bool:
    """Whether anybody listed could raise a concern here: somebody with an account, about somebody else.

    Where nobody could, that nobody is left without an answer says nothing.
    """
    return any(one.accounts for _, one, _ in _between(handbook))


def _between(handbook: Handbook) -> Iterator[tuple[tuple[str, str], Seat, Seat]]:
    """Who may raise something about whom, with the pair of parties that they are."""
    seats = handbook.roster.seats.values()
    for raiser, about in PAIRS:
        for one in (seat for seat in seats if party(seat.offices) == raiser):
            for other in (seat for seat in seats if party(seat.offices) == about and seat is not one):
                yield (raiser, about), one, other


def _unreached_by(handbook: Handbook, pair: tuple[str, str], barred: frozenset[str]) -> Iterator[str]:
    words = handbook.words
    told = {"raiser": words(f"office-{pair[0]}"), "about": words(f"office-{pair[1]}")}
    for stage in ("informal", "formal"):
        found = way(handbook, stage, pair, barred)
        if not found.chain and not found.tells_nobody:
            yield words("gap-nobody", stage=words(f"stage-{stage}"), **told)
    if too_few(way(handbook, "formal", pair, barred)):
        yield words("gap-too-few", **told)
