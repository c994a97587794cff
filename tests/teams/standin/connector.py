"""What the Bot Connector service does, with Teams' own codes for what is wrong.

In: a tenant, the address and the body of a call. Out: what Teams answers, or `Refused` with its code.
Never: more than the bot may need.

Codes: learn.microsoft.com, Teams: "Send proactive messages", "Targeted messages" (handle errors), "Send and receive
messages" (status codes from bot conversational APIs).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.teams.standin.state import BOT, Conversation, Person, Said, Tenant

Answer = tuple[int, Any]
#: What is called, by which method, under which name.
CALLS: Final = (
    ("POST", "/v3/conversations", "open"),
    ("POST", "/v3/conversations/{conversation}/activities", "say"),
    ("POST", "/v3/conversations/{conversation}/activities/{activity}", "say"),
    ("PUT", "/v3/conversations/{conversation}/activities/{activity}", "change"),
    ("DELETE", "/v3/conversations/{conversation}/activities/{activity}", "delete"),
    ("GET", "/v3/conversations/{conversation}/members/{member}", "member"),
    ("GET", "/v3/conversations/{conversation}/pagedmembers", "members"),
)
#: learn.microsoft.com, Teams: get Teams specific context: a page has at least 50 and at most 500.
PAGE: Final = (50, 500)


class Refused(Exception):
    """A call that Teams does not do."""

    def __init__(self, status: int, code: str, sub: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.sub = status, code, sub


# ---------------------------------------------------------------- opening


def open_(tenant: Tenant, _at: Mapping[str, str], _query: Mapping[str, str], body: Any) -> Answer:
    """Somebody's own chat. By the object id only where they have the app themselves."""
    if ((body.get("channelData") or {}).get("tenant") or {}).get("id", body.get("tenantId")) != tenant.id:
        raise Refused(400, "BadSyntax")
    if (body.get("bot") or {}).get("id") != tenant.bot:
        raise Refused(400, "BadArgument")
    members = body.get("members") or []
    if body.get("isGroup") or len(members) != 1:
        raise Refused(400, "BadArgument")
    who = tenant.called(str(members[0].get("id", "")))
    if who is None or not who.installed or who.guest:
        raise Refused(403, "ForbiddenOperationException")
    return 201, {"id": tenant.chat(who.aad).id}


# ---------------------------------------------------------------- saying


def say(tenant: Tenant, at: Mapping[str, str], query: Mapping[str, str], body: Any) -> Answer:
    """One message, for all who are there or for one of them."""
    here, thread = _place(tenant, at["conversation"])
    _may_speak(tenant, here)
    only = _targeted(tenant, here, body) if query.get("isTargetedActivity") == "true" else None
    if only is None and body.get("recipient", {}).get("isTargeted"):
        raise Refused(400, "BadArgument")
    card = body["attachments"][0]["content"]
    said = tenant.say(here.id, BOT, card=card, thread=thread, only_for=only, given=body)
    return 201, {"id": said.id}


def _targeted(tenant: Tenant, here: Conversation, body: Any) -> str:
    """Whom a targeted message is for. In somebody's own chat there are none."""
    who = tenant.called(str((body.get("recipient") or {}).get("id", "")))
    if here.kind == "personal" or who is None or not tenant.targets:
        raise Refused(400, "BadArgument")
    if who.aad not in here.members:
        raise Refused(403, "ForbiddenOperationException")
    return who.aad


def change(tenant: Tenant, at: Mapping[str, str], query: Mapping[str, str], body: Any) -> Answer:
    """Another card instead of what the bot has said. A targeted one is called as such, and without its recipient."""
    here, _ = _place(tenant, at["conversation"])
    _may_speak(tenant, here)
    said = _own(tenant, here, at["activity"])
    if bool(said.only_for) != (query.get("isTargetedActivity") == "true"):
        raise Refused(404, "ActivityNotFoundInConversation")
    if said.only_for and "recipient" in body:
        raise Refused(400, "BadArgument")
    tenant.redraw(said, body["attachments"][0]["content"], body)
    return 200, {"id": said.id}


def delete(tenant: Tenant, at: Mapping[str, str], _query: Mapping[str, str], _body: Any) -> Answer:
    """What the bot has said, taken away."""
    here, _ = _place(tenant, at["conversation"])
    _own(tenant, here, at["activity"]).gone = True
    return 200, {}


def _own(tenant: Tenant, here: Conversation, id: str) -> Said:
    said = tenant.find(here.id, id)
    if said is None:
        raise Refused(404, "ActivityNotFoundInConversation")
    if said.by != BOT:
        raise Refused(403, "ForbiddenOperationException")
    return said


# ---------------------------------------------------------------- who is there


def member(tenant: Tenant, at: Mapping[str, str], _query: Mapping[str, str], _body: Any) -> Answer:
    """One of those who are there, by either of their ids."""
    here, _ = _place(tenant, at["conversation"])
    _may_look(here)
    who = tenant.called(at["member"])
    if who is None or who.aad not in here.members:
        raise Refused(404, "MemberNotFoundInConversation")
    return 200, _profile(tenant, who)


def members(tenant: Tenant, at: Mapping[str, str], query: Mapping[str, str], _body: Any) -> Answer:
    """All of them, by pages."""
    here, _ = _place(tenant, at["conversation"])
    _may_look(here)
    least, most = PAGE
    begin, size = int(query.get("continuationToken") or 0), min(max(int(query.get("pageSize") or 200), least), most)
    everybody = [who for who in tenant.people.values() if who.aad in here.members]
    page = everybody[begin : begin + size]
    told: dict[str, Any] = {"members": [_profile(tenant, who) for who in page]}
    if begin + size < len(everybody):
        told["continuationToken"] = str(begin + size)
    return 200, told


def _profile(tenant: Tenant, who: Person) -> dict[str, Any]:
    """learn.microsoft.com, Teams: get Teams specific context."""
    first, _, last = who.name.partition(" ")
    address = f"{first.lower()}@{tenant.id[:8]}.example"
    return {
        "id": who.id,
        "objectId": who.aad,
        "aadObjectId": who.aad,
        "name": who.name,
        "givenName": first,
        "surname": last,
        "email": address,
        "userPrincipalName": address,
        "tenantId": tenant.id,
        "userRole": "guest" if who.guest else "user",
    }


# ---------------------------------------------------------------- where


def _place(tenant: Tenant, id: str) -> tuple[Conversation, str | None]:
    """A conversation, and the message that its thread begins with."""
    plain, _, thread = id.partition(";messageid=")
    here = tenant.conversations.get(plain)
    if here is None:
        raise Refused(404, "ConversationNotFound")
    if thread and (here.kind != "channel" or tenant.find(plain, thread) is None):
        raise Refused(404, "ActivityNotFoundInConversation")
    return here, thread or None


def _may_speak(tenant: Tenant, here: Conversation) -> None:
    if here.who:
        who = tenant.people[here.who]
        if who.blocked or not who.installed:
            raise Refused(403, "Forbidden", "MessageWritesBlocked")
    _may_look(here)


def _may_look(here: Conversation) -> None:
    if not here.with_bot:
        raise Refused(403, "BotNotInConversationRoster")


METHODS: Final[Mapping[str, Callable[[Tenant, Mapping[str, str], Mapping[str, str], Any], Answer]]] = {
    "open": open_,
    "say": say,
    "change": change,
    "delete": delete,
    "member": member,
    "members": members,
}
