"""Private words are sealed before they reach a row, with keys that stand in a file outside the database.

In: bytes, and a key of the matter they belong to. Out: what nobody reads without both that key and the file.
Never: a key in a log, an error or a `repr`; a key file written over.
"""

import os
import stat
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import UnusableStore
from storage import tables
from storage.database import EVERY, snapshot, within

_NONCE = 12
_STEP = 256  # sealed text grows in steps of this many bytes, so that its length tells little
#: What somebody without the key file has to know.
LOST: Final = (
    "Without its key file nobody can open what is sealed: concerns, requests about personal data, notices that wait. "
    "The protocol and its editions, reviews, settings and the questions passed to the clerk are not sealed and are not "
    "lost."
)
_HEADER = """\
# Keys of Protocol Bot. The first one is in use; those below it still open what was sealed before.
# Without this file nothing private can be opened: keep a copy of it, and never beside a copy of the database.
"""
_MADE: Final = "# made "


class UnusableKeys(UnusableStore):
    """The keys are missing, can't be read or are the wrong ones: says why and the mend."""


class Damaged(UnusableStore):
    """The keys are right, and yet something sealed does not open: somebody or something changed it."""


# ---------------------------------------------------------------- a matter's own key


def new_secret() -> bytes:
    """A key that nobody can guess."""
    return token_bytes(32)


