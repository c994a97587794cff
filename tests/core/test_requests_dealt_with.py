"""Requests about personal data are brought up until they are done; complaints; plain words that mean either."""

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.conversation import Whisper
from bot.own_data import meant
from bot.settings import Retention
from content import load
from storage import tables
from tests import databases
from tests.core.council import complain, opened, see_to_it, settings, tokens, without
from tests.worlds import command, message, press, submit

# ---------------------------------------------------------------- promised


async def test_reminders_come_a_week_before_on_the_day_and_then_every_week(council, clock):
    await council.hear(command("held"))
    await council.notices()
    days = []
    clock.pass_by(hours=-3, minutes=-29)  # 08:31, when the quiet hours have just ended
    for _ in range(60):
        clock.pass_by(days=1)
        if await council.ticker.tick():
            (said,) = (await council.told()).values()
            days.append(f"{clock():%d %b}" + (" late" if "still" in said else ""))
    assert days == ["15 Dec", "22 Dec", "29 Dec late", "05 Jan late", "12 Jan late", "19 Jan late"]


async def test_a_long_sleep_brings_one_reminder_not_many(council, clock):
    await council.hear(command("held"))
    await council.notices()
    clock.pass_by(days=200)
    assert await council.ticker.tick() == 1
    assert await council.ticker.tick() == 0
    assert len(await council.notices()) == 1


async def test_a_lead_who_lost_their_office_is_followed_by_the_next(made, clock):
    await made().hear(command("held"))
    council = made(people=without("bea"))
    await council.notices()
    clock.pass_by(days=30)
    await council.ticker.tick()
    assert list(await council.told()) == ["eve"]


async def test_a_notice_that_reaches_nobody_goes_to_the_next_at_once(council):
    await council.hear(command("held"))
    await council.unreached()
    assert await council.ticker.tick() == 1
    assert list(await council.told()) == ["eve"]
    (kept,) = await council.store.requests("barrow", "eve")
    assert kept.promised


async def test_the_last_one_who_can_not_be_reached_keeps_it_and_the_clock_goes_on(made):
    council = made(data_lead=("clerk",), administrators=(), group=None, people=without("dee", "eve", "fay", "gus"))
    await council.hear(command("held"))
    await council.unreached()
    assert await council.ticker.tick() == 1
    assert await council.ticker.tick() == 0
    (kept,) = await council.store.requests("barrow", "bea")
    assert kept.promised


async def test_every_open_request_has_something_promised(council):
    await council.hear(command("held"))
    await complain(council, who="cal")
    at_once = [*await council.store.requests("barrow", "")]
    await council.ticker.tick()
    kept = [*at_once, *await council.store.requests("barrow", "bea")]
    assert len(kept) == 4
    assert all(request.promised for request in kept)


# ---------------------------------------------------------------- done


async def test_marking_it_done_ends_the_reminders_and_tells_whoever_asked(council, clock):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    answer = await see_to_it(council, notice)
    assert isinstance(answer, Whisper)
    told = await council.told()
    assert list(told) == ["ann"]
    assert "22 November 2026" in told["ann"]
    clock.pass_by(days=90)
    assert await council.ticker.tick() == 0


