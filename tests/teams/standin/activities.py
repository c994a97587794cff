"""What Teams sends to the bot, in the shapes that Microsoft documents and that are seen on the wire.

In: a tenant, who did what and where. Out: activities. Never: signed or sent; anything that only an SDK would make.

Shapes: learn.microsoft.com, Teams: "Receive a message activity", "Conversation events", "Universal actions", "Use
dialogs with bots", "Slash commands for agents"; payloads in the tests of microsoft/teams.net.
"""

import html
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tests.teams.standin.state import Conversation, Person, Said, Tenant

Activity = dict[str, Any]
BOT_NAME = "Protocol Bot"


def _base(tenant: Tenant, who: Person, here: Conversation, thread: str | None) -> Activity:
    """What every activity has."""
    at = tenant.clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    where: Activity = {"id": here.id, "conversationType": here.kind, "tenantId": tenant.id}
    channel: Activity = {"tenant": {"id": tenant.id}}
    if here.kind != "personal":
        where["isGroup"] = True
    if here.kind == "channel":
        where["id"] = f"{here.id};messageid={thread}" if thread else here.id
        channel |= {"teamsChannelId": here.id, "teamsTeamId": here.id, "channel": {"id": here.id}}
        channel["team"] = {"id": here.id}
    return {
        "channelId": "msteams",
        "timestamp": at,
        "localTimestamp": at,
        "localTimezone": "Europe/London",
        "locale": "en-GB",
        "serviceUrl": tenant.service_url,
        "from": {"id": who.id, "name": who.name, "aadObjectId": who.aad},
        "recipient": {"id": tenant.bot, "name": BOT_NAME},
        "conversation": where,
        "channelData": channel,
    }


def _client() -> Activity:
    return {"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Web", "timezone": "Europe/London"}


def message(tenant: Tenant, who: Person, said: Said, *, mentions: Sequence[tuple[str, str]] = ()) -> Activity:
    """Words. `mentions` are the ids and names of who is named in them as `<at>Name</at>`.

    The text is as Teams sends it: what would be HTML is written out, the space behind a mention comes as `&nbsp;`.
    """
    here = tenant.conversations[said.conversation]
    made = _base(tenant, who, here, said.thread or said.id)
    named = [
        {"type": "mention", "mentioned": {"id": id, "name": name}, "text": f"<at>{name}</at>"} for id, name in mentions
    ]
    typed = _typed(said.text, [name for _, name in mentions])
    made |= {
        "type": "message",
        "id": said.id,
        "text": typed + ("\n" if named else ""),
        "textFormat": "plain",
        "attachments": [{"contentType": "text/html", "content": f"<div><div>{typed}</div>\n</div>"}],
        "entities": [*named, _client()],
    }
    if said.only_for:
        made["recipient"]["isTargeted"] = True
    return made


def _typed(text: str, names: Sequence[str]) -> str:
    """Nobody can type a mention: only a name that was chosen from the list is one."""
    typed = html.escape(text, quote=False)
    for name in names:
        typed = typed.replace(f"&lt;at&gt;{name}&lt;/at&gt;", f"<at>{name}</at>", 1).replace("</at> ", "</at>&nbsp;")
    return typed


def changed(tenant: Tenant, who: Person, said: Said, *, gone: bool) -> Activity:
    """A message was edited, or taken away."""
    made = message(tenant, who, said)
    if gone:
        made = {key: value for key, value in made.items() if key not in ("text", "attachments", "textFormat")}
    made["type"] = "messageDelete" if gone else "messageUpdate"
    made["channelData"]["eventType"] = "softDeleteMessage" if gone else "editMessage"
    return made


def valued(tenant: Tenant, who: Person, source: Said, value: Mapping[str, Any]) -> Activity:
    """A card's Action.Submit: a message with a value, and nothing typed."""
    here = tenant.conversations[source.conversation]
    at = str(int(tenant.clock().timestamp()) * 1000 + next(tenant.count))
    pressed = {"type": "message", "id": at, "replyToId": source.id, "value": dict(value), "entities": [_client()]}
    made = _base(tenant, who, here, source.thread or source.id) | pressed
    made["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": f"1:{source.id}"}}
    return made


def invoke(tenant: Tenant, who: Person, source: Said, name: str, value: Mapping[str, Any]) -> Activity:
    """Something that waits for its answer. `source` is the message whose card it came from."""
    here = tenant.conversations[source.conversation]
    made = _base(tenant, who, here, source.thread or source.id)
    made |= {"type": "invoke", "name": name, "id": invoke_id(), "value": dict(value), "entities": [_client()]}
    made["replyToId"] = source.id
    made["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": f"1:{source.id}"}}
    return made


def invoke_id() -> str:
    """Each attempt at an invoke has one of its own."""
    return f"f:{uuid.uuid4()}"


def pressed(action: Mapping[str, Any], data: Mapping[str, Any]) -> Activity:
    """The value of adaptiveCard/action. An action without an id has an empty one."""
    told = {"type": "Action.Execute", "title": action["title"], "id": action.get("id", ""), "verb": action["verb"]}
    return {"action": {**told, "data": dict(data)}, "trigger": "manual"}


def asked(data: Mapping[str, Any]) -> Activity:
    """The value of task/fetch and task/submit."""
    return {"data": dict(data), "context": {"theme": "default"}}


def installed(tenant: Tenant, who: Person, here: Conversation, *, added: bool) -> list[Activity]:
    """The app was added somewhere, or taken away: both of Teams' ways to say so."""
    base = _base(tenant, who, here, None)
    told = "add" if added else "remove"
    update = base | {"type": "installationUpdate", "action": told, "id": invoke_id()}
    moved = base | {"type": "conversationUpdate", "id": invoke_id()}
    moved["membersAdded" if added else "membersRemoved"] = [{"id": tenant.bot}]
    if here.kind == "channel":
        moved["channelData"] = base["channelData"] | {"eventType": "teamMemberAdded" if added else "teamMemberRemoved"}
    return [update, moved] if here.kind != "personal" or not added else [moved, update]


def reacted(tenant: Tenant, who: Person, source: Said) -> Activity:
    """A thumb up, or some such."""
    here = tenant.conversations[source.conversation]
    made = _base(tenant, who, here, source.thread or source.id)
    return made | {
        "type": "messageReaction", "id": invoke_id(), "reactionsAdded": [{"type": "like"}], "replyToId": source.id,
    }  # fmt: skip
