"""Several workspaces, each with a token of its own: one that can't be entered keeps no other from being served."""

import asyncio
from datetime import UTC, datetime
from itertools import repeat

import pytest

from adapters.slack.app import Secrets, Slack
from adapters.slack.calls import NotLetIn
from adapters.slack.doors import Secrets as Given
from adapters.slack.entering import Entering
from adapters.slack.refusals import refused
from bot.conversation import Person
from bot.errors import NotDelivered, ProtocolBotError
from tests.slack import SENTENCES
from tests.slack.conftest import CHANNEL, account, populated, somebody
from tests.slack.standin import Fault
from tests.waiting import until

OTHER = "TOTHER"


async def test_a_refused_token_of_several_is_left_out_and_told_with_its_mend(slack, serve, scripted, ann, caplog):
    slack.workspace(OTHER).refused = "token_revoked"
    chat = await serve(scripted)
    assert {one["team"]: one["refused"] for one in await chat.health()} == {
        "TBARROW": "",
        "of token 2": "token_revoked",
    }
    assert [one["connected"] for one in await chat.health()] == [True, False], "so that it is not well as a whole"
    assert "Install the app again" in caplog.text
    assert "It is left out meanwhile, and tried again now and then." in caplog.text
    assert "xoxb" not in caplog.text
    assert (await ann.command(CHANNEL, "roles")).taken


async def test_where_every_token_is_refused_it_ends_with_the_mend(slack, space):
    for one in (space, slack.workspace(OTHER)):
        one.refused = "invalid_auth"
    secrets = [Secrets(one.token, one.secret) for one in slack.spaces.values()]
    chat = Slack(secrets, lambda _team: SENTENCES, lambda: datetime.now(UTC), api_url=slack.api_url)
    with pytest.raises(ProtocolBotError, match="Copy the Bot User OAuth Token"):
        await chat.open()
    await chat.close()


async def test_a_workspace_that_can_not_be_reached_yet_is_served_once_it_can_be(slack, serve, scripted, caplog):
    away = populated(slack.workspace(OTHER))
    slack.fail("auth.test", None)
    slack.fail("auth.test", Fault(status=503, body="<html>"), times=2)
    chat = await serve(scripted, hold=0.2)
    assert set(chat.teams) == {"TBARROW"}
    assert ("of token 2", False, "") in [(one["team"], one["connected"], one["refused"]) for one in await chat.health()]
    await until(lambda: f"The Slack workspace {OTHER} is served now." in caplog.text)
    assert len(await chat.health()) == 2
    assert (await somebody(slack, "ann", away.team).command(CHANNEL, "roles")).taken


async def test_of_a_workspace_that_is_not_entered_yet_nobody_says_that_it_lacks_the_app(slack, serve, scripted):
    """Somebody else would be told instead of its people."""
    away = populated(slack.workspace(OTHER))
    slack.fail("auth.test", None)
    slack.fail("auth.test", Fault(status=503, body="<html>"), times=2)
    chat = await serve(scripted, hold=0.1)
    with pytest.raises(NotDelivered, match="not known yet") as refused_:
        await chat.reaches(Person("slack", away.team, account("ann")))
    assert refused_.value.again
    await until(lambda: OTHER in chat.teams)
    assert await chat.reaches(Person("slack", away.team, account("ann"))) == ""
    assert await chat.reaches(Person("slack", "TNONE", account("ann"))) == "not-installed"


# ---------------------------------------------------------------- again and again


def entering(*outcomes: str, given: int = 2) -> tuple[Entering, list[str]]:
    """The first is let in; the second meets these, one after the other."""
    entered: list[str] = []
    left = list(outcomes)

    async def enter(secrets: Given) -> str:
        if secrets.bot_token == "1":  # noqa: S105  # its number
            return "TONE"
        if left:
            raise NotLetIn(refused(200, left.pop(0)))
        entered.append("TTWO")
        return "TTWO"

    secrets = [Given(str(number), "s") for number in range(1, given + 1)]
    return Entering(secrets, enter, lambda: repeat(0.01)), entered


async def test_a_refused_one_is_tried_again_until_somebody_has_mended_it_and_told_once_for_each_reason(caplog):
    trying, entered = entering("token_revoked", "token_revoked", "invalid_auth", "invalid_auth")
    await trying.begin()
    assert [one["refused"] for one in trying.outside()] == ["token_revoked"]
    await until(lambda: entered)
    await until(lambda: not trying.outside())
    lines = [one.getMessage() for one in caplog.records if "left out" in one.getMessage()]
    assert [("token_revoked" in one, "invalid_auth" in one) for one in lines] == [(True, False), (False, True)]
    await trying.end()


async def test_the_end_ends_the_trying():
    trying, entered = entering(*["invalid_auth"] * 1000)
    await trying.begin()
    await trying.end()
    await asyncio.sleep(0.05)
    assert entered == []


async def test_the_pauses_between_tries_grow_to_some_minutes():
    pauses = Entering([], lambda _secrets: asyncio.sleep(0, ""))._pauses()
    assert [next(pauses) for _ in range(5)] == [30, 60, 120, 300, 300]
