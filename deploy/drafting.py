"""The command `draft`: a pack file becomes the draft that the clerk goes through in the chat, `/protocol setup`.

In: a pack file, the council's settings, the folder of the database. Out: the draft in the database.
Never: puts anything in force; throws a draft away that somebody is going through, unless they say so.
"""

import argparse
import asyncio
from datetime import UTC, datetime
from secrets import token_hex

from bot.conversation import Due, Place
from bot.edition import Draft
from bot.errors import ProtocolBotError, Stale
from bot.records import Turn
from content import load
from deploy import folder
from deploy.handbooks import CLOCK
from storage.store import SqlStore


def draft(options: argparse.Namespace) -> None:
    """Keep it as the draft. Raises `ProtocolBotError`."""
    asyncio.run(_drafted(options))


async def _drafted(options: argparse.Namespace) -> None:
    pack, now = load.pack(options.pack), datetime.now(UTC)
    async with folder.opened(folder.found(options.data)) as memory:
        store = SqlStore(memory)
        before = await store.draft(pack.council)
        if before and before.pack and not options.replace:
            raise ProtocolBotError(
                f"There is a draft of {before.pack.name} already, and the clerk may be going through it. "
                "To put this one in its place, add --replace."
            )
        kept = Draft(council=pack.council, pack=pack, at=now, version=before.version if before else 0)
        where = Place(CLOCK, pack.council, CLOCK, private=True)
        event = Due(id=f"draft-{token_hex(12)}", where=where, at=now, matter="", rung="", due=now)
        try:
            await store.keep(pack.council, event, Turn(keep=(kept,)))
        except Stale:
            raise ProtocolBotError("Somebody changed the draft in this very moment. Run the command again.") from None
    print(f"The clerk of {pack.name} finds it under /protocol setup. Nothing is in force yet.")
