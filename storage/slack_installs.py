"""The workspaces that took the hosted Slack app: slack_sdk's own stores, with sealed tokens and one row an install.

In: what Slack granted; the keys. Out: the same, later; a token renewed once, however many would renew it at a time.
Never: a token in the clear in a row; two rows for one workspace; who installed it; a state that serves twice; a
transaction that writes while Slack is asked.

slack_sdk is imported here and nowhere else in `storage`: its stores are SQL, and this is where SQL is.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any, Final
from weakref import WeakValueDictionary

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore, SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import alone, reading, within
from storage.ring import Index, Ring, keyed
from storage.seal import Damaged, Keys, derive
from storage.tables import fingerprint, slack_installs, slack_states

log = logging.getLogger(__name__)

#: These tables are no council's, so that a transaction on them is of none.
_NOBODYS: Final = ""
_SEALED: Final = ("bot_token", "bot_refresh_token")
#: Seconds between tries to keep renewed tokens: the refresh token that brought them is spent.
_PAUSES: Final = (0.0, 0.5, 2.0, 5.0)
#: Whose turn it is to renew on SQLite, where one process has the database: by file, app and workspace.
_TURNS: Final[WeakValueDictionary[tuple[str, ...], asyncio.Lock]] = WeakValueDictionary()

#: Gives new tokens for those of an install.
Renews = Callable[[Bot], Awaitable[Bot]]


def _silent() -> logging.Logger:
    """The SDK's lines hold states."""
    logger = logging.Logger("slack", logging.CRITICAL + 1)
    logger.disabled = True
    return logger


@dataclass(frozen=True)
class Kept:
    """One install. `number` tells it from the one that it replaced, and from the one that replaces it."""

    number: int
    bot: Bot

    def __repr__(self) -> str:
        return f"Kept({self.bot.team_id})"


# ---------------------------------------------------------------- installs


class SqlInstalls(AsyncSQLAlchemyInstallationStore):
    """The installs of one app, by workspace. Raises `UnusableKeys` where the keys are not those of this database."""

    def __init__(self, client_id: str, engine: AsyncEngine, keys: Keys | None) -> None:
        super().__init__(client_id, engine, logger=_silent())
        self.bots = self.installations = slack_installs
        self._ring = Ring(keys)
        self._one_at_a_time = asyncio.Lock()

    # ------------------------------------------------------------ what the bot asks

    async def sound(self) -> list[Kept]:
        """Those that open; of each of the others it is complained."""
        found, damaged = await self.every()
        for team, why in damaged.items():
            log.error("The install of the Slack workspace %s can’t be used: %s", team, why)
        return found

    async def every(self) -> tuple[list[Kept], dict[str, Damaged]]:
        """Those that open; and the workspaces whose row does not, each with why."""
        found, damaged = [], {}
        for row, index in await self._rows():
            try:
                found.append(_kept(row, index))
            except Damaged as why:
                damaged[str(row["team_id"])] = why
        return found, damaged

    async def of(self, team: str) -> Kept | None:
        """That of one workspace."""
        for row, index in await self._rows(slack_installs.c.team_id == team):
            return _kept(row, index)
        return None

    async def renewed(self, team: str, due: datetime, ask: Renews, over: str = "") -> Kept | None:
        """The install, with a token that holds beyond `due` and is not the one that is `over`; None where none is.

        `ask` spends the refresh token, which Slack takes once. Whoever else would do so meanwhile waits, in whichever
        process, and then finds that it was done. What Slack gave is kept before anything else happens, and tried again
        where the database fails; were this process to end in between, the old token would hold until it expires, and
        the workspace would have to install the app again. Raises what `ask` raises, and what the database does.
        """
        async with self._turn(team):
            for row, index in await self._rows(slack_installs.c.team_id == team):
                kept = _kept(row, index)
                if not _runs_out(kept.bot, due, over):
                    return kept
                anew = await ask(kept.bot)
                return Kept(kept.number, anew) if await self._renew(kept, anew, index) else await self.of(team)
        return None

    @asynccontextmanager
    async def _turn(self, team: str) -> AsyncIterator[None]:
        """Nobody else renews this meanwhile, and nobody who reads or writes something else waits for it.

        On PostgreSQL the lock takes a connection. Slack may hang, so a process has one of them at a time: the pool is
        everybody's. On SQLite it is no lock of the database's, where it would keep every writer waiting.
        """
        what = "slack_installs", self.client_id, team
        if self.engine.dialect.name == "postgresql":
            async with self._one_at_a_time, within(self.engine, _NOBODYS) as transaction:
                await alone(transaction, "renewal", *what)
                yield
            return
        turn = _TURNS.setdefault((str(self.engine.url.database), *what), asyncio.Lock())
        async with turn:
            yield

    async def gone(self, team: str, number: int) -> None:
        """This install is over. Nothing happens where another has replaced it."""
        async with within(self.engine, _NOBODYS) as transaction:
            await transaction.execute(delete(slack_installs).where(*self._its(team), slack_installs.c.id == number))

    # ------------------------------------------------------------ as slack_sdk has it

    async def async_save(self, installation: Installation) -> None:
        """Keep what was granted, in the place of what was granted before."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """In one transaction: at no moment is there no row, or are there two."""
        async with within(self.engine, _NOBODYS) as transaction:
            await alone(transaction, "slack_installs", self.client_id, str(bot.team_id))
            index = await self._ring.made(transaction)
            await transaction.execute(delete(slack_installs).where(*self._its(str(bot.team_id))))
            await transaction.execute(insert(slack_installs).values(_sealed(self.client_id, bot, index)))

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,  # noqa: ARG002  # a workspace may be moved into an organisation: its own id stays
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """That of a workspace; an organisation has none."""
        kept = await self.of(team_id) if team_id and not is_enterprise_install else None
        return kept.bot if kept else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002  # nobody's own token is asked for
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The same as an installation, which is nobody's."""
        bot = await self.async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return Installation(user_id="", **bot.to_dict_for_copying()) if bot else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:  # noqa: ARG002  # as above
        """Whichever there is of a workspace."""
        async with within(self.engine, _NOBODYS) as transaction:
            await transaction.execute(delete(slack_installs).where(*self._its(team_id or "")))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """The same, but that no one person's is kept."""
        if user_id is None:
            await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    # ------------------------------------------------------------ rows

    def _its(self, team: str) -> tuple[ColumnElement[bool], ...]:
        return slack_installs.c.client_id == self.client_id, slack_installs.c.team_id == team

    async def _rows(self, *which: ColumnElement[bool]) -> Sequence[tuple[RowMapping, Index]]:
        mine = select(slack_installs).where(slack_installs.c.client_id == self.client_id, *which)
        async with reading(self.engine, _NOBODYS) as connection:
            rows = (await connection.execute(mine.order_by(slack_installs.c.id))).mappings().all()
            index = await self._ring.index(connection) if rows else None
        if rows and index is None:
            raise Damaged("What tells whether the keys are the right ones is gone. Bring back a copy of the database.")
        return [(row, index) for row in rows if index is not None]

    async def _renew(self, kept: Kept, anew: Bot, index: Index) -> bool:
        """Whether the row is there still: somebody may have installed the app again meanwhile, or taken it out.

        Whatever fails is tried again: a pool that is full, a connection that is gone.
        """
        values = _sealed(self.client_id, anew, index)
        renewed = {name: values[name] for name in (*_SEALED, "bot_token_expires_at")}
        its = update(slack_installs).where(slack_installs.c.id == kept.number).values(renewed)
        for last, pause in enumerate(_PAUSES, start=1 - len(_PAUSES)):
            await asyncio.sleep(pause)
            try:
                async with within(self.engine, _NOBODYS) as transaction:
                    return (await transaction.execute(its)).rowcount == 1
            except Exception as failed:
                if not last:
                    raise
                told = type(failed).__name__
                log.error("Renewed tokens of the Slack workspace %s are not kept yet: %s", kept.bot.team_id, told)
        return False


