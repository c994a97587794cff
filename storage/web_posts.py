"""The browser chat's own memory: what was said there, as a chat service would keep it.

In: what was said, in the core's own form. Out: the same, later, for whoever may see it.
Never: HTML; something shown to a seat it was not for.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversation import Post
from storage.database import alone, empty_log, erased, reading, within
from storage.tables import web_posts

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
#: How much of a conversation is shown again.
LAST = 200


class KeptPost(Struct, frozen=True, kw_only=True):
    """One thing said. `only_for` is the one seat that may see it; None means everybody in the place.

    `seq` grows within a place. It is made of the time: a count would tell how much is said elsewhere.
    """

    seq: int
    place: str
    id: str
    only_for: str | None
    author: str
    body: Post | str
    at: datetime
    edits: int


class SqlPosts:
    """The posts of `adapters.web`, in the table that belongs to them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(
        self, council: str, place: str, id: str, *, author: str, body: Post | str, at: datetime, only_for: str | None
    ) -> KeptPost:
        """Keep one thing said; what stands under this id already stays as it is, and is what comes back."""
        row: dict[str, Any] = {"council": council, "place": place, "id": id, "only_for": only_for, "author": author}
        try:
            async with within(self._engine, council) as transaction:
                await alone(transaction, "web_posts", council, place)
                row |= {"at": await _after_the_last(transaction, council, place, at)}
                await transaction.execute(insert(web_posts).values(row | {"body": msgspec.to_builtins(body)}))
        except IntegrityError:
            pass  # a repeat: the first one stands
        async with reading(self._engine, council) as connection:
            return (await _all(connection, _one(council, place, id)))[0]

    async def edit(self, council: str, place: str, id: str, body: Post) -> KeptPost | None:
        """New words for something said. None where nothing stands under this id."""
        change = update(web_posts).where(*_at(council, place, id))
        async with within(self._engine, council) as transaction:
            await transaction.execute(change.values(body=msgspec.to_builtins(body), edits=web_posts.c.edits + 1))
            found = await _all(transaction, _one(council, place, id))
        return found[0] if found else None

    async def remove(self, council: str, seat: str, id: str) -> bool:
        """Take away for good what somebody wrote in their own chat.

        True where nothing stands under this id any more; False where somebody else wrote it.
        """
        column, here = web_posts.c, _at(council, seat, id)
        async with within(self._engine, council) as transaction:
            own = delete(web_posts).where(*here, column.author == seat, column.only_for == seat)
            gone = (await transaction.execute(own)).rowcount
            left = (await transaction.execute(select(column.seq).where(*here))).first()
            if gone:
                await erased(transaction)  # it may be somebody's story
        if gone:
            await empty_log(self._engine)
        return left is None

    async def of(self, council: str, place: str, seat: str) -> Sequence[KeptPost]:
        """The last things said in a place that this seat may see, oldest first."""
        column = web_posts.c
        seen = or_(column.only_for.is_(None), column.only_for == seat)
        last = select(web_posts).where(column.council == council, column.place == place, seen)
        async with reading(self._engine, council) as connection:
            found = await _all(connection, last.order_by(column.seq.desc()).limit(LAST))
        return found[::-1]


async def _after_the_last(transaction: AsyncConnection, council: str, place: str, at: datetime) -> datetime:
    """This time, or the first one after the last post of the place: no two there have the same."""
    here = web_posts.c.council == council, web_posts.c.place == place
    last: datetime | None = (await transaction.execute(select(func.max(web_posts.c.at)).where(*here))).scalar()
    return max(at, last + timedelta(microseconds=1)) if last else at


def _at(council: str, place: str, id: str) -> tuple[ColumnElement[bool], ...]:
    return web_posts.c.council == council, web_posts.c.place == place, web_posts.c.id == id


def _one(council: str, place: str, id: str) -> Select[Any]:
    return select(web_posts).where(*_at(council, place, id))


async def _all(connection: AsyncConnection, query: Select[Any]) -> list[KeptPost]:
    return [_kept(row) for row in (await connection.execute(query)).all()]


def _kept(row: Row[Any]) -> KeptPost:
    """A row as what was said. A post is an object there, typed words are a string."""
    values = {name: getattr(row, name) for name in KeptPost.__struct_fields__}
    values["seq"] = (row.at - _FIRST) // timedelta(microseconds=1)
    try:
        body = msgspec.convert(row.body, Post | str)
    except msgspec.ValidationError:  # of a version that this one does not know: the other posts are still shown
        body = "(This can’t be shown any more.)"
    return KeptPost(**values | {"body": body})
