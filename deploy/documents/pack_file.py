"""A pack file put in its place: written beside it, read back, then there at once.

In: a pack, the file. Out: the file; one that was there before is as readable as it was. Never: half of it; one that
does not read back as what was meant.
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.errors import ProtocolBotError
from bot.pack import Pack
from content import load
from content.importing.written import written


def put(pack: Pack, file: Path) -> None:
    """Whole, or as it was. Raises `OSError` where it can't be written, and `ProtocolBotError`."""
    readable = file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask()
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as beside:
        temporary = Path(beside.name)
    try:
        temporary.write_text(written(pack, file.name), encoding="utf-8")
        if load.pack(temporary) != pack:
            raise ProtocolBotError("What was written does not read back the same. Nothing was kept; please report it.")
        temporary.chmod(readable)  # a temporary file is for its owner alone; a pack is for the council
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    """The account's own; there is no other way to read it than to set it."""
    umask = os.umask(0o022)
    os.umask(umask)
    return umask
