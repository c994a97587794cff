"""Who can't be told anything: found out when it is tried, and before."""

import logging
from datetime import timedelta

import pytest

from adapters.teams.carrying import carry
from adapters.teams.refusals import Refused
from bot import reach
from tests.teams.on_the_wire import (
    ANN,
    BEA,
    SHUT,
    TENANT,
    for_all,
    not_delivered,
    posts,
    to,
)
from tests.teams.on_the_wire.wire import Says, error

# ---------------------------------------------------------------- who can't be told


@pytest.mark.parametrize("code", [*SHUT, "SomethingNew", "NotEnoughPermissions"])
async def test_a_person_whose_chat_takes_nothing_is_out_of_reach(here, wire, code):
    wire.says.extend([Says(body={"id": "a:chat"}), error(403, code)])
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable) == (False, True)


@pytest.mark.parametrize("code", ["ForbiddenOperationException", "BotNotInConversationRoster", "SomethingNew"])
async def test_a_person_with_whom_no_chat_can_be_opened_is_out_of_reach(here, wire, places, code):
    wire.says.append(error(403, code))
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable) == (False, True)
    assert await places.chat(TENANT, ANN) is None


@pytest.mark.parametrize("status", [403, 404])
async def test_a_page_of_somebody_elses_puts_nobody_out_of_reach(here, wire, status):
    page = Says(status, b"<html>This site is blocked by the council's firewall</html>")
    wire.says.append(page)
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable) == (True, False)
    wire.says.extend([Says(body={"id": "a:chat"}), page])
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unreachable, refused.unsure) == (True, False, False)


@pytest.mark.parametrize("code", SHUT)
async def test_a_channel_that_takes_nothing_says_what_to_do(here, wire, code):
    wire.says.append(error(403, code))
    refused = await not_delivered(here, for_all())
    assert (refused.again, refused.unreachable) == (False, False)
    assert code in str(refused)
    assert "account" not in str(refused)


async def test_what_the_administrators_forbid_waits_and_is_shown_until_it_is_allowed(here, wire, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            wire.says.append(error(403, "BotDisabledByAdmin"))
            refused = await not_delivered(here, for_all())
    assert (refused.again, refused.unreachable, refused.unsure) == (True, False, False)
    assert here.refused == "BotDisabledByAdmin"
    assert [TENANT in record.getMessage() for record in caplog.records] == [True]
    await carry(here, for_all(), "n2", 5.0)
    assert here.refused == ""


@pytest.mark.parametrize(
    ("says", "unsure"),
    [(error(500, "ServiceError"), True), (error(503), True), (Says(drops=True), True), (error(429), False)],
    ids=["fault", "away", "dropped", "busy"],
)
async def test_where_nobody_can_tell_whether_it_arrived_that_is_said(here, wire, places, clock, says, unsure):
    await places.keep(TENANT, "a:known", service_url=wire.url, who=ANN, at=clock())
    wire.says.append(says)
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unsure, refused.unreachable) == (True, unsure, False)
    assert len(wire.asked) == 1


async def test_a_chat_that_could_not_be_opened_just_now_has_posted_nothing(here, wire):
    wire.says.append(error(502))
    refused = await not_delivered(here, to())
    assert (refused.again, refused.unsure) == (True, False)


async def test_teams_is_left_alone_as_long_as_it_asks(here, wire):
    wire.says.append(error(429, "Throttled", Retry_After="30"))
    assert (await not_delivered(here, for_all())).after == timedelta(seconds=30)
    await not_delivered(here, for_all())
    assert len(wire.asked) == 1


async def test_no_error_holds_what_was_to_be_said(here, wire, places, clock, caplog):
    await places.keep(TENANT, "a:known", service_url=wire.url, who=ANN, at=clock())
    with caplog.at_level(logging.DEBUG):
        for status, code in ((400, "BadArgument"), (403, "MessageWritesBlocked"), (413, ""), (500, "ServiceError")):
            wire.says.append(error(status, code))
            assert "CANARY" not in str(await not_delivered(here, to(text="CANARY"), f"n-{status}"))
    assert not any("CANARY" in record.getMessage() for record in caplog.records if record.name.startswith("adapters"))


# ---------------------------------------------------------------- whether somebody could be told


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ([], ""),
        ([error(403, "ForbiddenOperationException")], "not-installed"),
        ([error(403, "BotNotInConversationRoster")], "not-installed"),
        ([error(403, "ConversationBlockedByUser")], "blocked"),
        ([error(403, "BotDisabledByAdmin")], "refused"),
        ([error(403, "SomethingNew")], "refused"),
        ([error(404, "NotFound")], "not-there"),
        ([Says(body={"id": "a:chat"}), error(404, "MemberNotFoundInConversation")], "left"),
        ([Says(body={"id": "a:chat"}), error(403, "MessageWritesBlocked")], "blocked"),
    ],
    ids=["all-well", "forbidden", "roster", "blocked", "policy", "new", "nobody", "left", "writes"],
)
async def test_who_can_not_be_told_anything_is_known_before_it_is_tried(here, wire, says, why):
    wire.says.extend(says)
    assert await here.why_not(ANN, 5.0) == why
    assert why in ("", *reach.WHYS)
    assert posts(wire) == [], "nothing was said"


async def test_an_account_that_can_not_be_one_is_a_bad_address_unless_they_spoke_with_the_bot(
    here, wire, places, clock
):
    assert await here.why_not("29:odd", 5.0) == "bad-address"
    assert wire.asked == []
    await places.keep(TENANT, "a:odd", service_url=wire.url, who="29:odd", at=clock())
    assert await here.why_not("29:odd", 5.0) == ""
    assert [one.path for one in wire.asked] == ["/emea/v3/conversations/a%3Aodd/members/29%3Aodd"]


async def test_whether_somebody_can_be_told_is_found_out_anew_though_their_chat_is_known(here, wire, places, clock):
    await places.keep(TENANT, "a:known", service_url=wire.url, who=ANN, at=clock())
    wire.says.append(error(403, "ForbiddenOperationException"))
    assert await here.why_not(ANN, 5.0) == "not-installed"


@pytest.mark.parametrize(
    "says", [error(502), error(401), error(429), error(400, "BadArgument"), error(403), error(404)], ids=str
)
async def test_where_teams_does_not_say_nobody_is_called_unreachable(here, wire, says):
    wire.says.append(says)
    with pytest.raises(Refused):
        await here.why_not(ANN, 5.0)


async def test_who_blocked_the_bot_stays_so_until_they_speak_or_a_day_has_gone(here, wire, time):
    """Opening their chat and asking who is in it goes well all the while."""
    for over in ("spoke", "a day"):
        wire.says.extend([Says(body={"id": "a:chat"})] if over == "spoke" else [])
        wire.says.append(error(403, "MessageWritesBlocked"))
        await not_delivered(here, to())
        assert await here.why_not(ANN, 5.0) == "blocked"
        assert await here.why_not(BEA, 5.0) == ""
        if over == "spoke":
            here.is_back(ANN.upper())
        else:
            time.now += 25 * 3600
        assert await here.why_not(ANN, 5.0) == ""


async def test_who_blocked_the_bot_and_lets_it_in_again_is_told(here, wire):
    wire.says.extend([Says(body={"id": "a:chat"}), error(403, "MessageWritesBlocked")])
    await not_delivered(here, to())
    await carry(here, to(), "n2", 5.0)
    assert await here.why_not(ANN, 5.0) == ""