def _runs_out(bot: Bot, due: datetime, over: str) -> bool:
    expires = bot.bot_token_expires_at
    return expires is not None and (expires <= due.timestamp() or bot.bot_token == over)


def _sealed(client_id: str, bot: Bot, index: Index) -> dict[str, Any]:
    """As it may stand in a row: a token opens in the row of its own workspace alone."""
    values = bot.to_dict() | {"client_id": client_id}
    for name in _SEALED:
        if values[name] is not None:
            values[name] = index.sealed(values[name].encode(), "slack_installs", client_id, str(bot.team_id), name)
    return values


def _kept(row: RowMapping, index: Index) -> Kept:
    """Raises `Damaged`."""
    bound = "slack_installs", row["client_id"], row["team_id"]
    opened = {name: index.opened(row[name], *bound, name).decode() for name in _SEALED if row[name] is not None}
    bot: Bot = SQLAlchemyInstallationStore.build_bot_entity({"bot_refresh_token": None, **row, **opened})
    return Kept(row["id"], bot)


# ---------------------------------------------------------------- installs that were begun


class SqlStates(AsyncOAuthStateStore):
    """What Slack has to bring back with each install that was begun: good for so many seconds, and for once.

    slack_sdk's own store keeps a row for each that is begun, and anybody can begin as many as they like: there would
    have to be a limit, and whoever reached it would keep everybody out. So it is signed instead, with the day that it
    holds until in it, and a row is kept of those alone that came back.
    """

    def __init__(self, expiration_seconds: int, engine: AsyncEngine, keys: Keys | None) -> None:
        self.expiration_seconds = expiration_seconds
        self._engine = engine
        self._ring = Ring(keys)

    async def async_issue(self, *_args: Any, **_more: Any) -> str:
        """A new one. Raises `UnusableKeys`, `Damaged`."""
        said = f"{int(time.time()) + self.expiration_seconds}.{token_urlsafe(16)}"
        return f"{said}.{await self._signed(said)}"

    async def async_consume(self, state: str) -> bool:
        """Whether it was good; it is no more. Two at a time are told apart by the row that only one of them adds."""
        said, _, signed = state.rpartition(".")
        if not hmac.compare_digest(signed.encode(), (await self._signed(said)).encode()):
            return False
        until, now = datetime.fromtimestamp(int(said.partition(".")[0]), UTC), datetime.now(UTC)
        if until <= now:
            return False
        try:
            async with within(self._engine, _NOBODYS) as transaction:
                await transaction.execute(delete(slack_states).where(slack_states.c.expire_at <= now))
                await transaction.execute(insert(slack_states).values(state=fingerprint(state), expire_at=until))
        except IntegrityError:
            return False
        return True

    async def _signed(self, said: str) -> str:
        async with reading(self._engine, _NOBODYS) as connection:
            index = await self._ring.index(connection)
        if index is None:
            async with within(self._engine, _NOBODYS) as transaction:
                index = await self._ring.made(transaction)
        return keyed(derive(index.names, "installs that were begun"), said)
