"""What people see of reviews, what the clerk and the chair can record, and what is said where something can't be."""

import asyncio
from datetime import date

import pytest
from msgspec.structs import replace

from bot.conversation import Due, File, Reject, Whisper
from bot.reviews import DESK
from bot.settings import Linked, Reviews
from content import load
from tests.core.council import Council, settings, tokens, without
from tests.lookup.measure import HERE as QUESTIONS
from tests.lookup.measure import read
from tests.reviews.years import HERE
from tests.worlds import NOON, command, message, press, submit

RECORDING = {"Set a date", "Put on the agenda", "Reviewed, no change", "Reviewed, amended"}
GOOD = {"on": "2026-11-20", "minute": "45/27", "approved_by": "Full Council", "next": "2027-11-20"}
DATED = Reviews(documents=(Linked(id="code", name="Code of Conduct", next=date(2027, 5, 10)),))


async def labels(council, who: str, text: str = "review") -> dict[str, str]:
    answer = await council.hear(command(text, who=who))
    return tokens(answer.post)


async def form_of(council, label: str, who: str = "bea"):
    return await council.opened(press((await labels(council, who))[label], who=who))


async def outcomes(council) -> int:
    review = await council.store.review("barrow", "protocol")
    return len(review.outcomes) if review else 0


async def record(council, who: str = "bea", **changes: str) -> str:
    form = await form_of(council, "Reviewed, no change", who)
    return await council.whispered(submit(form.id, {**GOOD, **changes}, who=who))


async def nudge(council):
    """The reminder that no date is set, as it comes to the clerk on the Monday."""
    event = Due(id="plan", where=HERE, at=NOON, matter="review/barrow", rung="plan", due=NOON)
    await council.bot.hear(event)
    council.clock.pass_by(days=1)
    (told,) = await council.notices()
    return told


# ---------------------------------------------------------------- what everybody sees


@pytest.mark.parametrize("who", ["ann", "cal", "eve", "fay"])
async def test_everybody_sees_where_it_stands_and_only_the_clerk_and_the_chair_get_buttons_to_record(council, who):
    said = await council.whispered(command("review", who=who))
    assert "no date is set" in said
    assert "the document leaves a space for it, which is empty" in said
    assert "adopted on 16 July 2019" in said
    assert "Bea Hall, Dee Frost" in said
    assert not RECORDING & set(await labels(council, who))
    for able in ("bea", "dee"):
        assert set(await labels(council, able)) >= RECORDING


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("barrow", "the document leaves a space for it"),
        ("leigh-on-sea", "no date is set"),
        ("southwell", "no date is set"),
        ("twywell", "no date is set"),
        ("crickhowell", "Versions and reviews"),
    ],
)
async def test_each_protocol_is_told_as_it_is(bot, id, words):
    answer = await bot.hear(command("review", council=id))
    assert words in answer.post.plain() + " ".join(tokens(answer.post))


async def test_crickhowells_record_is_shown_as_crickhowell_has_it(bot):
    told = (await bot.hear(command("history", council="crickhowell"))).post.plain()
    assert "Version 1, date unknown" in told
    assert "Summary of changes: unknown" in told
    at = [told.index(words) for words in ("Version 1", "Version 2, 15 February 2022", "Version 3, 21 March 2023")]
    assert at == sorted(at)
    assert "Summary of changes: No amendments made" in told
    assert "Minute reference: not recorded" in told


async def test_a_linked_document_is_shown_with_its_own_date_and_where_it_is_named(made):
    council = made(reviews=DATED)
    said = await council.whispered(command("review"))
    assert "Document: Code of Conduct" in said
    assert "Next review: 10 May 2027" in said
    assert "Where the date comes from: the council's settings" in said
    assert "Named in: The clerk and other officers can expect from councillors, bullet 8" in said
    opened = await council.whispered(press((await labels(council, "bea"))["Open: Code of Conduct"], who="bea"))
    assert "The protocol" not in opened


async def test_what_is_recorded_changes_what_about_and_review_say(council):
    await record(council)
    assert "recorded here: 20 November 2026, approved by Full Council" in await council.whispered(command("about"))
    assert "20 November 2027, as it was set here" in await council.whispered(command("about"))
    assert "decided at the last review" in await council.whispered(command("review"))
    told = await council.whispered(command("history"))
    assert "Version 2, 20 November 2026" in told
    assert "Minute reference: 45/27" in told


@pytest.mark.parametrize(
    "words",
    [
        "when is the protocol reviewed next",
        "review date",
        "who approved the last review",
        "what is the review cycle",
        "has it been reviewed",
    ],
)
async def test_a_question_about_reviews_is_looked_up_as_before(council, words):
    said = await council.whispered(message(words))
    assert "Who can record a review" not in said


@pytest.mark.parametrize("words", ["Record a review.", "set the review date", "put the review on the agenda"])
async def test_words_that_mean_nothing_else_lead_to_the_page(council, words):
    assert "Who can record a review" in await council.whispered(message(words, who="bea"))


