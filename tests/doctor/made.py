"""A council that is well, to be spoilt by one thing at a time.

In: a folder, an environment. Out: its settings, its database and keys; what the doctor finds there.
Never: a real platform.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.doctor.findings import Finding
from deploy.doctor.whole import Asked, looked
from storage.seal import new_keys
from tests import databases

TEAM = "T0BARROW77"
CLERK, CHAIR = "U0CANARYCLERK", "U0CANARYCHAIR"
#: Nobody listens there: discard, which needs rights that no test has.
NOWHERE = "http://127.0.0.1:9/"


def someone(id: str, *offices: str, account: str = "", **more: Any) -> dict[str, Any]:
    accounts = [account or f"slack:U0{id.upper().replace('-', '')}99"]
    return {"id": id, "name": f"Canaryname {id.title()}", "offices": list(offices), "accounts": accounts, **more}


def council(id: str = "barrow", **changes: Any) -> dict[str, Any]:
    """Settings in which nothing is missing."""
    next_year = (datetime.now(UTC) + timedelta(days=365)).date().isoformat()
    return {
        "council": id,
        "workspaces": {"slack": TEAM},
        "people": [
            someone("ruth", "clerk", account=f"slack:{CLERK}"),
            someone("priya", "chair", "councillor", account=f"slack:{CHAIR}"),
            someone("owen", "vice-chair", "councillor"),
            *(someone(name, "panel", "councillor") for name in ("sheila", "harriet", "dev")),
            someone("jo", "councillor"),
            someone("mark", "councillor"),
            someone("tom", "officer"),
        ],
        "group": {"name": "Staffing Committee", "members": ["sheila", "harriet", "dev"]},
        "alternates": {"chair": ["vice-chair", "group"], "clerk": ["chair", "vice-chair"]},
        "data_lead": ["clerk", "vice-chair"],
        "administrators": ["clerk"],
        "bodies": {"monitoring-officer": {"name": "The officer", "reach": "1 High Street, Barrowford"}},
        "paper": "In an envelope.",
        "evidence": "Keep it.",
        "meetings": [next_year],
    } | changes


class Found:
    """What was found, by area and check."""

    def __init__(self, found: list[Finding]) -> None:
        self.all = found

    def __call__(self, area: str, check: str) -> list[Finding]:
        return [one for one in self.all if (one.area, one.check) == (area, check)]

    def state(self, area: str, check: str) -> str:
        """The worst of them."""
        states = {one.state for one in self(area, check)}
        return next((state for state in ("wrong", "look", "untried", "fine") if state in states), "")

    def told(self, area: str, check: str) -> str:
        return " ".join(f"{one.told} {one.mend}".strip() for one in self(area, check))

    @property
    def whole(self) -> str:
        return json.dumps([(one.told, one.mend, one.council) for one in self.all], ensure_ascii=False)


class Patient:
    """A folder with everything that the bot has there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ: dict[str, str] = {}
        self.url = NOWHERE
        self.settled(council())

    @property
    def file(self) -> Path:
        return self.folder / "protocol-bot.yaml"

    @property
    def keys(self) -> Path:
        return self.folder / "protocol-bot.keys"

    def settled(self, *councils: Mapping[str, Any]) -> None:
        whole = councils[0] if len(councils) == 1 else {"councils": list(councils)}
        self.file.write_text(json.dumps(whole), encoding="utf-8")  # JSON is YAML

    def kept(self) -> str:
        """A database at today's tables, with a key file beside it; its address."""
        url = databases.url(self.folder, "protocol-bot")
        if databases.on_postgres():
            self.environ["DATABASE_URL"] = url
        new_keys(self.keys)
        return url

    async def looked(self, **changes: Any) -> Found:
        asked = {"files": [self.file], "data": self.folder, "url": self.url, **changes}
        return Found(await looked(Asked(**asked), self.environ, lambda _: None))

    def everything(self) -> dict[str, tuple[bytes, int, float]]:
        """Every file below, to its last byte and to when it was last written."""
        return {
            str(file.relative_to(self.folder)): (file.read_bytes(), file.stat().st_mode, file.stat().st_mtime)
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and not file.name.endswith("-shm")  # the index of a log, in which readers leave a mark
        }


def old(file: Path, days: int) -> None:
    at = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(file, (at, at))
