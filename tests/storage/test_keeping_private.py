"""Concerns and requests: whole for who may read them, nothing for who has only the files."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.concern import Parties, Promise
from bot.errors import AlreadyHeard, Stale
from bot.records import Trace, Turn
from storage import tables
from storage.seal import Damaged, Keys, derive, unseal
from storage.sealed import _bound
from tests import databases
from tests.storage.matters import CANARY, NOTE, UNLISTED, cells, change, concern, due, kept, raw, request
from tests.worlds import NOON


async def test_a_concern_comes_back_as_it_was_kept(store):
    await store.keep("barrow", due(), kept(concern()))
    assert await store.concern("barrow", "d1") == replace(concern(), version=1)


async def test_a_request_comes_back_as_it_was_kept(store):
    await store.keep("barrow", due(), kept(request()))
    assert await store.request("barrow", "r1") == replace(request(), version=1)


async def test_what_is_not_there_is_none_and_lists_are_empty(store):
    for another in (concern(id="other", council="twywell"), None):
        assert await store.concern("barrow", "d1") is None
        assert await store.request("barrow", "d1") is None
        assert await store.concerns("barrow", "seat-ann", "raiser") == []
        assert await store.requests("barrow", "seat-dpo") == []
        if another:
            await store.keep("twywell", due("twywell"), kept(another))


async def test_one_council_does_not_see_anothers_concerns(store):
    await store.keep("barrow", due(), kept(concern(), request()))
    assert await store.concern("twywell", "d1") is None
    assert await store.request("twywell", "r1") is None
    assert await store.concerns("twywell", "seat-ann", "raiser") == []
    assert await store.requests("twywell", "seat-dpo") == []


async def test_a_concern_is_found_by_each_part_that_somebody_has_in_it(store):
    await store.keep("barrow", due(), kept(concern()))
    for seat, part in (("seat-ann", "raiser"), ("seat-bea", "handler"), ("seat-cal", "subject")):
        assert [found.id for found in await store.concerns("barrow", seat, part)] == ["d1"]
        for other in {"raiser", "handler", "subject"} - {part}:
            assert await store.concerns("barrow", seat, other) == []


async def test_whoever_steps_back_finds_it_no_more_and_who_comes_in_does(store):
    await store.keep("barrow", due(), kept(concern()))
    read = await store.concern("barrow", "d1")
    moved = replace(read.parties, handlers=("seat-eve", "seat-fay"), recused=("seat-bea",))
    await store.keep("barrow", due(), kept(replace(read, parties=moved)))
    assert await store.concerns("barrow", "seat-bea", "handler") == []
    for seat in ("seat-eve", "seat-fay"):
        assert [found.version for found in await store.concerns("barrow", seat, "handler")] == [2]


async def test_requests_are_found_by_who_deals_with_them(store):
    await store.keep("barrow", due(), kept(request(), request(id="r2", lead="seat-bea")))
    assert [found.id for found in await store.requests("barrow", "seat-dpo")] == ["r1"]
    assert [found.id for found in await store.requests("barrow", "seat-bea")] == ["r2"]


async def test_lists_are_oldest_first(store):
    for id, day in (("z1", 1), ("a3", 3), ("m2", 2)):
        await store.keep("barrow", due(), kept(concern(id=id, at=NOON + timedelta(days=day))))
    assert [found.id for found in await store.concerns("barrow", "seat-ann", "raiser")] == ["z1", "m2", "a3"]


async def test_somebody_who_is_twice_in_a_list_is_found_once(store):
    twice = Parties(raiser="seat-ann", subjects=("seat-cal", "seat-cal"), handlers=("seat-ann",))
    await store.keep("barrow", due(), kept(concern(parties=twice)))
    assert len(await store.concerns("barrow", "seat-cal", "subject")) == 1


@pytest.mark.parametrize("make", [concern, request])
async def test_a_version_never_overwrites_another(store, make):
    await store.keep("barrow", due(), kept(make()))
    first = replace(make(), version=1)
    await store.keep("barrow", due(), kept(first))
    for stale in (first, make(), replace(make(), version=3)):
        with pytest.raises(Stale):
            await store.keep("barrow", due(), kept(stale))


async def test_a_version_of_another_councils_concern_overwrites_nothing(store):
    await store.keep("barrow", due(), kept(concern()))
    with pytest.raises(Stale):
        await store.keep("twywell", due("twywell"), kept(concern(council="twywell", version=1)))
    with pytest.raises(ValueError, match="another's"):
        await store.keep("twywell", due("twywell"), kept(concern(version=1)))
    assert await store.concern("barrow", "d1") == replace(concern(), version=1)


async def test_two_councils_may_call_a_concern_the_same_and_neither_touches_the_others(store):
    mine, theirs = concern(), concern(council="twywell", words=())
    for one in (mine, theirs):
        await store.keep(one.council, due(one.council), kept(one))
    await store.keep("barrow", due(), Turn(erase=("concern/d1",)))
    assert await store.concern("barrow", "d1") is None
    assert await store.concern("twywell", "d1") == replace(theirs, version=1)
    assert [one.council for one in await store.due(NOON + timedelta(days=30), 9)] == ["twywell"]


async def test_the_same_delivery_twice_keeps_a_concern_once(store):
    event = due(id="once")
    await store.keep("barrow", event, kept(concern(), traces=(Trace("concern/d1", "seat-ann", "filed"),)))
    before = await cells(store._engine)
    with pytest.raises(AlreadyHeard):
        await store.keep("barrow", event, kept(concern(id="d2"), traces=(Trace("concern/d1", "seat-ann", "filed"),)))
    assert await cells(store._engine) == before


async def test_a_turn_that_is_stale_keeps_nothing_of_it(store, database):
    await store.keep("barrow", due(), kept(concern()))
    before = await cells(database)
    with pytest.raises(Stale):
        await store.keep("barrow", due(), kept(request(), concern(), traces=(Trace("concern/d1", "x", "filed"),)))
    assert await cells(database) == before


async def test_nothing_that_tells_who_or_what_stands_in_any_byte(store, database, tmp_path):
    await store.keep("barrow", due(), kept(concern(), request(), traces=(Trace("concern/d1", "seat-ann", "filed"),)))
    read = await store.concern("barrow", "d1")
    await store.keep("barrow", due(), kept(replace(read, state="taken", promised=(Promise("answer", NOON),))))
    everything, table = raw(tmp_path), await cells(database)
    if not databases.on_postgres():
        assert (tmp_path / "bot.sqlite3-wal").stat().st_size > 0, "the log is read too"
    private = (
        CANARY, NOTE, UNLISTED, "seat-", "councillor", "informal", "speaking", "taken", "receipt-secret",
        "a court asks", "92QX", "33KD", "18:00",
    )  # fmt: skip
    for word in private:
        assert word.encode() not in everything, word
        assert word not in table, word


async def test_only_council_matter_version_and_promises_are_plain(store, database):
    await store.keep("barrow", due(), kept(concern()))
    told = await cells(database)
    assert "matters: ['concern/d1', 'barrow', 1]" in told
    assert "'barrow', 'concern/d1', 'acknowledge'" in told


async def test_short_words_and_names_seal_to_the_same_length(store, database):
    def named(seat, other):
        return Parties(raiser=seat, subjects=(other,), handlers=("seat-bea",))

    await store.keep("barrow", due(), kept(concern(id="a", parties=named("jo", "al"))))
    await store.keep("barrow", due(), kept(concern(id="b", parties=named("alexandrina", "bartholomew"))))
    async with databases.whole(database) as connection:
        query = select(tables.parts.c.sealed).where(tables.parts.c.part == "people")
        assert len({len(sealed) for sealed in (await connection.execute(query)).scalars()}) == 1


async def _parts(database, keys: Keys, matter: str = "concern/d1"):
    held = tables.parts.c
    async with databases.whole(database) as connection:
        rows = await connection.execute(select(held.part, held.sealed).where(held.matter == matter))
        wrapped = await connection.execute(select(tables.keys.c.wrapped).where(tables.keys.c.matter == matter))
        return dict(rows.all()), keys.unwrap(wrapped.scalar_one())


async def test_no_part_opens_with_the_key_of_another(store, database, keys):
    await store.keep("barrow", due(), kept(concern()))
    parts, secret = await _parts(database, keys)
    assert set(parts) == {"course", "people", "words"}
    for part, sealed in parts.items():
        for other in parts:
            if other == part:
                assert unseal(derive(secret, part), sealed, _bound("barrow", "concern/d1", 1, part))
                continue
            for bound in (part, other):
                with pytest.raises(Damaged):
                    unseal(derive(secret, other), sealed, _bound("barrow", "concern/d1", 1, bound))


async def test_the_story_stands_apart_from_the_people_and_both_from_the_course(store, database, keys):
    await store.keep("barrow", due(), kept(concern()))
    parts, secret = await _parts(database, keys)
    plain = {p: unseal(derive(secret, p), s, _bound("barrow", "concern/d1", 1, p)).decode() for p, s in parts.items()}
    assert [part for part in plain if CANARY in plain[part] or NOTE in plain[part]] == ["words"]
    assert [part for part in plain if UNLISTED in plain[part] or "seat-cal" in plain[part]] == ["people"]
    assert [part for part in plain if "receipt-secret" in plain[part]] == ["course"]


async def test_no_matter_opens_with_the_key_of_another(store, database, keys):
    await store.keep("barrow", due(), kept(concern(id="a"), concern(id="b")))
    parts, _ = await _parts(database, keys, "concern/a")
    _, secret = await _parts(database, keys, "concern/b")
    with pytest.raises(Damaged):
        unseal(derive(secret, "words"), parts["words"], _bound("barrow", "concern/a", 1, "words"))


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE parts SET sealed = :byte WHERE part = 'words'",
        "DELETE FROM parts WHERE part = 'people'",
        "DELETE FROM parts WHERE part = 'words'",
        "DELETE FROM parts WHERE part = 'course'",
        "DELETE FROM parts",
        "DELETE FROM keys",
        "UPDATE matters SET version = 7",
        "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE matter = 'concern/d2')",
    ],
)
async def test_what_was_tampered_with_is_not_shown_as_if_it_were_whole(store, database, tampering):
    await store.keep("barrow", due(), kept(concern(), concern(id="d2")))
    await change(database, tampering)
    with pytest.raises(Damaged, match="Bring back a copy"):
        await store.concern("barrow", "d1")
    listed = await store.concerns("barrow", "seat-ann", "raiser")
    assert {one.id for one in listed} <= {"d2"}
    assert listed.shut == 2 - len(listed)
    assert "concern/d1" in (await store.amiss("barrow")).shut


@pytest.mark.parametrize("spoil", ["UPDATE keys SET wrapped = :byte", "DELETE FROM keys", "DELETE FROM parts"])
async def test_one_that_is_damaged_keeps_nobody_from_another_that_is_called_by_its_name(store, database, spoil):
    """Of all concerns of a council's, opened one after the other until it is found: for a legal hold, say."""
    await store.keep("barrow", due(), kept(concern(), concern(id="d2")))
    await change(database, f"{spoil} WHERE matter = 'concern/d1'")
    found = await store.called("barrow", "cn-d2-92qx")
    assert found is not None
    assert found.id == "d2"
    assert await store.called("barrow", "CN-D1-92QX") is None
    assert await store.stands_under("barrow", ["seat-ann"]) == {}, "nor from what stands under somebody's accounts"


