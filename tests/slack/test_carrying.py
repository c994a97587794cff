"""What the adapter carries out of the outbox, and what it makes of Slack's refusals."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from bot.conversation import (
    Announce,
    Button,
    Buttons,
    Edit,
    Handle,
    Paragraph,
    Person,
    Place,
    Post,
    Quote,
    Send,
)
from bot.errors import NotDelivered, ProtocolBotError
from bot.outbox import Outbox
from bot.records import Turn
from tests import queue
from tests.amiss import ANY
from tests.slack import reading
from tests.slack.conftest import CHANNEL, TEAM, account, somebody
from tests.slack.standin import Fault
from tests.slack.standin.faults import DOWN, LIMITED
from tests.worlds import NOON, command

THERE = Place("slack", TEAM, CHANNEL)


def to(id: str, text: str = "for you", **changes) -> Send:
    return Send(to=Person("slack", TEAM, account(id)), post=Post((Paragraph(text),)), **changes)


def for_all(text: str = "for all", channel: str = CHANNEL) -> Announce:
    return Announce(to=Place("slack", TEAM, channel), post=Post((Paragraph(text),)))


def texts(person, channel: str) -> list[str]:
    return [reading.text(said.blocks) for said in person.space.seen_by(person.user.id, channel)]


async def refusal(chat, notice, key: str = "n1") -> NotDelivered:
    with pytest.raises(NotDelivered) as refused:
        await chat.deliver(notice, key)
    return refused.value


# ---------------------------------------------------------------- where it goes


async def test_a_notice_goes_into_the_persons_own_chat(chat, ann, space, slack):
    await chat.deliver(to("ann"), "n1")
    assert texts(ann, space.chat(ann.user.id).id) == ["for you"]
    assert [said.channel for said in space.said] == [space.chat(ann.user.id).id]


async def test_the_same_notice_again_is_said_once_even_of_many_parts(chat, ann, space):
    long = Send(to=to("ann").to, post=Post(tuple(Quote("word " * 1200) for _ in range(6))))
    await chat.deliver(long, "n1")
    parts = len(texts(ann, space.chat(ann.user.id).id))
    assert parts > 1
    await chat.deliver(long, "n1")
    assert len(texts(ann, space.chat(ann.user.id).id)) == parts


async def test_of_a_notice_of_many_parts_only_what_is_missing_is_said_again(chat, ann, space, slack):
    long = Send(to=to("ann").to, post=Post(tuple(Quote(f"{number} " + "word " * 1200) for number in range(6))))
    await chat.deliver(to("ann"), "first")
    slack.fail("chat.postMessage", Fault(takes=True))
    slack.fail("chat.postMessage", Fault(status=429, error="ratelimited", after="0"))
    dm = space.chat(ann.user.id).id
    assert (await refusal(chat, long)).again
    assert len(texts(ann, dm)) == 2
    await chat.deliver(long, "n1")
    first, *parts = texts(ann, dm)
    numbers = [number for part in parts for number in range(6) if f"{number} word" in part]
    assert (first, sorted(numbers)) == ("for you", [0, 1, 2, 3, 4, 5])
    assert len(parts) == len(set(parts))


async def test_what_is_not_slacks_or_not_private_is_refused(chat, ann, space):
    elsewhere = Send(to=Person("web", TEAM, account("ann")), post=Post((Paragraph("x"),)))
    nowhere = Send(to=Person("slack", "TOTHER", account("ann")), post=Post((Paragraph("x"),)))
    narrow = Announce(to=Place("slack", TEAM, "DANN", private=True), post=Post((Paragraph("x"),)))
    for notice in (elsewhere, nowhere, narrow):
        assert (await refusal(chat, notice)).again == (notice is nowhere)  # its token may have been left out for once
    assert space.said == []


async def test_what_can_not_be_drawn_is_told_and_not_tried_on_and_on(chat, space):
    undrawable = Send(to=to("ann").to, post=Post((Buttons((Button("CANARY", "x" * 3000),)),)))
    refused = await refusal(chat, undrawable)
    assert (refused.again, refused.unsure, refused.unreachable) == (False, False, False)
    assert "please report it" in str(refused)
    assert "CANARY" not in str(refused)
    assert space.said == []


async def test_an_edit_changes_the_post_where_it_stands(chat, ann, space):
    before = Post((Paragraph("before"), Buttons((Button("Press", "clauses/run/roles"),))))
    await chat.deliver(Send(to=to("ann").to, post=before), "n1")
    dm = space.chat(ann.user.id).id
    (said,) = space.seen_by(ann.user.id, dm)
    place = Place("slack", TEAM, dm, private=True)
    await chat.deliver(Edit(of=Handle(place, said.ts), post=Post((Paragraph("after"),))), "n2")
    assert texts(ann, dm) == ["after"]


async def test_in_a_post_that_was_deleted_meanwhile_there_is_nothing_left_to_change(chat, space):
    """Else it would be told to the administrators as a message that could not be delivered."""
    there = Place("slack", TEAM, space.chat(account("ann")).id, private=True)
    await chat.deliver(Edit(of=Handle(there, "1.000001"), post=Post((Paragraph("after"),))), "n1")
    assert space.said == []


async def test_a_post_that_can_not_be_changed_is_not_tried_again(chat, space, slack):
    there = Place("slack", TEAM, space.chat(account("ann")).id, private=True)
    slack.fail("chat.update", Fault(error="edit_window_closed"))
    assert not (await refusal(chat, Edit(of=Handle(there, "1.000001"), post=Post((Paragraph("after"),))))).again


async def test_a_notices_title_is_all_that_a_lock_screen_shows(chat, ann, space):
    titled = Send(
        to=to("ann").to, post=Post((Paragraph("what nobody beside them may read"),), title="CN-7: please open")
    )
    await chat.deliver(titled, "n1")
    (said,) = space.seen_by(ann.user.id, space.chat(ann.user.id).id)
    assert said.text == "CN-7: please open"


async def test_a_chat_that_is_another_one_now_is_found(chat, ann, space, slack):
    await chat.deliver(to("ann", "before"), "n1")
    now = space.another_chat(ann.user.id)
    await chat.deliver(to("ann", "after"), "n2")
    assert texts(ann, now.id) == ["after"]
    assert len(slack.called("conversations.open")) == 2


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("word", ["is_archived", "channel_not_found"])
async def test_a_persons_own_chat_that_is_shut_even_when_opened_anew_puts_them_out_of_reach(
    chat, ann, space, slack, word, known
):
    if known:
        await chat.deliver(to("ann", "before"), "n0")
    slack.fail("chat.postMessage", Fault(error=word), 2 if known else 1)
    refused = await refusal(chat, to("ann"))
    assert (refused.again, refused.unreachable) == (False, True)
    assert word in str(refused)
    assert "account" in str(refused)
    await chat.deliver(to("ann", "after"), "n2")
    assert texts(ann, space.chat(ann.user.id).id)[-1] == "after"


# ---------------------------------------------------------------- where the bot is not


@pytest.mark.parametrize("state", ["gone", "archived", "secret"])
async def test_a_channel_that_can_not_be_written_to_is_told_to_the_administrator(chat, space, state):
    if state == "archived":
        space.channels[CHANNEL].archived = True
    elif state == "gone":
        del space.channels[CHANNEL]
    else:
        space.add_channel(CHANNEL, "secret", with_bot=False, secret=True)
    refused = await refusal(chat, for_all())
    assert (refused.again, refused.unreachable) == (False, False)
    assert {"archived": "archived", "gone": "channel_not_found", "secret": "channel_not_found"}[state] in str(refused)


# ---------------------------------------------------------------- what refusals mean


async def test_when_slack_asks_to_be_left_alone_it_is_for_as_long_as_it_says(chat, slack, ann, space):
    await chat.deliver(to("ann", "before"), "n0")
    slack.fail("chat.postMessage", LIMITED)
    refused = await refusal(chat, to("ann"))
    assert (refused.again, refused.unsure, refused.after) == (True, False, timedelta(seconds=30))
    asked = len(slack.called("chat.postMessage"))
    again = await refusal(chat, to("ann"), "n2")
    assert again.again
    assert again.after is not None
    assert len(slack.called("chat.postMessage")) == asked


async def test_one_channel_that_is_to_be_left_alone_holds_up_no_other_and_a_second_one_all(chat, slack, ann, space):
    for id in ("ann", "bea"):
        slack.fail("chat.postMessage", LIMITED)
        await refusal(chat, to(id), f"n-{id}")
        if id == "ann":
            await chat.deliver(for_all(), "n1")
            assert texts(ann, CHANNEL) == ["for all"]
    asked = len(slack.called("chat.postMessage"))
    assert (await refusal(chat, for_all(), "n2")).again
    assert len(slack.called("chat.postMessage")) == asked
    assert await chat.reaches(to("ann").to) == "", "another method is not held up"


async def test_a_channel_that_need_not_be_left_alone_any_more_makes_no_second_one(chat, slack, ann):
    slack.fail("chat.postMessage", Fault(status=429, error="ratelimited", after="0"))
    await refusal(chat, to("ann"), "n1")
    slack.fail("chat.postMessage", LIMITED)
    await refusal(chat, to("bea"), "n2")
    await chat.deliver(for_all(), "n3")
    assert texts(ann, CHANNEL) == ["for all"]


@pytest.mark.parametrize(
    ("fault", "unsure"),
    [
        (DOWN, True),
        (Fault(status=500, error="internal_error"), True),
        (Fault(drops=True, takes=True), True),
        (Fault(delay=3.0, takes=True), True),
        (Fault(error="service_unavailable"), False),
    ],
    ids=["down", "internal", "dropped", "timeout", "unavailable"],
)
async def test_where_nobody_can_tell_whether_it_arrived_that_is_said(serve, scripted, ann, slack, fault, unsure):
    chat = await serve(scripted, patience=1.0 if fault.delay else 20.0)
    await chat.deliver(to("ann", "before"), "n0")
    slack.fail("chat.postMessage", fault)
    refused = await refusal(chat, to("ann"))
    assert (refused.again, refused.unsure, refused.unreachable) == (True, unsure, False)


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "invalid_auth", "missing_scope"])
async def test_a_bot_that_is_not_let_in_can_be_let_in_again(chat, slack, space, ann, word):
    space.refused = word
    refused = await refusal(chat, to("ann"))
    assert (refused.again, refused.unreachable) == (True, False)
    assert word in str(refused)
    (health,) = await chat.health()
    assert health["refused"] == word
    space.refused = ""
    await chat.deliver(to("ann"), "n1")
    (health,) = await chat.health()
    assert health["refused"] == ""


@pytest.mark.parametrize(("who", "why"), [("ann", ""), ("left", "left"), ("nobody", "not-there"), ("robot", "other")])
async def test_who_can_not_be_told_anything_is_known_before_and_when_it_is_tried(chat, space, who, why):
    space.add_user(account("left"), "Lee", deleted=True)
    space.add_user(account("robot"), "Robot", is_bot=True)
    assert await chat.reaches(to(who).to) == why
    if why:
        refused = await refusal(chat, to(who))
        assert (refused.again, refused.unreachable) == (False, True)
        assert [said for said in space.said if said.channel == "D" + account(who)[1:]] == []


async def test_whether_somebody_can_be_told_is_found_out_anew_though_their_chat_is_known(chat, slack, ann):
    await chat.deliver(to("ann"), "n1")
    slack.fail("conversations.open", Fault(error="user_disabled"))
    assert await chat.reaches(to("ann").to) == "left"


async def test_where_slack_does_not_say_nobody_is_called_unreachable(chat, slack, space, ann):
    slack.fail(ANY, DOWN)
    with pytest.raises(NotDelivered):
        await chat.reaches(to("ann").to)
    space.refused = "token_revoked"
    with pytest.raises(NotDelivered):
        await chat.reaches(to("ann").to)


async def test_a_token_that_slack_refuses_is_said_at_the_start_with_the_mend(serve, scripted, space):
    space.refused = "invalid_auth"
    with pytest.raises(ProtocolBotError) as refused:
        await serve(scripted)
    assert "xoxb" in str(refused.value)
    assert space.token not in str(refused.value)


async def test_no_error_holds_what_was_to_be_said(chat, slack, ann, space):
    for fault in (LIMITED, Fault(error="restricted_action"), Fault(error="msg_too_long")):
        slack.fail("chat.postMessage", fault)
        refused = await refusal(chat, to("ann", "CANARY"), f"n-{fault.error}")
        assert "CANARY" not in str(refused)


# ---------------------------------------------------------------- how fast


async def test_a_channel_has_its_pace_and_holds_up_no_other(serve, scripted, slack, space):
    chat = await serve(scripted, pace=0.6)
    for id in ("ann", "bea"):
        await chat.reaches(to(id).to)
    notices = [to("ann", "one"), to("ann", "two"), to("ann", "three"), to("bea", "another")]
    await asyncio.gather(*(chat.deliver(notice, f"n{number}") for number, notice in enumerate(notices)))
    order = [call.arguments["channel"] for call in slack.called("chat.postMessage")]
    assert order.count("DANN") == 3
    assert order.index("DBEA") < 2
    assert texts(somebody(slack, "ann"), "DANN") == ["one", "two", "three"]
    times = [call.at for call in slack.called("chat.postMessage") if call.arguments["channel"] == "DANN"]
    assert all(later - sooner > 0.3 for sooner, later in itertools.pairwise(times)), "half of it is lost on the way"


# ---------------------------------------------------------------- with the outbox


async def test_what_slack_could_not_take_now_arrives_later_and_once(serve, scripted, store, clock, ann, space, slack):
    chat = await serve(scripted)
    outbox = Outbox(store, {"slack": chat}, clock)
    await store.keep("barrow", command("x"), Turn(notices=(to("ann", "kept for later"),)))
    slack.fail("chat.postMessage", DOWN)
    assert await outbox.deliver() == 0
    clock.pass_by(minutes=1)
    assert await outbox.deliver() == 1
    assert await outbox.deliver() == 0
    assert texts(ann, space.chat(ann.user.id).id) == ["kept for later"]
    assert await queue.notices(store, NOON + timedelta(days=9)) == []
