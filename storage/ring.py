"""The keys that were given, checked against the database they are for.

In: the keys of a file, or none. Out: the index: what tags, pseudonyms, the audit trail and whatever is sealed outside
of a matter are made with.
Never: a second index where one was lost; an answer from memory when the row has changed, which is read each time, or
the database itself says that nothing has.
"""

import hmac
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Column, ColumnElement, LargeBinary, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.at_once import Ask, Rows, at_once
from storage.database import add_unless_there, looking_over_all
from storage.seal import Damaged, Keys, UnusableKeys, derive, new_secret, seal, unseal

_encode = msgspec.json.encode
_ONE = 1  # the only row
_TOKEN = 73  # bytes of the shortest thing that a key can have wrapped
_MARK = b"\x01"  # before what the index sealed: no JSON begins so
_STEP = 4096  # bytes by which it grows: nearly all of it is of one length
#: The row, as it stands.
ROW: Final = Ask(select(tables.ring.c.wrapped), {})


def keyed(key: bytes, *parts: str | int) -> str:
    """A fingerprint that nobody can make, or check a guess against, without the key."""
    return hmac.digest(key, _encode(parts), "sha256").hex()


def is_sealed(value: bytes) -> bool:
    """Whether the index sealed this; else it was kept while there were no keys."""
    return value.startswith(_MARK)


def sealed_in(column: Column[Any]) -> ColumnElement[bool]:
    """The same, asked of the database."""
    return func.substr(column, 1, 1, type_=LargeBinary) == _MARK


class Index:
    """What is made with the secret of the ring. It stays the same when keys are rotated."""

    def __init__(self, secret: bytes) -> None:
        self._tags = derive(secret, "tags")
        self._recipients = derive(secret, "recipients")
        self._sealing = derive(secret, "sealing")
        self.names = derive(secret, "names")
        self.chain = derive(secret, "chain")
        self.copies = derive(secret, "copies").hex()[:16]  # tells copies of one database from those of another

    def tag(self, council: str, seat: str, part: str) -> str:
        """Who somebody is to a matter, so that it is found again, by nobody else."""
        return keyed(self._tags, council, seat, part)

    def recipient(self, platform: str, tenant: str, id: str) -> str:
        """Where a notice goes, so that one to the same place is known, and the place is not."""
        return keyed(self._recipients, platform, tenant, id)

    def sealed(self, plain: bytes, *bound: str) -> bytes:
        """Sealed, and bound to the row it stands in. `plain` does not end in spaces."""
        return _MARK + seal(self._sealing, plain, _encode(bound), _STEP)

    def opened(self, value: bytes, *bound: str) -> bytes:
        """The same again. Raises `Damaged`."""
        return unseal(self._sealing, value.removeprefix(_MARK), _encode(bound))


class Ring:
    """The keys, and the one row that tells whether they are the right ones."""

    def __init__(self, keys: Keys | None) -> None:
        self._given = keys
        self._opened: tuple[bytes, Index] | None = None

    @property
    def keys(self) -> Keys:
        """The keys. Raises `UnusableKeys` where none were given."""
        if self._given is None:
            raise UnusableKeys(
                "No key file was given, so nothing private can be kept or read. Make one with `protocol-bot keys new` "
                "and start again with it."
            )
        return self._given

    async def unfit(self, connection: AsyncConnection, first: Sequence[Ask] = ()) -> str | None:
        """Why nothing private can be kept now, in a sentence for the administrator."""
        try:
            await self.index(connection, first)
        except (UnusableKeys, Damaged) as why:
            return str(why)
        return None

    async def index(self, connection: AsyncConnection, first: Sequence[Ask] = ()) -> Index | None:
        """The index; None while nothing was ever sealed here. Raises `UnusableKeys`, `Damaged`.

        `first` is asked before all else, in the same go.
        """
        _ = self.keys
        *_, row = await at_once(connection, [*first, ROW])
        return await self.told(connection, row)

    async def told(self, connection: AsyncConnection, row: Rows) -> Index | None:
        """The same, by what `ROW` just found in this connection, asked with something else."""
        _ = self.keys
        if not row and await _nothing_sealed(connection):
            return None
        if not row:  # the first thing was sealed while we looked, or the row is gone
            (row,) = await at_once(connection, [ROW])
        if not row:
            raise _damaged("is gone")
        return self.by(row[0][0])

    def by(self, wrapped: bytes) -> Index:
        """The index, by its row as it was just read. Raises `UnusableKeys`, `Damaged`."""
        if self._opened is None or self._opened[0] != wrapped:  # rotated meanwhile, perhaps: these keys may be old
            self._opened = wrapped, index_of(self.keys, wrapped)
        return self._opened[1]

    async def fit(self, connection: AsyncConnection) -> Index | None:
        """The index; None where there is none, and where the keys are not fit."""
        try:
            return await self.index(connection)
        except (UnusableKeys, Damaged):
            return None

    async def made(self, transaction: AsyncConnection) -> Index:
        """The index, made now if this is the first thing sealed. Raises as `index` does."""
        if index := await self.index(transaction):
            return index
        row = {"id": _ONE, "wrapped": self.keys.wrap(new_secret())}
        await add_unless_there(transaction, tables.ring, [row])  # five may find that they are the first
        index = await self.index(transaction)  # whoever was first: its secret is everybody's
        if index is None:
            raise _damaged("is gone")
        return index


def index_of(keys: Keys, wrapped: bytes) -> Index:
    """That of a copy, by what stands in its own row. Raises `UnusableKeys`, `Damaged`."""
    return Index(_unwrapped(keys, wrapped))


def _unwrapped(keys: Keys, wrapped: bytes) -> bytes:
    try:
        whole = urlsafe_b64decode(wrapped)
    except Error:
        whole = b""
    if len(whole) < _TOKEN or whole[0] != 0x80:
        raise _damaged("is damaged")
    return keys.unwrap(wrapped)


async def _nothing_sealed(connection: AsyncConnection) -> bool:
    """Whether nothing was ever sealed here, for any council: no row is right then, and in no other database."""
    outbox, heard = tables.outbox.c, tables.heard.c
    for found in (
        select(tables.keys.c.matter),
        select(tables.audit.c.seq),
        select(tables.slack_installs.c.id),
        select(outbox.order).where(sealed_in(outbox.notice)),
        select(heard.delivery).where(sealed_in(heard.answer)),
    ):
        async with looking_over_all(connection):
            if (await connection.execute(found.limit(1))).first():
                return False
    return True


def _damaged(how: str) -> Damaged:
    return Damaged(
        f"What tells whether the keys are the right ones {how}, so nothing private can be kept or read. Bring back a "
        "copy of the database from before."
    )
