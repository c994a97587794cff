"""A concern that is being written: what its forms hold so far, and what would come of it if it were sent now.

In: the values of a form. Out: an `Intake`, what is wrong with it, and the way it would go.
Never: keeps anything: an intake lives in the open form alone, and is whole in each form that is sent in.
"""

from collections.abc import Mapping
from hashlib import blake2s
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from bot.concern import Concern, Informal, Stage, Way
from bot.flow import FirstThing
from bot.forms import written
from bot.handbook import Handbook, Seat
from bot.pack import Rule
from bot.routing import first_rank, merged, party, special, way
from bot.settings import Office
from bot.stems import has_name, of_name, words

#: Somebody who is not on the list, by what they are; and everybody of the council.
ELSE = {"else-officer": "officer", "else-councillor": "councillor"}
WHOLE = ("the-group", "the-council")
#: What people call the offices that one person holds.
_CALLED: dict[Office, frozenset[str]] = {
    "chair": frozenset({"chair", "chairman", "chairwoman", "chairperson", "mayor", "mayoress"}),
    "clerk": frozenset({"clerk", "rfo"}),
}


class Intake(Struct, frozen=True, kw_only=True):
    """What somebody has filled in. `id` is made when they start, and is what the concern is filed under, once.

    `further` is whoever else a concern is about that was filed already: a form asks for two at most.
    """

    id: str
    raiser: Seat
    first: str = ""
    about: str = ""
    also: str = ""
    further: tuple[str, ...] = ()
    unlisted: str = ""
    kind: Stage = "informal"
    step: Informal = "accepted"
    story: str = ""
    handler: str = ""
    avoid: str = ""


def read(id: str, raiser: Seat, values: Mapping[str, str]) -> Intake:
    """An intake from a form's values; what a form does not ask for is as if nothing had been said."""
    said = {name: written(values, name) for name in ("first", "about", "also", "unlisted", "story", "handler", "avoid")}
    kind: Stage = "formal" if values.get("kind") == "formal" else "informal"
    step = values.get("step", "accepted")
    known: Informal = step if step in ("declined", "unsafe", "tried") else "accepted"  # type: ignore[assignment]
    return replace(Intake(id=id, raiser=raiser, kind=kind, step=known), **said)


def of(concern: Concern, raiser: Seat) -> Intake:
    """A concern as the intake it may have come from, for a letter to somebody outside."""
    unlisted = {party: name for name, party in ELSE.items()}.get(concern.pair[1], WHOLE[1])
    about, also = (*concern.parties.subjects, "", "")[:2]
    return Intake(
        id=concern.id,
        raiser=raiser,
        about=about or unlisted,
        also=also,
        further=concern.parties.subjects[2:],
        unlisted=concern.parties.unlisted,
        kind="formal",
        story=concern.words[0].text,
    )


def thing(intake: Intake, handbook: Handbook) -> FirstThing | None:
    """The first thing that was ticked, if one was."""
    return handbook.flow.thing(intake.first, handbook.nation)


def wants_formal(intake: Intake) -> bool:
    """Whether the first thing they said is only that they want to go formal."""
    return intake.first == "formal"


def gated(intake: Intake, handbook: Handbook) -> bool:
    """Whether it is a formal written complaint that the Code of Conduct was broken: not taken here at all."""
    found = thing(intake, handbook)
    return found is not None and found.leads == "conduct"


def subjects(intake: Intake, handbook: Handbook) -> tuple[str, ...]:
    """Everybody it is about, by their ids."""
    group, seats = handbook.settings.group, handbook.roster.seats
    found = {intake.about, intake.also, *intake.further, *_typed(intake, handbook)}
    if intake.about == "the-group":
        found |= set(group.members if group else ())
    if intake.about == "the-council":
        found |= {seat.id for seat in seats.values() if party(seat.offices) in ("councillor", "chair")}
    return tuple(id for id in seats if id in found and id != intake.raiser.id)


def listed_after_all(intake: Intake, handbook: Handbook) -> Seat | None:
    """Somebody on the list whose whole name was typed rather than picked: the rules go by who is picked."""
    picked = (intake.raiser.id, intake.about, intake.also)
    seats = (seat for seat in handbook.roster.seats.values() if seat.id not in picked and len(of_name(seat.name)) > 1)
    return next((seat for seat in seats if has_name(intake.unlisted, seat.name)), None)


def _typed(intake: Intake, handbook: Handbook) -> set[str]:
    """Everybody on the list who may be meant by a name that was typed: one too many is kept out of it, none too few."""
    typed = set(words(intake.unlisted, every=True))
    if not typed:  # as nearly always: everybody's name would be read for nothing
        return set()
    seats = handbook.roster.seats.values()
    named = {seat.id for seat in seats if typed & {part for part in of_name(seat.name) if len(part) > 1}}
    offices = {office for office, called in _CALLED.items() if typed & called}
    return named | {seat.id for seat in seats if seat.offices & offices}


