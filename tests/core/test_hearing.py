"""One event, one turn, one transaction."""

import asyncio

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.bot import Bot
from bot.conversation import Announce, Open, Reject, Send, Whisper
from bot.errors import AlreadyHeard
from bot.lists import LISTS
from bot.records import Passed, Turn
from bot.tokens import Token
from storage import tables
from tests import databases, queue
from tests.worlds import NOON, channel, command, greet, handbooks, message, person, press, private, seats, submit

QUESTION = "who keeps the key to the parish notice board"


@pytest.fixture
def begun(database):
    """How often a transaction was opened in which something can be written."""
    seen = []

    def note(connection):
        options = connection.get_execution_options()
        by_itself = options.get("isolation_level") == "AUTOCOMMIT"  # SQLAlchemy says so, and its driver begins nothing
        if not options.get("postgresql_readonly") and not by_itself:
            seen.append(connection)

    def note_where_it_is_said(connection, _cursor, statement, *_):
        if statement.startswith("BEGIN"):
            seen.append(connection)

    engine = database.sync_engine
    if engine.dialect.name == "sqlite":  # whose driver begins nothing by itself
        sql_event.listen(engine, "before_cursor_execute", note_where_it_is_said)
    else:
        sql_event.listen(engine, "begin", note)
    return seen


async def rows(database, table) -> int:
    async with databases.whole(database) as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def pass_question(bot: Bot, text: str = QUESTION, who: str = "ann", id: str = "pass-1"):
    return await bot.hear(submit(str(Token("questions", "pass")), {"question": text}, who=who, id=id))


@pytest.mark.parametrize(
    "text", ["", "3.2", "training", "/", "what about mediation", "expectations", "gaps", "compare training"]
)
async def test_a_lookup_opens_no_transaction_and_keeps_nothing(bot, database, begun, text):
    begun.clear()
    answer = await bot.hear(command(text))
    assert isinstance(answer, Whisper)
    assert begun == []
    for table in (tables.heard, tables.outbox, tables.passed, tables.pins):
        assert await rows(database, table) == 0


async def test_passing_a_question_is_one_transaction(bot, database, begun):
    begun.clear()
    await pass_question(bot)
    assert len(begun) == 1
    assert [await rows(database, t) for t in (tables.heard, tables.outbox, tables.passed)] == [1, 1, 1]


async def test_the_same_delivery_again_changes_nothing_and_gets_the_same_answer(bot, database):
    first = await pass_question(bot)
    again = await pass_question(bot)
    assert first == again
    assert [await rows(database, t) for t in (tables.heard, tables.outbox, tables.passed)] == [1, 1, 1]


