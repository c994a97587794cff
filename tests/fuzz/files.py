"""The doors by which files come in: packs, settings, keys, backups.

In: a folder. Out: doors. Never: a file outside the folder.
"""

import contextlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Final

from bot.contents import Contents
from bot.errors import ProtocolBotError, UnsoundContent
from bot.words import EXACTLY
from content import check, load, wording
from content import settings as own
from deploy.cli import main
from storage.seal import new_keys, read_keys
from tests.backups.deployment import Deployment, filed, the_backup
from tests.fuzz import strange
from tests.fuzz.trying import Door, Try, Wrong

_COUNCILS: Final = tuple(
    (files("content") / "councils" / f"{id}.yaml").read_text(encoding="utf-8") for id in load.councils()
)
_SETTINGS: Final = (
    (files("deploy") / "try.yaml").read_text(encoding="utf-8"),
    "council: barrow\npeople:\n  - {id: a, name: A, offices: [clerk], accounts: ['slack:T1:U1']}\n",
    "councils:\n  - council: barrow\n  - council: southwell\n",
)
#: Where it is: a line, or a place in the file; or the whole file can't be read.
_PLACED: Final = re.compile(r"line \d+|\$|can't be read|this is not YAML|the file is empty|councils")


def _told(refused: UnsoundContent, file: Path) -> str:
    """Names the file, the place and the mend, in a few sentences."""
    said = str(refused)
    if file.name not in said or not _PLACED.search(said) or not said.rstrip().endswith((".", "?", "”")):
        raise Wrong(f"a refusal without file, place or mend: {said[:300]}")
    return "refused"


@contextmanager
def _packs(data: Path) -> Iterator[Try]:
    file, topics = data / "a-pack.yaml", load.topics()

    def read(text: str) -> str:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            pack = load.pack(file)
        except UnsoundContent as refused:
            return _told(refused, file)
        found = list(check.problems(pack, topics))
        if found:
            return "problems told"
        Contents(pack)
        return "taken"

    yield read


@contextmanager
def _settings(data: Path) -> Iterator[Try]:
    file = data / "the-settings.yaml"

    def read(text: str) -> str:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            own.every(file)
        except UnsoundContent as refused:
            return _told(refused, file)
        return "taken"

    yield read


# ---------------------------------------------------------------- translations

_ENGLISH: Final = files("content") / "words" / "en"
#: A few files of sentences, to be translated: with gaps, with numbers, with names of buttons.
_SENTENCES: Final = ("home", "setup", "slack")
_TO_SAY: Final = tuple((_ENGLISH / f"{name}.yaml").read_text(encoding="utf-8") for name in _SENTENCES)


@contextmanager
def _translations(data: Path) -> Iterator[Try]:
    """What is taken can be said, with the very gaps that the English sentence has."""
    for language in ("en", "cy"):
        (data / "words" / language).mkdir(parents=True)
    for name, text in zip(_SENTENCES, _TO_SAY, strict=True):
        (data / "words" / "en" / f"{name}.yaml").write_text(text, encoding="utf-8")
    file, english = data / "words" / "cy" / "main.yaml", wording.words(data, "en", {})

    def read(text: str) -> str:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            words = wording.words(data, "cy", {})
        except UnsoundContent as refused:
            return _told(refused, file)
        for name, sentence in english.beginning("").items():
            if EXACTLY.fullmatch(name):  # said for that number alone, and only where a language has it
                continue
            gaps = {gap: "1" for _, gap, _, _ in Formatter().parse(sentence) if gap}
            if not words(name, **gaps).strip():
                raise Wrong(f"nothing is said for {name}")
        return "taken"

    yield read


# ---------------------------------------------------------------- keys and backups


@contextmanager
def _keys(data: Path) -> Iterator[Try]:
    file = data / "keys"

    def read(content: bytes) -> str:
        file.write_bytes(content)
        file.chmod(0o600)
        try:
            read_keys(file)
        except ProtocolBotError:
            return "refused"
        return "taken"

    yield read


@cache
def _a_key(folder: Path) -> bytes:
    new_keys(folder / "a-key")
    return (folder / "a-key").read_bytes()


def _key_files() -> tuple[bytes, ...]:
    line = b"8Jx4h1yX1o9rPUy7b0d8N0hB1yq0y3oQJm3p7nqk2n0=\n"
    return (
        b"# made on 2026-11-22\n" + line,
        line + line,
        line.rstrip(),
        b"\xef\xbb\xbf" + line,
        line.replace(b"\n", b"\r\n"),
    )


@contextmanager
def _backups(data: Path) -> Iterator[Try]:
    """A backup that was tampered with is refused, and nothing of it is kept."""
    whole = Deployment(data / "whole").set_up()
    whole.keep(filed("c1"))
    assert _ran("backup", "--to", data / "kept", "--data", whole.data) == 0
    sound = the_backup(data / "kept").read_bytes()
    tampered = data / "tampered.backup"
    numbers = iter(range(10**9))

    def restored(change: bytes) -> str:
        """`change` tells where, and what: so a failure is as small as can be."""
        broken = bytearray(sound)
        for at, byte in zip(change[::2], change[1::2], strict=False):
            broken[(at * 257 + byte) % len(broken)] ^= (byte % 255) + 1
        if len(change) % 2:
            del broken[len(broken) * change[-1] // 256 :]
        tampered.write_bytes(broken)
        into = data / f"into-{next(numbers)}"
        into.mkdir()
        (into / whole.keys.name).write_bytes(whole.keys.read_bytes())
        (into / whole.keys.name).chmod(0o600)
        status = _ran("restore", tampered, "--data", into)
        if status == 0 and bytes(broken) != sound:
            raise Wrong("a backup that was tampered with was put back")
        if status not in (0, 2):
            raise Wrong(f"status {status}")
        return "put back" if status == 0 else "refused"

    yield restored


def _ran(*words: object) -> int:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            status = main([str(word) for word in words])
        except SystemExit as ended:
            status = int(ended.code or 0)
    if "Traceback" in said.getvalue():
        raise Wrong("a traceback")
    return status


DOORS: Final = (
    Door("files: packs", strange.lines(_COUNCILS), _packs),
    Door("files: settings", strange.lines(_SETTINGS), _settings),
    Door("files: translations", strange.lines(_TO_SAY), _translations),
    Door("files: keys", strange.bytes_of(_key_files()), _keys),
    Door("files: backups", strange.st.binary(min_size=1, max_size=8), _backups),
)
