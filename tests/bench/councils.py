"""Councils by the hundred, as a county association would run them: what benchmarks of many of them begin with.

In: how many, a folder. Out: one file of settings, and a pack for each council; their workspaces' installs.
Never: two councils with a text in common: what one of them takes in memory is not another's.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

from adapters.slack.manifest import SCOPES
from content import load
from content.tree import Tree
from deploy.kept import folder
from deploy.running import serving
from deploy.running.serving import Work
from deploy.settings.councils import read
from storage.seal import read_keys
from storage.slack_installs import SqlInstalls
from tests.hosting.granted import granted

#: The app that every workspace installed.
CLIENT: Final = "1234567890.1234567890"
PEOPLE: Final = 10
CLERK: Final = 0
COUNCILLOR: Final = 5
_OFFICES: Final = ("clerk", "chair, councillor", "vice-chair, councillor", "panel, councillor", "panel, councillor")
_MARK: Final = "Nowhere"
_TOLD: Final = ("heading", "plain", "text")


def workspaces(count: int) -> list[str]:
    """Their ids, each a council's."""
    return [f"T{number:08}" for number in range(count)]


def council(workspace: str) -> str:
    """The council's id."""
    return f"council-{workspace.casefold()}"


def user(workspace: str, number: int) -> str:
    """The id in the workspace of one of its `PEOPLE`."""
    return f"U{number}{workspace[1:]}"


def written(where: Path, workspaces: list[str]) -> str:
    """The text of one file of settings for all of them, to stand in the folder; their packs are written into it."""
    shipped = load.councils()
    for number, workspace in enumerate(workspaces):
        text = _pack(shipped[number % len(shipped)]).replace(_MARK, f"Place {workspace}")
        (where / f"{council(workspace)}.yaml").write_text(f"council: {council(workspace)}\n{text}", encoding="utf-8")
    return "councils:\n" + "".join(_own(workspace) for workspace in workspaces)


@cache
def _pack(id: str) -> str:
    """One of those that come with the project, each text of it marked, without its council's id."""
    read: Any = Tree(files("content") / "councils" / f"{id}.yaml").value
    del read["council"]
    return yaml.safe_dump(_marked(read), allow_unicode=True, sort_keys=False, width=120)


def _marked(value: Any, key: str = "") -> Any:
    match value:
        case dict():
            return {name: _marked(inside, name) for name, inside in value.items()}
        case list():
            return [_marked(inside) for inside in value]
        case str() if key in _TOLD:
            return f"{_MARK}: {value}"
    return value


def _own(workspace: str) -> str:
    people = "".join(
        f"      - {{id: p{n}, name: Person {n}, offices: [{_OFFICES[n] if n < len(_OFFICES) else 'councillor'}], "
        f'accounts: ["slack:{user(workspace, n)}"]}}\n'
        for n in range(PEOPLE)
    )
    return (
        f"  - council: {council(workspace)}\n    pack: {council(workspace)}.yaml\n"
        f"    workspaces: {{slack: {workspace}}}\n    people:\n{people}"
    )


@asynccontextmanager
async def at_work(where: Path, workspaces: list[str]) -> AsyncIterator[Work]:
    """The bot for all of them in this process, on SQLite in that folder, with no chat to deliver to."""
    settings = where / "protocol-bot.yaml"
    settings.write_text(written(where, workspaces), encoding="utf-8")
    file = folder.made(where / "data", folder.RUN)
    async with folder.opened(file) as memory:
        await folder.keyed(memory, file)
        yield await serving.wired(memory, folder.keys_beside(file), {}, read([settings]))


async def installed(data: Path, workspaces: list[str]) -> None:
    """Every workspace has taken the app, in a bot's folder that is made for it."""
    file = folder.made(data, folder.RUN)
    async with folder.opened(file) as memory:
        installs = SqlInstalls(CLIENT, memory, read_keys(folder.keys_beside(file)))
        for workspace in workspaces:
            await installs.async_save(granted(workspace, lasts=None, bot_scopes=list(SCOPES)))
