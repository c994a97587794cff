"""What is made of every answer of the connector service, and when it is called at all."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.calls import Calls, Spot, patiently
from adapters.teams.pace import Pace
from tests.teams.on_the_wire import ANN, CARD, CHANNEL, TENANT, refusal
from tests.teams.on_the_wire.wire import Says, error

#: Of somebody's between the bot and Teams.
PAGE = b"<html>Not here</html>"


@pytest.fixture
def held() -> Iterator[socket.socket]:
    """An address that is nobody else's, and at which nobody listens yet."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        yield made


# ---------------------------------------------------------------- what is made of an answer


@pytest.mark.parametrize(
    ("says", "again", "unsure"),
    [
        (error(500, "ServiceError"), True, True),
        (Says(502, b"<html>Bad gateway</html>"), True, True),
        (error(503), True, True),
        (Says(drops=True), True, True),
        (Says(takes=2.0), True, True),
        (Says(200, b"<html>Welcome to the guest network</html>"), True, True),
        (Says(200, b"[" * 100_000), True, True),
        (Says(201, b"\xff\xfe\x00"), True, True),
        (Says(201, b'{"id": "' + b"x" * 3_000_000), True, True),
        (Says(201, b"[]"), True, True),
        (error(400, "BadArgument"), False, False),
        (error(403, "BotNotInConversationRoster"), False, False),
        (error(404, "ConversationNotFound"), False, False),
        (error(413, "MessageSizeTooBig"), False, False),
        (error(412, "PreconditionFailed"), True, False),
        (error(409, "BrandNew"), True, False),
        (Says(400, b"\x00" * 100), False, False),
        (Says(403, {"error": [1, 2]}), True, False),
        (Says(403, PAGE), True, False),
        (Says(404, PAGE), True, False),
        (error(503, "Throttled"), True, True),
    ],
    ids=[
        "fault", "gateway", "away", "dropped", "slow", "captive", "deep", "bytes", "endless", "list", "argument",
        "roster", "gone", "big", "changed", "new", "zeros", "shapeless", "firewall", "nowhere", "half",
    ],
)  # fmt: skip
async def test_what_an_answer_means(calls, wire, spot, says, again, unsure):
    within = 0.7 if says.takes else 20.0
    wire.says.append(says)
    no = await refusal(calls.say(spot, CARD, within))
    assert (no.again, no.unsure) == (again, unsure)
    assert len(wire.asked) == 1, "nothing is tried a second time by itself"
    wire.says.extend([says] * 2)  # what only reads, HTTP may ask again by itself (RFC 9112, section 9.3.1)
    if unsure:
        assert not (await refusal(calls.member(spot, ANN, within))).unsure, "asking a question posts nothing"


@pytest.mark.parametrize(
    "says", [Says(200, {}), Says(202, b""), Says(201, {"id": 17})], ids=["bare", "empty", "number"]
)
async def test_a_post_that_was_taken_was_taken_whatever_its_id(calls, wire, spot, says):
    wire.says.append(says)
    assert await calls.say(spot, CARD, 5.0) in ("", "17")


async def test_a_chat_without_an_id_is_none(calls, wire):
    wire.says.append(Says(201, {}))
    no = await refusal(calls.opened(wire.url, TENANT, ANN, 5.0))
    assert (no.again, no.unsure) == (True, False)


async def test_a_server_that_is_not_there_has_taken_nothing(calls, wire, held):
    no = await refusal(calls.say(Spot(f"http://127.0.0.1:{held.getsockname()[1]}/", "c"), CARD, 20.0))
    assert (no.again, no.unsure, no.passes) == (True, False, True)


async def test_a_call_ends_in_its_time(calls, wire, spot):
    wire.says.append(Says(takes=5.0))
    clock = asyncio.get_running_loop().time
    began = clock()
    await refusal(calls.say(spot, CARD, 0.2))
    assert clock() - began < 2.0


# ---------------------------------------------------------------- when


async def test_teams_is_left_alone_as_long_as_it_asks_and_only_there(calls, wire, spot):
    wire.says.append(error(429, "Throttled", Retry_After="30"))
    assert (await refusal(calls.say(spot, CARD, 5.0))).after == timedelta(seconds=30)
    no = await refusal(calls.say(spot, CARD, 5.0))
    assert no.after is not None
    assert timedelta(seconds=25) < no.after <= timedelta(seconds=30)
    assert len(wire.asked) == 1, "it was not asked again"
    await calls.say(spot._replace(conversation="other"), CARD, 5.0)


async def test_a_time_gone_wrong_silences_a_conversation_for_minutes_at_most(calls, wire, spot):
    wire.says.append(error(429, "Throttled", Retry_After="86400"))
    await refusal(calls.say(spot, CARD, 5.0))
    no = await refusal(calls.say(spot, CARD, 5.0))
    assert no.after is not None
    assert no.after <= timedelta(minutes=10)


async def test_what_would_be_too_fast_for_its_time_is_not_sent(calls, wire, spot):
    calls._pace = Pace(lambda: 1000.0)  # no time passes
    for _ in range(7):
        await calls.say(spot, CARD, 20.0)
    no = await refusal(calls.say(spot._replace(conversation=f"{CHANNEL};messageid=9"), CARD, 0.05))
    assert (no.again, no.unsure, no.passes) == (True, False, True)
    assert len(wire.asked) == 7, "threads of a channel share its pace"


async def test_unpaced_everything_goes_at_once(connections, wire, spot):
    calls = Calls(connections, None, "28:app", ["127.0.0.1"], paced=False)
    await asyncio.gather(*(calls.say(spot, CARD, 5.0) for _ in range(30)))
    assert len(wire.asked) == 30


async def test_with_patience_what_is_busy_is_waited_for(calls, wire, spot):
    wire.says.extend([error(429, "", Retry_After="0"), error(412, "PreconditionFailed")])
    assert await patiently(lambda left: calls.say(spot, CARD, left), 10.0)
    assert len(wire.asked) == 3


@pytest.mark.parametrize(
    "says", [error(500), error(403, "BotDisabledByAdmin"), error(404)], ids=["fault", "ours", "gone"]
)
async def test_with_patience_too_nothing_is_said_twice_or_in_vain(calls, wire, spot, says):
    wire.says.append(says)
    await refusal(patiently(lambda left: calls.say(spot, CARD, left), 10.0))
    assert len(wire.asked) == 1


async def test_patience_has_an_end_before_what_teams_asks_for(calls, wire, spot):
    wire.says.append(error(429, "", Retry_After="60"))
    clock = asyncio.get_running_loop().time
    began = clock()
    no = await refusal(patiently(lambda left: calls.say(spot, CARD, left), 2.0))
    assert no.after == timedelta(seconds=60)
    assert clock() - began < 1.5


async def test_a_server_that_comes_up_meanwhile_is_reached(calls, held):
    async def heard(_: web.Request) -> web.Response:
        return web.json_response({"id": "p1"}, status=201)

    app = web.Application()
    app.router.add_post("/{path:.*}", heard)
    server = TestServer(app, socket_factory=lambda *_: held)
    where = Spot(f"http://127.0.0.1:{held.getsockname()[1]}/", "c")
    say = asyncio.create_task(patiently(lambda left: calls.say(where, CARD, left), 60.0))
    await asyncio.sleep(0.2)
    async with server:
        assert await say == "p1"
