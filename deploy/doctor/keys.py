"""The key file: there, nobody else's, the right one, and not too old.

In: the key file, the database. Out: findings. Never: a key, or a sign of one.
"""

import os
import stat
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.errors import UnusableStore
from deploy.doctor.findings import KEYS as AREA
from deploy.doctor.findings import Finding, parted
from deploy.doctor.ground import Ground
from storage.seal import Keys, made_on, read_keys
from storage.store import SqlStore

#: After which a new key is worth its trouble.
_OLD: Final = timedelta(days=365)
#: A cluster mounts a secret so: it is root's file, and the bot is in its group.
_GROUP_READS: Final = stat.S_IRUSR | stat.S_IRGRP
_COPY: Final = (
    "See that a copy of the key file lies somewhere else, and not beside copies of the database: "
    "deploy/guide/concerns.md."
)


async def findings(ground: Ground) -> AsyncIterator[Finding]:
    """All of them."""
    if not ground.keys.exists() and ground.memory is None and not ground.unopened:
        why = "There is no key file yet: the bot makes one with its database, when it first starts."
        yield AREA.untried("file", why)
        return
    try:
        keys = read_keys(ground.keys)
    except UnusableStore as why:
        yield AREA.wrong("file", *parted(str(why)))
        return
    for one in (*_private(ground.keys), await _opens(keys, ground), _age(ground.keys, ground.now)):
        yield one
    yield AREA.untried("copy", "Whether there is a copy of the key file elsewhere can't be seen from here.", _COPY)


def _private(file: Path) -> Iterator[Finding]:
    if os.name == "nt":
        yield AREA.untried("private", "Who may read the key file can't be told on Windows.")
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode == _GROUP_READS:
        yield AREA.fine("private", "The key file is there, to be read alone, as a cluster hands a secret over.")
    elif mode & stat.S_IRWXG:
        told = "The key file may be read by this account's group too."
        yield AREA.look("private", told, f"Unless that is meant: chmod 600 {file}")
    else:
        yield AREA.fine("private", "The key file is there, and this account alone can get at it.")


async def _opens(keys: Keys, ground: Ground) -> Finding:
    if ground.memory is None:
        return AREA.untried("opens", "Whether it opens this database is not known, because that can't be read.")
    if why := await SqlStore(ground.memory, keys).unfit():
        return AREA.wrong("opens", *parted(why))
    return AREA.fine("opens", "It opens what is sealed in this database.")


def _age(file: Path, now: datetime) -> Finding:
    made = made_on(file)
    if made is None:
        return AREA.untried("age", "The key file does not say when its newest key was made, as those made today do.")
    told = f"The newest key is of {made:%B %Y}."
    if now.date() - made > _OLD:
        months = round((now.date() - made).days / 30.4)
        mend = "A new one limits what a copy that was lost can open: protocol-bot keys rotate, and keep a copy."
        return AREA.look("age", f"{told} That is {months} months ago.", mend)
    return AREA.fine("age", told)
