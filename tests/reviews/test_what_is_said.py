"""What reminders, forms and answers say of a review is so: of agendas, summonses, later records, who may record."""

from datetime import date

import pytest

from bot import workdays
from bot.conversation import File
from bot.reviewing import away
from bot.settings import Linked, Reviews
from content import load
from tests.core.council import Council, tokens, without
from tests.reviews.test_desk import GOOD, form_of, labels, nudge, record
from tests.reviews.years import Years, at
from tests.worlds import command, message, press, submit

MEETINGS = (date(2026, 11, 23), date(2027, 1, 18), date(2027, 3, 15))
WAS = "It was on the agenda for the meeting on 18 January 2027; what came of it is not recorded."
NO_MORE = "No later meeting is in the council's settings."


async def set_date(council, day: str, who: str = "bea") -> str:
    label = next(label for label in await labels(council, who) if label.startswith("Set "))
    return await council.whispered(submit((await form_of(council, label, who)).id, {"due": day}, who=who))


async def file(council) -> str:
    answer = await council.hear(press("reviews/calendar/"))
    return next((block.text for block in answer.post.blocks if isinstance(block, File)), "")


# ---------------------------------------------------------------- agendas and the summons


async def test_after_the_meeting_it_was_put_on_nobody_is_told_that_it_is_on_no_agenda(made):
    life = Years(made(meetings=MEETINGS))
    await life.plan()
    await set_date(life.council, "2027-03-20")
    await life.until(at("2026-12-21"))
    assert "It is on no agenda yet." in life.told[-1].text
    await life.fill("Put on the agenda", {"meeting": "2027-01-18"})
    life.told.clear()
    await life.until(at("2027-04-10"))
    outcome, *later = life.told
    assert "What came of it?" in outcome.text
    assert later
    assert all(WAS in told.text and "on no agenda" not in told.text for told in later)


async def test_a_summons_that_is_out_already_is_said_in_the_form_and_in_the_answer(made):
    council = made(meetings=MEETINGS)
    form = await form_of(council, "Put on the agenda")
    choice = form.fields[0]
    said = {option.value: option.label for option in choice.options}
    assert "the summons had to go out by 18 November 2026: only if this is in it already" in said["2026-11-23"]
    assert "summons by 13 January 2027" in said["2027-01-18"]
    assert choice.value == "2027-01-18", "the first that is still in time"
    told = await council.whispered(submit(form.id, {"meeting": "2026-11-23"}, who="bea"))
    assert "it had to go out by 18 November 2026" in told
    assert "only if it is in it already" in told


async def test_the_form_counts_the_clear_days_as_the_council_set_them(made):
    form = await form_of(made(reviews=Reviews(notice=5)), "Put on the agenda")
    assert "at least 5 clear days before" in form.intro[0].text


async def test_where_the_list_of_meetings_has_run_out_it_is_said(made):
    life = Years(made(meetings=(date(2026, 12, 7),)))
    assert NO_MORE not in await life.look()
    await life.plan()
    await set_date(life.council, "2027-03-20")
    await life.until(at("2027-02-22"))
    assert NO_MORE in life.told[-1].text
    assert NO_MORE in await life.look()


async def test_a_council_that_lists_no_meetings_is_not_told_so_each_time(made):
    assert NO_MORE not in await made(meetings=()).whispered(command("review"))


# ---------------------------------------------------------------- the record


async def test_a_next_date_of_an_older_review_is_not_dropped_but_refused(council):
    await record(council)
    form = await form_of(council, "Reviewed, no change")
    older = {**GOOD, "on": "2025-11-20"}
    wrong = await council.rejected(submit(form.id, older, who="bea"))
    assert list(wrong) == ["next"]
    assert "leave this empty" in wrong["next"]
    said = await council.whispered(submit(form.id, {**older, "next": ""}, who="bea"))
    assert "the review of 20 November 2025 is in the record now" in said
    assert "The next review is on 20 November 2027." in said


async def test_the_day_of_the_adoption_is_not_recorded_as_a_review(council):
    form = await form_of(council, "Reviewed, no change")
    wrong = await council.rejected(submit(form.id, {**GOOD, "on": "2019-07-16"}, who="bea"))
    assert "The document itself lists that day" in wrong["on"]