async def test_the_same_delivery_twice_at_once_is_kept_once(bot, database):
    answers = await asyncio.gather(*(pass_question(bot) for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)
    assert [await rows(database, t) for t in (tables.heard, tables.outbox, tables.passed)] == [1, 1, 1]


async def test_the_same_id_from_another_workspace_is_another_delivery(bot, database):
    await bot.hear(submit("questions/pass/", {"question": QUESTION}, council="barrow", id="same"))
    await bot.hear(submit("questions/pass/", {"question": QUESTION}, council="twywell", id="same"))
    assert await rows(database, tables.passed) == 2


async def test_a_turn_that_fails_half_way_keeps_nothing(store, database):
    kept = Passed(id="1", council="barrow", asker=person("ann", "barrow"), words="x", at=NOON)
    notice = Send(to=person("bea", "barrow"), post=(await _post()))
    async with databases.whole(database) as connection:
        await connection.execute(text("ALTER TABLE outbox RENAME TO elsewhere"))
    with pytest.raises(SQLAlchemyError):
        await store.keep("barrow", command("a", id="one"), Turn(keep=(kept,), notices=(notice,)))
    assert [await rows(database, t) for t in (tables.heard, tables.passed)] == [0, 0]


async def test_a_delivery_kept_before_is_not_kept_again(store, database):
    notice = Send(to=person("bea", "barrow"), post=(await _post()))
    await store.keep("barrow", command("a", id="one"), Turn(notices=(notice,)))
    with pytest.raises(AlreadyHeard):
        await store.keep("barrow", command("a", id="one"), Turn(notices=(notice,)))
    assert await rows(database, tables.outbox) == 1


async def _post():
    from bot.conversation import Paragraph, Post

    return Post((Paragraph("hello"),))


async def test_two_clerks_answering_at_once_answer_once(bot, store, database):
    await pass_question(bot)
    async with databases.whole(database) as connection:
        id = (await connection.execute(select(tables.passed.c.id))).scalar_one()
    form = str(Token("questions", "answer", id))
    answers = await asyncio.gather(
        *(bot.hear(submit(form, {"reply": f"Answer {n}.", "pin": "no"}, who="bea")) for n in range(4))
    )
    (sent,) = [answer.post.plain() for answer in answers if isinstance(answer, Whisper)]
    assert "Sent to the person" in sent
    late = [answer.problems[""] for answer in answers if isinstance(answer, Reject)]
    assert sum("answered already" in text for text in late) == 3, "what they wrote stays in the form"
    waiting = await queue.waiting(store, NOON)
    assert len([w for w in waiting if isinstance(w.notice, Send) and w.notice.to == person("ann", "barrow")]) == 1


async def test_a_workspace_that_nobody_set_up_gets_no_answer(bot):
    assert await bot.hear(command("3.2", council="atlantis")) is None


async def test_a_guest_is_told_politely_where_to_turn(bot):
    for event in (
        command("3.2", who="vic"),
        message("hello", who="vic"),
        greet("vic"),
        press("clauses/share/aim-p1", who="vic"),
    ):
        answer = await bot.hear(event)
        assert "turn to the clerk (Bea Hall)" in answer.post.plain()


async def test_sharing_is_a_notice_to_the_channel_and_only_from_a_channel(bot, store):
    where = channel("leigh-on-sea")
    await bot.hear(press("clauses/share/3.2", council="leigh-on-sea", where=where))
    (waiting,) = await queue.waiting(store, NOON)
    assert isinstance(waiting.notice, Announce)
    assert waiting.notice.to == where
    assert "Ann Lee shared this" in waiting.notice.post.plain()
    answer = await bot.hear(press("clauses/share/3.2", council="leigh-on-sea"))
    assert "only from a channel" in answer.post.plain()
    assert len(await queue.waiting(store, NOON)) == 1


@pytest.mark.parametrize(
    "token",
    ["", "/", "clauses/share/no-such", "clauses/show/gone", "nobody/knows/it", "questions/answer/none", "x" * 3000],
)
async def test_an_old_or_foreign_button_is_answered_kindly_and_changes_nothing(bot, database, token):
    answer = await bot.hear(press(token, where=channel("barrow")))
    assert isinstance(answer, Whisper)
    assert await rows(database, tables.heard) == 0


async def test_none_of_these_shows_the_exact_words_and_who_reads_them_first(bot):
    answer = await bot.hear(press(str(Token("questions", "pass", QUESTION))))
    assert isinstance(answer, Open)
    assert answer.form.fields[0].value == QUESTION
    assert "Bea Hall" in answer.form.intro[0].text


@pytest.mark.parametrize(
    "text",
    [
        "the clerk shouted at me in front of everyone",
        "I want to complain about cllr Brown",
        "i am being bullied by the chair",
        "she made a racist remark to me",
        "he wont stop having a go at me, im scared to come in",
    ],
)
async def test_words_that_resemble_a_concern_are_never_passed_on(bot, database, text):
    shown = await bot.hear(message(text))
    tokens = [button.token for block in shown.post.blocks if hasattr(block, "buttons") for button in block.buttons]
    assert "clauses/run/wrong" in tokens
    assert not any(token.startswith("questions/") for token in tokens)
    pressed = await bot.hear(press(str(Token("questions", "pass", text))))
    assert isinstance(pressed, Whisper)
    sent = await pass_question(bot, text)
    assert isinstance(sent, Reject)
    assert await rows(database, tables.outbox) == 0


async def test_the_clerk_answers_and_pins_and_the_next_asker_is_told(bot, store, database):
    await pass_question(bot)
    (told,) = await queue.waiting(store, NOON)
    assert told.notice.to == person("bea", "barrow")
    token = told.notice.post.blocks[-1].buttons[0].token
    opened = await bot.hear(press(token, who="bea"))
    assert isinstance(opened, Open)
    problems = await bot.hear(submit(opened.form.id, {"reply": "", "clause": "99.9", "pin": "yes"}, who="bea"))
    assert isinstance(problems, Reject)
    said = await bot.hear(submit(opened.form.id, {"reply": "Ask me.", "clause": "Aim", "pin": "yes"}, who="bea"))
    assert "pinned" in said.post.plain()
    arrived = [w for w in await queue.waiting(store, NOON) if w.notice.to == person("ann", "barrow")]
    assert "Ask me." in arrived[0].notice.post.plain()
    later = await bot.hear(
        message("Who keeps the key to the parish noticeboard?".replace("noticeboard", "notice board"), who="cal")
    )
    assert "the clerk has said" in later.post.plain()
    elsewhere = await bot.hear(message(QUESTION, council="twywell"))
    assert "the clerk has said" not in elsewhere.post.plain()


async def test_only_the_clerk_answers_and_pins(bot, database):
    await pass_question(bot)
    async with databases.whole(database) as connection:
        id = (await connection.execute(select(tables.passed.c.id))).scalar_one()
    for who in ("ann", "cal", "dee"):
        for event in (
            press(str(Token("questions", "answer", id)), who=who),
            press(str(Token("questions", "pin", QUESTION)), who=who),
        ):
            assert "Only the clerk" in (await bot.hear(event)).post.plain()
        for event in (
            submit(str(Token("questions", "answer", id)), {"reply": "x"}, who=who),
            submit(str(Token("questions", "pin")), {"question": QUESTION, "clause": "Aim"}, who=who),
        ):
            assert "Only the clerk" in (await bot.hear(event)).problems[""]
    assert await rows(database, tables.pins) == 0


@pytest.mark.parametrize(
    ("pinned", "other"),
    [
        ("can a councillor instruct the clerk", "can the clerk instruct a councillor"),
        ("who manages the clerk", "the clerk manages who"),
    ],
)
async def test_a_pin_does_not_answer_the_opposite_question(bot, pinned, other):
    await bot.hear(submit(str(Token("questions", "pin")), {"question": pinned, "clause": "Aim"}, who="bea"))
    same = await bot.hear(message(pinned))
    assert "the clerk has said" in same.post.plain()
    assert "the clerk has said" not in (await bot.hear(message(other))).post.plain()
    offered = [button for block in same.post.blocks if hasattr(block, "buttons") for button in block.buttons]
    button = next(button for button in offered if button.label == "Not what I asked")
    assert "the clerk has said" not in (await bot.hear(press(button.token))).post.plain()


async def test_words_of_concern_can_not_be_pinned(bot, database):
    values = {"question": "the chair bullies me", "clause": "Aim"}
    answer = await bot.hear(submit(str(Token("questions", "pin")), values, who="bea"))
    assert isinstance(answer, Reject)
    assert await rows(database, tables.pins) == 0


@pytest.mark.parametrize(
    "text",
    [
        "i was raped",
        "i want to kill myself",
        "the chair hit me",
        "under 4.1 the chair follows me home every night",
        "compare i was raped",
        "expectations i want to kill myself",
        "Expectations are that I take the blame. The chair hit me.",
        "compare how the chair treats me, he hit me",
    ],
)
async def test_somebody_in_distress_is_shown_where_to_turn_first(bot, text):
    for council in ("barrow", "leigh-on-sea", "southwell", "twywell", "crickhowell"):
        shown = (await bot.hear(message(text, council=council))).post
        assert "999" in shown.blocks[0].text
        assert "Please don't write about it here" in shown.blocks[1].text
        assert "delete your message" in shown.blocks[2].text
        assert [button.token for button in shown.blocks[3].buttons] == ["concerns/start/", "clauses/run/wrong"]
        assert "a likely answer" not in shown.plain()


async def test_every_clerk_is_named_and_told(store, books):
    from bot.handbook import Seat

    two = [
        *seats("barrow"),
        Seat(id="zoe", name="Zoe Marsh", offices=frozenset({"clerk"}), accounts=(person("zoe", "barrow"),)),
    ]
    bot = Bot(store, handbooks({"barrow": two}))
    opened = await bot.hear(press(str(Token("questions", "pass", QUESTION))))
    assert "Bea Hall, Zoe Marsh" in opened.form.intro[0].text
    await pass_question(bot)
    assert {w.notice.to.id for w in await queue.waiting(store, NOON)} == {"bea", "zoe"}


async def test_somebody_who_is_not_listed_may_look_up_but_not_share_or_pass(bot, database):
    looked = await bot.hear(command("3.2", who="nobody", council="leigh-on-sea"))
    assert "In plain words" in looked.post.plain()
    for event in (
        press("clauses/share/aim-p1", who="nobody", where=channel("barrow")),
        press(str(Token("questions", "pass", QUESTION)), who="nobody"),
    ):
        assert "not on the council's list" in (await bot.hear(event)).post.plain()
    sent = await pass_question(bot, who="nobody")
    assert "not on the council's list" in sent.problems[""], "what they wrote stays in the form"
    assert await rows(database, tables.outbox) == 0


async def test_a_form_may_not_bring_more_than_it_asked_for(bot, database):
    assert isinstance(await pass_question(bot, "who has the key " * 100), Reject)
    await pass_question(bot, id="ok")
    async with databases.whole(database) as connection:
        id = (await connection.execute(select(tables.passed.c.id))).scalar_one()
    form = str(Token("questions", "answer", id))
    assert isinstance(await bot.hear(submit(form, {"reply": "x" * 200_000}, who="bea")), Reject)
    assert isinstance(await bot.hear(submit(form, {"reply": "x", "pin": "perhaps"}, who="bea")), Reject)


async def test_half_a_character_is_no_reason_to_fail(bot):
    assert isinstance(await pass_question(bot, QUESTION + " \ud800"), Whisper)


async def test_an_error_of_the_database_does_not_tell_what_was_written(store, database):
    async with databases.whole(database) as connection:
        await connection.execute(text("DROP TABLE passed"))
    kept = Passed(id="1", council="barrow", asker=person("ann", "barrow"), words="zebra-canary", at=NOON)
    with pytest.raises(SQLAlchemyError) as failed:
        await store.keep("barrow", command("x"), Turn(keep=(kept,)))
    assert "zebra" not in str(failed.value)


@pytest.mark.parametrize("council", ["barrow", "leigh-on-sea", "southwell", "twywell", "crickhowell"])
@pytest.mark.parametrize("name", [word for listed in LISTS for word in (listed.name, *listed.aliases)])
async def test_a_lists_name_shows_the_list_whatever_the_headings_are_called(bot, books, council, name):
    handbook = await books(private("ann", council))
    shown = (await bot.hear(command(name, council=council))).post
    listed = next(one for one in LISTS if name in (one.name, *one.aliases))
    assert shown == listed.show(handbook, "")
