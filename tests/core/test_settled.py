"""What settles the post that asked, so that the answer may be put in its place."""

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import update

from bot.concern import Candidate, Concern, Way
from bot.conversation import Answer, Buttons, Paragraph, Post, Whisper
from bot.records import Turn
from bot.review import Review
from bot.tokens import Token
from storage import tables
from tests import databases
from tests.core.council import concern, said, tokens
from tests.worlds import command, press, submit

HERE = Path(__file__).parent
QUESTION = "who keeps the key to the parish notice board"


def labels(post: Post) -> list[str]:
    return [button.label for block in post.blocks if isinstance(block, Buttons) for button in block.buttons]


def filed() -> Concern:
    """One that Ann raised, and the clerk deals with."""
    words, ways = (said("story", "ann", "He read my letters aloud."),), (Way(stage="informal"),)
    return concern("d1", "ann", ["eve"], handlers=("bea",), words=words, ways=ways, secret="5e")  # noqa: S106  # made up


async def pin(bot, question: str, **more: str) -> None:
    values = {"question": question, "clause": "Aim"} | more
    await bot.hear(submit(str(Token("questions", "pin")), values, who="bea"))


async def test_an_answer_to_a_button_that_changed_something_settles_it_also_when_it_comes_again(council):
    await council.file(filed())
    event = press(str(Token("concerns", "recuse", "d1")), who="bea", id="recuse")
    first = await council.hear(event)
    assert first.settles
    assert await council.hear(event) == first
    later = await council.hear(press(str(Token("concerns", "recuse", "d1")), who="bea"))
    assert not later.settles, "nothing was changed by it"


async def test_what_was_done_in_a_form_settles_what_asked_and_leads_back_in_while_it_is_theirs(council):
    await council.file(filed())
    again = str(Token("concerns", "open", "d1"))
    for values, back in (
        ({"act": "acknowledge", "text": ""}, [again]),
        ({"act": "write", "text": "Could we speak on Monday?"}, [again]),
        ({"act": "settled", "text": "They spoke."}, []),
    ):
        form = await council.opened(press(again, who="bea"))
        event = submit(form.id, values, who="bea", id=values["act"])
        done = await council.hear(event)
        assert done.settles
        assert list(tokens(done.post).values()) == back
        assert await council.hear(event) == done


async def test_a_note_answers_nothing_that_was_asked_so_that_the_day_stays_in_sight(council):
    await council.file(filed())
    form = await council.opened(press(str(Token("concerns", "open", "d1")), who="bea"))
    noted = await council.hear(submit(form.id, {"act": "note", "text": "Ask the deputy first."}, who="bea"))
    assert "C-d1: done." in noted.post.plain()
    assert not noted.settles
    form = await council.opened(press(str(Token("concerns", "open", "d1")), who="bea"))
    assert (await council.hear(submit(form.id, {"act": "acknowledge", "text": ""}, who="bea"))).settles


async def test_a_form_by_which_nothing_was_changed_settles_nothing(council):
    await council.file(filed())
    form = await council.opened(press(str(Token("concerns", "open", "d1")), who="bea"))
    await council.hear(submit(form.id, {"act": "acknowledge", "text": ""}, who="bea"))
    twice = await council.hear(submit(form.id, {"act": "acknowledge", "text": ""}, who="bea"))
    assert not twice.settles
    assert list(tokens(twice.post)) == ["Open it"]
    form = await council.opened(press(str(Token("concerns", "open", "d1")), who="bea"))
    await council.hear(submit(form.id, {"act": "settled", "text": "They spoke."}, who="bea"))
    form = await council.opened(press(str(Token("concerns", "open", "d1")), who="bea"))
    assert not (await council.hear(submit(form.id, {"act": "nothing", "text": ""}, who="bea"))).settles


async def test_whoever_passed_it_on_or_stepped_out_is_led_nowhere(council):
    for id, values in (("d1", {"act": "recuse", "text": ""}), ("d2", {"act": "outside", "text": "To the county."})):
        await council.file(replace(filed(), id=id, secret=id))
        form = await council.opened(press(str(Token("concerns", "open", id)), who="bea"))
        done = await council.hear(submit(form.id, values, who="bea"))
        assert done.settles
        assert not tokens(done.post)


def formal() -> Concern:
    """One that Fay and Gus have to put their names to."""
    words, ways = (
        (said("story", "ann", "He read my letters aloud."),),
        (
            Way(
                stage="formal",
                chain=tuple(Candidate(seat=seat, office="group") for seat in ("fay", "gus")),
                not_alone=("formal",),
            ),
        ),
    )
    both = concern("d1", "ann", ["eve"], handlers=("fay", "gus"), words=words, ways=ways, stage="formal", state="taken")
    return replace(both, secret="5e")  # noqa: S106  # made up


async def test_what_asks_for_another_name_stays_until_they_put_theirs(council):
    await council.file(formal())
    form = await council.opened(press("concerns/open/d1", who="fay"))
    await council.hear(submit(form.id, {"act": "outcome", "text": "An apology."}, who="fay"))
    for act, settles in (("write", False), ("sign", True)):
        form = await council.opened(press("concerns/open/d1", who="gus"))
        text = "It takes a day more." if act == "write" else ""
        assert (await council.hear(submit(form.id, {"act": act, "text": text}, who="gus"))).settles is settles


