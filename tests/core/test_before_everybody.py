"""What of the bot's answers may be said before everybody, where a platform can't whisper."""

import pytest

from bot.bot import COMMANDS, DESKS
from bot.concern import Concern, Way
from bot.conversation import Button, Buttons, Post, Quote
from bot.help import helping
from bot.lists import LISTS
from bot.tokens import Token
from tests import databases
from tests.core.council import concern, said
from tests.worlds import channel, command, greet, handbooks, message, press, private, seats, submit

BARROW, LEIGH = channel("barrow"), channel("leigh-on-sea")
QUESTION = "who keeps the key to the parish notice board"


def buttons(post: Post) -> list[Button]:
    return [button for block in post.blocks if isinstance(block, Buttons) for button in block.buttons]


def labels(post: Post) -> list[str]:
    return [button.label for button in buttons(post)]


def without_buttons(post: Post) -> list[object]:
    return [block for block in post.blocks if not isinstance(block, Buttons)]


def filed() -> Concern:
    """One that Ann raised, and the clerk deals with."""
    words, ways = (said("story", "ann", "He read my letters aloud."),), (Way(stage="informal"),)
    return concern("d1", "ann", ["eve"], handlers=("bea",), words=words, ways=ways, secret="5e")  # noqa: S106  # made up


async def pin(bot, question: str, **more: str) -> None:
    values = {"question": question, "clause": "Aim"} | more
    await bot.hear(submit(str(Token("questions", "pin")), values, who="bea"))


# ---------------------------------------------------------------- may be said aloud


@pytest.mark.parametrize(
    "text",
    [
        "", "help", "3.2", "3.2 and 99.9", "99.9", "training", "what about mediation", "who is the mayor of Paris",
        "which other councils cover mediation", "can I have a go at the clerk on Facebook?", "bullying",
        "compare training", "expectations officers", "?!",
        *(listed.name for listed in LISTS if listed.name != "wrong"),
    ],
)  # fmt: skip
async def test_what_the_protocol_says_may_be_said_before_everybody(bot, text):
    answer = await bot.hear(message(text, council="leigh-on-sea", where=LEIGH))
    assert answer.aloud is not None
    assert without_buttons(answer.aloud) == without_buttons(answer.post)
    assert answer.aloud.title == answer.post.title


async def test_so_may_the_greeting(bot):
    answer = await bot.hear(greet())
    assert answer.aloud == answer.post


@pytest.mark.parametrize("token", ["clauses/run/roles", "clauses/show/3.2", "clauses/search/training"])
async def test_so_may_what_a_button_under_a_clause_looks_up(bot, token):
    answer = await bot.hear(press(token, council="leigh-on-sea", where=LEIGH))
    assert without_buttons(answer.aloud) == without_buttons(answer.post)


async def test_before_everybody_nothing_is_offered_that_is_for_the_asker_alone(bot):
    own = {"Share in this channel", "When things go wrong"}
    for who, theirs in (("ann", own), ("bea", own | {"Pin this question"})):
        answer = await bot.hear(message("what about mediation", who=who, council="leigh-on-sea", where=LEIGH))
        gone = set(labels(answer.post)) - set(labels(answer.aloud))
        assert gone == theirs & set(labels(answer.post))
        assert "Share in this channel" in gone
        assert not [one for one in buttons(answer.aloud) if one.token.startswith(("clauses/share/", "questions/pin/"))]


@pytest.mark.parametrize("text", ["my concern about the chair", "can I have a go at the clerk on Facebook?"])
async def test_nobody_else_is_told_that_a_question_sounded_like_a_concern(bot, text):
    answer = await bot.hear(message(text, council="leigh-on-sea", where=LEIGH))
    offered = [button.token for button in buttons(answer.post)]
    assert "clauses/run/wrong" in offered
    assert answer.aloud is None or "clauses/run/wrong" not in [button.token for button in buttons(answer.aloud)]


async def test_who_looks_for_the_clerks_ear_finds_it_before_everybody_too(bot):
    answer = await bot.hear(message(QUESTION, where=BARROW))
    assert str(Token("questions", "pass", QUESTION)) in [one.token for one in buttons(answer.aloud)]


async def test_a_pinned_clause_may_be_said_but_not_what_the_clerk_wrote_with_it(bot, store, database):
    await pin(bot, QUESTION)
    pinned = await bot.hear(message(QUESTION, where=BARROW))
    assert "the clerk has said" in pinned.aloud.plain()
    other = "may the parish notice board be painted"
    await bot.hear(submit(str(Token("questions", "pass")), {"question": other}, id="pass"))
    passed = databases.rows(database.url, "SELECT id FROM passed")[0][0]
    values = {"reply": "Ask me on Mondays.", "clause": "Aim", "pin": "yes"}
    await bot.hear(submit(str(Token("questions", "answer", passed)), values, who="bea"))
    replied = await bot.hear(message(other, where=BARROW))
    assert [block for block in replied.post.blocks if isinstance(block, Quote)]
    assert replied.aloud is None


async def test_that_a_clause_is_being_shared_may_be_said_where_it_was_asked(bot):
    answer = await bot.hear(press("clauses/share/3.2", council="leigh-on-sea", where=LEIGH))
    assert answer.aloud == answer.post


