"""What the adapter carries out of the outbox: into whose chat, and once."""

import asyncio
from datetime import timedelta

import pytest

from adapters.teams.actions import of_key
from adapters.teams.calls import Spot
from adapters.teams.carrying import AT_MOST, carry
from bot.conversation import Announce, Button, Buttons, Edit, Handle, Paragraph, Place, Post, Send
from bot.outbox import Outbox
from bot.records import Turn
from bot.remembered import Lately, Remembered
from tests import queue
from tests.teams.on_the_wire import (
    ANN,
    CARD,
    CHANNEL,
    LONG,
    TENANT,
    THERE,
    Teams,
    for_all,
    not_delivered,
    opened,
    posts,
    to,
)
from tests.teams.on_the_wire.wire import Says, error
from tests.worlds import NOON, command

# ---------------------------------------------------------------- where it goes


async def test_a_notice_goes_into_the_persons_own_chat_which_is_opened_and_kept(here, wire, places):
    await carry(here, to(), "n1", 5.0)
    await carry(here, to(), "n2", 5.0)
    assert opened(wire) == 1
    assert posts(wire) == ["a%3Achat-with-aaaa"] * 2
    kept = await places.chat(TENANT, ANN)
    assert kept is not None
    assert (kept.id, kept.who, kept.service_url) == ("a:chat-with-aaaa", ANN, wire.url)


async def test_a_chat_known_from_before_is_called_where_teams_said_last(here, wire, places, clock):
    await places.keep(TENANT, "a:known", service_url=f"{wire.url}uk/", who=ANN, at=clock())
    await carry(here, to(ANN.upper()), "n1", 5.0)
    assert [one.path for one in wire.asked] == ["/emea/uk/v3/conversations/a%3Aknown/activities"]


async def test_where_somebodys_chat_is_not_known_it_is_opened_where_the_tenant_was_heard_of_last(
    here, wire, places, clock
):
    await places.keep(TENANT, "19:old", service_url=f"{wire.url}old/", who="", at=clock())
    clock.pass_by(days=1)
    await places.keep(TENANT, "19:new", service_url=f"{wire.url}new/", who="", at=clock())
    await carry(here, to(), "n1", 5.0)
    assert [one.path.split("/")[2] for one in wire.asked] == ["new", "new"]


async def test_an_announcement_goes_into_its_thread_and_an_edit_to_its_post(here, wire, places, clock):
    await places.keep(TENANT, CHANNEL, service_url=f"{wire.url}uk/", who="", at=clock())
    await carry(here, for_all(), "n1", 5.0)
    await carry(here, Edit(of=Handle(THERE, "1701"), post=Post((Paragraph("changed"),))), "n2", 5.0)
    thread = "/emea/uk/v3/conversations/19%3Acouncil%40thread.tacv2%3Bmessageid%3D1700/activities"
    assert [(one.method, one.path) for one in wire.asked] == [("POST", thread), ("PUT", f"{thread}/1701")]


async def test_a_service_url_that_is_not_allowed_is_never_called(here, wire, places, clock):
    await places.keep(TENANT, CHANNEL, service_url="https://evil.example/", who="", at=clock())
    await carry(here, for_all(), "n1", 5.0)
    await carry(here, to(), "n2", 5.0)
    assert all(one.path.startswith("/emea/v3/") for one in wire.asked)


async def test_an_announcement_is_never_made_in_one_persons_chat(here, wire):
    private = Announce(to=Place("teams", TENANT, "a:chat", private=True), post=Post((Paragraph("x"),)))
    refused = await not_delivered(here, private)
    assert (refused.again, refused.unreachable) == (False, False)
    assert wire.asked == []


async def test_what_nobody_can_be_is_not_asked_about(here, wire):
    refused = await not_delivered(here, to("29:some-other-id"))
    assert (refused.again, refused.unreachable) == (False, True)
    assert wire.asked == []


async def test_who_has_no_object_id_is_told_where_they_spoke_and_by_that_very_id(here, wire, places, clock):
    await places.keep(TENANT, "a:odd", service_url=wire.url, who="29:1AbC-xYz", at=clock())
    await places.keep(TENANT, "a:other", service_url=wire.url, who="29:1abc-xyz", at=clock())
    await carry(here, to("29:1AbC-xYz"), "n1", 5.0)
    assert posts(wire) == ["a%3Aodd"]


async def test_what_can_not_be_drawn_is_a_fault_and_not_shown(here, wire):
    token = "a/b/" + "x" * 200_000
    refused = await not_delivered(here, Send(to=to().to, post=Post((Buttons((Button("CANARY", token),)),))))
    assert (refused.again, refused.unsure) == (False, False)
    assert "CANARY" not in str(refused)
    assert "xxx" not in str(refused)
    assert wire.asked == []


