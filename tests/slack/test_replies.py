"""Where the bot is not, it may still speak for a while: by the address that came with what somebody asked there."""

import pytest

from adapters.slack.calls import Calls, client, session
from adapters.slack.carrying import carry
from adapters.slack.workspace import Workspace
from bot.conversation import Announce, Paragraph, Place, Post, Quote, Whisper
from bot.errors import NotDelivered
from tests.slack import reading
from tests.slack.conftest import CHANNEL, TEAM, account, somebody
from tests.slack.doing import texts
from tests.slack.standin import Channel, Fault, payloads
from tests.slack.standin.faults import DOWN, LIMITED

OTHER = "C0OTHER"
BUSY = Fault(error="service_unavailable")
NOW_AND_AGAIN = Fault(status=429, error="ratelimited", after="0")
LONG, LONGER = (Post(tuple(Quote(f"{number} " + "word " * 600) for number in range(many))) for many in (3, 12))


def for_all(text: str = "for all", channel: str = OTHER, thread: str | None = None) -> Announce:
    return Announce(to=Place("slack", TEAM, channel, thread=thread), post=Post((Paragraph(text),)))


async def refusal(chat, notice, key: str = "n1") -> NotDelivered:
    with pytest.raises(NotDelivered) as refused:
        await chat.deliver(notice, key)
    return refused.value


@pytest.fixture
def bea(slack):
    return somebody(slack, "bea")


@pytest.fixture
async def other(chat, space, ann):
    """A channel that the bot is not in, and where somebody has just asked it something."""
    space.add_channel(OTHER, "other", with_bot=False)
    await ann.command(OTHER, "roles")
    return chat


class Late:
    """One workspace, with a clock that stands until it is put on."""

    def __init__(self, slack, space, connections) -> None:
        self.now = 1000.0
        calls = Calls(client(space.token, slack.api_url, connections), connections)
        self.workspace = Workspace(TEAM, "Barrow", space.bot.id, calls, 0, lambda: self.now)
        url = payloads.reply(space, slack.hooks, OTHER, account("ann"), slack.time())
        self.workspace.replies_at(OTHER, url)

    async def deliver(self, notice, key: str) -> None:
        await carry(self.workspace, notice, key, 5.0)


@pytest.fixture
async def late(slack, space):
    space.add_channel(OTHER, "other", with_bot=False)
    async with session() as connections:
        yield Late(slack, space, connections)


# ---------------------------------------------------------------- where, and for how long


async def test_an_announcement_reaches_a_channel_the_bot_is_not_in_while_somebody_asked_there_of_late(
    chat, ann, bea, space
):
    space.add_channel(OTHER, "other", with_bot=False)
    refused = await refusal(chat, for_all(), "n1")
    assert not refused.again
    assert "/invite" in str(refused)
    await ann.command(OTHER, "roles")
    await chat.deliver(for_all(), "n2")
    assert texts(bea, OTHER) == ["for all"]


async def test_a_chat_of_two_people_is_such_a_place(chat, ann, bea, space):
    space.channels["DTWO"] = Channel("DTWO", "directmessage", {ann.user.id, bea.user.id})
    await ann.command("DTWO", "roles")
    await chat.deliver(for_all(channel="DTWO"), "n1")
    assert texts(bea, "DTWO") == ["for all"]


async def test_what_was_shared_from_a_thread_is_said_in_it(other, ann, bea, space):
    asked = await ann.say(OTHER, "who decides?")
    await other.deliver(for_all(thread=asked.ts), "n1")
    (said,) = [one for one in space.seen_by(bea.user.id, OTHER) if one.user == space.bot.id]
    assert said.thread == asked.ts


async def test_after_half_an_hour_it_is_not_tried_any_more(late, bea, slack):
    late.now += 30 * 60 - 1
    await late.deliver(for_all("in time"), "n1")
    late.now += 1
    assert "/invite" in str(await refusal(late, for_all("too late"), "n2"))
    assert texts(bea, OTHER) == ["in time"]
    assert len(slack.called("response_url")) == 1


async def test_an_address_serves_five_times_and_never_for_half_of_a_notice(late, bea, slack):
    for number in range(4):
        await late.deliver(for_all(f"number {number}"), f"n{number}")
    assert "/invite" in str(await refusal(late, Announce(to=for_all().to, post=LONGER), "long"))
    await late.deliver(for_all("number 4"), "n4")
    assert "/invite" in str(await refusal(late, for_all("number 5"), "n5"))
    assert texts(bea, OTHER) == [f"number {number}" for number in range(5)]
    assert len(slack.called("response_url")) == 5


async def test_only_what_is_outside_goes_that_way(other, slack, space, bea):
    space.channels[OTHER].members.add(space.bot.id)
    slack.fail("chat.postMessage", Fault(error="restricted_action"))
    slack.fail("chat.postMessage", BUSY)
    assert not (await refusal(other, for_all())).again
    assert (await refusal(other, for_all())).again
    assert slack.called("response_url") == []
    assert texts(bea, OTHER) == []


async def test_what_somebody_asked_in_private_leaves_no_address(chat, ann, space, slack):
    dm = space.chat(ann.user.id).id
    await ann.command(dm, "roles")
    slack.fail("chat.postMessage", Fault(error="channel_not_found"))
    await refusal(chat, for_all(channel=dm))
    assert slack.called("response_url") == []


async def test_nobody_is_followed_elsewhere(other, slack, bea):
    slack.fail("response_url", Fault(status=307, location=f"{slack.api_url}auth.test"))
    before = len(slack.called("auth.test"))
    assert (await refusal(other, for_all())).again
    assert len(slack.called("auth.test")) == before
    assert texts(bea, OTHER) == []


# ---------------------------------------------------------------- in parts, and again


async def test_of_an_announcement_only_what_is_missing_is_said_again(other, slack, bea):
    slack.fail("response_url", Fault(takes=True))
    slack.fail("response_url", NOW_AND_AGAIN)
    notice = Announce(to=for_all().to, post=LONG)
    assert (await refusal(other, notice)).again
    assert len(texts(bea, OTHER)) == 1
    await other.deliver(notice, "n1")
    whole = texts(bea, OTHER)
    assert len(whole) == len(set(whole)) > 1
    assert sorted(number for part in whole for number in range(3) if f"{number} word" in part) == [0, 1, 2]


async def test_of_a_whisper_only_what_is_missing_is_whispered_again(chat, scripted, slack, ann, space):
    scripted.answer = Whisper(LONG)
    slack.fail("chat.postEphemeral", Fault(takes=True))
    slack.fail("chat.postEphemeral", NOW_AND_AGAIN)
    await ann.say(CHANNEL, "@protocol roles")
    assert not ann.answer.taken
    assert len(texts(ann, CHANNEL)) == 1
    assert (await ann.again()).taken
    whole = [reading.text(said.blocks) for said in space.said if said.only_for == ann.user.id]
    assert len(whole) == len(set(whole)) > 1
    assert sorted(number for part in whole for number in range(3) if f"{number} word" in part) == [0, 1, 2]


@pytest.mark.parametrize("fault", [DOWN, NOW_AND_AGAIN, LIMITED], ids=["down", "now", "later"])
async def test_where_slack_could_not_take_a_whisper_it_is_not_said_elsewhere(chat, scripted, slack, ann, space, fault):
    slack.fail("chat.postEphemeral", fault)
    await ann.say(CHANNEL, "@protocol roles")
    assert not ann.answer.taken
    assert slack.called("chat.postMessage") == []
    if fault is not LIMITED:
        assert (await ann.again()).taken
        assert texts(ann, CHANNEL) == ["Here is the answer."]
