"""What must hold of workspaces and accounts, as far as each platform's own ids are known for certain.

In: `Settings`. Out: for each problem its path in the file, what is wrong, and the mend. Never: reads a file; refuses an
id that only looks unusual.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.addresses import EMAIL
from bot.settings import Settings
from content.check import Problem
from content.settings_people import near

#: Every platform there is, as accounts name it.
PLATFORMS: Final = ("slack", "teams", "web", EMAIL)
_WORKSPACE = re.compile(r"[^\s:]+")
_WORKSPACE_LENGTH: Final = 100
#: Slack's documentation, "Team ID" and "User ID": capitals and digits, T for a workspace, E for an Enterprise
#: organisation, U or W for a person.
_TEAM = re.compile(r"T[A-Z0-9]*")
_ORGANISATION = re.compile(r"E[A-Z0-9]+")
_USER = re.compile(r"[UW][A-Z0-9]*")
#: Microsoft Entra ID: a UUID. That of the Agents Playground, which is for trying out, has one digit more.
_TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12,13}")
_SMALL: Final = "Write it in small letters, as protocol-bot accounts teams prints it."


def workspaces(settings: Settings) -> Iterator[Problem]:
    """Everything wrong with the workspaces that are the council's own."""
    for platform, id in settings.workspaces.items():
        here = f"$.workspaces.{platform}"
        if platform == EMAIL:
            yield here, "an e-mail address is in no workspace", "Delete this line."
        if not id:
            yield here, "this is empty", "Write the workspace's own id there, such as T0123ABCD, or delete this line."
        elif not _WORKSPACE.fullmatch(id):
            yield here, f"{id!r} is no workspace's id", "Write the id alone, without spaces and colons."
        elif len(id) > _WORKSPACE_LENGTH:
            wrong = f"an id of {len(id)} characters is too long"
            yield here, wrong, f"Write at most {_WORKSPACE_LENGTH} characters."
        yield from _platform(here, platform)
        yield from _workspace(here, platform, id)


def accounts(settings: Settings) -> Iterator[Problem]:
    """Everything wrong with accounts that has to do with where they are."""
    for i, person in enumerate(settings.people):
        here = f"$.people[{i}].accounts"
        for account in person.accounts:
            platform, _, rest = account.partition(":")
            workspace, _, id = rest.rpartition(":")
            yield from _platform(here, platform)
            if workspace:
                yield from _workspace(here, platform, workspace)
            yield from _person(here, platform, id)


def _platform(path: str, platform: str) -> Iterator[Problem]:
    if platform not in PLATFORMS:
        yield path, f"{platform!r} is no platform", near(platform.lower(), PLATFORMS)


def _workspace(path: str, platform: str, id: str) -> Iterator[Problem]:
    if platform == "slack" and _ORGANISATION.fullmatch(id):
        wrong = f"{id!r} is the id of a whole Slack organisation"
        yield path, wrong, "Write that of the council's own workspace in it: those begin with T, such as T0123ABCD."
    elif platform == "slack" and not _TEAM.fullmatch(id):
        wrong = f"{id!r} is no Slack workspace's id"
        yield path, wrong, "Those begin with T, and have capitals and digits only, such as T0123ABCD."
    elif platform == "teams" and id != id.lower():
        yield path, f"{id!r} has capital letters", _SMALL
    elif platform == "teams" and not _TENANT.fullmatch(id):
        wrong = f"{id!r} is no tenant's id"
        yield path, wrong, "Those look like 01234567-89ab-cdef-0123-456789abcdef: portal.azure.com, Tenant ID."


def _person(path: str, platform: str, id: str) -> Iterator[Problem]:
    if platform == "slack" and not _USER.fullmatch(id):
        mend = "Those begin with U or W, such as U0123ABCD: protocol-bot accounts slack lists them."
        yield path, f"{id!r} is no Slack account's id", mend
    elif platform == "teams" and id != id.lower():
        yield path, f"{id!r} has capital letters", _SMALL
