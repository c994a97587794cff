"""Backups: whether the newest is of last night, or of when.

In: the folder that they are made into. Out: findings. Never: a backup opened.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from deploy.backups.places import BACKUP, known
from deploy.doctor.findings import BACKUPS as AREA
from deploy.doctor.findings import Finding
from deploy.doctor.ground import Ground

#: One a night is made, and one may be missed.
_OLD: Final = timedelta(days=2)
_MEND: Final = "Make one (protocol-bot backup --to), and see why none was made by itself: deploy/guide/backups.md."


def findings(ground: Ground) -> Iterator[Finding]:
    """One, of whatever made them: a folder may hold those of several databases."""
    if ground.backups is None:
        why = "Where backups are made is not known here."
        yield AREA.untried("age", why, "To have their age looked at, name their folder with --backups DIR.")
        return
    try:
        files = [file for file in ground.backups.iterdir() if not file.name.startswith(".")]  # half written
    except OSError as refused:
        told = f"{ground.backups} can't be looked into ({refused.strerror}), so that nothing is known of backups."
        yield AREA.wrong("age", told, "Name the folder that they are made into, and let this account read it.")
        return
    made = [_moment(header.made) for file in files if (header := known(file, BACKUP))]
    if not made:
        yield AREA.wrong("age", f"There is no backup in {ground.backups}.", _MEND)
    elif ground.now - max(made) > _OLD:
        days = (ground.now - max(made)).days
        yield AREA.wrong("age", f"The newest backup in {ground.backups} is {days} days old.", _MEND)
    else:
        yield AREA.fine("age", f"The newest backup in {ground.backups} is of {max(made):%d %B, %H:%M} (UTC).")


def _moment(made: str) -> datetime:
    moment = datetime.fromisoformat(made)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
