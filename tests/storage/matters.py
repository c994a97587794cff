"""Made-up concerns and requests, with words that can be found again wherever they leak.

In: nothing. Out: records, turns, and all that stands in a database. Never: a store of its own.
"""

import itertools
from datetime import timedelta

from sqlalchemy import text

from bot.concern import Candidate, Concern, Done, Entry, Hold, Pace, Parties, Promise, Request, Signature, Way
from bot.conversation import Due, Place
from bot.records import Turn
from storage.tables import metadata
from tests import databases
from tests.databases import raw
from tests.worlds import NOON

__all__ = ["CANARY", "NOTE", "UNLISTED", "cells", "change", "concern", "due", "kept", "raw", "request"]

CANARY = "zebra-canary-4711"
UNLISTED = "Quagga Unlisted-Smythe"
NOTE = "okapi-note-0815"

_ids = itertools.count(1)


def due(council: str = "barrow", id: str | None = None, at=NOON) -> Due:
    """An event, for turns that need one."""
    return Due(id=id or f"due-{next(_ids)}", where=Place("", council, ""), at=at, matter="", rung="", due=at)


def concern(id: str = "d1", council: str = "barrow", **other) -> Concern:
    facts = {
        "reference": f"CN-{id.upper()}-92QX",
        "secret": "receipt-secret",
        "at": NOON,
        "stage": "informal",
        "state": "sent",
        "informal": "accepted",
        "pair": ("councillor", "officer"),
        "parties": Parties(
            raiser="seat-ann", subjects=("seat-cal",), unlisted=UNLISTED, handlers=("seat-bea",), recused=("seat-dee",)
        ),
        "words": (
            Entry(kind="story", by="seat-ann", at=NOON, text=f"{CANARY} — it began in May"),
            Entry(kind="note", by="seat-bea", at=NOON, text=NOTE),
        ),
        "history": (Done("filed", NOON),),
        "ways": (Way(stage="informal", rules=("r1",), chain=(Candidate("seat-bea", "clerk"),)),),
        "pace": Pace(5, 20, 10, 3, ("18:00", "08:30")),
        "signed": (Signature("seat-bea", NOON),),
        "hold": Hold("seat-bea", "a court asks for it", NOON),
        "promised": (Promise("acknowledge", NOON + timedelta(days=7)),),
    }
    return Concern(id=id, council=council, **facts | other)


def request(id: str = "r1", council: str = "barrow", **other) -> Request:
    facts = {"reference": f"RQ-{id.upper()}-33KD", "kind": "held", "asker": "seat-ann", "lead": "seat-dpo", "at": NOON}
    facts["words"] = f"{CANARY}: what do you hold?"
    return Request(id=id, council=council, **facts | other)


def kept(*records, **other) -> Turn:
    return Turn(keep=records, **other)


async def cells(database) -> str:
    """Every cell of every table, readable."""
    told = []
    for name in metadata.tables:
        rows = databases.rows(database.url, f'SELECT * FROM "{name}"')  # noqa: S608
        told += [f"{name}: {[_readable(cell) for cell in row]}" for row in rows]
    return "\n".join(told)


def _readable(cell: object) -> object:
    return cell.decode("latin-1") if isinstance(cell, bytes) else cell


async def change(database, statement: str, **values) -> int:
    """What somebody does who has the database and no key; `:byte` and `:two` are bytes that nothing opens."""
    async with databases.whole(database) as connection:
        return (await connection.execute(text(statement), {"byte": b"\x00", "two": b"\x01\x00"} | values)).rowcount
