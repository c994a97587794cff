"""What any platform must do, said in terms of what a person sees there."""

import pytest

from bot.conversation import Announce, Button, Buttons, Edit, Handle, Paragraph, Post, Quote, Send
from bot.errors import NotDelivered
from bot.tokens import Token

ODD = [
    "just words",
    "x" * 10_000,
    "😀😀😀",
    "Robert'); DROP TABLE web_posts;--",
    "<script>document.title='got you'</script><b>bold</b> &amp; &lt;",
    "\u202eright to left\u202c and \u2067مرحبا\u2069 back",
    "<!channel> <@U123> @everyone *stars* _lines_ `ticks` [link](http://example.org)",
    "{{gaps}} %s {0} ${x}",
]


def post(text: str, *labels: str) -> Post:
    buttons = (
        (Buttons(tuple(Button(label, str(Token("clauses", "run", "roles"))) for label in labels)),) if labels else ()
    )
    return Post((Paragraph(text), *buttons))


async def seen(rig, seat: str, where: str) -> list[str]:
    await rig.become(seat)
    await rig.go(where)
    return [one.text for one in await rig.posts()]


async def test_an_answer_in_the_channel_is_seen_by_its_asker_alone(rig):
    here = await rig("southwell")
    await here.become("chair")
    await here.go("channel")
    await here.type("/protocol mediation")
    assert any("monitoring officer" in text for text in await seen(here, "chair", "channel"))
    for other in ("clerk", "councillor", "visitor"):
        assert not await seen(here, other, "channel")


async def test_what_is_sent_to_a_person_is_seen_in_their_private_chat_alone(rig):
    here = await rig("barrow")
    await here.deliver(Send(to=here.person("clerk"), post=post("for the clerk only")), "n1")
    assert any("for the clerk only" in text for text in await seen(here, "clerk", "private"))
    for other in ("councillor", "chair", "officer"):
        for where in ("private", "channel"):
            assert not await seen(here, other, where)
    assert not await seen(here, "clerk", "channel")


async def test_one_councils_notice_is_not_seen_at_another(rig):
    here, there = await rig("barrow"), await rig("twywell")
    await here.deliver(Announce(to=here.place("channel"), post=post("news of Barrow")), "n1")
    assert await seen(here, "clerk", "channel")
    assert not await seen(there, "clerk", "channel")


async def test_an_announcement_is_seen_by_everybody_in_the_channel(rig):
    here = await rig("barrow")
    await here.deliver(Announce(to=here.place("channel"), post=post("for all")), "n1")
    for seat in ("clerk", "councillor", "chair"):
        assert any("for all" in text for text in await seen(here, seat, "channel"))


async def test_an_announcement_to_a_private_place_is_refused_not_narrowed(rig):
    here = await rig("barrow")
    await here.become("clerk")
    with pytest.raises(NotDelivered):
        await here.deliver(Announce(to=here.place("private"), post=post("oops")), "n1")
    assert not await seen(here, "clerk", "private")


async def test_a_notice_to_nobody_is_refused_for_good(rig):
    here = await rig("barrow")
    with pytest.raises(NotDelivered) as refused:
        await here.deliver(Send(to=here.person("nobody-at-all"), post=post("oops")), "n1")
    assert not refused.value.again


async def test_the_same_notice_again_is_shown_once(rig):
    here = await rig("barrow")
    for _ in range(3):
        await here.deliver(Send(to=here.person("clerk"), post=post("once")), "n1")
    assert len(await seen(here, "clerk", "private")) == 1


async def test_an_edit_changes_the_post_where_it_stands(rig):
    here = await rig("barrow")
    await here.become("clerk")
    await here.deliver(Send(to=here.person("clerk"), post=post("before", "Press me")), "n1")
    await here.deliver(Send(to=here.person("clerk"), post=post("a later one")), "n2")
    await here.go("private")
    first = (await here.posts())[0]
    await here.deliver(Edit(of=Handle(here.place("private"), first.id), post=post("after")), "n3")
    posts = await here.posts()
    assert len(posts) == 2
    assert "after" in posts[0].text
    assert "before" not in posts[0].text
    assert posts[0].buttons == ()


async def test_of_a_post_that_is_gone_there_is_nothing_to_change_and_nothing_is_said_instead(rig):
    here = await rig("barrow")
    await here.become("clerk")
    await here.deliver(Edit(of=Handle(here.place("private"), "gone"), post=post("after")), "n1")
    assert await seen(here, "clerk", "private") == []


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
async def test_somebodys_words_are_shown_to_the_letter(rig, text):
    here = await rig("barrow")
    await here.deliver(Send(to=here.person("clerk"), post=Post((Quote(text, by=text[:40]),))), "n1")
    (shown,) = await seen(here, "clerk", "private")
    assert text in shown


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
async def test_odd_words_get_one_answer_and_are_shown_as_they_were_typed(rig, text):
    here = await rig("barrow")
    await here.become("councillor")
    await here.go("private")
    await here.type(text)
    said, answer = await here.posts()
    assert text in said.text
    assert answer.by == "Protocol Bot"


async def test_what_arrives_twice_is_shown_once(rig):
    here = await rig("barrow")
    await here.go("private")
    await here.type("training")
    before = await here.posts()
    await here.again()
    assert await here.posts() == before


async def test_an_old_or_foreign_button_is_answered_kindly(rig):
    here = await rig("barrow")
    await here.go("private")
    for token in ("", "gone/for/ever", "clauses/show/no-such-clause", "<script>", "questions/answer/123"):
        await here.press_old(token)
    posts = await here.posts()
    assert len(posts) == 5
    assert all(one.by == "Protocol Bot" for one in posts)


async def test_a_button_works_long_after_and_after_a_restart(rig):
    here = await rig("barrow")
    await here.deliver(Send(to=here.person("clerk"), post=post("press it", "Roles")), "n1")
    await here.restart()
    await here.become("clerk")
    await here.go("private")
    await here.press("Roles")
    assert "Who does what" in (await here.posts())[-1].text


async def test_conversations_survive_a_restart(rig):
    here = await rig("barrow")
    await here.go("private")
    await here.type("training")
    before = await here.posts()
    await here.restart()
    assert await here.posts() == before


async def test_the_private_chat_greets(rig):
    here = await rig("barrow")
    await here.go("private")
    await here.greet()
    (greeting,) = await here.posts()
    assert "Protocol Bot" in greeting.text
    assert "What we can expect" in greeting.buttons