# ---------------------------------------------------------------- once


async def test_the_same_notice_again_is_said_once_even_of_many_parts(here, wire):
    await carry(here, LONG, "n1", 5.0)
    parts = len(posts(wire))
    assert parts > 1
    await carry(here, LONG, "n1", 5.0)
    assert len(posts(wire)) == parts
    await carry(here, LONG, "n2", 5.0)
    assert len(posts(wire)) == 2 * parts


async def test_of_a_notice_of_many_parts_only_what_is_missing_is_said_again(here, wire, places, clock):
    await places.keep(TENANT, "a:known", service_url=wire.url, who=ANN, at=clock())
    wire.says.extend([Says(), error(502)])
    refused = await not_delivered(here, LONG)
    assert (refused.again, refused.unsure) == (True, True)
    wire.asked.clear()
    await carry(here, LONG, "n1", 5.0)
    again = len(posts(wire))
    wire.asked.clear()
    await carry(here, LONG, "n2", 5.0)
    assert again == len(posts(wire)) - 1


async def test_a_notices_buttons_carry_the_same_nonce_at_every_attempt(here, wire):
    notice = Send(to=to().to, post=Post((Paragraph("Seen?"), Buttons((Button("I have seen it", "care/seen/1"),)))))
    wire.says.extend([Says(body={"id": "a:chat"}), error(429, Retry_After="0")])
    await not_delivered(here, notice)
    await carry(here, notice, "n1", 5.0)
    nonces = [of_key("n1") in str(one.body) for one in wire.told("/activities")]
    assert nonces == [True, True]


async def test_a_long_edit_goes_on_below(here, wire):
    await carry(here, Edit(of=Handle(THERE, "1701"), post=LONG.post), "n1", 5.0)
    first, *others = [one.method for one in wire.asked]
    assert first == "PUT"
    assert others
    assert set(others) == {"POST"}


async def test_in_a_post_that_was_deleted_meanwhile_there_is_nothing_left_to_change(here, wire):
    """Else it would be told to the administrators as a message that could not be delivered."""
    wire.says.append(error(404, "ActivityNotFoundInConversation"))
    await carry(here, Edit(of=Handle(THERE, "1701"), post=LONG.post), "n1", 5.0)
    assert [one.method for one in wire.asked] == ["PUT"]


async def test_what_one_tenant_is_told_takes_no_more_memory_however_much_it_is(here, wire):
    """Two hundred councils may share one bot: what each of them was told must not add up for hours."""
    spot = Spot(wire.url, CHANNEL, TENANT)
    for begin in range(0, 2 * AT_MOST, 100):
        await asyncio.gather(*(here.say(spot, f"n{begin + number}", [CARD], 30.0) for number in range(100)))
    await here.say(spot, f"n{AT_MOST}", [CARD], 5.0)
    assert len(wire.asked) == 2 * AT_MOST, "of late"
    await here.say(spot, "n0", [CARD], 5.0)
    assert len(wire.asked) == 2 * AT_MOST + 1, "long ago"


async def test_what_was_said_long_ago_is_forgotten():
    known: Remembered[int] = Remembered(at_most=2)
    for number, name in enumerate("abc"):
        known.put(name, number)
    assert [known.get(name) for name in "abc"] == [None, 1, 2]


async def test_what_is_known_for_a_while_is_known_that_long_and_not_for_good(time):
    known: Lately[int] = Lately(10.0, 100, time)
    known.put("a", 1)
    time.now = 9.0
    known.put("b", 2)
    time.now = 18.0
    assert [known.get(name) for name in "ab"] == [1, 2]
    time.now = 28.0
    assert [known.get(name) for name in "ab"] == [None, None]
    known.put("c", 3)
    time.now = 48.0
    assert known.get("c") is None, "nobody did anything for longer than that"


async def test_of_what_is_known_for_a_while_the_last_few_are_known_however_much_there_is(time):
    known: Lately[int] = Lately(10.0, 2, time)
    for number, name in enumerate("abcde"):
        known.put(name, number)
    assert [known.get(name) for name in "abcde"] == [None, None, 2, 3, 4]


# ---------------------------------------------------------------- a chat that is gone


@pytest.mark.parametrize(
    "gone",
    [error(404, "ConversationNotFound"), error(403, "BadArgument")],
    ids=["named", "decrypt"],
)
async def test_a_chat_that_is_gone_is_opened_anew_once(here, wire, places, clock, gone):
    await places.keep(TENANT, "a:old", service_url=wire.url, who=ANN, at=clock())
    wire.says.append(gone)
    await carry(here, to(), "n1", 5.0)
    assert posts(wire) == ["a%3Aold", "a%3Achat-with-aaaa"]
    kept = await places.chat(TENANT, ANN)
    assert kept is not None
    assert kept.id == "a:chat-with-aaaa"


