"""Who is in a tenant, for whoever writes the council's settings."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.teams.calls import Calls, session
from adapters.teams.members import Member, members
from adapters.teams.refusals import Refused
from storage.teams_places import SqlPlaces
from tests.teams.on_the_wire import TENANT
from tests.teams.on_the_wire.wire import Says, error


@pytest.fixture
async def calls() -> AsyncIterator[Calls]:
    async with session() as connections:
        yield Calls(connections, None, "28:app", ["127.0.0.1"])


@pytest.fixture
async def places(database, wire, clock) -> SqlPlaces:
    made = SqlPlaces(database, {TENANT: "barrow"})
    for id in ("19:council", "19:group"):
        await made.keep(TENANT, id, service_url=wire.url, who="", at=clock())
    await made.keep(TENANT, "a:own", service_url=wire.url, who="somebody", at=clock())
    return made


def person(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"29:{id}", "aadObjectId": id, "name": name, "userRole": "user", "tenantId": TENANT, **more}


def page(*people: dict[str, Any], more: str = "") -> Says:
    return Says(200, {"members": list(people), **({"continuationToken": more} if more else {})})


async def test_everybody_in_a_team_or_a_chat_is_listed_once_and_by_name(calls, places, wire):
    wire.says.extend(
        [page(person("b", "Bea"), person("C", "ann"), more="m"), page(person("d", "Dee")), page(person("B", "Bea"))]
    )
    found = await members(calls, places, TENANT)
    assert [(one.id, one.name) for one in found.members] == [("c", "ann"), ("b", "Bea"), ("d", "Dee")]
    assert (found.tenant, found.places, found.whole) == (TENANT, 2, True)
    assert len(wire.asked) == 3
    assert not any("own" in one.path for one in wire.asked)


async def test_guests_are_marked_and_strangers_bots_and_the_nameless_left_out(calls, places, wire):
    wire.says.extend(
        [
            page(
                person("g", "Guest", userRole="guest"),
                person("s", "Stranger", tenantId="another"),
                person("n", " "),
                {"id": "28:bot", "name": "A bot"},
                person("a", "Anonymous", userRole="anonymous"),
                person("u", "Upper", tenantId=TENANT.upper(), userRole="User"),
            ),
            page(),
        ]
    )
    found = await members(calls, places, TENANT)
    assert found.members == (Member("g", "Guest", True), Member("u", "Upper", False))


async def test_an_older_name_of_the_object_id_and_of_the_person_will_do(calls, places, wire):
    old = {"id": "29:x", "objectId": "X", "givenName": "Jo", "surname": "Bloggs"}
    wire.says.extend([page(old), page({"id": "29:y", "objectId": "y", "userPrincipalName": "kim@example.org"})])
    found = await members(calls, places, TENANT)
    assert found.members == (Member("x", "Jo Bloggs", False), Member("y", "kim@example.org", False))


async def test_where_one_team_can_not_be_read_the_rest_is_listed_and_that_it_is_not_all(calls, places, wire):
    wire.says.extend([error(403, "BotNotInConversationRoster"), page(person("a", "Ann"))])
    found = await members(calls, places, TENANT)
    assert [one.name for one in found.members] == ["Ann"]
    assert not found.whole


async def test_where_none_can_be_read_the_mend_is_told(calls, places, wire):
    wire.says.extend([error(401), error(401)])
    with pytest.raises(Refused, match="TEAMS_APP_ID"):
        await members(calls, places, TENANT)


async def test_where_the_app_is_in_no_team_nobody_is_listed(calls, database):
    found = await members(calls, SqlPlaces(database, {TENANT: "barrow"}), TENANT)
    assert (found.members, found.places, found.whole) == ((), 0, True)


async def test_a_list_without_an_end_is_ended(calls, places, wire):
    wire.says.extend([page(person(f"p{number}", f"P{number}"), more=f"m{number}") for number in range(40)])
    with pytest.raises(Refused, match="more people"):
        await members(calls, places, TENANT)
    assert len(wire.asked) == 20


async def test_where_teams_asks_for_a_little_patience_it_has_it(calls, places, wire):
    wire.says.extend([error(429, "", Retry_After="0"), page(person("a", "Ann")), page()])
    found = await members(calls, places, TENANT)
    assert [one.name for one in found.members] == ["Ann"]


@pytest.mark.parametrize("body", [{"members": "x"}, {"members": [1, None]}, {}], ids=["text", "odd", "empty"])
async def test_an_odd_answer_lists_nobody(calls, places, wire, body):
    wire.says.extend([Says(200, body), page()])
    assert (await members(calls, places, TENANT)).members == ()
