"""What is held on me, and complaints about personal data: the same reply to all, and somebody who sees to it."""

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.asks import meant
from bot.conversation import Open, Post, Whisper
from bot.settings import Retention
from content import load
from storage import tables
from tests.core.council import Council, concern, tokens, without
from tests.worlds import channel, command, message, person, press, submit


@pytest.fixture
def council(database, clock, tmp_path) -> Council:
    return Council(database, clock, tmp_path)


@pytest.fixture
def made(database, clock, tmp_path):
    """A council with other settings."""
    return lambda **changes: Council(database, clock, tmp_path, **changes)


async def complain(council: Council, who: str = "ann", not_to: str = "", what: str = "My file was left on a bus."):
    form = await council.opened(command("complaint", who=who))
    return await council.hear(submit(form.id, {"what": what, "not_to": not_to}, who=who))


async def opened(council: Council, notice) -> str:
    """Everything that stands in the form that a notice leads to."""
    form = await council.opened(press(next(iter(tokens(notice.post).values())), who=notice.to.id))
    return Post(form.intro, title=form.title).plain()


async def see_to_it(council: Council, notice, done: str = "yes"):
    form = await council.opened(press(next(iter(tokens(notice.post).values())), who=notice.to.id))
    return await council.hear(submit(form.id, {"done": done}, who=notice.to.id))


# ---------------------------------------------------------------- what is held on me


async def test_what_is_held_on_me_is_answered_with_the_day_by_which_i_hear(council):
    said = await council.whispered(command("held"))
    assert "by 22 December 2026" in said
    assert "Bea Hall, Eve O’Neill" in said
    assert "0303 123 1113" in said


async def test_everybody_gets_the_same_reply_whatever_is_held(council):
    before = {who: await council.hear(command("held", who=who)) for who in ("ann", "bea", "cal", "dee", "nobody")}
    assert len(set(before.values())) == 1
    await council.file(concern("1", "ann", ("bea",)), concern("2", "cal", ("ann",)))
    for who in before:
        assert await council.hear(command("held", who=who)) == before["ann"]
        assert await council.hear(message("what do you hold on me?", who=who)) == before["ann"]
        assert await council.hear(message("what do you hold on me?", who=who, where=channel("barrow"))) == before["ann"]


async def test_the_subject_of_a_concern_gets_the_same_reply_and_the_same_form_as_without_it(made, database, clock):
    council = made()
    await council.file(concern("1", "bea", ("ann",)), concern("2", "eve", ("ann",)), concern("3", "cal", ("ann",)))
    with_it = await council.hear(command("held")), await council.hear(command("complaint", id="same"))
    without_it = await council.hear(command("held", who="fay")), await council.hear(command("complaint", id="same"))
    assert with_it == without_it