async def test_leaving_it_open_changes_nothing(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    await see_to_it(council, notice, done="no")
    assert await council.notices() == []
    assert [request.state for request in await council.store.requests("barrow", "bea")] == ["open"]


async def test_a_form_sent_twice_or_an_old_button_does_nothing_more(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    token = next(iter(tokens(notice.post).values()))
    form = await council.opened(press(token, who="bea"))
    await council.hear(submit(form.id, {"done": "yes"}, who="bea"))
    await council.notices()
    for event in (submit(form.id, {"done": "yes"}, who="bea"), press(token, who="bea")):
        assert "nothing here for you to open" in await council.whispered(event)
    assert await council.notices() == []


async def test_a_request_that_was_answered_is_erased_as_long_after_as_the_council_has_set(made, clock):
    council = made(retention=Retention(informal=12))
    await council.hear(command("held"))
    (notice,) = await council.notices()
    await see_to_it(council, notice)
    clock.pass_by(days=364)
    assert await council.ticker.tick() == 0
    clock.pass_by(days=3)
    assert await council.ticker.tick() == 1
    assert await council.store.requests("barrow", "bea") == []
    assert await council.ticker.tick() == 0


async def test_a_council_that_erases_nothing_keeps_it(made, clock):
    council = made(retention=Retention(informal="never"))
    await council.hear(command("held"))
    (notice,) = await council.notices()
    await see_to_it(council, notice)
    clock.pass_by(days=9000)
    assert await council.ticker.tick() == 0
    assert len(await council.store.requests("barrow", "bea")) == 1


# ---------------------------------------------------------------- complaints


async def test_a_complaint_is_acknowledged_at_once_with_reference_and_day(council):
    answer = await complain(council)
    said = answer.post.plain()
    assert "DP-" in said
    assert "22 November 2026" in said
    assert "by 22 December 2026" in said
    assert "bus" not in said


async def test_a_complaint_is_read_in_a_form_and_stands_in_no_notice(council):
    await complain(council)
    (notice,) = await council.notices()
    assert "bus" not in notice.post.plain()
    said = await opened(council, notice)
    assert "My file was left on a bus." in said
    assert "Ann Lee" in said


async def test_a_complaint_does_not_go_to_whom_it_is_about(council):
    await complain(council, not_to="bea")
    (notice,) = await council.notices()
    assert notice.to.id == "eve"
    assert "Not to go to: Bea Hall." in await opened(council, notice)


async def test_a_complaint_that_names_somebody_does_not_go_to_them(council):
    await complain(council, what="I saw bea hall read my file aloud.")
    assert list(await council.told()) == ["eve"]


@pytest.mark.parametrize("named", ["Eve O'Neill", "eve  oneill", "Éve O‘Neill’s assistant", "Councillor Eve O’Neill"])
async def test_nor_where_the_name_is_typed_otherwise_than_it_is_listed(made, named):
    people = tuple(replace(one, name="Cllr Eve O’Neill") if one.id == "eve" else one for one in settings().people)
    council = made(data_lead=("vice-chair",), people=people)
    await complain(council, what=f"I saw that {named} read my file aloud.")
    assert list(await council.told()) == ["cal"]


async def test_a_complaint_kept_from_somebody_stays_so_when_it_is_passed_on(council):
    await complain(council, not_to="eve")
    await council.unreached()
    await council.ticker.tick()
    assert list(await council.told()) == ["cal"]


async def test_the_same_form_sent_twice_is_one_complaint(council):
    form = await council.opened(command("complaint"))
    values = {"what": "It was lost.", "not_to": ""}
    first = await council.whispered(submit(form.id, values))
    assert await council.whispered(submit(form.id, values)) == first
    assert len(await council.notices()) == 1


async def test_the_same_form_with_other_words_is_another_complaint(council):
    form = await council.opened(command("complaint"))
    first = await council.whispered(submit(form.id, {"what": "It was lost."}))
    second = await council.whispered(submit(form.id, {"what": "It was lost twice."}))
    assert first != second
    assert len(await council.notices()) == 2


@pytest.mark.parametrize("what", ["", "   ", "x" * 20_000])
async def test_an_empty_or_endless_complaint_is_sent_back_and_nothing_is_kept(council, what):
    form = await council.opened(command("complaint"))
    assert "what" in await council.rejected(submit(form.id, {"what": what}))
    assert await council.notices() == []


async def test_half_a_character_does_no_harm(council):
    await complain(council, what="It was \ud83d lost.")
    (notice,) = await council.notices()
    assert "It was  lost." in await opened(council, notice)


async def test_whoever_complains_can_not_keep_it_from_themselves(council):
    form = await council.opened(command("complaint", who="bea"))
    people = next(field for field in form.fields if field.name == "not_to")
    assert [option.value for option in people.options] == ["eve", "cal"]


async def test_a_data_protection_complaint_is_recognised_in_plain_words(council):
    form = await council.opened(message("I want to complain about how my data was handled"))
    assert "personal data" in form.title


# ---------------------------------------------------------------- plain words


@pytest.mark.parametrize(
    "text",
    [
        "what do you hold on me",
        "What data have you got about me?",
        "what is held on me",
        "what personal data does the council keep about me?",
        "show me everything you’ve got on me",
        "I would like a copy of everything you hold about me",
        "subject access request",
        "I want to make a subject access request",
        "SAR",
        "DSAR please",
    ],
)
def test_somebody_who_asks_what_is_held_is_understood(text):
    assert meant(text) == "held"


@pytest.mark.parametrize(
    "text",
    [
        "data protection complaint",
        "complain about how my data was handled",
        "I wish to complain that my personal details were shared with the press",
        "How do I complain about my personal data being shared?",
    ],
)
def test_somebody_who_complains_about_their_data_is_understood(text):
    assert meant(text) == "complaint"


@pytest.mark.parametrize(
    "text",
    [
        "what does it say about data protection",
        "who handles data protection complaints",
        "who deals with subject access requests",
        "should I answer a subject access request from a resident",
        "can a councillor see my personal data",
        "can councillors ask for information about me",
        "what can councillors expect of me",
        "I want to complain about the clerk",
        "complaint about a councillor",
        "how long is information kept",
        "what does the council hold meetings about",
    ],
)
def test_a_question_about_the_rules_goes_on_to_the_lookup(text):
    assert meant(text) is None


def test_hardly_anything_that_people_ask_about_the_rules_is_taken_for_a_request():
    asked = [ask for topic in load.topics() for ask in topic.asks]
    assert {ask for ask in asked if meant(ask)} <= {"subject access request", "subject access request form"}


async def test_a_question_that_begins_with_the_commands_name_is_looked_up(council):
    for text in ("held in public or in private?", "complaint against the clerk", "complaint procedure"):
        await council.whispered(command(text))
    assert await council.store.requests("barrow", "bea") == []


async def test_every_reading_is_written_down(council, database):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    await opened(council, notice)
    await see_to_it(council, notice)
    async with databases.whole(database) as connection:
        did = (await connection.execute(select(tables.audit.c.did).order_by(tables.audit.c.seq))).scalars().all()
    assert did == ["kept", "read", "read", "done"]


async def test_no_word_of_a_complaint_reaches_the_log_or_the_file(council, database, caplog, tmp_path):
    caplog.set_level(0)
    await complain(council, what="zebra-canary-4711")
    await council.ticker.tick()
    council.clock.pass_by(days=60)
    await council.ticker.tick()
    await council.notices()
    assert "zebra" not in caplog.text
    assert all(b"zebra" not in file.read_bytes() for file in tmp_path.iterdir())
