"""What the bot does with a concern, pair by pair, for people and scripts to audit.

In: a council's handbook. Out: who may raise what about whom, stage by stage: whom the protocol names, by which clause,
how strongly; where it is silent, the council's own setting, called that. Never: a rule that is not in the pack.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from bot.concern import Stage as Turn
from bot.handbook import Handbook
from bot.pack import STAGES, Cell, Pair, Party, Rule, Stage, Strength
from bot.routing import way
from bot.settings import GROUP

#: The strongest first.
_STRENGTHS: Final[tuple[Strength, ...]] = ("must", "should", "may", "none")
#: Offices and bodies as people call them.
NAMES: Final = {
    "clerk": "the clerk",
    "chair": "the chair",
    "vice-chair": "the vice-chair",
    "officer": "another officer",
    "councillor": "a councillor",
    "the-person-concerned": "the person concerned",
    "small-group": "the small group of councillors",
    "personnel-sub-committee": "the personnel committee",
    "third-party": "an appropriate third party",
    "monitoring-officer": "the monitoring officer",
    "ombudsman-wales": "the Public Services Ombudsman for Wales",
    "independent-adviser": "an independent adviser",
    "county-association": "the county association",
    "slcc": "the Society of Local Council Clerks",
    "panel": "members of the delegated group",
    GROUP: "the delegated group",
}
STAGE_NAMES: Final[dict[Stage, str]] = {
    "informal": "Informal step",
    "mediation": "Mediation",
    "formal": "Formal step",
    "hears": "Who hears it",
    "not_alone": "Who may not deal with it alone",
    "special": "What else holds",
}
_TURNS: Final[dict[Turn, str]] = {
    "informal": "The bot turns informally to, leaving out whoever is a party",
    "formal": "The bot turns formally to, leaving out whoever is a party",
}


def chosen(book: Handbook, raiser: Party | None, about: Party | None) -> list[Pair]:
    """The pairs of a protocol, or those of them that were asked for."""
    pairs = book.contents.pack.routes.pairs
    return [pair for pair in pairs if raiser in (None, pair.raiser) and about in (None, pair.about)]


def record(pair: Pair, book: Handbook, proposed: Collection[str] | None = None) -> dict[str, Any]:
    """One pair as scripts rely on it. `proposed`: ids of rules that nobody confirmed, named in each cell."""
    stages = {}
    for stage in STAGES:
        rules = rules_of(pair, stage, book)
        stages[stage] = _cell(pair, stage, rules, book)
        if proposed is not None:
            stages[stage]["proposed"] = [rule.id for rule in rules if rule.id in proposed]
    return {"from": pair.raiser, "about": pair.about, "stages": stages}


def rules_of(pair: Pair, stage: Stage, book: Handbook) -> list[Rule]:
    """The rules of a stage, in the order in which the pair names them."""
    known = {rule.id: rule for rule in book.contents.pack.routes.rules}
    cell: Cell = getattr(pair, stage)
    return [] if cell == "silent" else [known[id] for id in cell]


def _cell(pair: Pair, stage: Stage, rules: Sequence[Rule], book: Handbook) -> dict[str, Any]:
    return {
        "silent": not rules,
        "who": _once(who for rule in rules for who in rule.who),
        "clauses": _once(id for rule in rules for id in _passages(rule.clause, book)),
        "strength": strongest(rules),
        "inferred": stage in pair.inferred,
        "note": pair.note or "",
    }


def _passages(clause: str, book: Handbook) -> list[str]:
    """A clause by the ids of its passages: a line that only leads a list is none, its items are."""
    return [item.id for item in book.contents.under(clause)] or [clause]


def strongest(rules: Iterable[Rule]) -> Strength:
    """The strongest word among them; none where there are none."""
    return min((rule.strength for rule in rules), key=_STRENGTHS.index, default="none")


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


# ---------------------------------------------------------------- for people


def told(pairs: Sequence[Pair], book: Handbook, proposed: Collection[str] = ()) -> Iterator[str]:
    """The same in plain words, a line at a time. `proposed`: ids of rules that nobody confirmed, marked as such."""
    yield f"{book.contents.pack.name}: what its protocol says about raising a concern, and what else holds"
    if proposed:
        yield "What is marked “proposed” was read out of the wording and is not in force. This is how it would be."
    for pair in pairs:
        yield ""
        yield f"{_sentence(NAMES[pair.raiser])} about {_another(pair)}"
        for stage in STAGES:
            yield from _stage(pair, stage, book, proposed)
        yield from _practice(pair, book)
        if pair.note:
            yield f"  Note: {pair.note}"


def waiting(book: Handbook) -> Iterator[str]:
    """How many proposals wait, and how to see them; nothing where none do."""
    count = len(book.contents.pack.proposed)
    if count:
        wait = (
            "One rule was read out of the wording and waits"
            if count == 1
            else f"{count} rules were read out of the wording and wait"
        )
        yield ""
        yield f"{wait} to be confirmed. --proposed shows what would come of it; protocol-bot confirm goes through it."


def _another(pair: Pair) -> str:
    return f"another {pair.about}" if pair.raiser == pair.about else NAMES[pair.about]


def _stage(pair: Pair, stage: Stage, book: Handbook, proposed: Collection[str]) -> Iterator[str]:
    rules = rules_of(pair, stage, book)
    if not rules:
        yield f"  {STAGE_NAMES[stage]}: the protocol does not say.{_setting(stage, book)}"
        return
    who = ", ".join(NAMES[who] for who in _once(who for rule in rules for who in rule.who))
    reading = " (by a reading of its words)" if stage in pair.inferred else ""
    yield f"  {STAGE_NAMES[stage]}{reading}: {who or 'it names nobody'}."
    for rule in rules:
        strength = book.words(f"strength-{rule.strength}")
        mark = f"proposed, {rule.id}; " if rule.id in proposed else ""
        yield f"    {book.contents[rule.clause].label} ({mark}{strength}): {' '.join(rule.plain.split())}"


def _setting(stage: Stage, book: Handbook) -> str:
    """To whom the council turns then, by its own settings; empty where they have nothing to say about it."""
    silent = book.settings.silent
    formal = _once((*silent.formal, *silent.informal))
    names = {"informal": silent.informal, "formal": formal, "hears": formal}.get(stage, ())
    who = ", then ".join(_called(name, book) for name in names)
    return f" The council's own setting: {who}." if who else ""


def _called(name: str, book: Handbook) -> str:
    """An office, the group or a person, as people call it."""
    if name == GROUP:
        group = book.settings.group
        return f"the {group.name}" if group else f"{NAMES[GROUP]}, which nobody set up"
    seat = book.roster.seats.get(name)
    return NAMES.get(name) or (seat.name if seat else name)


def _practice(pair: Pair, book: Handbook) -> Iterator[str]:
    """Whom the bot would turn to, in this order, once the people are known."""
    if not book.roster.seats:
        return
    alone = [side for side in (pair.raiser, pair.about) if side in ("clerk", "chair")]
    barred = frozenset(seat.id for side in alone for seat in book.roster.holding(side))
    for stage in _TURNS:
        found = way(book, stage, (pair.raiser, pair.about), barred)
        speak = ["the person concerned, by whoever raises it"] if found.speak else []
        chain = [f"{book.roster.seats[one.seat].name} ({_called(one.office, book)})" for one in found.chain]
        order = ", then ".join((*speak, *chain)) or "an outside body: nobody here can deal with it"
        yield f"  {_TURNS[stage]}: {order}."


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
