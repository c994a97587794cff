"""Somebody's own page: all that is theirs, nothing that is not, drawn anew each time and never kept."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, text

from bot.concern import Concern, Way
from bot.conversation import Answer, Buttons, Facts, Open, Page, Paragraph, Post, Submit, Visit, Whisper
from storage import tables
from tests import databases
from tests.core import council as made_up
from tests.core.council import Council, said, tokens
from tests.worlds import command, press, submit, visit

WAITS, MINE, REVIEW, ASK = (
    "What waits for you",
    "What you have raised",
    "When Barrow's documents are reviewed",
    "What you can ask",
)
STORY = "zebra-canary read my letters aloud"


def concern(id: str, raiser: str, subjects: Sequence[str], **changes: Any) -> Concern:
    """One that goes the informal way."""
    way = Way(stage="informal")
    return made_up.concern(id, raiser, subjects, ways=(way,), secret="5e", **changes)  # noqa: S106  # a made-up one


async def page(council: Council, who: str = "ann") -> Page:
    answer = await council.hear(visit(who))
    assert isinstance(answer, Page), answer
    return answer


def titles(shown: Page) -> list[str]:
    return [post.title for post in shown.posts]


def titled(shown: Page, title: str) -> Post:
    (found,) = [post for post in shown.posts if post.title == title]
    return found


async def whispered(council: Council, text: str, who: str) -> Post:
    answer = await council.hear(command(text, who=who))
    assert isinstance(answer, Whisper)
    return answer.post


async def file(council: Council, *, about: str = "cal") -> None:
    """One that Ann raised, which the clerk deals with; and one about somebody, raised by the chair."""
    await council.file(
        concern("one", "ann", ["eve"], handlers=("bea",), words=(said("story", "ann", STORY),)),
        concern("two", "dee", [about], handlers=("fay",), words=(said("story", "dee", STORY),)),
    )


# ---------------------------------------------------------------- what stands on it


async def test_somebody_with_a_part_in_nothing_sees_where_reviews_stand_and_what_to_ask(council):
    assert titles(await page(council)) == [REVIEW, ASK]


async def test_what_waits_comes_first_then_what_they_raised_then_the_rest(council):
    await council.file(concern("one", "ann", ["eve"], handlers=("bea",)), concern("two", "bea", ["eve"]))
    assert titles(await page(council, "bea")) == [WAITS, MINE, REVIEW, ASK]
    assert titles(await page(council, "ann")) == [MINE, REVIEW, ASK]


@pytest.mark.parametrize(
    ("who", "title", "asked"),
    [
        ("bea", WAITS, "waiting"),
        ("ann", MINE, "concerns"),
        ("ann", REVIEW, "review"),
        ("bea", REVIEW, "review"),
        ("dee", REVIEW, "review"),
    ],
)
async def test_each_part_is_what_the_command_shows_in_the_private_chat(council, who, title, asked):
    await file(council)
    assert titled(await page(council, who), title) == await whispered(council, asked, who)


async def test_a_request_about_personal_data_waits_on_the_page_of_whoever_has_it(council):
    await council.hear(command("held"))
    await council.notices()
    (row,) = [block for block in titled(await page(council, "bea"), WAITS).blocks if isinstance(block, Facts)]
    assert row.rows[0][0].startswith("DP-")
    assert WAITS not in titles(await page(council, "ann"))


async def test_only_the_clerk_and_the_chair_have_buttons_to_record_a_review(council):
    able = {who: "Set a date" in tokens(titled(await page(council, who), REVIEW)) for who in ("ann", "bea", "dee")}
    assert able == {"ann": False, "bea": True, "dee": True}


async def test_a_change_that_waits_for_somebodys_word_is_on_their_page_until_it_is_settled(council):
    form = {"what": "retention", "outcome": "formal", "value": "60"}
    await council.hear(submit("offices/propose/", form, who="bea"))
    title = "A change to confirm"
    assert title not in titles(await page(council, "bea"))
    assert title not in titles(await page(council, "ann"))
    (token,) = tokens(titled(await page(council, "dee"), title)).values()
    shown = await council.hear(press(token, who="dee"))
    await council.hear(press(tokens(shown.post)["Confirm"], who="dee"))
    assert title not in titles(await page(council, "dee"))


async def test_the_way_to_raise_a_concern_stands_on_every_page_that_lets_one_ask(council):
    for who in ("ann", "bea", "cal", "nobody"):
        first = next(iter(tokens(titled(await page(council, who), ASK)).items()))
        assert first == ("Raise a concern", "concerns/start/")
    assert isinstance(await council.hear(press("concerns/start/")), Open)


async def test_nothing_stands_out_but_raising_a_concern_and_what_a_review_is_about_to_need(council):
    for who in ("ann", "bea", "nobody"):
        shown = await page(council, who)
        assert standing_out(titled(shown, ASK)) == ["Raise a concern"]
        elsewhere = {post.title for post in shown.posts if post.title != ASK and standing_out(post)}
        assert elsewhere <= {REVIEW}


def standing_out(post: Post) -> list[str]:
    rows = (block.buttons for block in post.blocks if isinstance(block, Buttons))
    return [button.label for row in rows for button in row if button.primary]


@pytest.mark.parametrize("who", ["ann", "bea", "cal", "nobody"])
async def test_every_button_on_the_page_leads_somewhere(council, who):
    await file(council)
    found = [token for post in (await page(council, who)).posts for token in tokens(post).values()]
    assert len(found) >= 7
    for token in found:
        answer = await council.hear(press(token, who=who))
        assert isinstance(answer, Open | Whisper)
        assert not isinstance(answer, Whisper) or "older message" not in answer.post.plain()


async def test_the_page_says_that_nobody_else_sees_it(council):
    assert "Only you see this page." in titled(await page(council), ASK).plain()


# ---------------------------------------------------------------- what does not


@pytest.mark.parametrize("who", ["ann", "bea", "cal", "dee", "eve", "fay", "gus", "nobody"])
async def test_no_word_of_a_concern_and_no_name_from_it_stands_on_any_page(council, who):
    await file(council)
    shown = json.dumps(msgspec.to_builtins(await page(council, who)))
    assert "zebra" not in shown
    private = [post.plain() for post in (await page(council, who)).posts if post.title in (WAITS, MINE)]
    for name in ("Ann Lee", "Bea Hall", "Cal Moss", "Dee Frost", "Eve O’Neill", "Fay Brook"):
        assert name not in "\n".join(private)


@pytest.mark.parametrize("subject", ["ann", "bea", "cal", "dee", "eve", "nobody"])
async def test_a_page_is_the_very_same_whether_or_not_something_was_raised_about_its_reader(council, subject):
    before = await page(council, subject)
    about = [subject] if subject != "nobody" else ["cal"]
    raiser, handler = ("gus", "fay")
    await council.file(
        concern("one", raiser, about, handlers=(handler,)), concern("two", raiser, about, state="closed")
    )
    assert msgspec.json.encode(await page(council, subject)) == msgspec.json.encode(before)


async def test_somebody_dealing_with_a_concern_about_themselves_by_mistake_does_not_see_it(council):
    await council.file(concern("one", "ann", ["bea"], handlers=("bea",)))
    assert titles(await page(council, "bea")) == [REVIEW, ASK]


# ---------------------------------------------------------------- nothing is kept of it


async def test_a_visit_keeps_nothing_and_is_answered_anew_each_time(council, database):
    first = visit(id="same")
    assert titles(await council.hear(first)) == [REVIEW, ASK]
    await council.file(concern("one", "ann", ["eve"], handlers=("bea",)))
    assert titles(await council.hear(first)) == [MINE, REVIEW, ASK]
    async with databases.whole(database) as connection:
        counted = select(func.count()).select_from(tables.heard)
        assert (await connection.execute(counted)).scalar_one() == 1  # what filed it


async def test_a_visit_under_the_id_of_a_delivery_that_was_kept_gets_its_page_all_the_same(council):
    assert isinstance(await council.hear(command("held", id="same")), Whisper)
    assert isinstance(await council.hear(visit(id="same")), Page)


async def test_a_page_is_itself_again_after_a_trip_through_json(council):
    shown = await page(council)
    assert msgspec.json.decode(msgspec.json.encode(shown), type=Answer) == shown


# ---------------------------------------------------------------- where something is missing


async def test_without_keys_the_page_says_so_once_and_shows_the_rest(made):
    shown = await page(made(keys=False), "bea")
    assert titles(shown) == [MINE, REVIEW, ASK]
    assert "I can't keep anything safely at present" in titled(shown, MINE).plain()
    assert not tokens(titled(shown, MINE))


async def test_where_a_concern_can_not_be_read_the_page_says_so_and_shows_the_rest(council, database, caplog):
    await file(council)
    async with databases.whole(database) as connection:
        await connection.execute(text("UPDATE parts SET sealed = :byte"), {"byte": b"x"})
    shown = await page(council, "ann")
    assert titles(shown) == [MINE, REVIEW, ASK]
    assert "One more can't be opened just now. Nothing of it is deleted" in titled(shown, MINE).plain()
    (line,) = [record.getMessage() for record in caplog.records if record.name == "storage.sealed"]
    assert line == "concern/one does not open: Damaged"
    assert titles(await page(council, "cal")) == [REVIEW, ASK]


async def test_a_council_that_listed_nobody_has_a_page_to_ask_from(made):
    shown = await page(made(people=(), group=None))
    assert titles(shown) == [REVIEW, ASK]
    assert "Raise a concern" in tokens(titled(shown, ASK))


async def test_somebody_who_is_not_on_the_list_sees_what_anybody_may_look_up(council):
    await file(council)
    shown = await page(council, "nobody")
    assert titles(shown) == [REVIEW, ASK]
    assert "Set a date" not in tokens(titled(shown, REVIEW))


async def test_a_guest_sees_where_to_turn_and_nothing_else(council):
    await file(council)
    (post,) = (await page(council, "vic")).posts
    assert post.title == "What I can do"
    assert [type(block) for block in post.blocks] == [Paragraph]
    assert "turn to the clerk (Bea Hall)" in post.plain()


async def test_a_workspace_that_nobody_set_up_has_no_page(council):
    assert await council.hear(visit(council="atlantis")) is None


async def test_every_council_has_a_page(bot, books):
    for id in ("barrow", "leigh-on-sea", "southwell", "twywell", "crickhowell"):
        answer = await bot.hear(visit("bea", council=id))
        assert isinstance(answer, Page)
        assert len(answer.posts) == 2
        assert all(post.title and post.blocks for post in answer.posts)


def test_a_visit_says_nothing_but_who_came_and_when():
    assert set(Visit.__struct_fields__) < set(Submit.__struct_fields__)