def derive(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose; it tells nothing of the secret, nor of the key for another purpose."""
    return HKDF(SHA256(), 32, None, f"protocol-bot {purpose}".encode()).derive(secret)


def seal(key: bytes, plain: bytes, bound: bytes, step: int = _STEP) -> bytes:
    """Sealed, and bound to where it stands: it opens nowhere else. `plain` does not end in spaces."""
    nonce = token_bytes(_NONCE)
    padded = plain.ljust(-(-max(len(plain), 1) // step) * step)
    return nonce + AESGCM(key).encrypt(nonce, padded, bound)


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What was sealed. Raises `Damaged`."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound).rstrip(b" ")
    except (InvalidTag, ValueError):
        raise Damaged(
            "Something sealed in the database was changed and does not open. Bring back a copy of the database from "
            "before, and look with `protocol-bot audit verify` at what else was changed."
        ) from None


# ---------------------------------------------------------------- the keys in the file


class Keys:
    """The keys of a file, the first in use. They wrap the key of every matter, and seal copies of the database."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ring: Final = MultiFernet([Fernet(key) for key in keys])
        self._named: Final = {_named(key): urlsafe_b64decode(key) for key in keys}

    def __repr__(self) -> str:
        return f"Keys({len(self._named)})"

    @property
    def names(self) -> tuple[str, ...]:
        """What each key is called, that in use first: a name tells nothing of its key."""
        return tuple(self._named)

    def made_of(self, name: str, salt: bytes, purpose: bytes) -> bytes:
        """A key for one purpose, of the key of this name. Raises `UnusableKeys` where it is not among these."""
        if name not in self._named:
            raise UnusableKeys(
                f"It was sealed with the key {name}, which is not in the key file (there: {', '.join(self.names)}). "
                "Bring back a copy of the key file from that time: the keys of both can stand in one file, one a line."
            )
        return HKDF(SHA256(), 32, salt, purpose).derive(self._named[name])

    def wrap(self, secret: bytes) -> bytes:
        """As it may stand in the database."""
        return self._ring.encrypt(secret)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The secret again. Raises `UnusableKeys`."""
        try:
            return self._ring.decrypt(wrapped)
        except InvalidToken:
            raise _wrong() from None

    def rewrap(self, wrapped: bytes) -> bytes:
        """Wrapped with the key in use, whichever wrapped it before. Raises `UnusableKeys`."""
        try:
            return self._ring.rotate(wrapped)
        except InvalidToken:
            raise _wrong() from None


def _named(key: bytes) -> str:
    return HKDF(SHA256(), 6, None, b"protocol-bot name of a key").derive(urlsafe_b64decode(key)).hex()


def _wrong() -> UnusableKeys:
    return UnusableKeys(
        "The keys that were given don't open what is kept here: they belong to another database, or one was taken out "
        "of the file before `protocol-bot keys rotate`. Start again with the right key file; nothing was changed."
    )


class Opened(NamedTuple):
    """How many keys that stand in the database open with those of the file, and how many are damaged and do not."""

    well: int
    damaged: int


async def rotate(engine: AsyncEngine, keys: Keys) -> Opened:
    """Wrap everything with the key in use, so that the others can leave the file.

    Raises `UnusableKeys` where they are the wrong ones, and changes nothing then. A bot that runs with a file read
    before takes nothing private from then on until it is started again.
    """
    async with within(engine, EVERY) as transaction:
        return await wrapped_anew(transaction, keys)


async def wrapped_anew(transaction: AsyncConnection, keys: Keys) -> Opened:
    """The same within a transaction of every council's. What is damaged is left as it is."""
    well = damaged = 0
    for table in (tables.ring, tables.keys):
        key = list(table.primary_key.columns)
        rows = (await transaction.execute(select(table.c.wrapped, *key).with_for_update())).all()
        anew = [{"anew": found, **_here(row[1:])} for row in rows if (found := _tried(keys.rewrap, row[0], table))]
        if anew:
            here = (column == bindparam(name) for column, name in zip(key, _here(key), strict=True))
            change = update(table).where(*here).values(wrapped=bindparam("anew"))
            await transaction.execute(change, anew)
        well, damaged = well + len(anew), damaged + len(rows) - len(anew)
    return Opened(well, damaged)


async def count(engine: AsyncEngine, keys: Keys) -> Opened:
    """How much is wrapped with these keys, each tried. Raises `UnusableKeys` where they are the wrong ones."""
    opened = [0, 0]
    async with snapshot(engine) as connection:
        for table in (tables.ring, tables.keys):
            async with connection.stream(select(table.c.wrapped)) as rows:
                async for row in rows:
                    opened[_tried(keys.unwrap, row.wrapped, table) is None] += 1
    return Opened(*opened)


def _tried(opens: Callable[[bytes], bytes], wrapped: bytes, table: Table) -> bytes | None:
    """What comes of it; None of what is damaged: where the index opens they are the right keys, else it raises."""
    try:
        return opens(wrapped)
    except UnusableKeys:
        if table is tables.ring:
            raise
        return None


def _here(key: Sequence[Any]) -> dict[str, Any]:
    """A row's key, under names that no column has."""
    return {f"here_{number}": value for number, value in enumerate(key)}


# ---------------------------------------------------------------- the file


def new_keys(path: Path) -> None:
    """Make a key file with one key, for its owner's eyes only. Raises `UnusableKeys` where a file stands already."""
    try:
        write_new(path, f"{_HEADER}{_new_key()}\n".encode())
    except FileExistsError:
        raise UnusableKeys(
            f"{path} is there already and was left as it is. To put a new key in use: `protocol-bot keys rotate`."
        ) from None
    except OSError as refused:
        raise UnusableKeys(f"{path} can't be written ({refused.strerror}). Name another file.") from None


def add_key(path: Path) -> None:
    """Put a new key on top, to be used from now on; the others stay. Raises `UnusableKeys`."""
    read_keys(path)
    file = path.resolve()
    old = file.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(number for number, line in enumerate(old) if _is_key(line))
    first -= first > 0 and old[first - 1].startswith(_MADE)  # that line belongs to the key below it
    anew = file.with_name(f"{file.name}.new-{token_bytes(4).hex()}")
    try:
        write_new(anew, "".join((*old[:first], _new_key() + "\n", *old[first:])).encode())
        _same_owner(file, anew)
        anew.replace(file)  # at once: a crash leaves the old file or the new one, never half of one
    except OSError as refused:
        with suppress(OSError):
            anew.unlink(missing_ok=True)
        raise UnusableKeys(f"{path} can't be written ({refused.strerror}). Nothing was changed.") from None


def read_keys(path: Path) -> Keys:
    """The keys of a file. Raises `UnusableKeys` with the mend."""
    try:
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
            raise UnusableKeys(f"Everybody on this computer can get at {path}. Mend it: chmod 600 {path}")
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise UnusableKeys(
            f"There is no key file at {path}. Bring back a copy of it; for a new database: `protocol-bot keys new`. "
            f"{LOST}"
        ) from None
    except OSError as refused:
        raise UnusableKeys(f"{path} can't be read ({refused.strerror}). Is it this account's file?") from None
    except UnicodeDecodeError:
        raise UnusableKeys(f"{path} is not a key file. Name the right one, or bring back a copy of it.") from None
    keys = [_checked(path, number, line) for number, line in enumerate(lines, 1) if _is_key(line)]
    if not keys:
        raise UnusableKeys(f"There is no key in {path}. Bring back a copy of it, or make another file with a key.")
    return Keys(keys)


def made_on(path: Path) -> date | None:
    """The day of the key in use, by the line above it; None where there is no such line, or the file can't be read."""
    with suppress(OSError, ValueError):
        lines = path.read_text(encoding="utf-8").splitlines()
        above = next((before for before, line in pairwise(["", *lines]) if _is_key(line)), "")
        if above.startswith(_MADE):
            return date.fromisoformat(above.removeprefix(_MADE).strip())
    return None


def has_a_key(content: bytes) -> bool:
    """Whether a key stands in a file, on a line of its own."""
    for line in content.splitlines():
        with suppress(ValueError):
            Fernet(line.strip())
            return True
    return False


def _is_key(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _checked(path: Path, number: int, line: str) -> bytes:
    key = line.strip().encode()
    try:
        Fernet(key)
    except ValueError:
        raise UnusableKeys(f"{path}, line {number}: this is not a whole key. Bring back a copy of the file.") from None
    return key


def _new_key() -> str:
    """With the day above it, in UTC: that of the file would be the day of its last copy."""
    return f"{_MADE}{datetime.now(UTC).date()}\n{Fernet.generate_key().decode()}"


def write_new(path: Path, content: bytes) -> None:
    """A new file for its owner's eyes only. Raises `FileExistsError` where anything stands already, a link too.

    Where it can't be written to its end nothing of it stays: half a key file would be taken for one.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    made = os.open(path, flags, 0o600)
    try:
        with open(made, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _same_owner(old: Path, anew: Path) -> None:
    """An administrator who adds a key must not shut the bot's own account out."""
    if os.name != "nt":
        before = old.stat()
        os.chown(anew, before.st_uid, before.st_gid)
        anew.chmod(stat.S_IMODE(before.st_mode))