@pytest.mark.parametrize("who", ["ann", "bea", "dee", "nobody-listed"])
async def test_where_reviews_stand_and_the_versions_are_before_everybody_what_anybody_sees(council, who):
    await council.hear(press("reviews/snooze/0.protocol", who="bea"))
    for event in ("review", "reviews/open/", "reviews/open/0.protocol", "history", "reviews/history/"):
        asked = press if "/" in event else command
        mine = await council.hear(asked(event, who=who, where=BARROW))
        anybodys = await council.hear(asked(event, who="cal", where=BARROW))
        assert mine.aloud == anybodys.aloud
        assert not {one.token.split("/")[1] for one in buttons(mine.aloud)} - {"open", "history", "calendar"}
        assert "Bea Hall" not in mine.aloud.plain()
        assert "left in peace" not in mine.aloud.plain()
    assert "Bea Hall" in (await council.hear(command("review", who=who, where=BARROW))).post.plain()


async def test_who_corrected_a_record_is_not_told_before_everybody(council):
    values = {"on": "2026-11-20", "minute": "", "approved_by": "Full Council", "next": ""}
    form = await council.opened(press("reviews/no-change/0.protocol", who="bea"))
    await council.hear(submit(form.id, values, who="bea"))
    form = await council.opened(press("reviews/correct/1.protocol", who="dee"))
    await council.hear(submit(form.id, values | {"minute": "114/26", "changes": ""}, who="dee"))
    answer = await council.hear(command("history", who="ann", where=BARROW))
    assert "Corrected by Dee Frost" in answer.post.plain()
    assert "114/26" in answer.aloud.plain()
    assert "Corrected" not in answer.aloud.plain()


async def test_whoever_means_to_record_a_review_is_shown_how_alone(council):
    answer = await council.hear(message("record a review", who="bea", where=BARROW))
    assert "Reviewed, no change" in labels(answer.post)
    assert answer.aloud is None


# ---------------------------------------------------------------- is nobody else's


@pytest.mark.parametrize(
    "text",
    [
        "wrong", "wronng", "i was raped", "the chair hit me", "under 4.1 the chair follows me home every night",
        "the clerk shouted at me in front of everyone", "she made a racist remark to me", "what can I do about a bully",
        "I want to complain about the chair", "compare how the chair treats me, he hit me",
        "clerk and i had a blazing row", "the clerk keeps telling me about her divorce",
        "mae clerc yr pentref yn gweiddi arnaf bob dydd",
        "the councillors hit me in that bit", "the bit where councillors hit me was",
        "a word " * 400,
    ],
)  # fmt: skip
async def test_words_that_may_come_from_a_concern_are_answered_to_nobody_else(bot, text):
    for answer in [
        await bot.hear(message(text, where=BARROW)),
        await bot.hear(press(str(Token("clauses", "run", text)), where=BARROW)),
    ]:
        assert answer.aloud is None


async def test_words_of_ones_own_name_no_clause_though_a_heading_has_some_of_them(bot):
    answer = await bot.hear(message("the councillors hit me in that bit", where=BARROW))
    assert answer.post.title == "Where to turn"
    assert "clause you named" not in answer.post.plain()


async def test_nor_are_they_when_the_answer_of_a_pin_was_not_what_was_asked(bot):
    answer = await bot.hear(press(str(Token("clauses", "search", "she shouts at me every day")), where=BARROW))
    assert answer.aloud is None


@pytest.mark.parametrize("who", ["ann", "bea", "cal", "dee", "eve", "vic", "nobody-listed"])
async def test_no_command_of_a_desk_but_of_reviews_and_earlier_wordings_is_answered_before_everybody(council, who):
    await council.file(filed())
    for text in set(COMMANDS) - {"review", "history", "was"}:
        answer = await council.hear(command(text, who=who, where=BARROW))
        assert getattr(answer, "aloud", None) is None, text


@pytest.mark.parametrize("who", ["ann", "bea", "dee"])
async def test_no_button_and_no_form_of_another_desk_is_answered_before_everybody(council, who):
    await council.file(filed())
    others = [desk for desk in DESKS if desk.name != "clauses"]
    pressed = [
        Token(one.name, step, value)
        for one in others
        for step in one.buttons
        for value in ("d1", "0.protocol", "")
        if (one.name, step) not in (("reviews", "open"), ("reviews", "history"), ("earlier", "changes"))
    ]
    sent = [Token(one.name, step, "d1") for one in others for step in one.forms]
    for event in (
        *(press(str(token), who=who, where=BARROW) for token in pressed),
        *(submit(str(token), {}, who=who, where=BARROW) for token in sent),
    ):
        assert getattr(await council.hear(event), "aloud", None) is None, event


async def test_what_a_guest_or_an_old_button_is_told_is_for_them_alone(bot):
    for event in (message("3.2", who="vic", where=BARROW), press("gone/long/ago", where=BARROW)):
        assert (await bot.hear(event)).aloud is None


async def test_whoever_is_not_listed_is_told_so_alone(bot):
    answer = await bot.hear(press("clauses/share/3.2", who="nobody", council="leigh-on-sea", where=LEIGH))
    assert "not on the council's list" in answer.post.plain()
    assert answer.aloud is None


async def test_help_names_what_to_type_as_it_is_typed_there():
    book = await handbooks({"barrow": seats("barrow")})(private("ann", "barrow"))
    assert "/protocol expectations" in helping("slack", book).plain()
    said = helping("teams", book).plain()
    assert "protocol expectations" in said
    assert "/protocol" not in said


@pytest.mark.parametrize(("platform", "seen"), [("test", "Only you see my answers"), ("teams", "In our own chat only")])
async def test_help_promises_no_more_than_the_platform_keeps(platform, seen):
    book = await handbooks({"barrow": seats("barrow")})(private("ann", "barrow"))
    assert seen in helping(platform, book).plain()
