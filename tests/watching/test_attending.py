"""Several chats in one process: one that is away or refused holds no other up."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import NotDelivered, ProtocolBotError
from deploy.running import run, starting
from deploy.running.attending import Attending, pages
from deploy.running.serving import is_everywhere, together
from storage.seal import new_keys
from tests.core.council import settings
from tests.delivery.carriers import notice
from tests.waiting import until
from tests.watching.chats import Chat, attended, work_of
from tests.worlds import person


class Attendance:
    """Chats that are attended, and which were told of as open."""

    def __init__(self, *chats: Chat) -> None:
        self.all = [attended(chat, name) for chat, name in zip(chats, ("slack", "teams"), strict=False)]
        self.told: list[list[str]] = []
        self.fails = False
        self.attending = Attending(self.all, None, self._say)

    async def _say(self, opened) -> None:
        if self.fails:
            raise OSError("away for a second")
        self.told.append([one.served.platform for one in opened])


def here(*teams: str) -> Chat:
    chat = Chat(*teams)
    chat.let_in.set()
    return chat


async def test_one_that_is_away_is_heard_later_and_the_other_at_once():
    slack, teams = Chat("T1"), here("0b0a")
    made = Attendance(slack, teams)
    await made.attending.begin()
    assert (slack.heard, teams.heard, made.told) == (False, True, [["teams"]])
    slack.let_in.set()
    await until(lambda: len(made.told) == 2)  # people are heard there first
    assert slack.heard
    assert made.told == [["teams"], ["slack"]]
    await made.attending.end()
    assert (slack.heard, teams.heard) == (False, False)


async def test_those_that_come_soon_are_told_of_at_once():
    slack, teams = here("T1"), Chat("0b0a")
    made = Attendance(slack, teams)
    asyncio.get_running_loop().call_later(0.05, teams.let_in.set)
    await made.attending.begin()
    assert [sorted(told) for told in made.told] == [["slack", "teams"]]
    await made.attending.end()


class OnceAway(Chat):
    """Its database is away when it is opened first."""

    tries = 0

    async def open(self) -> None:
        self.tries += 1
        if self.tries == 1:
            raise OSError("away for a second")


@pytest.mark.parametrize("others", [1, 0], ids=["of-two", "alone"])
async def test_one_that_fails_while_it_is_opened_is_tried_again(others):
    chats = [OnceAway("T1"), *[here("0b0a")] * others]
    made = Attendance(*chats)
    await made.attending.begin()
    await until(lambda: chats[0].heard)
    assert chats[0].tries == 2
    assert [state["refused"] for one in made.all for state in await one.health()] == [""] * len(chats)
    await made.attending.end()


async def test_where_it_can_not_be_said_that_one_is_served_people_are_heard_there_all_the_same(caplog):
    slack, teams = Chat("T1"), here("0b0a")
    made = Attendance(slack, teams)
    await made.attending.begin()
    made.fails = True
    slack.let_in.set()
    await until(lambda: "could not be said" in caplog.text)
    assert slack.heard
    await made.attending.end()


async def test_pages_beside_a_chat_are_there_once_it_is_let_in():
    async def page(_request) -> web.Response:
        return web.Response(text="install it")

    chat = Chat("T1")
    one = attended(chat, pages=[web.get("/page", page, allow_head=False)])
    app = web.Application()
    app.add_routes(pages(one))
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/page")).status == 503
        chat.let_in.set()
        await one.open()
        assert (await client.get("/page")).status == 200


async def test_one_that_is_refused_stops_no_other_and_is_told_with_the_mend(capsys):
    slack, teams = here("T1"), here("0b0a")
    slack.refused = "Copy the token again."
    made = Attendance(slack, teams)
    await made.attending.begin()
    assert (slack.heard, teams.heard) == (False, True)
    told = capsys.readouterr().err
    assert told.startswith("The Slack workspace is not served until this is mended")
    assert "Copy the token again." in told
    assert [state["refused"] for one in made.all for state in await one.health()] == ["Copy the token again.", ""]
    await made.attending.end()


async def test_where_all_are_refused_that_ends_it_with_the_mend():
    slack, teams = here("T1"), here("0b0a")
    slack.refused, teams.refused = "Copy the token again.", "Make a new secret."
    made = Attendance(slack, teams)
    with pytest.raises(ProtocolBotError, match=r"Copy the token again\.|Make a new secret\."):
        await made.attending.begin()
    await made.attending.end()


async def test_while_every_chat_is_away_what_falls_due_is_brought_up_all_the_same(database, tmp_path):
    """E-mail waits for no chat; and at the end none of it is cut short."""
    made, begun = Attendance(Chat("T1")), asyncio.Event()
    new_keys(tmp_path / "keys")
    work = await work_of(database, tmp_path / "keys", "barrow")
    async with AsyncExitStack() as after:
        serves = asyncio.create_task(run._served(after, made.attending, work, AsyncExitStack(), begun, 0.01))
        await until(lambda: work.clockwork.last_tick is not None)
        assert begun.is_set()
        assert not made.told
        serves.cancel()
        await asyncio.wait({serves})
    assert work.clockwork.closed


async def test_it_can_be_ended_while_one_is_away():
    slack = Chat("T1")
    made = Attendance(slack)
    begins = asyncio.create_task(made.attending.begin())
    await asyncio.sleep(0.01)
    begins.cancel()
    await asyncio.wait({begins})
    await made.attending.end()
    assert not slack.heard


async def test_until_it_is_let_in_nothing_is_delivered_and_nobody_is_said_to_be_out_of_reach():
    """Slack would say of everybody that the bot is not installed, and somebody else would be told instead of them."""
    one = attended(Chat("T1"))
    for asks in (lambda: one.deliver(notice("ann", "hello"), "key"), lambda: one.reaches(person("ann", "barrow"))):
        with pytest.raises(NotDelivered) as refused:
            await asks()
        assert refused.value.again
        assert not refused.value.unreachable
        assert not refused.value.asked


# ---------------------------------------------------------------- two hundred councils


def test_what_is_wrong_at_many_councils_is_said_once():
    councils = [f"parish-{number:03}" for number in range(200)]
    told = together([*((council, "Nobody is set.") for council in councils), ("parish-007", "The chair is vacant.")])
    assert told == [
        "200 councils (parish-000, parish-001, parish-002, parish-003, parish-004, parish-005, parish-006, parish-007 "
        "and 192 more): Nobody is set.",
        "parish-007: The chair is vacant.",
    ]


def test_what_is_missing_at_many_is_said_without_what_only_one_of_them_has():
    def missing(_id: str) -> str:
        return "does not have the app yet."

    chat = attended(Chat("T1"), missing=missing)
    for many, expected in (
        (200, ["the Slack workspace that its settings name does not have the app yet."]),
        (1, ["its Slack workspace TX0 does not have the app yet."]),
    ):
        own = [settings(council=f"parish-{n:03}", workspaces={"slack": f"TX{n}"}) for n in range(many)]
        wrong = [
            (one.council, why) for one in own for why in starting._amiss(one, [chat], [], silent=True, later=False)
        ]
        assert [told.partition(": ")[2] for told in starting._together(wrong)] == expected


def test_of_many_councils_only_how_many_are_served_is_said():
    whose = {f"parish-{number:03}": ["the Slack workspace"] * (number > 2) for number in range(200)}
    (told,) = starting._lines(whose, ())
    assert told.startswith("197 of 200 councils have a workspace here.")
    assert list(starting._lines({"barrow": [], "twywell": ["one", "two"]}, ())) == [
        "barrow: no workspace.",
        "twywell: one and two.",
    ]


def test_at_a_few_it_is_said_of_each():
    assert together([("barrow", "x"), ("twywell", "x")]) == ["barrow: x", "twywell: x"]


@pytest.mark.parametrize(
    ("host", "everywhere"),
    [("0.0.0.0", True), ("::", True), ("127.0.0.1", False), ("localhost", False), ("192.0.2.1", False)],  # noqa: S104
    ids=["ipv4", "ipv6", "here", "by-name", "one-network"],
)
def test_it_is_known_when_a_door_is_open_to_every_network(host, everywhere):
    assert is_everywhere(host) is everywhere
