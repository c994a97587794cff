"""Whether somebody can be told anything is asked every day, kept, and counts wherever something is sent."""

import asyncio
import logging
from datetime import timedelta

from bot.conversation import Person
from bot.handbook import Reached, Seat
from bot.naming import by_the_clock
from bot.records import AsItStands
from bot.settings import Settings, Someone
from deploy.handbooks import kept_up
from deploy.kept.nothing import NothingKept
from tests.concerns.world import MONDAY, PLATFORM, changed, told
from tests.reach.world import OTHER

CHAIR = Person(PLATFORM, "southwell", "chair")


def reached(why: str, *, since: int = 0, checked: int = 0) -> Reached:
    return Reached(who=CHAIR, why=why, since=MONDAY + timedelta(hours=since), checked=MONDAY + timedelta(hours=checked))


# ---------------------------------------------------------------- a seat


def test_somebody_is_told_at_the_first_account_that_works_in_the_settings_order():
    one, two, three = (Person(PLATFORM, "x", id) for id in ("one", "two", "three"))
    seat = Seat(id="a", name="A", offices=frozenset(), accounts=(one, two, three))
    assert seat.told == (one, two, three)
    assert Seat(id="a", name="A", offices=frozenset(), accounts=(one, two, three), out=frozenset({one})).told == (
        two,
        three,
    )


def test_where_a_delivery_was_refused_is_tried_last_until_it_was_looked_into():
    one, two = (Person(PLATFORM, "x", id) for id in ("one", "two"))
    seat = Seat(id="a", name="A", offices=frozenset(), accounts=(one, two), refused=frozenset({one}))
    assert seat.told == (two, one)
    assert Seat(id="a", name="A", offices=frozenset(), accounts=(one,), refused=frozenset({one})).told == (one,)


def test_somebody_out_of_reach_is_still_who_they_are():
    seat = Seat(id="a", name="A", offices=frozenset({"chair"}), accounts=(CHAIR,), out=frozenset({CHAIR}))
    assert seat.told == ()
    assert seat.accounts == (CHAIR,)


# ---------------------------------------------------------------- what is kept


async def test_what_was_found_out_is_kept_and_nothing_of_accounts_that_are_gone(world):
    here = await world()
    await here.store.keep_reach("southwell", [reached("blocked")])
    assert list(await here.store.reach("southwell")) == [reached("blocked")]
    await here.store.keep_reach("southwell", [reached("", since=2, checked=2)])
    assert list(await here.store.reach("southwell")) == [reached("", since=2, checked=2)]
    await here.store.keep_reach("southwell", [], [CHAIR])
    assert list(await here.store.reach("southwell")) == []


async def test_one_council_s_reach_is_not_another_s(world):
    here = await world()
    await here.store.keep_reach("southwell", [reached("blocked")])
    assert list(await here.store.reach("barrow")) == []


async def test_a_refused_delivery_is_kept_and_is_not_yet_known(world):
    here = await world()
    await here.store.out_of_reach("southwell", CHAIR, "refused", MONDAY)
    (row,) = await here.store.reach("southwell")
    assert (row.why, row.known) == ("refused", False)


async def test_a_refused_delivery_changes_nothing_of_what_is_known_already(world):
    here = await world()
    await here.store.keep_reach("southwell", [reached("blocked")])
    await here.store.out_of_reach("southwell", CHAIR, "refused", MONDAY + timedelta(hours=1))
    assert list(await here.store.reach("southwell")) == [reached("blocked")]


async def test_a_refused_delivery_is_later_than_the_look_before_it_whatever_the_clocks_say(world):
    here = await world()
    await here.store.keep_reach("southwell", [reached("", checked=5)])
    await here.store.out_of_reach("southwell", CHAIR, "refused", MONDAY)
    (row,) = await here.store.reach("southwell")
    assert (row.why, row.known) == ("refused", False)


async def test_when_a_delivery_was_refused_is_written_down_nowhere(world):
    """Who can read the rows would know when something was said to whom."""
    here = await world()
    await here.store.out_of_reach("southwell", CHAIR, "refused", MONDAY.replace(hour=13, minute=47, second=11))
    (row,) = await here.store.reach("southwell")
    assert row.since == MONDAY.replace(hour=0, minute=0, second=0, microsecond=0)
    await here.store.keep_reach("southwell", [reached("", checked=1)])
    await here.store.out_of_reach("southwell", CHAIR, "refused", MONDAY + timedelta(hours=5))
    (row,) = await here.store.reach("southwell")
    assert row.since - row.checked == timedelta(microseconds=1)


async def test_an_account_with_a_colon_in_its_id_comes_back_whole(world):
    here = await world()
    odd = Person("teams", "tenant", "29:1a-b")
    await here.store.out_of_reach("southwell", odd, "refused", MONDAY)
    assert [row.who for row in await here.store.reach("southwell")] == [odd]


# ---------------------------------------------------------------- the daily look


