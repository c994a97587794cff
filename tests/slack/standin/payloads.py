"""What Slack sends to an app, as docs.slack.dev shows it: events, commands, presses, forms.

In: a workspace, and what somebody did in it. Out: bodies, not yet signed. Never: anything that Slack does not send.
"""

import copy
import re
from typing import Any

from tests.slack.standin.state import Channel, Reply, Said, Trigger, User, View, Workspace

_LINK = re.compile(r"https?://[^\s<>|()]+")
Body = dict[str, Any]


def escaped(text: str) -> str:
    """The three characters that Slack escapes (docs.slack.dev, formatting text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str, space: Workspace) -> str:
    """What somebody typed, as an event tells it: links in brackets, the bot's name as its id."""
    linked = _LINK.sub(lambda found: f"\x02{found[0]}\x03", text)
    named = re.sub(r"@protocol(?:[ -]?bot)?\b", f"\x02@{space.bot.id}\x03", linked, flags=re.IGNORECASE)
    return escaped(named).replace("\x02", "<").replace("\x03", ">")


def trigger(space: Workspace, user: str, now: float, view: str = "") -> str:
    """Leave one for whoever did something."""
    id = f"{next(space.count)}.{space.team}.{next(space.count):032x}"
    space.triggers[id] = Trigger(user, now, view)
    return id


def reply(space: Workspace, hooks: str, channel: str, user: str, now: float, source: str | None = None) -> str:
    """A response_url."""
    id = f"{space.team}-{next(space.count)}"
    space.replies[id] = Reply(channel, user, now, source)
    return f"{hooks}{id}"


# ---------------------------------------------------------------- events


def event(space: Workspace, inner: Body, now: float) -> Body:
    """The envelope of every event."""
    number = next(space.count)
    return {
        "token": "verification",
        "team_id": space.team,
        "context_team_id": space.team,
        "context_enterprise_id": None,
        "api_app_id": space.app,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{number:08d}",
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": space.team,
                "user_id": space.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{number}",
    }


def message(space: Workspace, user: User, channel: Channel, said: Said, *, mention: bool) -> Body:
    """Words: said to the bot in its direct messages, or in a channel by its name."""
    inner: Body = {
        "type": "app_mention" if mention else "message",
        "user": user.id,
        "text": typed(said.text, space),
        "ts": said.ts,
        "team": user.team,
        "client_msg_id": f"00000000-0000-0000-0000-{next(space.count):012d}",
        "blocks": [{"type": "rich_text", "block_id": "b1", "elements": []}],
        "channel": channel.id,
        "event_ts": said.ts,
    }
    if not mention:
        inner["channel_type"] = "im"
    if said.thread:
        inner |= {"thread_ts": said.thread, "parent_user_id": space.bot.id}
    if user.team != space.team:
        inner |= {"user_team": user.team, "source_team": user.team, "user_profile": {"name": user.name}}
    return inner


def home(space: Workspace, user: User, tab: str, now: float) -> Body:
    """Somebody opens the app's own page, or its messages."""
    inner: Body = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": space.chat(user.id).id,
        "tab": tab,
        "event_ts": f"{now:.6f}",
    }
    if tab == "home" and (view := space.homes.get(user.id)):
        inner["view"] = shown(space, view)
    return inner


def uninstalled() -> Body:
    """The app was taken out."""
    return {"type": "app_uninstalled"}


def revoked(space: Workspace, *people: str) -> Body:
    """Tokens hold no more: the bot's, or those of some people."""
    return {"type": "tokens_revoked", "tokens": {"oauth": list(people), "bot": [] if people else [space.bot.id]}}


# ---------------------------------------------------------------- commands and what is pressed


def command(space: Workspace, user: User, channel: Channel, text: str, trigger_id: str, url: str) -> dict[str, str]:
    """`/protocol …`, as the fields of a form."""
    return {
        "token": "verification",
        "team_id": user.team,
        "team_domain": space.team.lower(),
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.dm else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": "/protocol",
        "text": escaped(text),
        "api_app_id": space.app,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger_id,
    }


def _interaction(space: Workspace, user: User, kind: str, trigger_id: str) -> Body:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": space.app,
        "token": "verification",
        "trigger_id": trigger_id,
        "team": {"id": space.team, "domain": space.team.lower()},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _action(block_id: str, button: Body, now: float) -> Body:
    text = {**button["text"], "text": escaped(button["text"]["text"])}
    pressed = {"type": "button", "action_id": button["action_id"], "block_id": block_id, "text": text}
    styled = {name: button[name] for name in ("value", "style") if name in button}
    return {**pressed, **styled, "action_ts": f"{now:.6f}"}


def pressed_in(
    space: Workspace, user: User, said: Said, button: tuple[str, Body], trigger_id: str, url: str, now: float
) -> Body:
    """A button under a message. An ephemeral one is not sent along, for Slack does not keep it."""
    channel = space.channels[said.channel]
    aside = said.only_for is not None
    container = {"type": "message", "message_ts": said.ts, "channel_id": said.channel, "is_ephemeral": aside}
    if said.thread:
        container["thread_ts"] = said.thread
    body = _interaction(space, user, "block_actions", trigger_id) | {
        "container": container,
        "channel": {"id": channel.id, "name": "directmessage" if channel.dm else channel.name},
        "state": {"values": {}},
        "response_url": url,
        "actions": [_action(*button, now)],
    }
    if not aside:
        body["message"] = _message(space, said)
    return body


def _message(space: Workspace, said: Said) -> Body:
    message: Body = {
        "user": said.user,
        "type": "message",
        "ts": said.ts,
        "bot_id": "B" + space.bot.id[1:],
        "app_id": space.app,
        "text": escaped(said.text),
        "team": space.team,
        "blocks": _escaped_all(said.blocks),
    }
    return message | ({"thread_ts": said.thread} if said.thread else {})


def _escaped_all(blocks: list[Body]) -> list[Body]:
    """Slack gives texts back escaped, plain ones too (bolt-python issue 513)."""
    given = copy.deepcopy(blocks)
    waiting: list[Any] = [given]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("type") == "plain_text":
                one["text"] = escaped(one["text"])
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return given


def pressed_on(space: Workspace, user: User, view: View, button: tuple[str, Body], trigger_id: str, now: float) -> Body:
    """A button in a modal or on the Home tab."""
    return _interaction(space, user, "block_actions", trigger_id) | {
        "container": {"type": "view", "view_id": view.id},
        "view": shown(space, view),
        "actions": [_action(*button, now)],
    }


def submitted(space: Workspace, user: User, view: View, trigger_id: str) -> Body:
    """A modal, sent in."""
    body = _interaction(space, user, "view_submission", trigger_id)
    return body | {"view": shown(space, view), "response_urls": []}


def shown(space: Workspace, view: View) -> Body:
    """A view as Slack gives it back: more than it takes."""
    given = {
        "private_metadata": "",
        "callback_id": "",
        "close": None,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        "external_id": "",
        **copy.deepcopy(view.body),
    }
    return given | {
        "id": view.id,
        "team_id": space.team,
        "app_id": space.app,
        "app_installed_team_id": space.team,
        "bot_id": "B" + space.bot.id[1:],
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "state": {"values": copy.deepcopy(view.values)},
    }
