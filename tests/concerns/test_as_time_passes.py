"""What happens meanwhile: offices change hands, notices don't arrive, nobody acts, two act at once, years go by."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from bot import workdays
from bot.conversation import Due, Open, Reject, Whisper
from bot.settings import Group, Retention, Silent
from tests.concerns.world import (
    CANARY,
    MONDAY,
    World,
    changed,
    everything,
    filled,
    opened,
    people_of,
    told,
    without,
)

QUIET = ("18:00", "08:30")


# ---------------------------------------------------------------- offices change hands


async def test_an_office_that_ended_at_the_election_goes_to_the_next_in_line(world):
    here = await world()
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", ends={"chair": date(2026, 11, 27)})
    concern = await here.raises("councillor", "clerk", step="declined")
    assert concern.parties.handlers == ("chair",)
    await here.passes(days=8)
    after = await here.concern(concern)
    assert after.parties.handlers == ("vice-chair",)
    assert "nothing here" in told(await here.presses("chair", f"concerns/open/{concern.id}"))
    assert not [said for said in here.chat.to("chair")[1:] if concern.reference in said], "told no more once they left"


async def test_somebody_who_lost_their_office_sees_nothing_of_it_any_more(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    form = opened(await here.presses("chair", f"concerns/open/{concern.id}"))
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", offices=("councillor",))
    rows = here.dump()
    for answer in (
        await here.presses("chair", f"concerns/open/{concern.id}"),
        await here.presses("chair", f"concerns/recuse/{concern.id}"),
        await here.sends("chair", form, act="settled", text="Done."),
    ):
        assert "nothing here" in told(answer)
    assert "Nothing waits" in told(await here.says("chair", "waiting"))
    assert here.dump() == rows


async def test_somebody_who_raised_it_and_lost_their_office_can_still_follow_and_withdraw_it(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    here.settings["southwell"] = changed(here.settings["southwell"], "councillor", offices=())
    assert concern.reference in told(await here.says("councillor", "concerns"))
    assert "withdrawn" in told(await here.follows("councillor", concern, "withdraw"))
    assert (await here.concern(concern)).outcome == "withdrawn"


async def test_somebody_who_left_the_group_is_not_given_what_goes_formal_later(world):
    here = await world("barrow", silent=Silent(informal=("chair",)), alternates={})
    concern = await here.raises("officer", "councillor", step="declined")
    here.set(group=Group(name="Staffing Committee", members=("panel-2", "panel-3")))
    further = opened(await here.follows("officer", concern, "formal"))
    assert "Sheila" not in everything(further)
    await here.sends("officer", further, kind="formal")
    assert (await here.concern(concern)).parties.handlers == ("panel-2", "panel-3")
    await here.tick()
    assert here.chat.to("panel") == []


async def test_somebody_who_dealt_with_it_informally_is_not_of_the_group_by_that(world):
    here = await world("barrow", silent=Silent(informal=("panel",)), alternates={})
    concern = await here.raises("officer", "councillor", step="declined")
    assert concern.parties.handlers == ("panel",)
    here.set(group=Group(name="Staffing Committee", members=("panel-2", "panel-3")))
    await here.sends("officer", opened(await here.follows("officer", concern, "formal")), kind="formal")
    assert (await here.concern(concern)).parties.handlers == ("panel-2", "panel-3")


async def test_who_is_told_when_it_goes_further_is_shown_anew_when_it_changed_meanwhile(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    further = opened(await here.follows("councillor", concern, "other-handler", text=CANARY))
    here.settings["southwell"] = without(here.settings["southwell"], "vice-chair")
    again = opened(await here.sends("councillor", further))
    assert CANARY in everything(again), "nothing that was written is lost"
    assert await here.concern(concern) == concern
    await here.sends("councillor", again)
    assert "vice-chair" not in (await here.concern(concern)).parties.handlers


async def test_a_vacant_office_is_not_held_by_somebody_whose_id_is_the_same_word(world):
    here = await world()
    here.settings["southwell"] = changed(here.settings["southwell"], "chair", offices=("councillor",))
    concern = await here.raises("councillor", "clerk", step="declined")
    assert concern.parties.handlers == ("vice-chair",)


# ---------------------------------------------------------------- two at once


async def test_when_two_act_at_once_the_later_is_shown_what_the_earlier_did_before_putting_a_name_to_it(world):
    here = await world()
    concern = await here.raises("clerk", "councillor-2", kind="formal", step="declined")
    first, second = concern.parties.handlers[:2]
    forms = {who: opened(await here.presses(who, f"concerns/open/{concern.id}")) for who in (first, second)}
    answers = await asyncio.gather(
        *(here.sends(who, form, act="outcome", text=f"What {who} found.") for who, form in forms.items())
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Open", "Whisper"]
    (shown,) = [answer.form for answer in answers if isinstance(answer, Open)]
    after = await here.concern(concern)
    (name,) = after.signed
    assert f"What {name.by} found." in everything(shown.intro)
    (other,) = {first, second} - {name.by}
    assert f"What {other} found." in {field.value for field in shown.fields}, "nothing they wrote is lost"
    assert after.state == "taken"


async def test_an_outcome_that_was_not_taken_does_not_read_as_taken_when_the_same_delivery_comes_again(world):
    here = await world()
    concern = await here.raises("clerk", "councillor-2", kind="formal", step="declined")
    first, second = concern.parties.handlers[:2]
    form = opened(await here.presses(first, f"concerns/open/{concern.id}"))
    await here.handles(second, concern, "note", text="There are minutes.")
    event = here.submit(first, form.id, filled(form, act="outcome", text=CANARY), id="once")
    opened(await here.hear(event))
    rows, again = here.dump(), await here.hear(event)
    assert isinstance(again, Reject)
    assert "was not taken" in again.problems[""]
    assert here.dump() == rows
    assert not (await here.concern(concern)).signed


async def test_when_two_step_out_at_once_neither_has_it_any_more(world):
    here = await world()
    concern = await here.raises("clerk", "councillor-2", kind="formal", step="declined")
    first, second = concern.parties.handlers[:2]
    await asyncio.gather(*(here.presses(who, f"concerns/recuse/{concern.id}") for who in (first, second)))
    after = await here.concern(concern)
    assert set(after.parties.recused) == {first, second}
    assert not set(after.parties.handlers) & {first, second}


# ---------------------------------------------------------------- told, reminded, climbing


async def test_a_notice_that_cannot_be_delivered_climbs_at_once_also_at_night(world):
    here = await world()
    here.chat.refuses = {"chair"}
    here.now = datetime(2026, 11, 28, 23, 0, tzinfo=MONDAY.tzinfo)
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.tick()
    assert (await here.concern(concern)).parties.handlers == ("chair", "vice-chair")
    assert len(here.chat.to("vice-chair")) == 1


async def test_when_nobody_can_be_reached_the_person_who_raised_it_is_told_once(world):
    here = await world("southwell", alternates={}, silent=Silent(informal=(), formal=()))
    here.chat.refuses = {"chair"}
    concern = await here.raises("councillor", "clerk", step="declined")
    for _ in range(50):
        await here.tick()
    assert len([said for said in here.chat.to("councillor") if concern.reference in said]) == 1


async def test_reminders_stop_when_somebody_acts(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.handles("chair", concern, "acknowledge")
    await here.passes(days=14)
    assert len(here.chat.to("chair")) == 1, "told once, and not reminded to acknowledge"
    assert here.chat.to("vice-chair") == []


async def test_what_is_not_acknowledged_is_reminded_of_then_climbs_to_everybody_in_line(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.passes(days=60)
    history = [done.did for done in (await here.concern(concern)).history]
    assert history.count("climbed") == 4
    assert set((await here.concern(concern)).parties.handlers) == {"chair", "vice-chair", "panel", "panel-2", "panel-3"}
    assert history.count("nobody-left") == 1


async def test_whoever_passed_it_on_has_it_back_when_nobody_after_them_acts(world):
    """The last in line is followed by the first: somebody who could act is never left untold."""
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.handles("chair", concern, "refer", to="panel-3", text="For you.")
    assert (await here.concern(concern)).parties.handlers == ("panel-3",)
    await here.passes(days=30)
    assert len((await here.concern(concern)).parties.handlers) > 1


async def test_none_falls_in_quiet_hours_at_weekends_or_on_bank_holidays_in_a_whole_year(world):
    here = await world("barrow", retention=Retention(withdrawn=1, informal=1, formal=1, outside=1))
    quiet: list[tuple[datetime, str]] = []
    arrived = here.chat.deliver

    async def noted(notice, key):
        quiet.append((here.now, notice.post.plain()))
        await arrived(notice, key)

    here.chat.deliver = noted  # type: ignore[method-assign]
    here.now = datetime(2026, 12, 24, 17, 55, tzinfo=MONDAY.tzinfo)
    await here.raises("councillor", "clerk", step="declined")
    here.now = datetime(2026, 12, 26, 23, 30, tzinfo=MONDAY.tzinfo)
    closed = await here.raises("clerk", "chair", step="declined")
    await here.handles(closed.parties.handlers[0], closed, "settled", text="They spoke.")
    await here.tick()
    quiet.clear()
    await here.passes(days=365)
    assert len(quiet) > 5
    for moment, said in quiet:
        assert workdays.next_open(moment, "england", QUIET) == moment, f"{moment}: {said}"


async def test_after_a_long_night_away_nobody_is_woken_by_what_fell_due_meanwhile(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    here.now = MONDAY + timedelta(days=12, hours=13)  # a Saturday, 23:00
    await here.restart()
    before = len(here.chat.arrived)
    await here.tick()
    assert here.chat.arrived[before + 1 :] == [], "only what was on its way since it was raised"
    await here.passes(days=2)
    assert {one.rung: one.step for one in (await here.concern(concern)).promised}["acknowledge"] >= 1


# ---------------------------------------------------------------- kept, and erased


async def _ended(here: World):
    concern = await here.raises("councillor", "clerk", step="declined")
    await here.handles("chair", concern, "settled", text="They spoke.")
    return await here.concern(concern)


async def test_what_has_ended_is_found_again_by_whoever_dealt_with_it_and_by_nobody_else(world):
    here = await world()
    concern = await _ended(here)
    assert "Nothing waits" in told(await here.says("chair", "waiting"))
    assert concern.reference in told(await here.presses("chair", "concerns/ended/"))
    for other in ("clerk", "councillor", "vice-chair"):
        assert "nothing that has ended" in told(await here.presses(other, "concerns/ended/"))


async def test_acknowledging_twice_is_acknowledging_once(world):
    here = await world()
    concern = await here.raises("councillor", "clerk", step="declined")
    form = opened(await here.presses("chair", f"concerns/open/{concern.id}"))
    first = told(await here.sends("chair", form, act="acknowledge"))
    before = await here.concern(concern)
    assert told(await here.sends("chair", form, act="acknowledge")) == first
    assert await here.concern(concern) == before


async def test_what_is_let_go_after_years_is_warned_of_before_it_is_erased(world):
    here = await world()
    concern = await _ended(here)
    await here.handles("chair", concern, "hold", text="A court asked for it.")
    await here.passes(days=900)
    await here.handles("chair", concern, "let-go")
    await here.passes(days=4)
    assert (await here.concern(concern)).reference == concern.reference, "erased before anybody could say no"
    assert any("will be erased" in said for said in here.chat.to("chair"))
    await here.passes(days=60)
    assert await here.concerns() == []


async def test_a_bot_that_was_away_for_years_warns_before_it_erases(world):
    here = await world()
    concern = await _ended(here)
    here.now += timedelta(days=900)
    await here.restart()
    await here.passes(days=4)
    assert (await here.concern(concern)).reference == concern.reference
    await here.passes(days=60)
    assert await here.concerns() == []
    assert CANARY.encode() not in here.raw()
    assert concern.reference.encode() not in here.raw()


async def test_a_promise_of_something_that_is_not_there_any_more_goes(world):
    here = await world()
    concern = await _ended(here)
    due = Due(
        id="late", where=here.press("clock", "").where, at=here.now, matter=concern.matter, rung="speak", due=here.now
    )
    await here.hear(due)
    assert (await here.concern(concern)).promised == concern.promised


# ---------------------------------------------------------------- two nations, two councils


@pytest.mark.parametrize("about", ["councillor-2", "chair", "clerk", "the-council"])
async def test_in_wales_nobody_is_sent_to_a_monitoring_officer_or_told_of_the_localism_act(world, about):
    here = await world("crickhowell")
    seen = [everything(await here.presses("councillor", "concerns/start/"))]
    for step, first in (("declined", "none"), ("accepted", "code")):
        form = opened(await here.presses("councillor", "concerns/start/"))
        for _ in range(3):
            answer = await here.sends("councillor", form, about=about, first=first, story="x", kind="formal", step=step)
            seen.append(everything(answer))
            if isinstance(answer, Whisper | Reject):
                break
            form = opened(answer)
    for concern in await here.concerns():
        seen.append(everything(await here.presses("councillor", f"concerns/follow/{concern.id}")))
        seen += [everything(await here.presses(id, f"concerns/open/{concern.id}")) for id in concern.parties.handlers]
    whole = " ".join(seen).casefold()
    assert "localism" not in whole
    assert "monitoring officer" not in whole
    assert "ombudsman" in whole


async def test_somebody_who_serves_two_councils_sees_in_each_only_what_is_its_own(tmp_path):
    (tmp_path / "world").mkdir()
    here = await World(tmp_path / "world", people_of("southwell"), people_of("barrow")).open()
    try:
        concern = await here.raises("councillor", "clerk", step="declined")
        rows = here.dump()
        for who, step in (("councillor", "follow"), ("chair", "open"), ("chair", "recuse")):
            answer = await here.presses(who, f"concerns/{step}/{concern.id}", council="barrow")
            assert "nothing here" in told(answer)
        assert concern.reference not in told(await here.says("councillor", "concerns", council="barrow"))
        assert "Nothing waits" in told(await here.says("chair", "waiting", council="barrow"))
        assert here.dump() == rows
        assert concern.reference in told(await here.says("chair", "waiting"))
    finally:
        await here.close()
