"""What stands in a database, by the numbers in its words.

In: a database's file or address, and the key file beside it. Out: how often each number is there; which concerns were
withdrawn; what still waits to be sent. Never: changes anything; asks the bot that it looks after.
"""

import asyncio
import re
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import URL, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.kept import folder
from storage.database import EVERY, reading
from storage.seal import read_keys
from storage.store import SqlStore
from storage.tables import matters, outbox, passed

_NUMBER: Final = re.compile(r"\b[a-z]\d{6}\b")


class Kept(NamedTuple):
    """`numbers`: how often each is there. `withdrawn`: ids of concerns. `waiting`: notices not sent, or given up."""

    numbers: Counter[str]
    withdrawn: frozenset[str]
    waiting: int


async def sent(file: Path, which: URL | None = None, within: float = 180.0) -> None:
    """Comes back once nothing waits to be sent any more, or has waited for so many seconds."""
    until = asyncio.get_running_loop().time() + within
    async with folder.opened(file, which) as memory:
        while await _waiting(memory) and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110  # another process
            await asyncio.sleep(1)


async def _waiting(memory: AsyncEngine) -> int:
    async with reading(memory, EVERY) as connection:
        return int((await connection.execute(select(func.count()).select_from(outbox))).scalar_one())


async def kept(file: Path, which: URL | None = None) -> Kept:
    """All of it, opened with the key file. `which`: where the database is not that file."""
    numbers: Counter[str] = Counter()
    withdrawn = set[str]()
    async with folder.opened(file, which) as memory:
        store = SqlStore(memory, read_keys(folder.keys_beside(file)))
        async with reading(memory, EVERY) as connection:
            questions = (await connection.execute(select(passed.c.council, passed.c.id))).all()
            concerns = (await connection.execute(select(matters.c.council, matters.c.matter))).all()
        for council, id in questions:
            if (one := await store.passed(council, id)) is not None:
                numbers.update(_NUMBER.findall(f"{one.words} {one.reply}"))
        for council, matter in concerns:
            concern = await store.concern(council, matter.removeprefix("concern/"))
            if concern is not None:
                numbers.update(found for said in concern.words for found in _NUMBER.findall(said.text))
                if concern.outcome == "withdrawn":
                    withdrawn.add(concern.id)
        return Kept(numbers, frozenset(withdrawn), await _waiting(memory))
