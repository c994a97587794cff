"""The audit trail: names nobody, and shows whoever changed it without the key."""

import asyncio

import pytest
from sqlalchemy import select

from bot.records import Trace, Turn
from bot.settings import Change
from storage import tables
from storage.audit import Head, head, verify
from storage.seal import UnusableKeys, new_keys, read_keys
from tests import databases
from tests.storage.matters import cells, change, concern, due, kept


async def _trail(store) -> None:
    """Six rows in Barrow, one in Leigh."""
    await store.keep("barrow", due(), kept(concern(), traces=(Trace("concern/d1", "seat-ann", "filed"),)))
    for did in ("read", "acknowledged", "read", "noted"):
        await store.keep("barrow", due(), Turn(traces=(Trace("concern/d1", "seat-bea", did),)))
    await store.keep("barrow", due(), Turn(traces=(Trace("settings/1", "seat-dee", "proposed"),)))
    away = concern(id="d9", council="leigh-on-sea")
    await store.keep(
        "leigh-on-sea", due("leigh-on-sea"), kept(away, traces=(Trace("concern/d9", "seat-ann", "filed"),))
    )


async def _rows(database, council="barrow"):
    async with databases.whole(database) as connection:
        held = tables.audit.c
        return (await connection.execute(select(tables.audit).where(held.council == council).order_by(held.seq))).all()


async def test_an_untouched_trail_has_no_problems(store, database, keys):
    await _trail(store)
    heads = {council: await head(database, council) for council in ("barrow", "leigh-on-sea")}
    assert [heads["barrow"].seq, heads["leigh-on-sea"].seq] == [6, 1]
    assert await verify(database, keys, heads) == []
    assert await verify(database, keys) == []


async def test_an_empty_trail_has_no_head_and_no_problems(database, keys):
    assert await head(database, "barrow") is None
    assert await verify(database, keys, None) == []


async def test_the_trail_names_neither_person_nor_matter(store, database):
    await _trail(store)
    told = "\n".join(line for line in (await cells(database)).splitlines() if line.startswith("audit:"))
    assert [word for word in ("seat-", "concern", "/", "settings") if word in told] == []


async def test_the_same_person_has_one_name_within_a_matter_and_another_in_the_next(store, database):
    await _trail(store)
    await store.keep("barrow", due(), kept(concern(id="d2"), traces=(Trace("concern/d2", "seat-bea", "read"),)))
    rows = await _rows(database)
    assert len({row.who for row in rows[1:5]}) == 1
    assert rows[6].who not in {row.who for row in rows[:6]}
    assert len({row.matter for row in rows[:5]}) == 1


async def test_a_change_of_the_settings_is_traced_in_its_councils_trail(store, database):
    proposed = Change(id="1", council="twywell", what="group", name="", value="x", by="seat-bea", at="2026-11-22")
    turn = kept(proposed, traces=(Trace("settings/1", "seat-bea", "proposed"),))
    await store.keep("twywell", due("some-workspace"), turn)
    assert (await head(database, "twywell")).seq == 1


async def test_a_reading_is_traced_in_the_councils_trail_whatever_its_workspace_is_called(store, database):
    await store.keep("barrow", due(), kept(concern()))
    await store.keep("barrow", due("some-workspace"), Turn(traces=(Trace("concern/d1", "seat-bea", "read"),)))
    assert (await head(database, "barrow")).seq == 1


async def test_after_erasing_the_trail_still_holds_and_points_at_nobody(store, database, keys):
    await _trail(store)
    before = await _rows(database)
    traces = (Trace("concern/d1", "clock", "erased"),)
    await store.keep("barrow", due(), Turn(erase=("concern/d1",), traces=traces))
    assert await verify(database, keys, {"barrow": await head(database, "barrow")}) == []
    after = await _rows(database)
    assert after[:6] == before
    assert [row.did for row in after[6:]] == ["erased"]
    await store.keep("barrow", due(), Turn(traces=(Trace("concern/d1", "seat-bea", "read"),)))
    await store.keep("barrow", due(), Turn(traces=(Trace("concern/d1", "seat-bea", "read"),)))
    late = (await _rows(database))[7:]
    assert len({row.who for row in late} | {row.who for row in before}) == 2 + len({row.who for row in before})


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("UPDATE audit SET did = 'noted' WHERE seq = 3", ["row 3 was altered"]),
        ("UPDATE audit SET who = '' WHERE seq = 1", ["row 1 was altered"]),
        ("UPDATE audit SET matter = previous WHERE seq = 4", ["row 4 was altered"]),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE seq = 2", ["row 2 was altered"]),
        ("UPDATE audit SET mac = previous WHERE seq = 6", ["row 6 was altered"]),
        ("UPDATE audit SET mac = 'é' WHERE seq = 6", ["row 6 was altered"]),
        ("UPDATE audit SET mac = x'00', who = x'ff' WHERE seq = 6", ["row 6 was altered"]),
        ("UPDATE audit SET at = 'yesterday' WHERE seq = 6", ["row 6 was altered"]),
        pytest.param(
            "UPDATE audit SET seq = 'six' WHERE seq = 6",
            ["a row without a number"],
            marks=pytest.mark.sqlite_only("it keeps anything anywhere"),
        ),
        ("UPDATE audit SET seq = -1 WHERE seq = 6", ["row -1 was altered"]),
        ("DELETE FROM audit WHERE seq = 4 AND council = 'barrow'", ["row 4 is missing"]),
        ("DELETE FROM audit WHERE seq IN (3, 4) AND council = 'barrow'", ["rows 3 to 4 are missing"]),
        ("DELETE FROM audit WHERE seq < 3 AND council = 'barrow'", ["rows 1 to 2 are missing"]),
    ],
)
async def test_whatever_is_changed_is_found(store, database, keys, tampering, says):
    await _trail(store)
    assert await change(database, tampering)
    problems = await verify(database, keys)
    assert [problem for problem in problems if problem.startswith("barrow")]
    for words in says:
        assert any(words in problem for problem in problems), problems


