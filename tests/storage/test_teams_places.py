"""The conversations in Teams that the bot knows of: each council's own, newest first, no diary of who wrote when."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlalchemy import event as happening
from sqlalchemy import select

from bot.conversation import Person
from storage.database import engine
from storage.tables import teams_places
from storage.teams_places import KeptPlace, SqlPlaces
from tests import databases
from tests.worlds import NOON

MINE, THEIRS, NOBODYS = "5c1f0000-tenant-of-barrow", "a2900000-tenant-of-twywell", "0b0b0000-tenant-of-nobody"
COUNCILS = {MINE: "barrow", THEIRS: "twywell"}
ANN, BEA = "aad-of-ann", "aad-of-bea"
OLD, NEW = "https://smba.example/emea/", "https://smba.example/uk/"
LATER = NOON + timedelta(minutes=1)

pytestmark = pytest.mark.database


@pytest.fixture
def places(database) -> SqlPlaces:
    return SqlPlaces(database, COUNCILS)


@pytest.fixture
def writes(database):
    """Whatever was said to the database that changes something."""
    said = []

    def note(_connection, _cursor, statement, *_):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            said.append(statement)

    happening.listen(database.sync_engine, "before_cursor_execute", note)
    return said


def place(id: str, who: str = "", *, tenant: str = MINE, service_url: str = OLD) -> KeptPlace:
    return KeptPlace(tenant=tenant, id=id, service_url=service_url, who=who)


async def keep(places: SqlPlaces, one: KeptPlace, at=NOON) -> bool:
    return await places.keep(one.tenant, one.id, service_url=one.service_url, who=one.who, at=at)


async def rows(database) -> list:
    async with databases.whole(database) as connection:
        return list((await connection.execute(select(teams_places))).all())


async def test_what_is_kept_is_found_again_by_whose_it_is_and_by_its_id(places):
    own, other, channel = place("a:1", ANN), place("a:2", BEA), place("19:x@thread.tacv2")
    assert [await keep(places, one) for one in (own, other, channel)] == [True] * 3
    assert await places.chat(MINE, ANN) == own
    assert await places.chat(MINE, BEA) == other
    assert await places.place(MINE, "19:x@thread.tacv2") == channel
    assert await places.shared(MINE) == [channel]
    assert await places.chat(MINE, "somebody-else") is None
    assert await places.place(MINE, "a:3") is None


async def test_nobodys_own_chat_is_none_of_the_shared_ones(places):
    await keep(places, place("19:x@thread.tacv2"))
    assert await places.chat(MINE, "") is None


async def test_it_is_new_once_and_what_did_not_change_is_not_written(places, writes):
    assert await keep(places, place("a:1", ANN))
    writes.clear()
    assert not await keep(places, place("a:1", ANN), NOON + timedelta(days=9))
    assert writes == []
    assert not await keep(places, place("a:1", ANN, service_url=NEW))
    assert await places.place(MINE, "a:1") == place("a:1", ANN, service_url=NEW)


async def test_the_newest_is_the_one_of_which_something_was_learnt_last(places):
    assert await places.newest(MINE) is None
    for one in (place("a:1", ANN), place("a:2", BEA)):
        await keep(places, one)
    assert await places.newest(MINE) == place("a:2", BEA)
    await keep(places, place("a:1", ANN, service_url=NEW), LATER)
    assert await places.newest(MINE) == place("a:1", ANN, service_url=NEW)
    await keep(places, place("19:y@thread.tacv2"), NOON - timedelta(days=2))  # a clock that was put right meanwhile
    assert (await places.newest(MINE)).id == "19:y@thread.tacv2"


async def test_of_two_chats_with_one_person_the_one_learnt_of_last_counts(places):
    await keep(places, place("a:1", ANN))
    await keep(places, place("a:2", ANN), LATER)
    assert (await places.chat(MINE, ANN)).id == "a:2"


async def test_somebodys_own_chat_stays_theirs_where_nobody_is_named(places):
    await keep(places, place("a:1", ANN))
    assert not await keep(places, place("a:1", service_url=NEW))
    assert await places.chat(MINE, ANN) == place("a:1", ANN, service_url=NEW)
    assert await places.shared(MINE) == []


async def test_one_chat_is_no_two_peoples(places):
    await keep(places, place("a:1", ANN))
    await keep(places, place("a:1", BEA), LATER)
    assert await places.chat(MINE, ANN) is None
    assert await places.chat(MINE, BEA) == place("a:1", BEA)


async def test_what_is_forgotten_is_gone_and_new_again_when_it_comes_back(places):
    await keep(places, place("a:1", ANN))
    await places.forget(MINE, "a:1")
    await places.forget(MINE, "a:1")
    assert await places.place(MINE, "a:1") is None
    assert await keep(places, place("a:1", ANN))


async def test_of_a_tenant_that_is_no_councils_nothing_is_kept_and_nothing_found(places, database, writes):
    assert not await keep(places, place("a:1", ANN, tenant=NOBODYS))
    await places.forget(NOBODYS, "a:1")
    assert writes == []
    assert await rows(database) == []
    assert await places.chat(NOBODYS, ANN) is None
    assert await places.place(NOBODYS, "a:1") is None
    assert await places.newest(NOBODYS) is None
    assert await places.shared(NOBODYS) == []


async def test_each_council_has_its_own_also_of_one_id(places):
    assert await keep(places, place("19:x", ANN))
    assert await keep(places, place("19:x", BEA, tenant=THEIRS, service_url=NEW))
    await places.forget(THEIRS, "19:x")
    assert await places.chat(MINE, ANN) == place("19:x", ANN)
    assert await places.newest(THEIRS) is None


async def test_nothing_tells_at_what_time_of_day_somebody_wrote(places, database):
    for number, one in enumerate((place("a:1", ANN), place("a:2", BEA), place("19:x"))):
        await keep(places, one, NOON + timedelta(hours=3 * number, minutes=17))
    midnight = NOON.replace(hour=0)
    assert all(row.at - midnight < timedelta(milliseconds=1) for row in await rows(database))


async def test_of_two_who_learn_of_it_at_once_one_finds_it_new_and_neither_fails(tmp_path):
    async with AsyncExitStack() as after:
        engines = [engine(databases.url(tmp_path)) for _ in range(5)]
        for one in engines:
            after.push_async_callback(one.dispose)
        replicas = [SqlPlaces(one, COUNCILS) for one in engines]
        new = await asyncio.gather(*(keep(replica, place("a:1", ANN)) for replica in replicas))
        assert sorted(new) == [False] * 4 + [True]
        urls = [f"{OLD}{number}/" for number in range(5)]
        changed = [place("a:1", ANN, service_url=url) for url in urls]
        await asyncio.gather(*(keep(replica, one) for replica, one in zip(replicas, changed, strict=True)))
        assert (await replicas[0].place(MINE, "a:1")).service_url in urls
        await asyncio.gather(*(replica.forget(MINE, "a:1") for replica in replicas))
        assert await replicas[0].place(MINE, "a:1") is None


async def test_a_council_that_comes_to_be_served_is_known_at_once(database):
    councils: dict[str, str] = {}
    places = SqlPlaces(database, councils)
    assert not await keep(places, place("a:1", ANN))
    councils[MINE] = "barrow"
    assert await keep(places, place("a:1", ANN))


async def test_ids_and_addresses_of_any_length_are_kept(places):
    long = place("a:" + "x" * 1500, "29:" + "y" * 200, service_url=OLD + "z" * 3000)
    assert await keep(places, long)
    assert await places.chat(MINE, long.who) == long


async def test_whoever_left_one_tenant_of_a_council_keeps_their_own_chat_in_its_other(database, store):
    places = SqlPlaces(database, {MINE: "barrow", THEIRS: "barrow"})
    here, there = place("a:1", ANN), place("a:2", ANN, tenant=THEIRS)
    for one in (here, there):
        await keep(places, one)
    await store.keep_reach("barrow", (), forget=[Person("teams", MINE, ANN)])
    assert await places.chat(MINE, ANN) is None
    assert await places.chat(THEIRS, ANN) == there


async def test_nothing_stays_of_the_own_chat_of_somebody_whom_the_council_lists_no_more(places, store, database):
    for one in (place("a:1", ANN), place("a:2", BEA), place("19:x"), place("a:1", ANN, tenant=THEIRS)):
        await keep(places, one)
    gone = [Person("teams", MINE, ANN), Person("slack", MINE, BEA), Person("teams", MINE, "")]
    await store.keep_reach("barrow", (), forget=gone)
    assert {(row.council, row.id) for row in await rows(database)} == {
        ("barrow", "a:2"), ("barrow", "19:x"), ("twywell", "a:1"),
    }  # fmt: skip
