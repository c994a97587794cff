"""A council that is served and has no protocol here yet: every command and every question is answered sensibly."""

import re
from functools import partial

import pytest
from msgspec.structs import replace

from bot.bot import COMMANDS
from bot.conversation import Open, Post, Whisper
from bot.help import FURTHER
from bot.lists import LISTS
from bot.records import Passed, Turn
from tests import worlds
from tests.core.council import tokens
from tests.editions.world import ID

command, message, press, visit = (
    partial(make, council=ID) for make in (worlds.command, worlds.message, worlds.press, worlds.visit)
)
pytestmark = pytest.mark.database

NOTHING = (
    "There is no protocol of Upper Mallow here yet, so there is nothing to look up in it. The clerk (Bea Hall) brings"
)
#: What can be asked of a wording alone.
LOOKED_UP = (
    "can I criticise the clerk on Facebook?",
    "3.2",
    "section 3",
    "3.2 was",
    "what did 3.2 say before",
    "1.2 in 2020",
    "what can officers expect",
    "expectations councillors",
    "...",
    "xyzzy",
)
#: What is not asked of the wording, and is answered as anywhere.
AS_EVER = ("concern", "complain", "concerns", "waiting", "offices", "held", "complaint", "setup", "compare")


async def said(mallow, text: str, who: str = "ann") -> str:
    answer = await mallow.hear(command(text, who=who))
    if isinstance(answer, Open):
        return Post(answer.form.intro, title=answer.form.title).plain()
    assert isinstance(answer, Whisper)
    return answer.post.plain()


def sensible(text: str) -> None:
    """No sentence with a hole in it, none that speaks of what the protocol does or does not say."""
    assert text.strip()
    assert not re.search(r"(?<!\S)/protocol  |: \.|such as \.|, \.|“\s*”", text), text
    assert not re.search(r"Mallow's (document|protocol)\b", text.replace("Setting up", "")), text


@pytest.mark.parametrize("who", ["ann", "bea"])
@pytest.mark.parametrize("text", sorted({*LOOKED_UP, *AS_EVER, *FURTHER, *COMMANDS, *(one.name for one in LISTS), ""}))
async def test_every_command_and_question_is_answered_without_a_hole(mallow, text, who):
    sensible(await said(mallow, text, who))


@pytest.mark.parametrize("text", [*LOOKED_UP, "", "expectations", "roles", "contents", "gaps", "about", "was", "wrong"])
async def test_what_would_be_looked_up_is_answered_with_who_brings_the_protocol(mallow, text):
    assert NOTHING in await said(mallow, text)


@pytest.mark.parametrize("text", ["review", "history"])
async def test_reviews_are_shown_with_a_word_that_there_is_no_protocol_yet(mallow, text):
    assert NOTHING in await said(mallow, text)


async def test_help_leaves_out_what_there_is_nothing_of(mallow):
    shown = (await mallow.hear(command("help"))).post

    assert "/protocol roles" not in shown.plain()
    assert "/protocol concern:" in shown.plain()
    assert list(tokens(shown)) == ["When things go wrong", "About this protocol"]


async def test_other_councils_can_be_compared_all_the_same(mallow):
    shown = await said(mallow, "compare mediation")

    assert "There is no protocol of Upper Mallow here yet." in shown
    assert "Twywell, 4.2" in shown


async def test_where_to_turn_is_shown_as_ever_and_the_way_to_raise_a_concern(mallow):
    answer = await mallow.hear(command("wrong"))

    assert "call 999 first" in answer.post.plain()
    assert "Raise a concern" in tokens(answer.post)
    assert "call 999 first" in (await mallow.hear(command("the clerk shouted at me"))).post.plain()


async def test_a_concern_goes_by_the_councils_own_settings(mallow):
    form = await mallow.opened(press(tokens((await mallow.hear(command("concern"))).post)["Raise a concern"]))

    assert form.fields


async def test_a_question_can_go_to_the_clerk_who_answers_in_words_for_there_is_no_clause(mallow):
    asked = (await mallow.hear(command("may I see the minutes of the staffing committee"))).post
    assert "Ask the clerk" in tokens(asked)
    passed = Passed(id="1", council=ID, asker=worlds.person("ann", ID), words="May I?", at=mallow.clock())
    await mallow.store.keep(ID, command("x"), Turn(keep=(passed,)))

    form = await mallow.opened(press("questions/answer/1", who="bea"))
    assert [field.name for field in form.fields] == ["reply"]
    answered = await mallow.hear(replace(worlds.submit(form.id, {"reply": "You may."}, who="bea", council=ID)))
    assert "Sent to the person who asked." in answered.post.plain()


async def test_the_clerk_is_not_asked_to_pin_a_clause(mallow):
    asked = (await mallow.hear(command("may I see the minutes of the staffing committee", who="bea"))).post

    assert "Pin the right clause" not in tokens(asked)


async def test_the_page_that_greets_people_says_so_too(mallow):
    page = await mallow.hear(visit())

    shown = "\n".join(post.plain() for post in page.posts)
    assert NOTHING in shown
    sensible(shown)