async def test_the_notice_says_a_reference_what_to_do_and_by_when_and_nothing_else(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    said = notice.post.plain()
    assert notice.to.id == "bea"
    assert notice.matter.startswith("request/")
    assert "DP-" in said
    assert "22 December 2026" in said
    for private in ("Ann", "Lee", "councillor", "held on"):
        assert private not in said


async def test_whoever_looks_after_it_reads_who_asks_and_how_in_a_form(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    said = await opened(council, notice)
    assert "Ann Lee" in said
    assert "protocol-bot held export --council barrow --person ann --lead bea --settings FILE --data FOLDER" in said
    assert "masked" in said


async def test_nobody_else_can_open_it(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    token = next(iter(tokens(notice.post).values()))
    nothing = {await council.whispered(press(token, who=who)) for who in ("ann", "cal", "dee", "eve", "nobody")}
    nothing.add(await council.whispered(press("requests/open/made-up", who="bea")))
    assert len(nothing) == 1


async def test_asking_again_while_it_is_open_keeps_no_second_one(council):
    first = await council.hear(command("held"))
    assert await council.hear(command("held")) == first
    assert await council.hear(message("subject access request")) == first
    assert len(await council.notices()) == 1
    assert len(await council.store.requests("barrow", "bea")) == 1


async def test_asking_again_later_tells_the_day_of_the_first_one(council, clock):
    first = await council.hear(command("held"))
    clock.pass_by(days=9)
    assert await council.hear(command("held")) == first
    assert "by 22 December 2026" in first.post.plain()
    assert "22 December" not in await council.whispered(command("held", who="fay"))


async def test_asking_again_keeps_no_second_one_after_whoever_deals_with_it_left(made):
    first = await made().hear(command("held"))
    council = made(people=without("bea"), data_lead=("vice-chair",))
    await council.notices()
    assert "by 22 December 2026" in await council.whispered(command("held"))
    assert first is not None
    assert await council.notices() == []
    assert len(await council.store.asked("barrow", "ann")) == 1


async def test_asking_again_after_it_was_answered_is_a_new_one(council):
    await council.hear(command("held"))
    (notice,) = await council.notices()
    await see_to_it(council, notice)
    await council.notices()
    await council.hear(command("held"))
    assert len(await council.notices()) == 1


async def test_somebody_on_no_list_has_the_same_right(council):
    await council.hear(command("held", who="stranger"))
    await council.hear(command("held", who="stranger"))
    (notice,) = await council.notices()
    assert "test:barrow:stranger" in await opened(council, notice)
    await see_to_it(council, notice)
    assert "marked as answered" in (await council.told())["stranger"]


async def test_a_guest_on_the_list_and_a_stranger_get_the_same_reply_and_the_same_form(council):
    for event in (command("held"), message("what do you hold on me?"), command("complaint", id="same")):
        guest, stranger = [await council.hear(replace(event, who=person(who, "barrow"))) for who in ("vic", "stranger")]
        assert guest == stranger
        assert isinstance(guest, Whisper | Open)
    await complain(council, who="vic")
    assert "Vic Stone" in await opened(council, (await council.notices())[-1])


# ---------------------------------------------------------------- who gets it


async def test_it_does_not_go_to_whoever_asks(council):
    await council.hear(command("held", who="bea"))
    assert list(await council.told()) == ["eve"]


@pytest.mark.parametrize(
    "between",
    [
        concern("1", "ann", ("bea",)),
        concern("1", "bea", ("ann",)),
        concern("1", "cal", ("ann", "bea")),
        concern("1", "ann", ("cal",), avoid=("bea",)),
        concern("1", "cal", ("bea",), handlers=("ann",)),
    ],
    ids=["about them", "by them", "about both", "kept out", "dealt with by whoever asks"],
)
async def test_it_does_not_go_to_a_party_to_a_matter_that_it_may_show(council, between):
    await council.file(between)
    await council.hear(command("held"))
    assert list(await council.told()) == ["eve"]


async def test_a_concern_between_others_changes_nothing(council):
    await council.file(concern("1", "cal", ("bea",)))
    await council.hear(command("held"))
    assert list(await council.told()) == ["bea"]


async def test_where_every_data_lead_is_a_party_the_administrator_gets_it(council):
    await council.file(concern("1", "ann", ("bea", "eve")))
    await council.hear(command("held"))
    assert list(await council.told()) == ["cal"]


async def test_where_nobody_of_the_settings_is_left_a_reserve_gets_it_who_can_open_and_finish_it(council):
    await council.file(concern("1", "ann", ("bea", "eve", "cal")))
    await council.hear(command("held"))
    (notice,) = await council.notices()
    assert notice.to.id == "dee", "the chair"
    assert "Ann Lee" in await opened(council, notice)
    await see_to_it(council, notice)
    assert "marked as answered" in (await council.told())["ann"]


async def test_reserves_are_reminded_as_anybody_is_and_followed_by_the_next(made, clock):
    council = made(data_lead=("clerk",), administrators=())
    await council.file(concern("1", "ann", ("bea",)))
    await council.hear(command("held"))
    assert list(await council.told()) == ["dee"]
    clock.pass_by(days=30)
    assert await council.ticker.tick() == 1
    assert list(await council.told()) == ["dee"]
    later = made(data_lead=("clerk",), administrators=(), people=without("dee"))
    clock.pass_by(days=30)
    await later.ticker.tick()
    assert list(await later.told()) == ["eve"]


async def test_whoever_lost_every_office_opens_nothing_any_more(made):
    council = made()
    await council.hear(command("held"))
    (notice,) = await council.notices()
    people = tuple(replace(one, offices=("officer",)) if one.id == "bea" else one for one in without())
    token = next(iter(tokens(notice.post).values()))
    assert "nothing here for you to open" in await made(people=people).whispered(press(token, who="bea"))


async def test_where_nobody_is_left_the_reply_is_the_same_and_no_log_tells_of_it(council, clock, caplog):
    """Whoever reads the log may be who asks: a line would tell them that there is a concern."""
    caplog.set_level(0)
    await council.hear(command("held", who="fay"))
    assert list(await council.told()) == ["bea"]
    without_one = [(record.name, record.msg) for record in caplog.records]
    caplog.clear()
    await council.file(concern("1", "ann", ("bea", "eve", "cal", "dee", "fay", "gus")))
    caplog.clear()
    with_nobody = await council.hear(command("held"))
    ours = [(name, msg) for name, msg in without_one if name.startswith("bot")]
    assert [(one.name, one.msg) for one in caplog.records if one.name.startswith("bot")] == ours == []
    assert await council.notices() == []
    assert await council.hear(command("held", who="fay")) == with_nobody
    assert await council.hear(command("held")) == with_nobody, "and there is no second one"
    (kept,) = await council.store.requests("barrow", "")
    assert kept.promised, "somebody will look again"


async def test_one_that_nobody_has_is_given_to_somebody_as_soon_as_there_is_one(made, clock):
    nobody = tuple(replace(one, accounts=()) if one.id != "ann" else one for one in without())
    await made(people=nobody).hear(command("held"))
    council = made()
    assert await council.notices() == []
    clock.pass_by(days=2)
    assert await council.ticker.tick() == 1
    assert list(await council.told()) == ["bea"]


async def test_no_data_lead_at_all_is_no_other_reply_for_some(made):
    council = made(data_lead=(), administrators=())
    assert await council.hear(command("held")) == await council.hear(command("held", who="cal"))


@pytest.mark.parametrize("lead", ["group", "eve", "vice-chair"])
async def test_the_data_lead_can_be_an_office_a_person_or_the_group(made, lead):
    council = made(data_lead=(lead,))
    await council.hear(command("held"))
    assert list(await council.told()) == ["fay" if lead == "group" else "eve"]


async def test_somebody_who_can_not_be_reached_is_passed_over(made):
    people = tuple(replace(one, accounts=()) if one.id == "bea" else one for one in without())
    council = made(people=people)
    await council.hear(command("held"))
    assert list(await council.told()) == ["eve"]


async def test_a_concern_raised_later_changes_nothing_that_the_data_lead_can_see(council):
    """Else it would tell them of it; what they may not see is left out of the export instead."""
    await council.hear(command("held"))
    (notice,) = await council.notices()
    before = await opened(council, notice)
    await council.file(concern("1", "ann", ("bea",)))
    assert await opened(council, notice) == before
    clock = council.clock
    clock.pass_by(days=40)
    await council.ticker.tick()
    assert list(await council.told()) == ["bea"]


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


async def test_a_notice_that_reaches_nobody_goes_to_the_next_at_once(council, clock):
    await council.hear(command("held"))
    (waiting,) = await council.store.waiting(clock(), 5)
    await council.store.put_off(waiting.order, None, "no such person")
    assert await council.ticker.tick() == 1
    assert list(await council.told()) == ["eve"]
    (kept,) = await council.store.requests("barrow", "eve")
    assert kept.promised


async def test_the_last_one_who_can_not_be_reached_keeps_it_and_the_clock_goes_on(made, clock):
    council = made(data_lead=("clerk",), administrators=(), group=None, people=without("dee", "eve", "fay", "gus"))
    await council.hear(command("held"))
    (waiting,) = await council.store.waiting(clock(), 5)
    await council.store.put_off(waiting.order, None, "no such person")
    assert await council.ticker.tick() == 1
    assert await council.ticker.tick() == 0
    (kept,) = await council.store.requests("barrow", "bea")
    assert kept.promised


async def test_every_open_request_has_something_promised(council):
    await council.hear(command("held"))
    await complain(council, who="cal")
    kept = await council.store.requests("barrow", "bea")
    assert len(kept) == 2
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


async def test_a_complaint_kept_from_somebody_stays_so_when_it_is_passed_on(council, clock):
    await complain(council, not_to="eve")
    (waiting,) = await council.store.waiting(clock(), 5)
    await council.store.put_off(waiting.order, None, "no such person")
    await council.ticker.tick()
    assert list(await council.told()) == ["cal"]


async def test_the_same_form_sent_twice_is_one_complaint(council):
    form = await council.opened(command("complaint"))
    values = {"what": "It was lost.", "not_to": ""}
    first = await council.hear(submit(form.id, values))
    assert await council.hear(submit(form.id, values)) == first
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


# ---------------------------------------------------------------- where nothing private can be kept


async def test_without_a_key_everybody_is_sent_to_paper_and_the_administrator_is_told(made, caplog):
    council = made(keys=False)
    said = {await council.whispered(command(text, who=who)) for text in ("held", "complaint") for who in ("ann", "dee")}
    assert len(said) == 1
    assert "on paper" in said.pop()
    assert "keys new" in caplog.text
    assert await council.notices() == []


async def test_a_key_that_goes_while_somebody_writes_leaves_their_words_in_the_form(made):
    form = await made().opened(command("complaint"))
    problems = await made(keys=False).rejected(submit(form.id, {"what": "It was lost."}))
    assert "copy what you wrote" in problems["what"]


async def test_without_a_key_a_request_can_not_be_opened_and_is_not_lost(made):
    council = made()
    await council.hear(command("held"))
    (notice,) = await council.notices()
    token = next(iter(tokens(notice.post).values()))
    assert "Nothing is lost" in await made(keys=False).whispered(press(token, who="bea"))
    assert await council.opened(press(token, who="bea"))


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
    async with database.connect() as connection:
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