async def test_the_dates_can_be_taken_away_as_a_file(council):
    assert "no date yet" in await council.whispered(press("reviews/calendar/"))
    await record(council)
    answer = await council.hear(press("reviews/calendar/"))
    (file,) = (block for block in answer.post.blocks if isinstance(block, File))
    assert (file.name, file.media) == ("barrow-reviews.ics", "text/calendar")
    assert "DTSTART;VALUE=DATE:20271120\r\n" in file.text
    assert "20 November 2027" in answer.post.plain()


# ---------------------------------------------------------------- what is not taken

BAD = [
    ({"on": "2027-02-31"}, "on", "can't find that day in any calendar"),
    ({"on": "31 Feb"}, "on", "can't find that day in any calendar"),
    ({"on": ""}, "on", "Please fill this in"),
    ({"on": "1066-10-14"}, "on", "before there were parish councils"),
    ({"on": "2019-07-01"}, "on", "before the document was adopted"),
    ({"on": "2026-12-24"}, "on", "still to come"),
    ({"on": "9999-12-31", "next": ""}, "on", "still to come"),
    ({"on": "tomorrow"}, "on", "can't find that day"),
    ({"next": "2026-11-19"}, "next", "has to come after the one before it"),
    ({"next": "2026-11-20"}, "next", "has to come after the one before it"),
    ({"next": "1066-10-14"}, "next", "before there were parish councils"),
    ({"next": "2999-01-01"}, "next", "more than ten years ahead"),
    ({"next": "2028-02-30"}, "next", "can't find that day"),
    ({"approved_by": " "}, "approved_by", "Please fill this in"),
    ({"approved_by": "x" * 500}, "approved_by", "500 characters"),
    ({"minute": "9" * 500}, "minute", "500 characters"),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD, ids=[str(changes)[:40] for changes, _, _ in BAD])
async def test_what_can_not_be_is_said_at_its_field_and_nothing_is_changed(council, changes, field, words):
    form = await form_of(council, "Reviewed, no change")
    wrong = await council.rejected(submit(form.id, {**GOOD, **changes}, who="bea"))
    assert list(wrong) == [field]
    assert words in wrong[field]
    assert await council.store.reviews("barrow") == []


@pytest.mark.parametrize(
    "minute", ["45/27", "FC 2026-11-20 item 9(b)", "", "Cofnod 12 – Ŵyl", "#", "🗳️ 7", "\ud83d 12", "1\n2", "<b>9</b>"]
)
async def test_a_minute_reference_has_any_shape(council, minute):
    await record(council, minute=minute)
    assert await outcomes(council) == 1


@pytest.mark.parametrize(
    ("label", "field", "day", "words"),
    [
        ("Set a date", "due", "2027-02-31", "can't find that day"),
        ("Set a date", "due", "2020-01-01", "That day is over"),
        ("Set a date", "due", "1066-10-14", "before there were parish councils"),
        ("Set a date", "due", "2066-10-14", "more than ten years ahead"),
        ("Set a date", "due", "", "Please fill this in"),
        ("Put off to …", "due", "2027-05-10", "no later than the day it is due on (10 May 2027)"),
        ("Put off to …", "due", "2027-03-01", "no later than the day"),
        ("Put off to …", "due", "2029-01-01", "more than a year"),
        ("Put on the agenda", "date", "2026-11-01", "That day is over"),
        ("Put on the agenda", "date", "31 Feb 2027", "can't find that day"),
        ("Put on the agenda", "date", "", "Please choose a meeting"),
    ],
)
async def test_a_date_that_can_not_be_is_said_at_its_field_and_nothing_is_changed(council, label, field, day, words):
    if label == "Put off to …":
        first = await form_of(council, "Set a date")
        await council.whispered(submit(first.id, {"due": "2027-05-10"}, who="bea"))
    before = await council.store.reviews("barrow")
    form = await form_of(council, label)
    wrong = await council.rejected(submit(form.id, {field: day, "meeting": "other"}, who="bea"))
    assert list(wrong) == [field]
    assert words in wrong[field]
    assert await council.store.reviews("barrow") == before


async def test_a_meeting_and_another_date_are_one_too_many(council):
    form = await form_of(council, "Put on the agenda")
    both = {"meeting": "2027-01-18", "date": "2027-02-01"}
    assert "take one of the two away" in (await council.rejected(submit(form.id, both, who="bea")))["date"]


# ---------------------------------------------------------------- who may


async def test_somebody_without_the_office_is_refused_whatever_they_press_or_send(council):
    forms = {label: await form_of(council, label) for label in sorted(RECORDING)}
    offered = await labels(council, "bea")
    for who in ("ann", "cal", "eve"):
        for label in RECORDING:
            assert "Only the clerk and the chair" in await council.whispered(press(offered[label], who=who))
            wrong = await council.rejected(submit(forms[label].id, {**GOOD, "due": "2027-05-10"}, who=who))
            assert "Only the clerk and the chair" in wrong[""]
    assert await council.store.reviews("barrow") == []


async def test_whoever_lost_the_office_can_not_use_the_old_button(council, made):
    told = await nudge(council)
    after = made(people=without("bea"))
    said = await after.whispered(press(tokens(told.post)["Set a date"], who="bea"))
    assert "Only the clerk and the chair" in said