async def test_swapped_rows_are_found(store, database, keys):
    await _trail(store)
    for was, becomes in ((2, -2), (3, 2), (-2, 3)):
        await change(
            database, "UPDATE audit SET seq = :to WHERE seq = :seq AND council = 'barrow'", to=becomes, seq=was
        )
    problems = await verify(database, keys)
    assert {"barrow: row 2 was altered, or added by somebody without the key."} < set(problems)
    assert {"barrow: row 3 was altered, or added by somebody without the key."} < set(problems)


async def test_a_middle_that_was_cut_and_closed_up_is_found(store, database, keys):
    await _trail(store)
    await change(database, "DELETE FROM audit WHERE seq = 3 AND council = 'barrow'")
    for seq in (4, 5, 6):
        await change(database, "UPDATE audit SET seq = seq - 1 WHERE seq = :seq AND council = 'barrow'", seq=seq)
    assert any("row 3 was altered" in problem for problem in await verify(database, keys))


async def test_a_row_moved_from_another_councils_trail_is_found(store, database, keys):
    await _trail(store)
    await change(database, "UPDATE audit SET council = 'barrow', seq = 7 WHERE council = 'leigh-on-sea'")
    assert any("row 7 was altered, or added" in problem for problem in await verify(database, keys))


async def test_a_row_that_somebody_adds_is_found(store, database, keys):
    await _trail(store)
    last = await head(database, "barrow")
    added = """INSERT INTO audit (council, seq, at, who, did, matter, previous, mac)
        SELECT council, 7, at, who, did, matter, :previous, mac FROM audit WHERE seq = 6 AND council = 'barrow'"""
    await change(database, added, previous=last.mac)
    assert await verify(database, keys) == ["barrow: row 7 was altered, or added by somebody without the key."]


async def test_a_row_put_back_from_an_older_copy_is_found(store, database, keys):
    await _trail(store)
    old = (await _rows(database))[4]._asdict()
    await change(database, "DELETE FROM audit WHERE seq > 3 AND council = 'barrow'")
    await store.keep("barrow", due(), Turn(traces=(Trace("concern/d1", "seat-eve", "read"),)))
    columns = ", ".join(f":{name}" for name in old)
    await change(database, f"INSERT INTO audit VALUES ({columns})", **old)  # noqa: S608
    assert any("row 5 does not follow" in problem for problem in await verify(database, keys))


async def test_a_cut_end_is_found_by_the_head_kept_outside_and_only_by_it(store, database, keys):
    await _trail(store)
    heads = {"barrow": await head(database, "barrow")}
    await change(database, "DELETE FROM audit WHERE seq > 4 AND council = 'barrow'")
    assert await verify(database, keys) == []
    assert await verify(database, keys, heads) == ["barrow: rows 5 to 6 are missing, by the head kept outside."]


async def test_a_cut_end_that_has_grown_again_is_found_by_the_head_kept_outside(store, database, keys):
    await _trail(store)
    heads = {"barrow": await head(database, "barrow")}
    await change(database, "DELETE FROM audit WHERE seq > 4 AND council = 'barrow'")
    for _ in range(4):
        await store.keep("barrow", due(), Turn(traces=(Trace("concern/d1", "seat-eve", "read"),)))
    (problem,) = await verify(database, keys, heads)
    assert "row 6 is not that of the head kept outside" in problem


async def test_a_trail_that_is_gone_altogether_is_found_by_the_head_kept_outside(store, database, keys):
    await _trail(store)
    heads = {"barrow": await head(database, "barrow")}
    for table in ("audit", "ring", "keys", "parts", "matters", "tags", "heard"):
        await change(database, f"DELETE FROM {table}")  # noqa: S608
    assert await verify(database, keys, heads) == ["barrow: rows 1 to 6 are missing, by the head kept outside."]
    assert await verify(database, keys, {"barrow": Head(1, "x")}) == [
        "barrow: row 1 is missing, by the head kept outside."
    ]


async def test_a_trail_that_has_grown_since_its_head_was_kept_is_sound(store, database, keys):
    await _trail(store)
    heads = {"barrow": await head(database, "barrow")}
    await store.keep("barrow", due(), Turn(traces=(Trace("concern/d1", "seat-bea", "read"),)))
    assert await verify(database, keys, heads) == []


async def test_other_keys_can_not_judge_a_trail(store, database, tmp_path):
    await _trail(store)
    new_keys(tmp_path / "others.txt")
    with pytest.raises(UnusableKeys):
        await verify(database, read_keys(tmp_path / "others.txt"))


async def test_rows_are_traced_at_the_time_of_the_event(store, database):
    await _trail(store)
    assert {row.at for row in await _rows(database)} == {"2026-11-22T12:00:00+00:00"}


async def test_turns_at_the_same_moment_make_one_chain(store, database, keys):
    filed = (concern(id=f"c{number}") for number in range(12))
    turns = (kept(one, traces=(Trace(one.matter, "seat-ann", "filed"),)) for one in filed)
    await asyncio.gather(*(store.keep("barrow", due(), turn) for turn in turns))
    assert (await head(database, "barrow")).seq == 12
    assert await verify(database, keys) == []
    assert len(await store.concerns("barrow", "seat-ann", "raiser")) == 12