async def test_an_old_button_names_the_review_that_was_recorded_last_whatever_day_it_is_of(council):
    told = await nudge(council)
    await record(council, who="dee")
    council.clock.pass_by(hours=1)
    await record(council, on="2025-11-20", next="", minute="44/26")
    said = await council.whispered(press(tokens(told.post)["Set a date"], who="bea"))
    assert "Bea Hall has recorded one since, of 20 November 2025" in said


# ---------------------------------------------------------------- forms sent twice


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("Set another date", {"due": "2027-06-10"}),
        ("Put off to …", {"due": "2027-06-10"}),
        ("Put on the agenda", {"meeting": "2027-01-18"}),
        ("Put on the agenda", {"meeting": "other", "date": "1 February 2027"}),
    ],
)
async def test_a_form_that_is_sent_twice_is_told_that_it_stands_so(council, label, values):
    await set_date(council, "2027-05-10")
    form = await form_of(council, label)
    await council.whispered(submit(form.id, values, who="bea"))
    before = await council.store.reviews("barrow")
    assert "Nothing was changed" in await council.whispered(submit(form.id, values, who="bea"))
    assert await council.store.reviews("barrow") == before


async def test_what_was_put_off_can_be_set_back(council):
    await set_date(council, "2027-05-10")
    form = await form_of(council, "Put off to …")
    await council.whispered(submit(form.id, {"due": "2027-06-10"}, who="bea"))
    assert "the review is set for 10 May 2027" in await set_date(council, "2027-05-10")


# ---------------------------------------------------------------- calendars


async def test_where_no_date_is_left_the_calendar_is_told_to_take_the_entry_out(council):
    await set_date(council, "2027-05-10")
    assert "STATUS:CANCELLED" not in await file(council)
    await record(council, next="")
    assert "STATUS:CANCELLED" in await file(council)


async def test_a_calendar_taken_before_the_daily_plan_learns_of_what_the_settings_changed(database, clock, tmp_path):
    def made(day: date) -> Council:
        linked = Linked(id="code", name="Code of Conduct", next=day)
        return Council(database, clock, tmp_path, reviews=Reviews(documents=(linked,)))

    before = made(date(2027, 5, 10))
    await Years(before).plan()
    first = await file(before)
    after = made(date(2027, 6, 10))
    second = await file(after)
    assert "SEQUENCE:0" in first
    assert "SEQUENCE:1" in second
    await Years(after).plan()
    assert await file(after) == second


# ---------------------------------------------------------------- who may, and how long


async def test_where_nobody_may_record_it_is_said_that_the_office_must_be_filled(made):
    council = made(people=without("bea", "dee", "eve"))
    assert "One of the two offices must be filled" in await council.whispered(command("review"))
    life = Years(council)
    await life.until(at("2026-11-24"))
    (told,) = life.told
    assert told.to == {"fay", "gus"}
    assert "see to it that one of the two offices is filled" in told.text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2020, 7, 16), "about 6 years ago"),
        (date(2025, 11, 22), "about 12 months ago"),
        (date(2026, 8, 20), "about 3 months ago"),
        (date(2026, 8, 22), "92 days ago"),
        (date(2026, 11, 21), "yesterday"),
        (date(2027, 2, 20), "in 90 days"),
        (date(2027, 3, 22), "in about 4 months"),
        (date(2029, 11, 22), "in about 3 years"),
    ],
)
def test_what_is_far_away_is_told_in_months_and_years(day, said):
    assert away(day, workdays.today(at("2026-11-22")), load.words()) == said


# ---------------------------------------------------------------- asked in plain words


@pytest.mark.parametrize("id", ["barrow", "crickhowell", "twywell"])
@pytest.mark.parametrize("words", ["When is the next review", "who approved the last review", "has it been reviewed"])
async def test_whoever_asks_when_it_is_reviewed_is_led_to_where_that_stands(bot, id, words):
    answer = await bot.hear(message(words, council=id))
    assert tokens(answer.post)["When it is reviewed"] == "reviews/open/"


async def test_whoever_asks_something_else_is_not(bot):
    answer = await bot.hear(message("do I get any training"))
    assert "When it is reviewed" not in tokens(answer.post)
