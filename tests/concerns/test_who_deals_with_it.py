"""Who could deal with it, who may not, and that nobody does alone what the protocol has two for."""

import pytest

from bot.conversation import Reject
from bot.settings import Group
from tests.concerns.world import CANARY, changed, everything, opened, options, people_of, told, without

# ---------------------------------------------------------------- who could deal with it


async def test_when_everybody_is_barred_there_is_a_letter_for_an_outside_body_and_nothing_is_filed(world):
    here = await world("barrow")
    alone = tuple(one for one in people_of("barrow").people if one.id in ("councillor", "chair"))
    here.set(people=alone, group=None)
    form = opened(await here.presses("councillor", "concerns/start/"))
    for _ in range(2):
        form = opened(await here.sends("councillor", form, about="chair", story=CANARY, kind="formal"))
    assert form.id.startswith("concerns/letter/")
    assert "monitoring officer" in everything(form.intro)
    assert "Nothing of it was kept" in told(await here.sends("councillor", form))
    assert await here.concerns() == []
    assert CANARY.encode() not in here.raw()


async def test_who_is_told_is_looked_at_once_more_when_it_changed_since_the_last_look(world):
    here = await world()
    look = await here.looks("councillor", "clerk")
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", offices=("councillor",))
    again = opened(await here.sends("councillor", look))
    assert "not what you saw before" in everything(again.intro)
    assert await here.concerns() == []
    assert "Reference" in told(await here.sends("councillor", again))
    (concern,) = await here.concerns()
    assert concern.parties.handlers == ("vice-chair",)


async def test_the_person_it_is_about_may_have_left_since_the_last_look(world):
    here = await world()
    look = await here.looks("councillor", "officer-2")
    here.settings["southwell"] = without(here.settings["southwell"], "officer-2")
    answer = await here.sends("councillor", look)
    assert isinstance(answer, Reject)
    assert set(answer.problems) == {"about"}
    assert await here.concerns() == []


async def test_a_choice_that_a_change_brings_up_is_asked_and_not_missed(world):
    here = await world()
    form = opened(await here.presses("councillor", "concerns/start/formal"))
    way = opened(await here.sends("councillor", form, about="clerk"))
    assert options(way, "step") == []
    answer = await here.sends("councillor", way, first="none", story=CANARY)
    assert options(opened(answer), "step") != []
    assert CANARY in everything(answer), "nothing that was written is lost"


async def test_a_group_of_three_with_two_of_them_in_it_cannot_close_it_and_says_who_outside_can(world):
    here = await world("southwell", group=Group(name="Staffing Committee", members=("panel", "panel-2", "panel-3")))
    look = await here.looks("clerk", "panel", also="panel-2", kind="formal")
    assert "there are not enough who are not parties to it" in everything(look.intro)
    concern = await here.raises("clerk", "panel", also="panel-2", kind="formal")
    assert concern.parties.handlers == ("panel-3",)
    answer = await here.handles("panel-3", concern, "outcome", text="Seen to.")
    assert isinstance(answer, Reject)
    assert "more than one of the group" in answer.problems["act"]
    form = opened(await here.presses("panel-3", f"concerns/open/{concern.id}"))
    assert "Monitoring officer" in everything(form.intro)
    await here.sends("panel-3", form, act="outside", text="Not for us.")
    assert (await here.concern(concern)).state == "outside"


async def test_whoever_it_is_about_is_offered_neither_to_handle_nor_to_be_passed_to(world):
    here = await world()
    look = await here.looks("councillor", "vice-chair", also="panel")
    assert not {"vice-chair", "panel"} & set(options(look, "handler"))
    concern = await here.raises("councillor", "vice-chair", also="panel", step="declined")
    form = opened(await here.presses(concern.parties.handlers[0], f"concerns/open/{concern.id}"))
    assert not {"vice-chair", "panel", "councillor"} & set(options(form, "to"))


@pytest.mark.parametrize("typed", ["Cllr Li", "Councillor B. Li", "li"])
async def test_whoever_may_be_meant_by_a_name_that_was_typed_is_kept_out_of_it_however_short_it_is(world, typed):
    here = await world()
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", name="Bo Li")
    concern = await here.raises("councillor", "else-councillor", unlisted=typed, step="declined")
    assert "chair" in concern.parties.subjects
    assert "chair" not in concern.parties.handlers


async def test_what_stands_before_everybodys_name_on_the_list_means_none_of_them(world):
    here = await world()
    for person in here.settings["southwell"].people:
        here.settings["southwell"] = changed(here.settings["southwell"], person.id, name=f"Cllr {person.name}")
    concern = await here.raises("councillor", "else-councillor", unlisted="Cllr Oxley, the district's", step="declined")
    assert concern.parties.subjects == ()
    assert concern.parties.handlers == ("chair",)


async def test_the_letter_to_a_body_outside_names_everybody_whom_the_concern_is_about(world):
    members = ("panel", "panel-2", "panel-3")
    here = await world("southwell", group=Group(name="Staffing Committee", members=members))
    concern = await here.raises("clerk", "the-group")
    assert set(concern.parties.subjects) == set(members)
    further = opened(await here.follows("clerk", concern, "formal"))
    letter = opened(await here.sends("clerk", further, kind="outside"))
    (field,) = letter.fields
    assert all(person.name in field.value for person in here.settings["southwell"].people if person.id in members)


# ---------------------------------------------------------------- nobody alone


@pytest.mark.parametrize("council", ["barrow", "southwell", "twywell"])
async def test_the_chair_alone_cannot_close_what_the_protocol_has_two_for_and_the_clause_is_shown(world, council):
    here = await world(council)
    concern = await here.raises("officer", "clerk", kind="formal", step="declined", handler="chair")
    assert concern.parties.handlers == ("chair",)
    form = opened(await here.presses("chair", f"concerns/open/{concern.id}"))
    assert "Nobody closes this alone" in everything(form.intro)
    assert "alone" in " ".join(block.text for block in form.intro if hasattr(block, "council"))
    answer = await here.sends("chair", form, act="outcome", text="Seen to.")
    assert isinstance(answer, Reject)
    assert (await here.concern(concern)).state == "sent"


async def test_one_of_the_group_alone_does_not_close_it_and_the_others_are_told_that_a_name_is_needed(world):
    here = await world()
    concern = await here.raises("officer", "clerk", kind="formal", step="declined", handler="panel")
    assert concern.parties.handlers == ("panel",)
    await here.handles("panel", concern, "outcome", text="Seen to.")
    assert (await here.concern(concern)).state == "taken"
    await here.tick()
    assert any("another name is needed" in said for said in here.chat.to("panel-2"))
    await here.handles("panel-2", concern, "sign")
    assert (await here.concern(concern)).outcome == "formal"
