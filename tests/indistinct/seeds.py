"""What there is before somebody looks round: the same ordinary matters in both worlds; in one, concerns about them.

In: a world, whom it is about. Out: their ids. Never: anything that the person did not do, or could not know, in both.
"""

from bot.concern import Concern
from bot.conversation import Whisper
from tests.indistinct.world import SEATS, World, opened, says

#: Who raises what about whom while somebody else looks after it; the first that this person may deal with.
_ORDINARY = (
    ("officer", "councillor-2"), ("councillor", "officer-2"), ("councillor", "clerk"), ("officer-2", "clerk"),
    ("clerk", "councillor-2"), ("councillor", "officer"), ("clerk", "officer"),
)  # fmt: skip


def others(subject: str) -> list[str]:
    return [seat for seat in SEATS if seat != subject]


def raiser(subject: str) -> str:
    """Who complains of them: the pair that the protocols say most on."""
    return "officer" if subject not in ("officer", "officer-2", "clerk") else "councillor"


def kept_out(subject: str) -> str:
    """Whom they want to have nothing to do with it."""
    return next(seat for seat in ("panel-3", "panel-2") if seat != subject)


async def ordinary(world: World, subject: str) -> dict[str, tuple[str, ...]]:
    """What they raised themselves, what they deal with, what else waits here."""
    own = await world.files(subject, "officer" if subject != "officer" else "councillor", "own")
    handled = [concern.id for concern in [await _handled(world, subject)] if concern]
    asker = next(seat for seat in others(subject) if seat != "clerk")
    await world.hear(says(world, asker, "held", "held"))
    await world.passes(seconds=5)  # the clock gives it to somebody, in both worlds before there is any secret
    await world.sends(asker, "questions/pass", "passed", question="Who keeps the key to the notice board?")
    proposer = next(seat for seat in ("chair", "vice-chair") if seat != subject)
    change = {"what": "retention", "outcome": "formal", "value": "60"}
    await world.sends(proposer, "offices/propose", "change", **change)
    leads = [request for seat in SEATS for request in await world.store.requests(world.council, seat)]
    changes = await world.store.changes(world.council)
    return {
        "own": (own.id,),
        "handled": tuple(handled),
        "requests": tuple(request.id for request in leads),
        "changes": tuple(change.id for change in changes),
    }


async def _handled(world: World, subject: str) -> Concern | None:
    """Something ordinary that waits for them."""
    for number, (who, about) in enumerate(_ORDINARY):
        if subject in (who, about):
            continue
        for kind in ("informal", "formal"):
            id = f"handled-{number}-{kind}"
            intake = await world.starts(who, id)
            given = {
                "first": "none",
                "about": about,
                "story": "It is about the keys.",
                "kind": kind,
                "step": "declined",
            }
            look = opened(await world.sends(who, f"concerns/way/{intake}", f"{id}-way", **given))
            handler = next((field for field in look.fields if field.name == "handler"), None)
            if handler is None or subject not in {option.value for option in handler.options}:
                continue
            return await world.files(who, about, f"{id}-filed", kind=kind, handler=subject)
    return None


async def secret(world: World, subject: str) -> list[Concern]:
    """Concerns about them in every state that a concern can be in."""
    who = raiser(subject)

    async def filed(id: str, **values: str) -> Concern:
        return await world.files(who, subject, id, **values)

    async def after(id: str, *acts: str, **values: str) -> Concern:
        concern = await filed(id, **values)
        for act in acts:
            concern = await world.acts(concern, act, f"{id}-{act}")
        return concern

    found = [
        await filed("s-declined"),
        await filed("s-accepted", step="accepted"),
        await filed("s-formal", kind="formal"),
        await filed("s-danger", first="danger"),
        await filed("s-kept-out", avoid=kept_out(subject)),
        await after("s-acknowledged", "acknowledge"),
        await after("s-asked", "acknowledge", "write"),
        await after("s-unsettled", "unsettled"),
        await after("s-recused", "recuse"),
        await after("s-signed", "outcome", kind="formal"),
        await after("s-settled", "settled"),
        await after("s-outside", "outside"),
        await after("s-read", "note"),
    ]
    gone = await filed("s-withdrawn")
    await world.sends(who, f"concerns/mine/{gone.id}", "s-withdraw", act="withdraw", text="")
    further = await filed("s-further")
    form = opened(await world.sends(who, f"concerns/mine/{further.id}", "s-further-mine", act="formal", text=""))
    answer = await world.sends(who, form.id, "s-further-formal", kind="formal", text="")
    assert isinstance(answer, Whisper)
    return [*found, gone, further]
