"""What there is to look at: read once, and handed to every check.

In: the environment, the settings, the folder. Out: `Ground`. Never: a database made, or brought to today's tables.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.handbook import Handbook, Seat
from bot.settings import Settings
from deploy.doctor.findings import Area, Finding
from deploy.documents.routes import NAMES
from deploy.handbooks import workspaces
from deploy.settings.environment import SECRETS
from storage.seal import Keys

#: Seconds that anything on a network may take.
PATIENCE: Final = 8.0
#: Shorter ones are words that stand in sentences of ours.
_SHORTEST: Final = 8
#: They say who the app is, and are no secret.
_NO_SECRETS: Final = ("TEAMS_APP_ID", "TEAMS_TENANT_ID", "SLACK_CLIENT_ID")
#: The offices without which the bot can't work.
NEEDED: Final = ("clerk", "chair")
#: Why somebody can't be told anything (`bot.reach.WHYS`).
_WHYS: Final[Mapping[str, str]] = {
    "not-there": "there is no such account",
    "blocked": "they have blocked the bot",
    "left": "the account was closed",
    "not-installed": "the app is not installed for them",
    "bad-address": "the e-mail address can't be right",
    "refused": "what is sent to this account is refused",
    "no-platform": "the bot is not connected to where this account is",
    "other": "the account can't be reached",
}
_RANKS: Final = ("clerk", "chair", "vice-chair", "panel", "officer", "councillor")


@dataclass(frozen=True)
class Ground:
    """`councils` are those that are looked at, `every` all that are served: a workspace may be another's.

    `unread`: why the settings can't be read; `memory` is None, and `unopened` says why, where the database can't be
    read. `books` are the councils' handbooks as things stand today, by the wording in force where it is known.
    `url` is where the bot that runs is, `data` the folder, `keys` the key file, `ring`
    what is in it, where that can be read; `backups` the folder that those are made into, where it is named.
    """

    environ: Mapping[str, str]
    councils: Sequence[Settings]
    every: Sequence[Settings]
    unread: str
    books: Mapping[str, Handbook]
    memory: AsyncEngine | None
    unopened: str
    data: Path
    keys: Path
    ring: Keys | None
    url: str
    offline: bool
    now: datetime
    backups: Path | None = None

    def whose(self, platform: str) -> dict[str, str]:
        """The workspaces of a platform that settings name or have people in, each with its council."""
        named = ((one, own.council) for own in self.every for one in workspaces(own))
        return {tenant: council for (of, tenant), council in named if of == platform}

    def needed(self, council: str, platform: str, tenant: str) -> Iterator[tuple[str, str]]:
        """Of a council's clerk and chair what they are called in a line, and the id of each account they have there."""
        roster = self.books[council].roster if council in self.books else None
        for office in NEEDED if roster else ():
            for seat in roster.holding(office) if roster else ():
                yield from (
                    (office_of(seat), who.id)
                    for who in seat.accounts
                    if (who.platform, who.tenant) == (platform, tenant)
                )


def not_set_up(area: Area, ground: Ground, platform: str, lacking: str, guide: str) -> Iterator[Finding]:
    """That is fine, unless a council waits for it. `lacking`: what its settings name, and which variable is not set."""
    named = sorted(own.council for own in ground.councils if platform in own.workspaces)
    for council in named:
        yield area.wrong("set-up", f"Its settings name {lacking}.", guide, council)
    if not named:
        yield area.untried("set-up", f"{area.title} is not set up.")


def office_of(seat: Seat) -> str:
    """What somebody is called where no name may stand."""
    held = next((office for office in _RANKS if office in seat.offices), "")
    return {"panel": "a member of the delegated group"}.get(held) or NAMES.get(held, "somebody on the council's list")


def why_unreached(why: str) -> str:
    """A word of `bot.reach.WHYS`, said of somebody else, without a full stop."""
    return _WHYS.get(why, _WHYS["other"])


def secrets(environ: Mapping[str, str], every: Collection[Settings]) -> set[str]:
    """What must stand in no line: the secrets of the environment, whole and in part, and everybody's accounts."""
    found = set[str]()
    for name in set(SECRETS) - set(_NO_SECRETS):
        text = environ.get(name, "").strip()
        found |= {text, *(part.strip() for part in text.split(","))}
        found |= set(_of_url(text)) if "://" in text else set()
    accounts = [account for own in every for person in own.people for account in person.accounts]
    found |= {account.rpartition(":")[2] for account in accounts if not account.startswith("web:")} | set(accounts)
    return {one for one in found if len(one) >= _SHORTEST}


def _of_url(url: str) -> Iterator[str]:
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        return
    yield from (password, unquote(password))
