"""Half-way and gone, twice and too late: a clear answer, nothing lost, nothing doubled, nothing half filed."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation import Open, Reject, Whisper
from storage.seal import new_keys, read_keys
from tests.concerns.world import (
    CANARY,
    MONDAY,
    World,
    everything,
    filled,
    opened,
    told,
    without,
)

# ---------------------------------------------------------------- left open, sent twice, sent late


async def test_a_form_left_open_for_a_day_is_taken_as_if_it_had_been_sent_at_once(world):
    here = await world()
    form = await here.looks("councillor", "clerk")
    await here.passes(days=1)
    await here.restart()
    assert "Reference" in told(await here.sends("councillor", form))
    (concern,) = await here.concerns()
    assert concern.at == MONDAY + timedelta(days=1)


async def test_a_form_sent_from_two_devices_files_one_concern_and_shows_one_receipt(world):
    here = await world()
    form = await here.looks("councillor", "clerk")
    first = told(await here.sends("councillor", form))
    rows = here.dump()
    assert told(await here.sends("councillor", form)) == first
    assert here.dump() == rows


async def test_a_form_sent_from_two_devices_at_the_same_moment_files_one_concern(world):
    here = await world()
    form = await here.looks("councillor", "clerk")
    answers = await asyncio.gather(*(here.sends("councillor", form) for _ in range(3)))
    assert len({told(answer) for answer in answers}) == 1
    assert len(await here.concerns()) == 1


async def test_the_receipt_is_shown_again_also_when_nothing_could_be_filed_any_more(world):
    """It would not be true that nothing was kept."""
    here = await world(alternates={})
    form = await here.looks("councillor", "clerk")
    receipt = told(await here.sends("councillor", form))
    here.settings["southwell"] = without(here.settings["southwell"], "chair")
    assert told(await here.sends("councillor", form)) == receipt


async def test_the_same_delivery_again_changes_nothing_and_shows_the_same_receipt(world):
    here = await world()
    form = await here.looks("councillor", "clerk")
    event = here.submit("councillor", form.id, filled(form), id="once")
    first, rows = await here.hear(event), here.dump()
    assert await here.hear(event) == first
    assert here.dump() == rows


async def test_what_was_written_is_still_there_when_an_earlier_form_is_sent_once_more(world):
    """Back, and on again: the receipt, not a second concern."""
    here = await world()
    form = opened(await here.presses("councillor", "concerns/start/"))
    about = {"about": "clerk", "story": CANARY}
    way = opened(await here.sends("councillor", form, **about))
    look = opened(await here.sends("councillor", way, **about))
    receipt = told(await here.sends("councillor", look))
    assert told(await here.sends("councillor", way, **about)) == receipt
    assert len(await here.concerns()) == 1


@pytest.mark.parametrize(
    ("field", "added"),
    [
        ("story", "It happened again on Friday."),
        ("about", "chair"),
        ("also", "chair"),
        ("unlisted", "the locum"),
        ("avoid", "vice-chair"),
        ("kind", "formal"),
        ("handler", "vice-chair"),
    ],
)
async def test_what_was_added_to_a_form_that_had_been_filed_already_is_refused_openly(world, field, added):
    """After a fault on the way it is sent once more; a receipt would say that what was added is in it."""
    here = await world()
    form = await here.looks("councillor", "clerk")
    assert "Reference" in told(await here.sends("councillor", form))
    (concern,) = await here.concerns()
    rows = here.dump()
    answer = await here.sends("councillor", form, **{field: added})
    assert isinstance(answer, Reject)
    (wrong,) = answer.problems.values()
    assert f"already, with other words, as {concern.reference}" in wrong
    assert here.dump() == rows


async def test_an_old_button_from_last_month_changes_nothing_once_it_was_closed(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    form = opened(await here.presses("chair", f"concerns/open/{concern.id}"))
    further = opened(await here.follows("councillor", concern, "formal"))
    await here.handles("chair", concern, "settled", text="They spoke.")
    await here.passes(days=31)
    before = await here.concern(concern)
    for answer in (
        await here.presses("chair", f"concerns/recuse/{concern.id}"),
        await here.sends("chair", form, act="recuse"),
        await here.sends("chair", form, act="settled", text="Again."),
        await here.sends("councillor", further),
    ):
        assert isinstance(answer, Whisper | Reject | Open)
    assert await here.concern(concern) == before


async def test_going_further_is_done_once_however_often_it_is_sent(world):
    """The second time the form stands for people whom nobody has seen on a screen."""
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    further = opened(await here.follows("councillor", concern, "other-handler"))
    await here.sends("councillor", further)
    once = await here.concern(concern)
    await here.sends("councillor", further)
    assert await here.concern(concern) == once


async def test_what_was_written_for_a_step_that_can_not_be_taken_any_more_stays_in_its_form_unless_it_was_sent(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    further = opened(await here.follows("councillor", concern, "formal"))
    assert isinstance(await here.sends("councillor", further, text=CANARY), Whisper)
    assert isinstance(await here.sends("councillor", further, text=CANARY), Whisper), "sent twice"
    assert isinstance(await here.sends("councillor", further, text="And again today."), Reject)


async def test_going_formal_from_an_old_form_does_not_undo_a_name_put_to_the_outcome(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    further = opened(await here.follows("councillor", concern, "formal"))
    await here.sends("councillor", further)
    await here.handles("panel", concern, "outcome", text="They were not treated fairly.")
    signed = await here.concern(concern)
    await here.sends("councillor", further)
    assert await here.concern(concern) == signed


@pytest.mark.parametrize("who", ["chair", "councillor"])
async def test_what_is_written_to_somebody_arrives_once_however_often_it_is_sent(world, who):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    step, act = ("open", "write") if who == "chair" else ("follow", "add")
    form = opened(await here.presses(who, f"concerns/{step}/{concern.id}"))
    for _ in range(2):
        await here.sends(who, form, act=act, text="May we meet on Thursday?")
    said = [one.text for one in (await here.concern(concern)).words]
    assert said.count("May we meet on Thursday?") == 1


async def test_a_restart_between_every_two_steps_loses_nothing(world):
    here = await world("barrow")
    form = opened(await here.presses("councillor", "concerns/start/formal"))
    given = {"about": "councillor-2", "story": f"{CANARY} again", "first": "none", "kind": "formal"}
    for _ in range(2):
        await here.restart()
        form = opened(await here.sends("councillor", form, **given))
    await here.restart()
    receipt = told(await here.sends("councillor", form))
    await here.restart()
    (concern,) = await here.concerns()
    assert concern.reference in receipt
    handler, other = concern.parties.handlers[0], concern.parties.handlers[-1]
    for who, act, text in ((handler, "acknowledge", ""), (handler, "outcome", "Seen to."), (other, "sign", "")):
        await here.restart()
        await here.handles(who, concern, act, text=text)
    await here.restart()
    ended = await here.concern(concern)
    assert [done.did for done in ended.history][:2] == ["filed", "acknowledged"]
    assert ended.outcome == "formal"


# ---------------------------------------------------------------- what is written


async def test_an_empty_story_is_asked_for_and_nothing_is_kept(world):
    here = await world()
    form = opened(await here.presses("councillor", "concerns/start/"))
    way = opened(await here.sends("councillor", form, about="clerk"))
    for empty in ("", "   ", "\n\t"):
        answer = await here.sends("councillor", way, story=empty)
        assert isinstance(answer, Reject)
        assert set(answer.problems) == {"story"}
    assert await here.concerns() == []


async def test_a_story_of_twenty_thousand_characters_gets_a_clear_answer_and_is_not_kept(world):
    here = await world()
    form = opened(await here.presses("councillor", "concerns/start/"))
    way = opened(await here.sends("councillor", form, about="clerk"))
    rows = here.dump()
    answer = await here.sends("councillor", way, story=CANARY + "x" * 20_000)
    assert isinstance(answer, Reject)
    assert "3000" in answer.problems["story"]
    assert here.dump() == rows
    assert CANARY.encode() not in here.raw()


@pytest.mark.parametrize("where", ["story", "unlisted"])
async def test_half_a_character_is_dropped_and_the_rest_is_kept(world, where):
    here = await world()
    concern = await here.raises("councillor", "else-officer", **{"unlisted": "Sam", where: f"{CANARY}\ud83d end"})
    kept = {"story": concern.words[0].text, "unlisted": concern.parties.unlisted}
    assert kept[where] == f"{CANARY} end"


@pytest.mark.parametrize("odd", ["\ud800", "\x00", "x" * 5_000, "../..", "'; DROP TABLE matters; --", ""])
async def test_odd_buttons_and_forms_get_the_answer_that_nothing_is_there(world, odd):
    here = await world()
    await here.raises("councillor", "clerk")
    rows = here.dump()
    for step in ("open", "follow", "recuse"):
        assert "nothing here" in told(await here.presses("chair", f"concerns/{step}/{odd}"))
    for step in ("handle", "mine", "further"):
        answer = await here.hear(here.submit("chair", f"concerns/{step}/{odd}", {"act": "add", "text": "x"}))
        assert "nothing here" in told(answer)
    for step in ("first", "way", "send"):
        answer = await here.hear(here.submit("chair", f"concerns/{step}/{odd}", {"about": odd, "story": odd}))
        assert isinstance(answer, Open | Reject)
    assert here.dump() == rows


async def test_the_same_concern_twice_is_told_of_the_open_one_and_may_still_be_sent(world):
    here = await world()
    first = await here.raises("councillor", "clerk")
    look = await here.looks("councillor", "clerk")
    assert first.reference in everything(look.intro)
    assert "Reference" in told(await here.sends("councillor", look))
    assert len(await here.concerns()) == 2


async def test_a_name_that_is_on_the_list_is_picked_and_not_typed(world):
    """Somebody typed would be nobody whom the bot could keep out."""
    here = await world()
    form = opened(await here.presses("councillor", "concerns/start/"))
    answer = await here.sends("councillor", form, about="else-councillor", unlisted="owen  pritchard")
    assert isinstance(answer, Reject)
    assert set(answer.problems) == {"unlisted"}


async def test_a_longer_name_with_a_listed_one_in_it_is_somebody_else(world):
    here = await world()
    concern = await here.raises("councillor", "else-councillor", unlisted="Rowen Pritchards-Hall", step="declined")
    assert concern.parties.unlisted == "Rowen Pritchards-Hall"


# ---------------------------------------------------------------- refused before a word is written


async def _refused(here: World, who: str) -> str:
    """Every way in is shut, for the same reason, and nothing of what is sent all the same is kept."""
    said = [told(await here.says(who, "concern"))]
    said += [told(await here.presses(who, f"concerns/start/{how}")) for how in ("", "formal")]
    values = {"about": "clerk", "story": CANARY, "first": "none", "kind": "formal"}
    for step in ("first", "way", "send"):
        answer = await here.hear(here.submit(who, f"concerns/{step}/{'ab' * 10}", values))
        assert told(answer) in said[0]
    assert len(set(said)) == 1
    assert CANARY.encode() not in here.raw()
    return said[0]


async def test_an_unknown_person_is_told_whom_to_turn_to(world):
    here = await world()
    said = await _refused(here, "stranger")
    assert "not on the council's list" in said
    assert "Monitoring officer" in said
    assert "sealed envelope" in said


async def test_a_guest_is_not_served(world):
    here = await world()
    await _refused(here, "visitor")
    assert await here.concerns() == []


async def test_without_a_roster_no_concern_is_taken(world):
    here = await world("barrow", people=(), group=None)
    assert "who holds which office" in await _refused(here, "councillor")


async def test_without_a_chair_or_anybody_in_their_place_no_concern_is_taken(world):
    here = await world("barrow", alternates={})
    here.settings["barrow"] = without(here.settings["barrow"], "chair")
    said = await _refused(here, "councillor")
    assert "no chair" in said
    assert "sealed envelope" in said


async def test_without_a_key_no_concern_is_taken_and_none_is_shown(world):
    here = await world()
    concern = await here.raises("councillor", "clerk")
    await here.restart(keyless=True)
    assert "can't keep anything safely" in await _refused(here, "councillor")
    for who, what in (("councillor", "follow"), ("chair", "open"), ("chair", "recuse")):
        assert "can't keep anything safely" in told(await here.presses(who, f"concerns/{what}/{concern.id}"))
    for text in ("concerns", "waiting"):
        assert "can't keep anything safely" in told(await here.says("chair", text))
    await here.restart()
    assert (await here.concern(concern)).reference == concern.reference


async def test_with_the_key_of_another_database_no_concern_is_taken_and_what_is_due_waits(world, tmp_path: Path):
    here = await world()
    concern = await here.raises("councillor", "clerk")
    new_keys(tmp_path / "other")
    await here.restart(read_keys(tmp_path / "other"))
    assert "can't keep anything safely" in await _refused(here, "councillor")
    rows = here.dump()["promises"]
    await here.passes(days=9)
    assert here.dump()["promises"] == rows
    await here.restart()
    await here.tick()
    assert len(here.chat.to("chair")) == 2, "told when it was raised, and reminded now"
    assert {one.rung: one.step for one in (await here.concern(concern)).promised}["acknowledge"] == 1


async def test_words_of_a_handler_who_only_looks_at_what_has_ended_are_kept_as_a_note(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.handles("chair", concern, "settled", text="They spoke.")
    await here.handles("chair", concern, "nothing", text="I ring her on Monday.")
    (*_, last) = (await here.concern(concern)).words
    assert (last.kind, last.text) == ("note", "I ring her on Monday.")
    assert "Nothing was changed" in told(await here.handles("chair", concern, "nothing"))


async def test_words_that_have_no_place_any_more_stay_in_the_form(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.handles("chair", concern, "settled", text="They spoke.")
    answer = await here.follows("councillor", concern, "nothing", text="It happened again.")
    assert isinstance(answer, Reject)
    assert "Nothing was changed" in " ".join(answer.problems.values())
    assert "Nothing was changed" in told(await here.follows("councillor", concern, "nothing"))