async def test_everybody_is_asked_about_once_a_day_and_who_is_out_of_reach_every_hour(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    assert sorted(here.chat.asked) == sorted(
        account.id for s in here.book().roster.seats.values() for account in s.accounts
    )
    here.chat.asked.clear()
    await here.hours(3)
    assert here.chat.asked == ["chair"] * 3
    here.chat.asked.clear()
    await here.hours(24)
    assert here.chat.asked.count("clerk") == 1


async def test_a_platform_that_can_not_say_leaves_what_was_known(world, caplog):
    caplog.set_level(logging.INFO)
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    before = await here.known()
    here.chat.unsure = True
    here.chat.out.clear()
    await here.hours(30)
    assert await here.known() == before
    assert (await here.live()).roster.seats["chair"].told == ()
    assert "chair" not in caplog.text


async def test_a_platform_that_never_could_say_leaves_everybody_in_reach(world):
    here = await world()
    here.chat.unsure = True
    await here.hours(3)
    assert await here.known() == {}
    assert all(seat.told for seat in (await here.live()).roster.seats.values())


async def test_one_that_does_not_answer_is_not_waited_for(world):
    here = await world()

    async def never(_who):
        await asyncio.Event().wait()

    here.chat.reaches = never
    here.reach._patience = 0.01
    await here.looks_after()
    assert await here.known() == {}


async def test_whoever_lets_the_bot_in_again_is_back_within_the_hour(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    assert not (await here.live()).roster.seats["chair"].told
    here.chat.out.clear()
    await here.hours(1)
    assert (await here.live()).roster.seats["chair"].told
    assert (await here.known())["chair"].since == here.now


async def test_since_when_stays_while_it_is_so(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    await here.hours(50)
    row = (await here.known())["chair"]
    assert row.since == MONDAY
    assert row.checked == here.now


async def test_an_account_on_a_platform_that_is_not_there_is_out_of_reach(world):
    here = await world()
    settings = changed(here.settings["southwell"], "chair", accounts=("slack:T1:U1",))
    here.settings["southwell"] = settings
    await here.looks_after()
    assert (await here.known())["U1"].why == "no-platform"
    assert not (await here.live()).roster.seats["chair"].told


async def test_a_word_that_nobody_knows_is_taken_for_another_reason(world):
    here = await world()
    here.chat.out["chair"] = "The user chair said: zebra"
    await here.looks_after()
    assert (await here.known())["chair"].why == "other"


async def test_of_somebody_who_is_not_listed_any_more_nothing_stays(world):
    here = await world()
    await here.looks_after()
    assert "officer-2" in await here.known()
    here.settings["southwell"] = changed(here.settings["southwell"], "officer-2", accounts=())
    await here.hours(1)
    assert "officer-2" not in await here.known()


# ---------------------------------------------------------------- what is sent


async def test_a_concern_goes_past_somebody_who_can_not_be_told(world):
    here = await world()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    concern = await here.raises("councillor", "clerk", step="declined")
    assert concern.parties.handlers == ("vice-chair",)


async def test_with_a_second_account_somebody_is_told_there(world):
    here = await world()
    settings = changed(here.settings["southwell"], "chair", accounts=("web:chair", "email:chair@example.org"))
    here.settings["southwell"] = settings
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    concern = await here.raises("councillor", "clerk", step="declined")
    assert concern.parties.handlers == ("chair",)
    await here.tick()
    assert len(here.mail.to("chair@example.org")) == 1


async def test_after_a_refused_delivery_the_second_account_is_used_at_once(world):
    here = await world()
    settings = changed(here.settings["southwell"], "chair", accounts=("web:chair", "email:chair@example.org"))
    here.settings["southwell"] = settings
    here.chat.out["chair"] = "blocked"
    await here.raises("councillor", "clerk", step="declined")
    await here.tick()
    assert here.mail.to("chair@example.org") == [], "the first try goes to the first account"
    await here.raises("officer", "clerk", step="declined")
    await here.tick()
    assert len(here.mail.to("chair@example.org")) == 1


async def test_who_deals_with_something_can_go_on_although_they_can_not_be_told(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.tick()
    here.chat.out["chair"] = "blocked"
    await here.looks_after()
    await here.handles("chair", concern, "acknowledge")
    assert (await here.concern(concern)).state == "taken"


async def test_a_question_is_not_passed_to_a_clerk_who_can_not_be_told(world):
    here = await world()
    here.chat.out["clerk"] = "left"
    await here.looks_after()
    said = told(await here.presses("councillor", "questions/pass/who keeps the key"))
    assert "can't reach the clerk (Ruth Ellison)" in said


# ---------------------------------------------------------------- handbooks


async def test_a_handbook_is_made_anew_when_somebody_goes_out_of_reach_or_comes_back():
    rows: list[Reached] = []

    class Known(NothingKept):
        async def as_it_stands(self, _council):
            return AsItStands((), rows, 0)

    own = Settings(
        council="southwell", people=(Someone(id="chair", name="Ada", offices=("chair",), accounts=("web:chair",)),)
    )
    books = kept_up([own], lambda: MONDAY, Known())
    where = by_the_clock("southwell")
    first = await books(where)
    assert first is not None
    assert first.roster.seats["chair"].told
    rows.append(reached("blocked"))
    second = await books(where)
    assert second is not None
    assert not second.roster.seats["chair"].told
    assert await books(where) is second, "and not each time"
    rows.clear()
    third = await books(where)
    assert third is not None
    assert third.roster.seats["chair"].told


async def test_two_councils_may_have_people_told_by_e_mail():
    people = (Someone(id="chair", name="Ada", offices=("chair",), accounts=(f"{OTHER}:x:ada@example.org",)),)
    both = [Settings(council=council, people=people) for council in ("southwell", "barrow")]
    books = kept_up(both, lambda: MONDAY, NothingKept())
    for own in both:
        book = await books(by_the_clock(own.council))
        assert book is not None
        assert [account.platform for account in book.roster.seats["chair"].accounts] == [OTHER]
