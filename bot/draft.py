"""A concern that is being written: what its forms hold so far, and what would come of it if it were sent now.

In: the values of a form. Out: a `Draft`, what is wrong with it, and the way it would go.
Never: keeps anything: a draft lives in the open form alone, and is whole in each form that is sent in.
"""

from collections.abc import Mapping
from hashlib import blake2s

from msgspec import Struct

from bot.concern import Informal, Stage, Way
from bot.flow import FirstThing
from bot.handbook import Handbook, Seat
from bot.routing import first_rank, party, way

#: Somebody who is not on the list, by what they are; and everybody of the council.
ELSE = {"else-officer": "officer", "else-councillor": "councillor"}
WHOLE = ("the-group", "the-council")
#: What the story may weigh, in characters: what the smallest platform's form takes.
STORY = 3000


class Draft(Struct, frozen=True, kw_only=True):
    """What somebody has filled in. `id` is made when they start, and is what the concern is filed under, once."""

    id: str
    raiser: Seat
    first: str = ""
    about: str = ""
    also: str = ""
    unlisted: str = ""
    kind: Stage = "informal"
    step: Informal = "accepted"
    story: str = ""
    handler: str = ""
    avoid: str = ""


def read(id: str, raiser: Seat, values: Mapping[str, str]) -> Draft:
    """A draft from a form's values; what a form does not ask for is as if nothing had been said."""
    said = {
        name: _whole(values.get(name, ""))
        for name in ("first", "about", "also", "unlisted", "story", "handler", "avoid")
    }
    kind: Stage = "formal" if values.get("kind") == "formal" else "informal"
    step = values.get("step", "accepted")
    known: Informal = step if step in ("declined", "unsafe", "tried") else "accepted"  # type: ignore[assignment]
    return Draft(id=id, raiser=raiser, kind=kind, step=known, **said)


def _whole(text: str) -> str:
    """What was written; half a character, as some keyboards leave behind, is dropped."""
    return text.encode("utf-8", "ignore").decode().strip()


def thing(draft: Draft, handbook: Handbook) -> FirstThing | None:
    """The first thing that was ticked, if one was."""
    return handbook.flow.thing(draft.first, handbook.contents.pack.nation)


def gated(draft: Draft, handbook: Handbook) -> bool:
    """Whether it is a formal written complaint that the Code of Conduct was broken: not taken here at all."""
    found = thing(draft, handbook)
    return found is not None and found.leads == "conduct"


def subjects(draft: Draft, handbook: Handbook) -> tuple[str, ...]:
    """Everybody it is about, by their ids."""
    group, seats = handbook.settings.group, handbook.roster.seats
    found = {draft.about, draft.also}
    if draft.about == "the-group":
        found |= set(group.members if group else ())
    if draft.about == "the-council":
        found |= {seat.id for seat in seats.values() if party(seat.offices) in ("councillor", "chair")}
    return tuple(id for id in seats if id in found and id != draft.raiser.id)


def listed_after_all(draft: Draft, handbook: Handbook) -> Seat | None:
    """Somebody on the list whose name was typed: only who is picked can be kept out of it."""
    typed, known = " ".join(draft.unlisted.casefold().split()), subjects(draft, handbook)
    seats = (seat for seat in handbook.roster.seats.values() if seat.id not in (draft.raiser.id, *known))
    return next((seat for seat in seats if seat.name.casefold() in typed), None)


def pair(draft: Draft, handbook: Handbook) -> tuple[str, str]:
    """Who raises it about whom. The five protocols have no rule for a body as a whole."""
    raiser = party(draft.raiser.offices) or ""
    if draft.about in WHOLE:
        return raiser, ""
    if draft.about in ELSE:
        return raiser, ELSE[draft.about]
    seat = handbook.roster.seats.get(draft.about)
    return raiser, (party(seat.offices) if seat else None) or ""


def informal(draft: Draft, handbook: Handbook) -> Informal:
    """What became of the informal step: what they said, or why it was not theirs to say."""
    found = thing(draft, handbook)
    if found is not None:
        return "not-offered"
    if pair(draft, handbook) in handbook.settings.not_informal:
        return "not-allowed"
    return draft.step


def stage(draft: Draft, handbook: Handbook) -> Stage:
    """At which stage it begins. Whoever says formal gets formal, whatever else they said."""
    return "informal" if draft.kind == "informal" and informal(draft, handbook) != "not-allowed" else "formal"


def barred(draft: Draft, handbook: Handbook) -> frozenset[str]:
    """Who must have nothing to do with it."""
    return frozenset(filter(None, (draft.raiser.id, *subjects(draft, handbook), draft.avoid)))


def ways(draft: Draft, handbook: Handbook) -> tuple[Way, Way]:
    """How the informal and the formal stage would go."""
    out, who = barred(draft, handbook), pair(draft, handbook)
    speaks = informal(draft, handbook) == "accepted"
    return way(handbook, "informal", who, out, speaks=speaks), way(handbook, "formal", who, out)


def present(draft: Draft, handbook: Handbook) -> Way:
    """How the stage would go at which it begins."""
    early, late = ways(draft, handbook)
    return early if stage(draft, handbook) == "informal" else late


def told(draft: Draft, handbook: Handbook) -> tuple[str, ...]:
    """Who would be told: the one they chose, or whoever comes first."""
    found = present(draft, handbook)
    if any(one.seat == draft.handler for one in found.chain):
        return (draft.handler,)
    return first_rank(found)


def fingerprint(draft: Draft, handbook: Handbook) -> str:
    """Changes whenever somebody else would be told, or at another stage."""
    found = present(draft, handbook)
    whole = "\n".join(
        (draft.id, found.stage, str(found.speak), *told(draft, handbook), ",", *sorted(barred(draft, handbook)))
    )
    return blake2s(whole.encode(), digest_size=6).hexdigest()


def reaches(draft: Draft, handbook: Handbook) -> bool:
    """Whether anything would come of it here: somebody is told, or they speak with the person themselves."""
    found = present(draft, handbook)
    return found.tells_nobody or bool(told(draft, handbook))


def conduct(draft: Draft, handbook: Handbook) -> bool:
    """Whether it is a formal matter of a councillor's conduct, which by law is not the council's to decide."""
    about = pair(draft, handbook)[1] in ("councillor", "chair") or draft.about in WHOLE
    return about and stage(draft, handbook) == "formal"
