"""What the doctor says of rows that somebody, or a disk, has changed: which they are, and nothing of what they hold."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.edition import Edition
from bot.records import Turn
from bot.review import Review
from bot.settings import Change
from content import load
from storage.database import engine
from storage.seal import read_keys
from storage.store import SqlStore
from tests.doctor.made import council
from tests.storage.matters import CANARY, NOTE, UNLISTED, change, concern, due, request

pytestmark = pytest.mark.database

NOW = datetime.now(UTC)


async def sealed(patient, *records) -> AsyncEngine:
    """Kept with the keys of the folder, as the bot keeps them."""
    made = engine(patient.kept())
    store = SqlStore(made, read_keys(patient.keys))
    for record in records:
        await store.keep(record.council, due(record.council), Turn(keep=(record,)))
    return made


async def test_what_is_sealed_and_opens_is_fine(patient):
    await (await sealed(patient, concern(), request())).dispose()
    found = await patient.looked()
    assert found.state("database", "sealed") == "fine"
    assert found("database", "astray") == []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("DELETE FROM keys WHERE matter = 'concern/d1'", "Of what is sealed this does not open: concern/d1."),
        ("DELETE FROM parts WHERE matter = 'request/r1'", "Of what is sealed this does not open: request/r1."),
        ("DELETE FROM tags WHERE matter = 'concern/d1'", "finds them in their list: concern/d1."),
        ("DELETE FROM promises WHERE matter = 'concern/d1'", "Nobody would be reminded in time of: concern/d1."),
    ],
    ids=["key", "part", "tags", "promise"],
)
async def test_what_is_damaged_of_concerns_and_requests_is_told_by_a_name_that_says_nothing(patient, spoil, told):
    made = await sealed(patient, concern(), request())
    await change(made, spoil)
    await made.dispose()
    found = await patient.looked()
    assert found.state("database", "sealed") == "wrong"
    assert told in found.told("database", "sealed")
    for private in (CANARY, UNLISTED, NOTE, "seat-ann", "CN-D1-92QX"):
        assert private not in found.whole


async def test_a_record_that_can_not_be_read_is_told_with_its_table(patient):
    made = await sealed(patient, Review(council="barrow"), Review(council="barrow", document="another"))
    await change(made, "UPDATE reviews SET record = :byte WHERE id = 'another'")
    await made.dispose()
    found = await patient.looked()
    assert found.state("database", "records") == "wrong"
    assert found.told("database", "records").startswith("Of what is kept this can't be read: reviews/another. ")


@pytest.mark.parametrize("table", ["changes", "editions"])
async def test_what_a_council_rests_on_and_can_not_be_read_is_told(patient, table):
    """Its own council waits, for by wrong settings somebody might be told who must not be; the doctor says why."""
    changed = Change(id="c1", council="barrow", what="group", name="", value="x", by="clerk", at="2026-11-22")
    adopted = Edition(council="barrow", number=1, pack=load.council("barrow"), on=NOW.date(), minute="31", at=NOW)
    made = await sealed(patient, changed, adopted)
    await change(made, f"UPDATE {table} SET record = :byte")  # noqa: S608  # our own words
    await made.dispose()
    patient.settled(council(), council("twywell", workspaces={"slack": "T0TWYWELL7"}))
    found = await patient.looked()
    assert [one.council for one in found("database", "rows")] == ["barrow"]
    assert [one.council for one in found("database", "records")] == ["barrow"]
    assert [one.council for one in found("database", "sealed")] == ["twywell"]
    assert {one.council for one in found("database", "delivery")} == {"barrow", "twywell"}, "all else is looked at"


async def test_rows_of_nobodys_are_told_by_their_table(patient):
    made = await sealed(patient, concern(), concern(id="d2", council="another"))
    await made.dispose()
    found = await patient.looked()
    assert found.state("database", "astray") == "look"
    assert "1 in matters" in found.told("database", "astray")
    assert "another" not in found.told("database", "astray")


async def test_what_belongs_to_a_concern_that_is_not_there_is_told_by_its_table(patient):
    made = await sealed(patient, concern())
    await change(made, "DELETE FROM matters")
    await made.dispose()
    told = (await patient.looked()).told("database", "astray")
    assert "1 in keys" in told
    assert "3 in parts" in told
