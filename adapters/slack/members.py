"""Who is in a workspace, asked once by whoever writes the council's settings.

In: the bot's tokens. Out: each workspace and its people, without bots, strangers and whoever has left.
Never: asked by the running bot; more than a council can have; anything written anywhere.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from adapters.slack.calls import Calls, client, session
from adapters.slack.refusals import Refused

#: docs.slack.dev, users.list: people a page, as recommended at most; and as many pages as a council can need.
_PAGE: Final = 200
_PAGES: Final = 25
_PATIENCE: Final = 20.0  # seconds for an answer
_PAUSE: Final = 60.0  # seconds that Slack may ask for, and how often, before it is left at that
_PAUSES: Final = 3
_SLACKBOT: Final = "USLACKBOT"  # Slack's own; it is not marked as a bot


class Member(Struct, frozen=True):
    """A person of the workspace; `guest` where the workspace has let them into some channels only."""

    id: str
    name: str
    guest: bool


class Members(Struct, frozen=True):
    """A workspace and its people by name; `whole` where these are all of them."""

    team: str
    name: str
    members: tuple[Member, ...]
    whole: bool


async def workspaces(tokens: Iterable[str], api_url: str) -> list[Members]:
    """The workspace of each token. Raises `Refused` with the mend."""
    async with session() as connections:
        return [await _workspace(Calls(client(token, api_url, connections), connections)) for token in tokens]


async def _workspace(calls: Calls) -> Members:
    here = await _asked(calls, "auth.test")
    team, found, cursor = str(here["team_id"]), dict[str, Member](), ""
    for _ in range(_PAGES):
        page = await _asked(calls, "users.list", limit=_PAGE, cursor=cursor or None)
        people = (_member(one) for one in page.get("members") or () if _is_somebody(one, team))
        found |= {member.id: member for member in people}
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    members = tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.id)))
    return Members(team=team, name=str(here.get("team") or team), members=members, whole=not cursor)


async def _asked(calls: Calls, method: str, **arguments: object) -> Mapping[str, Any]:
    """Somebody waits for it at a terminal: where Slack asks for a little patience, it has it."""
    for _ in range(_PAUSES):
        try:
            return await calls(method, _PATIENCE, **arguments)
        except Refused as no:
            if no.after is None or no.after.total_seconds() > _PAUSE:
                raise
            await asyncio.sleep(no.after.total_seconds())
    return await calls(method, _PATIENCE, **arguments)


def _is_somebody(one: Mapping[str, Any], team: str) -> bool:
    """A person of this very workspace who is still there."""
    out = ("deleted", "is_bot", "is_workflow_bot", "is_connector_bot", "is_stranger")
    teams = {one.get("team_id") or team, *((one.get("enterprise_user") or {}).get("teams") or ())}
    return team in teams and one.get("id") != _SLACKBOT and not any(one.get(why) for why in out)


def _member(one: Mapping[str, Any]) -> Member:
    """By their full name, else whatever name there is; never by nothing."""
    profile = one.get("profile") or {}
    names = (profile.get("real_name"), one.get("real_name"), profile.get("display_name"), one.get("name"), one["id"])
    name = next(str(name).strip() for name in names if name and str(name).strip())
    return Member(id=str(one["id"]), name=name, guest=bool(one.get("is_restricted") or one.get("is_ultra_restricted")))
