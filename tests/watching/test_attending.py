"""Several chats in one process: one that is away or refused holds no other up."""

import asyncio

import pytest

from bot.errors import NotDelivered, ProtocolBotError
from deploy.running import starting
from deploy.running.attending import Attending
from deploy.running.serving import is_everywhere, together
from tests.delivery.carriers import notice, until
from tests.watching.chats import Chat, attended
from tests.worlds import person


class Attendance:
    """Chats that are attended, and which were told of as open."""

    def __init__(self, *chats: Chat) -> None:
        self.all = [attended(chat, name) for chat, name in zip(chats, ("slack", "teams"), strict=False)]
        self.told: list[list[str]] = []
        self.attending = Attending(self.all, None, self._say)

    async def _say(self, opened) -> None:
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
    await until(lambda: slack.heard)
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


# ---------------------------------------------------------------- two hundred councils


def test_what_is_wrong_at_many_councils_is_said_once():
    councils = [f"parish-{number:03}" for number in range(200)]
    told = together([*((council, "Nobody is set.") for council in councils), ("parish-007", "The chair is vacant.")])
    assert told == [
        "200 councils (parish-000, parish-001, parish-002, parish-003, parish-004, parish-005, parish-006, parish-007 "
        "and 192 more): Nobody is set.",
        "parish-007: The chair is vacant.",
    ]


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
