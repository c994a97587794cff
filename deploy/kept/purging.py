"""The command `purge`: what is past its time goes at once; the clock of a running bot does the same by itself.

In: the database. Out: per council whether there is anything. Never: what is under a legal hold, or of which nobody was
warned yet; whose anything is, how much, or of which kind: whoever looks after the computer may be the one concerned.
"""

import argparse
import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from deploy.kept import folder
from deploy.kept.keeping import keys_of
from storage import aside, erasures, heard
from storage.database import EVERY, reading, within
from storage.ring import Ring
from storage.seal import read_keys
from storage.store import ASIDE, KNOWN, SqlStore


def purge(options: argparse.Namespace) -> None:
    """Erase it, or only count. Raises `ProtocolBotError`."""
    past, deliveries, given_up = asyncio.run(_purged(options))
    print("\n".join(_told(past, deliveries, given_up, dry=options.dry_run)))


async def _purged(options: argparse.Namespace) -> tuple[list[tuple[str, str]], int, int]:
    """The matters that are past their time; deliveries and given-up messages that are not needed any more."""
    ring, now = Ring(read_keys(keys_of(options))), datetime.now(UTC)
    async with folder.opened(folder.found(options.data)) as memory:
        async with reading(memory, EVERY) as connection:
            await ring.index(connection)  # the wrong keys are said before anything else
            past = await erasures.overdue(connection, ring, now)
            deliveries = await heard.old(connection, now - KNOWN)
            given_up = await aside.old(connection, now - ASIDE)
        if not options.dry_run:
            async with within(memory, EVERY) as transaction:
                past = await erasures.purge(transaction, ring, now)
            await SqlStore(memory).tidy(now)
    return past, deliveries, given_up


def _told(past: list[tuple[str, str]], deliveries: int, given_up: int, *, dry: bool) -> Iterator[str]:
    verb = "would be erased" if dry else "erased"
    for council in sorted({council for council, _ in past}):
        yield f"{council}: some of the concerns and requests are past their time, {verb}."
    if not past:
        yield "No concern and no request is past its time."
    if deliveries or given_up:
        yield f"Not needed any more, {verb}: {deliveries} deliveries of over 30 days ago, {given_up} given-up messages."
    yield (
        "How long something is kept was fixed when it was filed, by the council's settings of that day; whatever is "
        "under a legal hold, or has not been warned of, stays."
    )
