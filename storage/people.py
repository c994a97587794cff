"""What stands under somebody's accounts, beside their concerns and requests: counted, and erased.

In: a council, who: ids in the settings, and accounts as `platform:workspace:id`. Out: how many of each kind.
Never: a concern or a request; a notice or a post about one that is still there, nor a count that tells of it; what
stands under somebody else's account.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Table, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Edit, Notice, Person, Place, Send
from bot.records import Passed
from storage import outbox, sealed, tables
from storage.ring import Ring

_BROWSER: Final = "web"
_TEAMS: Final = "teams"
#: What each kind is called.
QUESTIONS, WAITING, CHATS, REACHED, POSTS = "questions", "notices", "chats", "reach", "posts"
#: Who is listed can be told things, for as long as they are: the daily look would find the same again.
KEPT_UP: Final = (CHATS, REACHED)


def matter(who: str) -> str:
    """What the audit trail calls somebody who was erased; there it is a fingerprint."""
    return f"person/{who}"


# ---------------------------------------------------------------- what there is


async def count(connection: AsyncConnection, ring: Ring, council: str, who: Iterable[str]) -> dict[str, int]:
    """How many rows of each kind would go; no kind of which there is nothing."""
    return {kind: len(rows) async for kind, _, rows in _theirs(connection, ring, council, set(who)) if rows}


async def erase(
    transaction: AsyncConnection, ring: Ring, council: str, who: Iterable[str], but: Collection[str] = ()
) -> dict[str, int]:
    """Erase them, but for these kinds; says how many rows of each kind."""
    gone: dict[str, int] = {}
    async for kind, table, rows in _theirs(transaction, ring, council, set(who)):
        if kind in but:
            continue
        gone[kind] = len(rows)
        for row in rows:
            key = [column == row._mapping[column.name] for column in table.primary_key.columns]
            await transaction.execute(delete(table).where(*key))
    return gone


async def questions(connection: AsyncConnection, council: str, accounts: Collection[str]) -> Sequence[Passed]:
    """The questions that these accounts passed to the clerk, oldest first."""
    asked = [one for _, one in await _questions(connection, council) if one.asker.account in accounts]
    return sorted(asked, key=lambda one: one.at)


async def talks(connection: AsyncConnection, council: str, accounts: Collection[str]) -> Collection[str]:
    """Where they talk with the bot: `CHATS` for Teams, `POSTS` for the browser."""
    theirs = [one for one in map(Person.of, accounts) if one is not None]
    posts = (await connection.execute(_posts(council, theirs))).first()
    chats = await _chats(connection, council, theirs)
    return {kind for kind, there in ((CHATS, bool(chats)), (POSTS, posts is not None)) if there}


def _posts(council: str, accounts: Iterable[Person]) -> Any:
    ids = [one.id for one in accounts if (one.platform, one.tenant) == (_BROWSER, council)]
    post = tables.web_posts.c
    said = or_(post.author.in_(ids), post.only_for.in_(ids), post.place.in_(ids))
    return _of(tables.web_posts, council).where(said)


async def found(connection: AsyncConnection, ring: Ring, council: str) -> set[str]:
    """Everybody of whom something is there that `erase` would take."""
    here = {one.asker.account for _, one in await _questions(connection, council)}
    here |= {to.account for _, notice in await _waiting(connection, ring, council) if (to := _reader(notice))}
    here |= set((await connection.execute(_of(tables.reach, council, tables.reach.c.account))).scalars())
    place, post = tables.teams_places, tables.web_posts.c
    for row in await connection.execute(_of(place, council, place.c.tenant, place.c.who)):
        here |= {Person(_TEAMS, row.tenant, row.who).account} if row.who else set()
    whose = post.author, post.only_for, post.place
    for row in await connection.execute(_of(tables.web_posts, council, *whose).distinct()):
        here |= {Person(_BROWSER, council, id).account for id in row if id}
    return here


def _of(table: Table, council: str, *columns: ColumnElement[Any]) -> Any:
    return select(*columns or (table,)).where(table.c.council == council)


async def _theirs(
    connection: AsyncConnection, ring: Ring, council: str, who: set[str]
) -> AsyncIterator[tuple[str, Table, list[Any]]]:
    """Each kind with its table and its rows. The chats come last: they tell which notices are for them."""
    accounts = [one for name in sorted(who) if (one := Person.of(name)) is not None]
    naming = await _naming(connection, ring, council)
    asked = [row for row, one in await _questions(connection, council) if one.asker.account in who]
    yield QUESTIONS, tables.passed, asked
    chats = await _chats(connection, council, accounts)
    yield WAITING, tables.outbox, await _for_them(connection, ring, council, accounts, chats, naming)
    yield CHATS, tables.teams_places, chats
    known = _of(tables.reach, council).where(tables.reach.c.account.in_(sorted(who)))
    yield REACHED, tables.reach, list(await connection.execute(known))
    posts = await connection.execute(_posts(council, accounts))
    yield POSTS, tables.web_posts, [row for row in posts if not naming(msgspec.json.encode(row.body))]


async def _questions(connection: AsyncConnection, council: str) -> list[tuple[Any, Passed]]:
    rows = (await connection.execute(_of(tables.passed, council))).all()
    read = []
    for row in rows:
        try:
            read.append((row, msgspec.json.decode(row.record, type=Passed)))
        except msgspec.DecodeError:  # nobody can tell whose it is
            continue
    return read


async def _chats(connection: AsyncConnection, council: str, accounts: Iterable[Person]) -> list[Any]:
    """Their own conversations with the bot in Teams."""
    column, theirs = tables.teams_places.c, []
    for one in accounts:
        if one.platform == _TEAMS and one.id:
            its = _of(tables.teams_places, council).where(column.tenant == one.tenant, column.who == one.id)
            theirs += list(await connection.execute(its))
    return theirs


async def _naming(connection: AsyncConnection, ring: Ring, council: str) -> Callable[[bytes], bool]:
    """Tells whether something names a matter that is still there: by its reference, or in what a button carries."""
    names = []
    if await ring.fit(connection) is not None:
        for matter in (await connection.execute(_of(tables.matters, council, tables.matters.c.matter))).scalars().all():
            names += [f"/{matter.partition('/')[2]}", await sealed.reference(connection, ring, council, matter)]
    known = [name.casefold() for name in names if name]

    def naming(body: bytes) -> bool:
        text = body.decode("utf-8", "replace").casefold()
        return any(name in text for name in known)

    return naming


# ---------------------------------------------------------------- notices


async def _waiting(connection: AsyncConnection, ring: Ring, council: str) -> list[tuple[Any, Notice]]:
    """Those that can be read."""
    index = await ring.fit(connection)
    rows = (await connection.execute(_of(tables.outbox, council))).all()
    return [(row, notice) for row in rows if (notice := outbox.read(row, index)) is not None]


def _reader(notice: Notice) -> Person | None:
    return notice.to if isinstance(notice, Send) else None


async def _for_them(
    connection: AsyncConnection,
    ring: Ring,
    council: str,
    accounts: list[Person],
    chats: list[Any],
    naming: Callable[[bytes], bool],
) -> list[Any]:
    """Notices to them, but for those about a matter that is still there, or that name one: they go with it."""
    places = {(_TEAMS, row.tenant, row.id) for row in chats} | {(one.platform, one.tenant, one.id) for one in accounts}
    theirs = []
    for row, notice in await _waiting(connection, ring, council):
        to: Person | Place = notice.of.place if isinstance(notice, Edit) else notice.to
        if (to.platform, to.tenant, to.id) not in places:
            continue
        about = notice.matter if isinstance(notice, Send) else ""
        if not (about and await _is_there(connection, council, about)) and not naming(msgspec.json.encode(notice)):
            theirs.append(row)
    return theirs


async def _is_there(connection: AsyncConnection, council: str, about: str) -> bool:
    here = tables.matters.c.council == council, tables.matters.c.matter == about
    return bool((await connection.execute(select(func.count()).select_from(tables.matters).where(*here))).scalar())
