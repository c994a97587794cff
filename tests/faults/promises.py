"""What must hold whatever went wrong: the promises that people rely on, looked for in what is kept and what was said.

In: a database and its keys, what people were told. Out: each promise that was broken, in words. Never: a change.

The audit trail is whole, and what is private is sealed (`unsound`); what was acknowledged is there, once, and somebody
is reminded of it; nobody heard what was not for them (`broken`, which is all of these).
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.concern import Concern
from storage import audit
from storage.database import EVERY, engine, reading
from storage.seal import Keys
from storage.store import SqlStore
from storage.tables import matters, metadata, promises


class Filed(NamedTuple):
    """A concern for which somebody has a receipt: `who` raised it, `about` whom, `story` their own words."""

    reference: str
    who: str
    about: str
    story: str


async def unsound(url: URL, keys: Keys, private: str) -> list[str]:
    """What is wrong with the database as it lies there. `private` stands in every word that nobody else may see."""
    memory = engine(url)
    try:
        wrong = [f"the trail: {one}" for one in await audit.verify(memory, keys)]
        cells = [cell async for cell in _cells(memory)]
    finally:
        await memory.dispose()
    stands = any(private.encode() in cell for cell in (*cells, *_files(url)))
    return [*wrong, *(["a private word stands in the database"] if stands else [])]


async def _cells(memory: AsyncEngine) -> AsyncIterator[bytes]:
    async with reading(memory, EVERY) as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                for cell in row:
                    yield cell if isinstance(cell, bytes) else str(cell).encode()


def _files(url: URL) -> Iterator[bytes]:
    """Every byte of SQLite's: what was deleted may still stand there, and in its log."""
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        yield from (one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


async def broken(
    url: URL,
    keys: Keys,
    filed: Sequence[Filed] = (),
    heard: Mapping[str, Sequence[str]] | None = None,
    logs: str = "",
    *,
    private: str,
) -> list[str]:
    """`heard`: what each person was told in their own chat. `private` as above; no log has it either."""
    memory = engine(url)
    try:
        async with reading(memory, EVERY) as connection:
            rows = (await connection.execute(select(matters.c.council, matters.c.matter))).all()
            promised = set((await connection.execute(select(promises.c.matter))).scalars())
        store = SqlStore(memory, keys)
        found = [await store.concern(row.council, row.matter.partition("/")[2]) for row in rows]
    finally:
        await memory.dispose()
    kept = [one for one in found if one is not None]
    return [
        *_lost(kept, filed),
        *_unpromised(kept, promised),
        *_overheard(filed, heard or {}),
        *await unsound(url, keys, private),
        *(["a private word stands in the log"] if private in logs else []),
    ]


def _lost(kept: Sequence[Concern], filed: Sequence[Filed]) -> list[str]:
    there = {one.reference: one for one in kept}
    stories = Counter(said.text for one in kept for said in one.words if said.kind == "story")
    lost = [one for one in filed if one.reference not in there or stories[one.story] == 0]
    return [
        *(f"{one.reference} was acknowledged and is lost" for one in lost),
        *(f"a concern was filed {many} times" for many in stories.values() if many > 1),
    ]


def _unpromised(kept: Sequence[Concern], promised: set[str]) -> list[str]:
    waits = [one for one in kept if one.state != "closed" and one.matter not in promised]
    return [f"{one.reference} is open, and nobody will be reminded of it" for one in waits]


def _overheard(filed: Sequence[Filed], heard: Mapping[str, Sequence[str]]) -> list[str]:
    found = []
    for one in filed:
        if any(one.reference in said for said in heard.get(one.about, ())):
            found.append(f"whom {one.reference} is about heard of it")
        told = [
            who for who, said in heard.items() if who not in (one.who, one.about) for s in said if one.reference in s
        ]
        found += [
            f"{one.reference} was told {times} times to one person" for times in Counter(told).values() if times > 1
        ]
    return found
