"""One replica of five: hears what is promised, and delivers it to a file that stands for the platform.

In: where the database, the keys and the file are, how wrong its clock is. Out: a line in the file for each delivery:
when, which process, which document. Never: outlives whoever began it; ends before.
"""

import argparse
import asyncio
import logging
import os
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from bot.clock import Ticker
from bot.conversation import Due, Paragraph, Person, Post, Send
from bot.errors import AlreadyHeard, Stale
from bot.outbox import Outbox
from bot.records import Turn
from storage.database import engine
from storage.seal import read_keys
from storage.store import SqlStore

PLATFORM = "file"
_PEOPLE = 40


class File:
    """The platform: it takes a moment, and what it took it has, whatever becomes of whoever brought it."""

    def __init__(self, path: Path, moment: float) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._moment = moment

    async def deliver(self, notice, _key: str) -> None:
        await asyncio.sleep(random.uniform(0, self._moment))  # noqa: S311
        os.write(self._file, f"{time.time()} {os.getpid()} {notice.post.plain()}\n".encode())
        await asyncio.sleep(random.uniform(0, self._moment))  # noqa: S311

    async def reaches(self, _who: Person) -> str:
        return ""


class Desk:
    """Tells somebody of each document, and promises nothing more of it. Every second must not arrive twice."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def hear(self, event) -> None:
        assert isinstance(event, Due)
        council, document = event.matter.removeprefix("review/").split(".", 1)
        if await self._store.heard(council, event):
            return
        review = await self._store.review(council, document)
        assert review is not None
        number = int(document.removeprefix("d"))
        to = Person(PLATFORM, council, f"p{number % _PEOPLE}")
        told = Send(to=to, post=Post((Paragraph(document),)), once=number % 2 == 1)
        try:
            await self._store.keep(council, event, Turn(keep=(replace(review, promised=()),), notices=(told,)))
        except (AlreadyHeard, Stale):
            return  # another replica was first


async def main(options: argparse.Namespace) -> None:
    logging.disable()
    memory = engine(options.database)
    store = SqlStore(memory, read_keys(options.keys), timedelta(seconds=options.lease))
    wrong = timedelta(seconds=options.wrong)

    def clock() -> datetime:
        return datetime.now(UTC) + wrong

    outbox = Outbox(store, {PLATFORM: File(options.file, options.moment)}, clock, patience=options.lease / 2)
    ticker = Ticker(store, Desk(store).hear, clock)
    await asyncio.gather(_on_and_on(ticker.tick), _on_and_on(outbox.deliver))


async def _on_and_on(work) -> None:
    begun_by = os.getppid()
    while os.getppid() == begun_by:
        try:
            await work()
        except Exception:
            await asyncio.sleep(0.1)  # the database restarts, perhaps
        await asyncio.sleep(0.05)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--wrong", type=float, required=True, help="by how many seconds its clock is wrong")
    parser.add_argument("--lease", type=float, required=True, help="in seconds")
    parser.add_argument("--moment", type=float, required=True, help="how long the platform takes, in seconds")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_options()))
