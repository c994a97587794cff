"""A sealed file: compressed, then encrypted in chunks that can't be changed, swapped, left out or cut off unseen.

In: keys, a header that anybody may read, things to keep one after the other. Out: a file for its owner's eyes only; the
same things again, one at a time, however many there are.
Never: half a file under its name; anything given out of a chunk that does not open.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, 2015) with AES-256-GCM: the nonce is a prefix, the number of the chunk and whether it is the last.
"""

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import IO, Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from storage.seal import Damaged, Keys, UnusableKeys

_MAGIC: Final = b"protocol-bot sealed file 1\n"
_HEADER: Final = 4096  # bytes that a header has at most
_CHUNK: Final = 64 * 1024
_TAG: Final = 16
_PREFIX: Final = 7  # bytes of the nonce that are the same for a whole file: each file has a key of its own
_LENGTH: Final = 4


class Header(Struct, frozen=True, kw_only=True):
    """What stands before the sealed part, for anybody to read; a byte changed there, and nothing opens.

    `key` is the name of the key it is sealed with. `made` is when, in UTC; `of` tells files of one database from those
    of another, and nothing else; it is empty where nothing was ever sealed.
    """

    what: str
    key: str
    salt: str
    made: str
    of: str
    version: str


# ---------------------------------------------------------------- writing


class Writer:
    """Takes what is to be kept, one thing after the other."""

    def __init__(self, file: IO[bytes], cipher: "_Cipher") -> None:
        self._file = file
        self._cipher = cipher
        self._smaller = zlib.compressobj()
        self._waiting = bytearray()

    def put(self, thing: object) -> None:
        """One more: anything that MessagePack can say."""
        body = msgspec.msgpack.encode(thing)
        self._add(self._smaller.compress(len(body).to_bytes(_LENGTH, "big") + body))

    def end(self) -> None:
        """Nothing more comes."""
        self._add(self._smaller.flush())
        self._file.write(self._cipher.sealed(bytes(self._waiting), last=True))

    def _add(self, more: bytes) -> None:
        self._waiting += more
        while len(self._waiting) > _CHUNK:  # the last is sealed as the last, and so waits for what comes
            self._file.write(self._cipher.sealed(bytes(self._waiting[:_CHUNK]), last=False))
            del self._waiting[:_CHUNK]


@contextmanager
def written(path: Path, keys: Keys, what: str, *, made: str, of: str, version: str) -> Iterator[tuple[Writer, Path]]:
    """A writer, and the file it writes into, which is beside `path` and takes its place only where nothing is raised.

    Call `Writer.end` before. Raises `OSError`.
    """
    header = Header(what=what, key=keys.names[0], salt=token_hex(32), made=made, of=of, version=version)
    line = msgspec.json.encode(header) + b"\n"
    half = path.with_name(f".{path.name}.part-{token_bytes(6).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(half, flags, 0o600), "wb") as file:  # noqa: PTH123
            file.write(_MAGIC + line)
            yield Writer(file, _Cipher(keys, header, line)), half
        half.replace(path)
        _settled(path.parent)
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)


def on_disk(writer: Writer) -> None:
    """Everything written so far lies on the disk, and not only in this computer's memory."""
    writer._file.flush()
    os.fsync(writer._file.fileno())


def _settled(folder: Path) -> None:
    """That a file has its name now survives a power cut too."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ---------------------------------------------------------------- reading


def header(path: Path) -> Header | None:
    """What can be read without a key; None for a file that is not one of these. Raises `OSError`."""
    with path.open("rb") as file:
        told = _told(file)
    return told[0] if told else None


def opened(path: Path, keys: Keys, what: str) -> Iterator[Any]:
    """What was put there, one thing after the other. Raises `UnusableKeys`, `Damaged`, `OSError`.

    That it was whole is known only at its end.
    """
    with path.open("rb") as file:
        told = _told(file)
        if told is None or told[0].what != what:
            raise Damaged(f"{path} is not a file of {what} that Protocol Bot made. Name the right one.")
        yield from _things(path, _plain(path, file, _Cipher(keys, *told)))


def _told(file: IO[bytes]) -> tuple[Header, bytes] | None:
    if file.read(len(_MAGIC)) != _MAGIC:
        return None
    line = file.readline(_HEADER)
    try:
        return msgspec.json.decode(line, type=Header, strict=True), line
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _plain(path: Path, file: IO[bytes], cipher: "_Cipher") -> Iterator[bytes]:
    chunk = file.read(_CHUNK + _TAG)
    while True:
        following = file.read(_CHUNK + _TAG)
        try:
            yield cipher.opened(chunk, last=not following)
        except InvalidTag:
            raise damaged(path) from None
        if not following:
            return
        chunk = following


def _things(path: Path, plain: Iterator[bytes]) -> Iterator[Any]:
    larger, waiting = zlib.decompressobj(), bytearray()
    try:
        for piece in plain:
            waiting += larger.decompress(piece)
            start = 0
            while len(waiting) - start >= _LENGTH:
                end = start + _LENGTH + int.from_bytes(waiting[start : start + _LENGTH], "big")
                if len(waiting) < end:
                    break
                yield msgspec.msgpack.decode(bytes(waiting[start + _LENGTH : end]))
                start = end
            del waiting[:start]
    except (zlib.error, msgspec.DecodeError):
        raise damaged(path) from None
    if waiting or not larger.eof:
        raise damaged(path)


def damaged(path: Path) -> Damaged:
    """What to say of a file that does not open to its end."""
    return Damaged(
        f"{path} was changed, or is not all there: it does not open to its end. Nothing of it was used. Take another "
        "copy of it, or an earlier one."
    )


class _Cipher:
    """The chunks of one file, in order."""

    def __init__(self, keys: Keys, header: Header, line: bytes) -> None:
        try:
            salt = bytes.fromhex(header.salt)
        except ValueError:
            raise UnusableKeys("The first lines of the file were changed, so that it can't be opened.") from None
        self._key = AESGCM(keys.made_of(header.key, salt, _MAGIC + line))
        self._prefix = salt[:_PREFIX].ljust(_PREFIX, b"\0")
        self._number = 0

    def sealed(self, plain: bytes, *, last: bool) -> bytes:
        return self._key.encrypt(self._nonce(last), plain, None)

    def opened(self, sealed: bytes, *, last: bool) -> bytes:
        return self._key.decrypt(self._nonce(last), sealed, None)

    def _nonce(self, last: bool) -> bytes:
        number, self._number = self._number, self._number + 1
        return self._prefix + number.to_bytes(4, "big") + (b"\1" if last else b"\0")