async def test_one_of_two_who_signed_first_is_led_back_in(council):
    await council.file(formal())
    form = await council.opened(press(str(Token("concerns", "open", "d1")), who="fay"))
    first = await council.hear(submit(form.id, {"act": "outcome", "text": "An apology."}, who="fay"))
    assert "Another of the group" in first.post.plain()
    assert first.settles
    assert list(tokens(first.post).values()) == ["concerns/open/d1"]


async def test_whoever_raised_it_is_led_back_in_as_long_as_there_is_more_to_do(council):
    await council.file(replace(filed(), ways=(Way(stage="informal", speak=True),)))
    again = str(Token("concerns", "follow", "d1"))
    for values, back in (
        ({"act": "add", "text": "Again today."}, [again]),
        ({"act": "settled", "text": ""}, [again]),  # it can still go formal
    ):
        form = await council.opened(press(again, who="ann"))
        done = await council.hear(submit(form.id, values, who="ann"))
        assert done.settles
        assert list(tokens(done.post).values()) == back
    await council.file(replace(filed(), id="d2", secret="5f"))  # noqa: S106  # made up
    form = await council.opened(press(str(Token("concerns", "follow", "d2")), who="ann"))
    withdrawn = await council.hear(submit(form.id, {"act": "withdraw", "text": ""}, who="ann"))
    assert withdrawn.settles
    assert not tokens(withdrawn.post)


async def test_a_review_recorded_and_a_request_done_settle_what_asked(council):
    form = await council.opened(press("reviews/agenda/0.protocol", who="bea"))
    put = await council.hear(submit(form.id, {"meeting": "2027-01-18", "date": ""}, who="bea"))
    assert put.settles
    assert "When it is reviewed" in labels(put.post)
    await council.hear(command("held"))
    (told,) = await council.notices()
    form = await council.opened(press(next(iter(tokens(told.post).values())), who="bea"))
    assert not (await council.hear(submit(form.id, {"done": "no"}, who="bea"))).settles
    assert (await council.hear(submit(form.id, {"done": "yes"}, who="bea"))).settles


async def test_a_question_answered_changes_the_clerks_own_post_and_settles_it_not_twice(bot, database):
    await bot.hear(submit(str(Token("questions", "pass")), {"question": QUESTION}, id="pass"))
    passed = databases.rows(database.url, "SELECT id FROM passed")[0][0]
    values = {"reply": "I do.", "clause": "", "pin": "no"}
    answer = await bot.hear(submit(str(Token("questions", "answer", f"{passed}/post-1")), values, who="bea"))
    assert "Sent to the person who asked" in answer.post.plain()
    assert not answer.settles


async def test_a_review_put_off_for_a_week_and_a_change_declined_settle_what_asked(council):
    answer = await council.hear(press("reviews/snooze/0.protocol", who="bea"))
    assert answer.settles
    assert "When it is reviewed" in labels(answer.post)
    form = await council.opened(press("offices/propose/", who="bea"))
    values = {"what": "retention", "outcome": "formal", "value": "24"}
    sent = await council.hear(submit(form.id, values, who="bea"))
    assert isinstance(sent, Whisper)
    assert not sent.settles, "nobody had asked for it"
    (told, *_) = [notice for notice in await council.notices() if notice.to.id == "dee"]
    decline = next(token for token in tokens(told.post).values() if token.startswith("offices/decline/"))
    looked = await council.hear(press(decline.replace("decline", "look"), who="dee"))
    assert not looked.settles, "it only shows it again"
    assert (await council.hear(press(decline, who="dee"))).settles


async def test_a_button_that_only_shows_something_settles_nothing_though_something_is_kept_by_the_way(council, store):
    await store.keep("barrow", command("x"), Turn(keep=(Review(council="barrow", due=date(2027, 6, 7)),)))
    before = (await council.store.review("barrow", "protocol")).version
    shown = await council.hear(press("reviews/calendar/", who="bea"))
    assert isinstance(shown, Whisper)
    assert (await council.store.review("barrow", "protocol")).version > before, "else this would prove nothing"
    assert not shown.settles


@pytest.mark.parametrize(
    "token", ["clauses/run/roles", "concerns/mine/", "concerns/ended/", "reviews/open/", "gone/x/y"]
)
async def test_looking_settles_nothing(council, token):
    assert not (await council.hear(press(token, who="bea"))).settles


async def test_of_what_an_earlier_version_kept_nothing_is_aloud_and_nothing_settles(bot, database):
    kept = json.loads((HERE / "kept.json").read_text(encoding="utf-8"))["answer"]
    assert msgspec.convert(kept, Answer) == Whisper(Post((Paragraph("a"),), title="t"))
    assert json.loads(msgspec.json.encode(Whisper(Post((Paragraph("a"),), title="t")))) == kept
    event = submit(str(Token("questions", "pass")), {"question": QUESTION}, id="before")
    await bot.hear(event)
    async with databases.whole(database) as connection:
        await connection.execute(update(tables.heard).values(answer=json.dumps(kept).encode()))
    assert await bot.hear(event) == Whisper(Post((Paragraph("a"),), title="t"))


async def test_what_is_aloud_and_what_settles_is_itself_again_after_a_trip_through_json():
    post = Post((Paragraph("a"),), title="t")
    for answer in (Whisper(post, aloud=post), Whisper(post, settles=True), Whisper(post)):
        assert msgspec.json.decode(msgspec.json.encode(answer), type=Answer) == answer