def pair(intake: Intake, handbook: Handbook) -> tuple[str, str]:
    """Who raises it about whom. The five protocols have no rule for a body as a whole."""
    raiser = party(intake.raiser.offices) or ""
    if intake.about in WHOLE:
        return raiser, ""
    if intake.about in ELSE:
        return raiser, ELSE[intake.about]
    seat = handbook.roster.seats.get(intake.about)
    return raiser, (party(seat.offices) if seat else None) or ""


def pairs(intake: Intake, handbook: Handbook) -> tuple[tuple[str, str], ...]:
    """The same for everybody it is about, the first one first."""
    raiser, about = pair(intake, handbook)
    if intake.about in WHOLE:
        return ((raiser, about),)
    others = (party(handbook.roster.seats[id].offices) or "" for id in subjects(intake, handbook))
    return tuple(dict.fromkeys(((raiser, about), *((raiser, other) for other in others))))


def informal(intake: Intake, handbook: Handbook) -> Informal:
    """What became of the informal step: what they said, or why it was not theirs to say."""
    if wants_formal(intake):
        return "declined"
    if thing(intake, handbook) is not None:
        return "not-offered"
    if set(pairs(intake, handbook)) & set(handbook.settings.not_informal):
        return "not-allowed"
    return "declined" if intake.kind == "formal" and intake.step == "accepted" else intake.step


def stage(intake: Intake, handbook: Handbook) -> Stage:
    """At which stage it begins. Whoever says formal gets formal, whatever else they said."""
    return "informal" if intake.kind == "informal" and informal(intake, handbook) != "not-allowed" else "formal"


def barred(intake: Intake, handbook: Handbook) -> frozenset[str]:
    """Who must have nothing to do with it."""
    return frozenset(filter(None, (intake.raiser.id, *subjects(intake, handbook), intake.avoid)))


def ways(intake: Intake, handbook: Handbook) -> tuple[Way, Way]:
    """How the informal and the formal stage would go."""
    out, who = barred(intake, handbook), pairs(intake, handbook)
    speaks = informal(intake, handbook) == "accepted"
    early = merged([way(handbook, "informal", one, out, speaks=speaks) for one in who])
    return early, merged([way(handbook, "formal", one, out) for one in who])


def specials(intake: Intake, handbook: Handbook) -> tuple[Rule, ...]:
    """Further rules for anybody it is about, each once."""
    return tuple({rule.id: rule for one in pairs(intake, handbook) for rule in special(handbook, one)}.values())


def present(intake: Intake, handbook: Handbook) -> Way:
    """How the stage would go at which it begins."""
    early, late = ways(intake, handbook)
    return early if stage(intake, handbook) == "informal" else late


def told(intake: Intake, handbook: Handbook) -> tuple[str, ...]:
    """Who would be told: the one they chose, or whoever comes first."""
    found = present(intake, handbook)
    if any(one.seat == intake.handler for one in found.chain):
        return (intake.handler,)
    return first_rank(found)


def fingerprint(intake: Intake, handbook: Handbook) -> str:
    """Changes whenever somebody else would be told, or something else would be shown before Send."""
    found = present(intake, handbook)
    shown = (
        found.stage,
        str(found.speak),
        intake.first,
        *chain.from_iterable(pairs(intake, handbook)),
        informal(intake, handbook),
        *((str(handbook.edition),) if handbook.edition else ()),
    )
    whole = "\n".join(
        (intake.id, *shown, *told(intake, handbook), ",", *sorted(barred(intake, handbook)), intake.unlisted)
    )
    return blake2s(whole.encode(), digest_size=6).hexdigest()


def reaches(intake: Intake, handbook: Handbook) -> bool:
    """Whether anything would come of it here: somebody is told, or they speak with the person themselves."""
    found = present(intake, handbook)
    return found.tells_nobody or bool(told(intake, handbook))


def conduct(intake: Intake, handbook: Handbook) -> bool:
    """Whether it is a formal matter of a councillor's conduct, which by law is not the council's to decide."""
    return about_councillor(intake, handbook) and stage(intake, handbook) == "formal"


def about_councillor(intake: Intake, handbook: Handbook) -> bool:
    """Whether any of those it is about is a councillor."""
    seats = (handbook.roster.seats[id] for id in subjects(intake, handbook))
    listed = any(party(seat.offices) in ("councillor", "chair") for seat in seats)
    return listed or intake.about in (*WHOLE, "else-councillor")