async def test_for_a_vacant_office_whoever_stands_in_can_record(made):
    council = made(people=without("dee"))
    assert set(await labels(council, "eve")) >= RECORDING
    assert "Bea Hall, Eve O’Neill" in await council.whispered(command("review"))


async def test_a_guest_is_told_where_to_turn_instead(council):
    assert "I am not the right one for this" in await council.whispered(command("review", who="vic"))


# ---------------------------------------------------------------- once


async def test_the_same_form_sent_twice_is_recorded_once(council):
    form = await form_of(council, "Reviewed, no change")
    sent = submit(form.id, GOOD, who="bea")
    first = await council.whispered(sent)
    assert await council.whispered(sent) == first  # the same delivery
    again = await council.whispered(submit(form.id, GOOD, who="bea"))
    assert "not recorded a second time" in again
    assert await outcomes(council) == 1


async def test_two_people_recording_one_review_record_it_once(council):
    clerks, chairs = await form_of(council, "Reviewed, no change"), await form_of(council, "Reviewed, amended", "dee")
    answers = await asyncio.gather(
        council.hear(submit(clerks.id, GOOD, who="bea")),
        council.hear(submit(chairs.id, {**GOOD, "changes": "A comma."}, who="dee")),
    )
    assert {type(answer) for answer in answers} == {Whisper, Reject}
    (refused,) = (answer for answer in answers if isinstance(answer, Reject))
    assert "has recorded a review since you opened this form" in refused.problems["on"]
    assert await outcomes(council) == 1


async def test_a_review_of_the_same_day_is_not_recorded_again_from_a_new_form(council):
    await record(council)
    form = await form_of(council, "Reviewed, amended", "dee")
    wrong = await council.rejected(submit(form.id, {**GOOD, "changes": "A comma."}, who="dee"))
    assert "A review of that day is in the record already" in wrong["on"]
    assert await outcomes(council) == 1


async def test_every_button_of_a_reminder_that_is_done_with_says_so(council):
    told = await nudge(council)
    await record(council, who="dee")
    for label, token in tokens(told.post).items():
        said = await council.whispered(press(token, who="bea"))
        assert "Dee Frost has recorded one since, of 20 November 2026" in said, label
    assert await outcomes(council) == 1


async def test_one_date_is_not_put_over_anothers_unseen(council):
    clerks, chairs = await form_of(council, "Set a date"), await form_of(council, "Set a date", "dee")
    await council.whispered(submit(clerks.id, {"due": "2027-05-10"}, who="bea"))
    wrong = await council.rejected(submit(chairs.id, {"due": "2027-06-10"}, who="dee"))
    assert "Somebody changed the dates" in wrong["due"]
    assert "10 May 2027" in await council.whispered(command("review"))


async def test_a_week_of_peace_is_given_once(council):
    told = await nudge(council)
    snooze = tokens(told.post)["Remind me in a week"]
    assert "I'll remind you on 30 November 2026" in await council.whispered(press(snooze, who="bea"))
    assert "Nothing was changed" in await council.whispered(press(snooze, who="bea"))


# ---------------------------------------------------------------- who is told


async def test_a_reminder_goes_to_the_clerk_once_and_says_to_whom(council):
    told = await nudge(council)
    assert (told.to.id, told.once, told.rests) == ("bea", True, ("england", "18:00", "08:30"))
    assert "The protocol has no review date" in told.post.plain()
    assert "Who is told: Bea Hall." in told.post.plain()
    assert set(tokens(told.post)) == {*RECORDING, "Remind me in a week"}


async def test_where_there_is_no_clerk_it_goes_to_whoever_stands_in(made):
    told = await nudge(made(people=without("bea")))
    assert told.to.id == "dee"
    assert "Set a date" in tokens(told.post)


async def test_where_nobody_of_the_ladder_can_be_told_the_administrators_are(made):
    people = tuple(p if p.id == "cal" else unreached(p) for p in settings().people)
    told = await nudge(made(people=people))
    assert told.to.id == "cal"
    assert "so it comes to you" in told.post.plain()
    assert not tokens(told.post)
    assert "The clerk or the chair records what comes of it" in told.post.plain()


def unreached(person):
    return replace(person, accounts=())


async def test_without_keys_reminders_go_on(database, clock, tmp_path):
    told = await nudge(Council(database, clock, tmp_path, keys=False))
    assert told.to.id == "bea"


async def test_a_promise_of_a_review_that_nobody_keeps_goes(council):
    event = Due(id="d1", where=HERE, at=NOON, matter="review/barrow.gone", rung="lead", due=NOON)
    assert await council.bot.hear(event) is None
    assert await council.notices() == []


def test_no_question_that_was_collected_is_taken_for_the_page():
    asked = [row["question"] for row in read(QUESTIONS / "blind.jsonl")]
    asked += [words for topic in load.topics() for words in topic.asks]
    assert asked
    assert not [words for words in asked if DESK.recognises(words, None)]
