"""What must hold after every fault around the bot is looked for where it is kept, and found broken where it is."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from tests import databases
from tests.concerns.world import CANARY, World, people_of
from tests.faults.promises import Filed, broken

pytestmark = pytest.mark.database

STORY = f"{CANARY} of mine"


@pytest.fixture
async def town(tmp_path) -> AsyncIterator[World]:
    """One concern is filed, and whoever deals with it was told."""
    world = await World(tmp_path, people_of("southwell")).open()
    await world.raises("councillor", "clerk", step="declined", story=STORY)
    await world.tick()
    yield world
    await world.close()


async def found(town: World, *, filed: list[Filed] | None = None, logs: str = "", **heard: list[str]) -> list[str]:
    assert town.keys is not None
    filed = [await receipt(town)] if filed is None else filed
    heard = heard or {who: town.chat.to(who) for who, _ in town.chat.arrived}
    return await broken(town.engine.url, town.keys, filed, heard, logs, private=CANARY)


async def receipt(town: World, reference: str = "", story: str = STORY) -> Filed:
    (concern,) = await town.concerns()
    return Filed(reference or concern.reference, "councillor", "clerk", story)


async def does(town: World, statement: str) -> None:
    async with databases.whole(town.engine) as connection:
        await connection.execute(text(statement))


async def test_where_all_is_well_nothing_is_found(town):
    assert await found(town) == []


async def test_a_concern_that_was_acknowledged_and_is_not_kept(town):
    (one,) = await found(town, filed=[await receipt(town, reference="CN-AAAA-AAAA")])
    assert one == "CN-AAAA-AAAA was acknowledged and is lost"


async def test_a_concern_whose_words_are_lost(town):
    (one,) = await found(town, filed=[await receipt(town, story="other words")])
    assert "is lost" in one


async def test_a_concern_that_was_filed_twice(town):
    filed = [await receipt(town)]
    await town.raises("councillor", "clerk", step="declined", story=STORY)
    assert "a concern was filed 2 times" in await found(town, filed=filed)


async def test_an_open_concern_of_which_nobody_will_be_reminded(town):
    await does(town, "DELETE FROM promises")
    (one,) = await found(town)
    assert "nobody will be reminded of it" in one


async def test_whom_it_is_about_heard_of_it(town):
    reference = (await receipt(town)).reference
    assert await found(town, clerk=[f"{reference} is about you"]) == [f"whom {reference} is about heard of it"]


async def test_somebody_was_told_twice(town):
    reference = (await receipt(town)).reference
    assert await found(town, chair=[f"{reference} waits"] * 2) == [f"{reference} was told 2 times to one person"]


async def test_a_private_word_in_a_log(town):
    assert await found(town, logs=f"INFO bot {STORY}") == ["a private word stands in the log"]


async def test_a_private_word_that_is_not_sealed(town):
    await does(town, f"UPDATE promises SET rung = '{STORY}'")  # noqa: S608
    assert "a private word stands in the database" in await found(town)


@pytest.mark.sqlite_only  # only its file is looked into byte by byte
async def test_a_private_word_that_was_deleted_and_still_stands_in_the_file(town):
    await does(town, f"CREATE TABLE left_over AS SELECT '{STORY}' AS word")
    await does(town, "DROP TABLE left_over")
    assert await found(town) == ["a private word stands in the database"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET did = 'nothing' WHERE seq = 1", "DELETE FROM audit WHERE seq = 1"],
    ids=["changed", "deleted"],
)
async def test_an_entry_of_the_trail_that_was(town, statement):
    await town.raises("officer", "councillor", step="declined", story=f"{STORY} too")
    await does(town, statement)
    assert [one for one in await found(town, filed=[]) if one.startswith("the trail: ")]
