"""Messages that were given up: who is told, who is not, and who is told instead."""

import pytest

from bot.conversation import Due, Paragraph, Person, Post, Send
from bot.naming import by_the_clock
from bot.records import Turn
from storage import aside
from storage.database import EVERY, within
from tests.concerns.world import MONDAY, PLATFORM
from tests.reach.world import to


async def test_a_message_about_a_concern_that_was_given_up_is_said_to_no_administrator(world):
    """The clerk is one, and it is about the clerk."""
    here = await world()
    here.chat.refuses = {"councillor"}
    await here.raises("councillor", "clerk", step="declined")
    concern = (await here.concerns())[0]
    await here.handles("chair", concern, "acknowledge")
    await here.tick()
    async with within(here.engine, EVERY) as connection:
        assert len(await aside.every(connection)) == 1, "whoever looks after the computer can see it"
    assert await here.store.set_aside("southwell") == 0


@pytest.mark.parametrize("how", ["recuse", "lost"])
async def test_where_the_next_in_line_refuses_it_the_one_after_is_told_at_once(world, how):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.chat.refuses = {"vice-chair"}
    if how == "recuse":
        await here.presses("chair", f"concerns/recuse/{concern.id}")
        await here.tick()
    else:
        here.chat.out["chair"] = "blocked"
        await here.hours(24)
    await here.tick()
    after = await here.concern(concern)
    assert set(after.parties.handlers) - {"chair", "vice-chair"}, "somebody beyond those two has it"


async def test_what_the_person_who_raised_it_could_not_be_told_can_be_sent_once_they_are_back(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.chat.out["councillor"], here.chat.refuses = "blocked", {"councillor"}
    await here.hours(24)
    await here.handles("chair", concern, "acknowledge")
    await here.tick()
    here.chat.out.clear()
    here.chat.refuses = set()
    before = len(here.chat.to("councillor"))
    async with within(here.engine, EVERY) as transaction:
        assert await aside.again(transaction, here.now, None) == 1
    await here.tick()
    assert len(here.chat.to("councillor")) == before + 1


async def test_messages_that_were_given_up_are_said_by_day(world):
    here = await world()
    here.chat.refuses = {"councillor"}
    where = by_the_clock("southwell")
    asked = Due(id="asked", where=where, at=here.now, matter="watch/southwell", rung="day", due=here.now)
    reply = Send(to=Person(PLATFORM, "southwell", "councillor"), post=Post((Paragraph("The clerk has answered."),)))
    await here.store.keep("southwell", asked, Turn(notices=(reply,)))
    await here.tick()
    assert await here.store.set_aside("southwell") == 1
    for hour, messages in ((3, 0), (10, 1), (11, 1)):
        here.now = MONDAY.replace(day=24, hour=hour)
        id, matter = f"watch/{here.now:%Y-%m-%d}", "watch/southwell"
        await here.hear(Due(id=id, where=where, at=here.now, matter=matter, rung="day", due=here.now))
        await here.tick()
        assert len(to(here, "clerk", "given up: 1")) == messages
