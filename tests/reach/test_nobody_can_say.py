"""Where nobody can say whether somebody can be told anything, what was known stays."""

from datetime import timedelta

from bot.conversation import Person
from bot.reach import Reach
from storage.store import SqlStore
from tests.concerns.world import PLATFORM, changed


def with_mail(here, *who: str) -> None:
    for one in who:
        accounts = (f"email:{one}@example.org",)
        here.settings["southwell"] = changed(here.settings["southwell"], one, accounts=accounts)


async def test_one_replica_s_ignorance_of_a_platform_says_nothing_of_anybody(world):
    here = await world()
    with_mail(here, "chair")
    without_mail = Reach(here.store, {PLATFORM: here.chat}, here._handbook, here.hear, lambda: here.now)
    await here.looks_after()
    for _ in range(24):
        here.now += timedelta(hours=1)
        await without_mail.look("southwell")
    assert (await here.known())["chair@example.org"].why == ""
    with_mail(here, "vice-chair")
    await without_mail.look("southwell")
    assert "vice-chair@example.org" not in await here.known(), "nor of somebody who is new"


async def test_a_platform_that_no_replica_has_known_for_two_days_is_not_there(world):
    here = await world()
    with_mail(here, "chair")
    await here.looks_after()
    without_mail = Reach(here.store, {PLATFORM: here.chat}, here._handbook, here.hear, lambda: here.now)
    here.now += timedelta(days=2)
    await without_mail.look("southwell")
    assert (await here.known())["chair@example.org"].why == "no-platform"
    await here.hours(1)
    assert (await here.known())["chair@example.org"].why == "", "and once it is, it is known within the hour"


async def test_a_workspace_that_refuses_everybody_refuses_the_bot_and_nobody_can_say(world, caplog):
    here = await world()
    with_mail(here, "chair", "vice-chair")
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.tick()
    here.mail.out = {"chair@example.org": "refused", "vice-chair@example.org": "refused"}
    await here.hours(48)
    assert not {"chair@example.org", "vice-chair@example.org"} & (await here.known()).keys()
    assert (await here.concern(concern)).parties.handlers == ("chair",)
    assert "takes nobody" in caplog.text
    assert "chair" not in caplog.text


async def test_what_was_known_before_a_workspace_refused_everybody_stays(world):
    here = await world()
    with_mail(here, "chair", "vice-chair")
    here.mail.out = {"chair@example.org": "refused"}
    await here.looks_after()
    here.mail.out["vice-chair@example.org"] = "refused"
    await here.hours(24)
    known = await here.known()
    assert (known["chair@example.org"].why, known["vice-chair@example.org"].why) == ("refused", "")


async def test_several_who_left_are_known_while_somebody_else_can_be_told(world):
    """Asked about alone, for the others were asked about before: one of those bears witness."""
    here = await world()
    await here.looks_after()
    here.chat.out = {"chair": "left", "vice-chair": "left"}
    for who in ("chair", "vice-chair"):
        await here.store.out_of_reach("southwell", Person(PLATFORM, "southwell", who), "refused", here.now)
    await here.hours(1)
    known = await here.known()
    assert [known[who].known for who in ("chair", "vice-chair", "clerk")] == [True, True, False]


async def test_what_can_not_be_kept_keeps_nobody_from_being_told_what_is_known(world, caplog):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", offices=("councillor",))

    class Full(SqlStore):
        async def keep_reach(self, *_these):
            raise OSError("chair")

    full = Full(here.engine, here.keys)
    here.now += timedelta(hours=24)
    await Reach(full, {PLATFORM: here.chat}, here._handbook, here.hear, lambda: here.now).look("southwell")
    assert (await here.concern(concern)).parties.handlers == ("vice-chair",)
    assert "OSError" in caplog.text
    assert "chair" not in caplog.text
