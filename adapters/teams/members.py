"""Who is in a tenant, asked once by whoever writes the council's settings.

In: the teams and chats that the app is in. Out: their people, without bots, strangers and whoever has no name.
Never: asked by the running bot; more than a council can have; anything written anywhere.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from msgspec import Struct

from adapters.teams.calls import Calls, Spot, patiently
from adapters.teams.places import Known, Places
from adapters.teams.refusals import Refused

#: Pages of one team (`calls.PAGE` people each), as many as a council can need.
_PAGES: Final = 10
_ANSWER: Final = 20.0  # seconds for an answer
_PATIENCE: Final = 90.0  # seconds for a page, where Teams asks for a little patience
#: What a member's role may be (learn.microsoft.com, Teams: "Get Teams specific context for your bot"); others, such as
#: "anonymous" in a meeting, have no account.
_ROLES: Final = ("user", "guest", "owner", "")


class Member(Struct, frozen=True):
    """A person of the tenant, by their AAD object id; `guest` where they come from another tenant."""

    id: str
    name: str
    guest: bool


class Members(Struct, frozen=True):
    """A tenant's people by name, as far as they share a team or a chat with the bot.

    `places`: how many such teams and chats there are. `whole` where these are all who are in them.
    """

    tenant: str
    members: tuple[Member, ...]
    places: int
    whole: bool


async def members(calls: Calls, places: Places, tenant: str) -> Members:
    """Of every team and chat that is known. Raises `Refused` where none of them can be read."""
    found: dict[str, Member] = {}
    asked = await places.shared(tenant)
    refusals: list[Refused] = []
    for place in asked:
        try:
            async for one in _people(calls, place):
                if (member := _member(one, tenant)) is not None:
                    found.setdefault(member.id, member)
        except Refused as no:
            refusals.append(no)
    if refusals and len(refusals) == len(asked):
        raise refusals[0]
    by_name = sorted(found.values(), key=lambda one: (one.name.casefold(), one.id))
    return Members(tenant=tenant, members=tuple(by_name), places=len(asked), whole=not refusals)


async def _people(calls: Calls, place: Known) -> AsyncIterator[Mapping[str, Any]]:
    """Everybody in one conversation. Raises `Refused`, also where there are more than a council can have."""
    spot, page = Spot(place.service_url, place.id, place.tenant), ""
    for _ in range(_PAGES):
        told = await _page(calls, spot, page)
        people = told.get("members")
        for one in people if isinstance(people, list) else ():
            if isinstance(one, Mapping):
                yield one
        page = str(told.get("continuationToken") or "")
        if not page:
            return
    raise Refused("", "There are more people in one team than a council can have.", again=False)


async def _page(calls: Calls, spot: Spot, page: str) -> Mapping[str, Any]:
    """Somebody waits for it at a terminal: where Teams asks for a little patience, it has it."""
    return await patiently(lambda left: calls.members(spot, min(left, _ANSWER), page), _PATIENCE)


def _member(one: Mapping[str, Any], tenant: str) -> Member | None:
    """By whatever name there is. The object id has two names, by the age of the interface."""
    id = str(one.get("aadObjectId") or one.get("objectId") or "").lower()
    role = str(one.get("userRole") or "").lower()
    names = (one.get("name"), f"{one.get('givenName') or ''} {one.get('surname') or ''}", one.get("userPrincipalName"))
    name = next((str(name).strip() for name in names if name and str(name).strip()), "")
    home = str(one.get("tenantId") or tenant).lower()
    if not id or not name or role not in _ROLES or home != tenant:
        return None
    return Member(id=id, name=name, guest=role == "guest")
