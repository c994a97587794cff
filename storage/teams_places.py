"""The conversations in Microsoft Teams that the bot knows of, in rows of the councils that they are of.

In: a tenant, a conversation, where it is called. Out: the same, later; whether it was new.
Never: a tenant that is no council's; what was said anywhere; to the hour when somebody spoke with the bot.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversation import Person
from storage.database import alone, reading, within
from storage.tables import teams_places

_MOMENT: Final = timedelta(microseconds=1)
_PLATFORM: Final = "teams"


class KeptPlace(Struct, frozen=True, kw_only=True):
    """One conversation. `who` is the AAD object id of the person whose own chat it is, empty where it is shared."""

    tenant: str
    id: str
    service_url: str
    who: str


class SqlPlaces:
    """The places of `adapters.teams`, in the table that belongs to them. `councils` has each tenant's."""

    def __init__(self, engine: AsyncEngine, councils: Mapping[str, str]) -> None:
        self._engine = engine
        self._councils = councils

    async def chat(self, tenant: str, who: str) -> KeptPlace | None:
        """This person's own chat with the bot; where Teams made several, the one learnt of last."""
        found = await self._all(tenant, teams_places.c.who == who) if who else ()
        return found[0] if found else None

    async def place(self, tenant: str, id: str) -> KeptPlace | None:
        """One conversation."""
        found = await self._all(tenant, teams_places.c.id == id)
        return found[0] if found else None

    async def newest(self, tenant: str) -> KeptPlace | None:
        """The one of which something was learnt last, for its service URL."""
        found = await self._all(tenant, at_most=1)
        return found[0] if found else None

    async def shared(self, tenant: str) -> Sequence[KeptPlace]:
        """All that are more than one person's, the one learnt of last first."""
        return await self._all(tenant, teams_places.c.who == "")

    async def keep(self, tenant: str, id: str, *, service_url: str, who: str, at: datetime) -> bool:
        """Remember a conversation as it is now; says whether it is new. Nothing is written where nothing changed.

        Somebody's own chat stays theirs where nobody (`""`) is named.
        """
        council, known = self._councils.get(tenant), await self.place(tenant, id)
        now = KeptPlace(tenant=tenant, id=id, service_url=service_url, who=who or (known.who if known else ""))
        if council is None or known == now:
            return False
        here = _at(council, tenant, id)
        async with within(self._engine, council) as transaction:
            await alone(transaction, "teams_places", council, tenant)
            before = (await transaction.execute(select(teams_places.c.who).where(*here))).first()
            row = {
                "service_url": service_url,
                "who": who or (before.who if before is not None else ""),
                "at": await _after_the_last(transaction, council, tenant, at),
            }
            if before is not None:
                await transaction.execute(update(teams_places).where(*here).values(row))
            else:
                its = {"council": council, "tenant": tenant, "id": id}
                await transaction.execute(insert(teams_places).values(its | row))
        return before is None

    async def forget(self, tenant: str, id: str) -> None:
        """It is gone, or the app was taken out of it. One that was never known is quietly fine."""
        council = self._councils.get(tenant)
        if council is None or await self.place(tenant, id) is None:
            return
        async with within(self._engine, council) as transaction:
            await transaction.execute(delete(teams_places).where(*_at(council, tenant, id)))

    async def _all(self, tenant: str, *which: ColumnElement[bool], at_most: int | None = None) -> list[KeptPlace]:
        council = self._councils.get(tenant)
        if council is None:
            return []
        async with reading(self._engine, council) as connection:
            rows = (await connection.execute(_newest_first(council, tenant, *which).limit(at_most))).all()
        return [KeptPlace(tenant=tenant, id=row.id, service_url=row.service_url, who=row.who) for row in rows]


async def leave(transaction: AsyncConnection, council: str, people: Iterable[Person]) -> None:
    """Nothing stays of the own chats of people whom the council lists no more."""
    for who in people:
        if who.platform == _PLATFORM and who.id:
            its = teams_places.c.council == council, teams_places.c.tenant == who.tenant, teams_places.c.who == who.id
            await transaction.execute(delete(teams_places).where(*its))


async def _after_the_last(transaction: AsyncConnection, council: str, tenant: str, at: datetime) -> datetime:
    """The day, or just after the last that was learnt: which came first is told, not when somebody wrote."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    column = teams_places.c
    known = select(func.max(column.at)).where(column.council == council, column.tenant == tenant)
    last: datetime | None = (await transaction.execute(known)).scalar()
    return max(day, last + _MOMENT) if last else day


def _at(council: str, tenant: str, id: str) -> tuple[ColumnElement[bool], ...]:
    return teams_places.c.council == council, teams_places.c.tenant == tenant, teams_places.c.id == id


def _newest_first(council: str, tenant: str, *which: ColumnElement[bool]) -> Select[Any]:
    column = teams_places.c
    return (
        select(column.id, column.service_url, column.who)
        .where(column.council == council, column.tenant == tenant, *which)
        .order_by(column.at.desc())
    )
