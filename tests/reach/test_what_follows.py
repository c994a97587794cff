"""Who can't be told anything is known before it matters, and nothing waits for somebody who is gone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from bot import workdays
from bot.reach import WHYS
from bot.settings import Silent
from storage.database import EVERY, within
from tests.concerns.world import MONDAY, changed, everything, told, without
from tests.reach.world import to

QUIET = ("18:00", "08:30")


# ---------------------------------------------------------------- the administrators


async def test_the_administrators_are_told_who_can_not_be_reached_since_when_and_what_to_do(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    (said,) = to(here, "clerk", "Priya Nair")
    assert "Priya Nair, the chair" in said
    assert "they have blocked me (since 23 November 2026)" in said
    assert "protocol-bot.yaml" in said


async def test_it_is_said_again_every_week_and_no_oftener(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    await here.hours(6 * 24)
    assert len(to(here, "clerk", "Priya Nair")) == 1
    await here.hours(2 * 24)
    assert len(to(here, "clerk", "Priya Nair")) == 2


async def test_somebody_more_is_said_at_once_with_those_before(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    here.chat.out["vice-chair"] = "left"
    await here.hours(24)
    (both,) = to(here, "clerk", "Owen Pritchard")
    assert "Priya Nair" in both


async def test_nobody_is_told_at_night_and_somebody_in_the_morning(world):
    here = await world()
    here.now = MONDAY.replace(hour=20)
    here.chat.out["chair"] = "blocked"
    for _ in range(16):
        await here.hours(1)
        if to(here, "clerk", "Priya Nair"):
            break
    assert workdays.next_open(here.now, "england", QUIET) == here.now
    assert here.now - MONDAY.replace(hour=20) == timedelta(hours=13)


async def test_where_no_administrator_can_be_told_the_office_holders_are(world):
    here = await world()
    here.chat.out |= {"clerk": "left"}
    await here.looks_after()
    for who in ("chair", "vice-chair"):
        assert len(to(here, who, "Ruth Ellison")) == 1
    assert to(here, "councillor", "Ruth Ellison") == []


async def test_guests_who_can_not_be_told_are_nobody_s_business(world):
    here = await world()
    here.chat.out["visitor"] = "left"
    await here.hours(24)
    assert here.chat.arrived == []


async def test_somebody_who_can_be_told_at_another_account_is_not_cut_off(world):
    here = await world()
    settings = changed(here.settings["southwell"], "chair", accounts=("web:chair", "email:chair@example.org"))
    here.settings["southwell"] = settings
    here.chat.out["chair"] = "blocked"
    await here.hours(24)
    assert to(here, "clerk", "Priya Nair") == []
    here.mail.out["chair@example.org"] = "refused"
    await here.hours(24)
    assert len(to(here, "clerk", "Priya Nair")) == 1


async def test_every_reason_has_a_sentence(world):
    here = await world()
    for why in WHYS:
        here.chat.out["chair"] = why
        await here.hours(1)
        assert here.book().words(f"unreached-{why}") in told(await here.says("clerk", "offices"))


# ---------------------------------------------------------------- /protocol offices


@pytest.mark.parametrize("who", ["clerk", "chair", "vice-chair"])
async def test_who_can_change_the_settings_sees_who_can_not_be_told(world, who):
    here = await world()
    here.chat.out["panel-2"] = "not-installed"
    await here.looks_after()
    assert "I am not installed for them" in told(await here.says(who, "offices"))


async def test_others_do_not_see_it(world):
    here = await world()
    here.chat.out["panel-2"] = "not-installed"
    await here.looks_after()
    for who in ("councillor", "officer", "panel"):
        assert "not installed" not in told(await here.says(who, "offices"))


async def test_somebody_without_any_account_is_shown_too(world):
    here = await world()
    here.settings["southwell"] = changed(here.settings["southwell"], "panel-2", accounts=())
    assert "Harriet Boyle: no account is set." in told(await here.says("clerk", "offices"))


async def test_a_refused_delivery_shows_nowhere_until_the_look_has_found_the_same(world):
    """Else whoever reads `/protocol offices` would see that somebody was just told something."""
    here = await world()
    await here.looks_after()
    before, draft = told(await here.says("clerk", "offices")), everything(await here.looks("clerk", "councillor-2"))
    here.chat.out["chair"] = "blocked"
    await here.raises("councillor", "clerk", step="declined")
    await here.tick()
    assert not (await here.known())["chair"].known
    assert told(await here.says("clerk", "offices")) == before
    after = everything(await here.looks("clerk", "councillor-2"))
    assert after.count("Priya") == draft.count("Priya")
    await here.hours(1)
    assert "Priya Nair, the chair: they have blocked me" in told(await here.says("clerk", "offices"))


async def test_since_when_is_when_the_look_found_it_not_when_a_delivery_was_refused(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.raises("councillor", "clerk", step="declined")
    await here.tick()
    here.now += timedelta(days=3)
    await here.looks_after()
    assert (await here.known())["chair"].since == here.now


# ---------------------------------------------------------------- what is in hand


async def test_who_lost_their_office_is_followed_by_the_next_on_the_same_working_day(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", offices=("councillor",))
    await here.hours(24)
    after = await here.concern(concern)
    assert after.parties.handlers == ("vice-chair",)
    assert [done.did for done in after.history].count("lost") == 1
    assert len(to(here, "vice-chair", concern.reference)) == 1
    assert len([said for said in to(here, "councillor", concern.reference) if "next in line was told" in said]) == 1


async def test_who_blocked_the_bot_is_followed_by_the_next_and_may_still_act(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.chat.out["chair"] = "blocked"
    await here.hours(24)
    after = await here.concern(concern)
    assert after.parties.handlers == ("chair", "vice-chair")
    assert len(to(here, "vice-chair", concern.reference)) == 1
    await here.handles("chair", concern, "acknowledge")


async def test_an_office_that_ends_by_itself_is_seen_too(world):
    here = await world()
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", ends={"chair": date(2026, 11, 24)})
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.hours(47)
    assert (await here.concern(concern)).parties.handlers == ("vice-chair",)


async def test_somebody_who_is_not_listed_any_more_is_followed_too(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.settings["southwell"] = without(here.settings["southwell"], "chair")
    await here.hours(24)
    assert (await here.concern(concern)).parties.handlers == ("vice-chair",)


async def test_nothing_is_doubled_in_a_month_of_looks(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.chat.out["chair"] = "blocked"
    await here.hours(24)
    await here.handles("vice-chair", concern, "acknowledge")
    version = (await here.concern(concern)).version
    await here.hours(19 * 24)
    after = await here.concern(concern)
    assert after.version == version
    assert len(to(here, "vice-chair", concern.reference)) == 1


async def test_a_notice_that_failed_and_the_look_do_not_both_go_on_to_the_next(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.tick()
    assert (await here.concern(concern)).parties.handlers == ("chair", "vice-chair")
    await here.hours(48)
    assert (await here.concern(concern)).parties.handlers == ("chair", "vice-chair")


async def test_nobody_is_told_at_night_that_it_is_theirs_now(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.now = MONDAY.replace(hour=19)
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", offices=("councillor",))
    while not to(here, "vice-chair", concern.reference):
        await here.hours(1)
    assert workdays.next_open(here.now, "england", QUIET) == here.now
    assert here.now < MONDAY + timedelta(days=1)


async def test_one_of_several_who_is_left_goes_on_alone(world):
    here = await world()
    concern = await here.raises("clerk", "councillor-2", kind="formal", step="declined")
    handlers = concern.parties.handlers
    assert len(handlers) == 3
    await here.looks_after()
    here.chat.out |= dict.fromkeys(handlers[:2], "left")
    await here.hours(48)
    assert (await here.concern(concern)).parties.handlers == handlers


async def test_where_nobody_else_is_left_the_person_who_raised_it_is_told_once_and_it_is_not_sent_away(world):
    here = await world("southwell", alternates={}, silent=Silent(informal=(), formal=()))
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.looks_after()
    here.chat.out["chair"] = "blocked"
    await here.hours(24 * 20)
    after = await here.concern(concern)
    assert (after.state, after.parties.handlers) == ("sent", ("chair",))
    assert len(to(here, "councillor", "nobody else is left")) == 1
    assert to(here, "councillor", "nothing was heard in time") == [], "the chair was not asked anything"
    here.chat.out.clear()
    await here.hours(24 * 40)
    assert len(to(here, "chair", concern.reference)) > 1, "back in reach, and reminded"


async def test_a_party_is_never_told(world):
    here = await world()
    concern = await here.raises("councillor", "vice-chair", step="declined")
    await here.looks_after()
    assert concern.parties.handlers == ("chair",)
    here.chat.out["chair"] = "blocked"
    await here.hours(24 * 5)
    assert "vice-chair" not in (await here.concern(concern)).parties.handlers
    assert to(here, "vice-chair", concern.reference) == []
    assert len(to(here, "clerk", concern.reference)) == 1


async def test_a_request_about_personal_data_goes_to_the_next_who_may_have_it(world):
    here = await world()
    await here.says("councillor", "held")
    await here.looks_after()
    (request,) = await here.store.requests("southwell", "clerk")
    here.chat.out["clerk"] = "left"
    await here.hours(24)
    assert [one.id for one in await here.store.requests("southwell", "vice-chair")] == [request.id]
    assert len(to(here, "vice-chair", request.reference)) == 1
    await here.hours(72)
    assert len(to(here, "vice-chair", request.reference)) == 1


async def test_a_request_stays_with_who_has_it_where_nobody_else_may(world):
    here = await world("southwell", data_lead=("clerk",), administrators=())
    others = [person.id for person in here.settings["southwell"].people if person.id not in ("clerk", "councillor")]
    here.settings["southwell"] = without(here.settings["southwell"], *others)
    await here.says("councillor", "held")
    await here.looks_after()
    (request,) = await here.store.requests("southwell", "clerk")
    here.chat.out["clerk"] = "left"
    await here.hours(24)
    assert list(await here.store.requests("southwell", "clerk")) == [request]


async def test_one_that_is_damaged_does_not_keep_the_others_waiting(world, caplog):
    here = await world()
    first = await here.raises("councillor", "clerk", step="declined")
    second = await here.raises("officer", "clerk", step="declined")
    await here.looks_after()
    async with within(here.engine, EVERY) as transaction:
        await transaction.execute(text("DELETE FROM keys WHERE matter = :matter"), {"matter": first.matter})
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", offices=("councillor",))
    await here.hours(24)
    assert (await here.concern(second)).parties.handlers == ("vice-chair",)
    assert second.reference not in caplog.text


async def test_without_keys_nothing_is_brought_up(world, caplog):
    here = await world()
    await here.raises("councillor", "clerk", step="declined")
    await here.restart(keyless=True)
    await here.looks_after()
    assert "daily look" not in caplog.text