async def test_a_chat_that_is_gone_again_puts_its_person_out_of_reach(here, wire, places, clock):
    await places.keep(TENANT, "a:old", service_url=wire.url, who=ANN, at=clock())
    gone = error(404, "ConversationNotFound")
    wire.says.extend([gone, Says(body={"id": "a:new"}), gone])
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable) == (False, True)
    assert opened(wire) == 1


@pytest.mark.parametrize("status", [403, 404])
async def test_a_page_of_somebody_elses_takes_nobodys_chat_away(here, wire, places, clock, status):
    await places.keep(TENANT, "a:known", service_url=wire.url, who=ANN, at=clock())
    wire.says.append(Says(status, b"<html>Not here</html>"))
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable, refused.unsure) == (True, False, False)
    await carry(here, to(), "n1", 5.0)
    assert (posts(wire), opened(wire)) == (["a%3Aknown"] * 2, 0)


async def test_where_no_teams_is_any_more_a_chat_is_opened_at_the_address_for_everybody(here, wire, places, clock):
    await places.keep(TENANT, CHANNEL, service_url=f"{wire.url}old/", who="", at=clock())
    wire.says.append(Says(404, b"<html>Not here</html>"))
    await carry(here, to(), "n1", 5.0)
    assert [one.path.split("/v3/")[0] for one in wire.asked] == ["/emea/old", "/emea", "/emea"]
    kept = await places.chat(TENANT, ANN)
    assert kept is not None
    assert kept.service_url == wire.url


async def test_nor_is_it_opened_on_and_on(here, wire, places, clock):
    await places.keep(TENANT, CHANNEL, service_url=f"{wire.url}old/", who="", at=clock())
    wire.says.extend([Says(404, b"<html>Not here</html>")] * 2)
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable) == (True, False)
    assert len(wire.asked) == 2


async def test_a_person_whom_microsoft_does_not_know_is_looked_for_once(here, wire, places, clock):
    await places.keep(TENANT, CHANNEL, service_url=f"{wire.url}old/", who="", at=clock())
    wire.says.append(error(404, "NotFound"))
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable) == (False, True)
    assert len(wire.asked) == 1


async def test_chats_that_teams_can_not_read_for_a_while_put_nobody_out_of_reach(here, wire, places, clock):
    await places.keep(TENANT, "a:old", service_url=wire.url, who=ANN, at=clock())
    wire.says.extend([error(403, "BadArgument"), Says(body={"id": "a:old"}), error(403, "BadArgument")])
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable, refused.unsure) == (True, False, False)


async def test_a_channel_that_is_gone_is_not_tried_again(here, wire):
    wire.says.append(error(404, "ConversationNotFound"))
    refused = await not_delivered(here, for_all())
    assert (refused.again, refused.unreachable) == (False, False)
    assert len(wire.asked) == 1


# ---------------------------------------------------------------- what is remembered, and the outbox


@pytest.mark.sqlite_only("on PostgreSQL the bot may not change its tables")
async def test_a_database_that_is_away_sends_nothing_and_says_so(here, wire, database, places):
    async with database.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE teams_places RENAME TO elsewhere")
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unsure) == (True, False)
    assert wire.asked == []


async def test_what_teams_could_not_take_now_arrives_later_and_once(here, wire, store, clock):
    outbox = Outbox(store, {"teams": Teams(here)}, clock)
    await store.keep("barrow", command("x"), Turn(notices=(to(text="kept for later"),)))
    wire.says.extend([Says(body={"id": "a:chat"}), error(502)])
    assert await outbox.deliver() == 0
    clock.pass_by(minutes=1)
    assert await outbox.deliver() == 1
    assert await outbox.deliver() == 0
    assert len(wire.told("/activities")) == 2
    assert await queue.notices(store, NOON + timedelta(days=9)) == []


async def test_a_notice_of_which_nobody_knows_whether_it_arrived_is_not_risked_twice_where_it_must_not_be(
    here, wire, store, clock
):
    outbox = Outbox(store, {"teams": Teams(here)}, clock)
    await store.keep("barrow", command("x"), Turn(notices=(to(once=True),)))
    wire.says.extend([Says(body={"id": "a:chat"}), error(502)])
    assert await outbox.deliver() == 0
    clock.pass_by(days=2)
    assert await outbox.deliver() == 0
    assert len(wire.told("/activities")) == 1