async def test_what_another_version_kept_is_not_shown_as_if_it_were_whole(store, caplog):
    await store.keep("barrow", due(), kept(concern(state="thought over")))
    with pytest.raises(Damaged, match="Start the version that kept it"):
        await store.concern("barrow", "d1")
    assert "concern/d1 does not open" in caplog.text
    assert "thought over" not in caplog.text


@pytest.mark.parametrize("gone", ["matters", "keys", "parts"])
async def test_of_whom_nothing_is_left_but_a_sign_is_not_forgotten(store, database, gone):
    """Whoever raised it is told that it does not open, whatever of it is gone."""
    await store.keep("barrow", due(), kept(concern()))
    await change(database, f"DELETE FROM {gone}")  # noqa: S608  # our own words
    for seat, part in (("seat-ann", "raiser"), ("seat-bea", "handler")):
        listed = await store.concerns("barrow", seat, part)
        assert (listed, listed.shut) == ([], 1)
    assert (await store.concerns("barrow", "seat-dee", "raiser")).shut == 0


async def test_whoever_would_not_find_theirs_any_more_can_be_found_out(store, database):
    await store.keep("barrow", due(), kept(concern(), request()))
    assert await store.amiss("barrow") == ([], [], [])
    await change(database, "UPDATE tags SET tag = 'x' || substr(tag, 2) WHERE matter = 'concern/d1'")
    assert await store.amiss("barrow") == ([], ["concern/d1"], [])


@pytest.mark.parametrize("spoilt", ["matter = 'concern/d2'", "rung = 'x'", "due = '2099-01-01 00:00:00.000000'"])
async def test_what_nobody_would_bring_up_again_can_be_found_out(store, database, spoilt):
    await store.keep("barrow", due(), kept(concern()))
    await change(database, f"UPDATE promises SET {spoilt}")  # noqa: S608  # our own words
    assert await store.amiss("barrow") == ([], [], ["concern/d1"])


async def test_a_concern_whose_key_is_gone_is_not_kept_under_another(store, database):
    await store.keep("barrow", due(), kept(concern()))
    await change(database, "DELETE FROM keys")
    with pytest.raises(Damaged):
        await store.keep("barrow", due(), kept(concern(version=1)))
