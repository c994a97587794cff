"""The Web API's methods, with Slack's own codes for what is wrong.

In: a workspace and the arguments of a call. Out: what Slack answers, or `Refused` with its code.
Never: more than the methods that the bot may need; a call that the app's scopes do not allow.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from tests.slack.standin import views
from tests.slack.standin.payloads import shown
from tests.slack.standin.state import Channel, Said, User, Workspace
from tests.slack.standin.views import Refused

Arguments = dict[str, Any]
Method = Callable[[Workspace, Arguments, float], dict[str, Any]]

#: docs.slack.dev, chat.postMessage: longer texts are cut there, and the bot must not have anything cut.
TEXT: Final = 40_000
_NEEDS: Final = {
    "chat.": "chat:write",
    "conversations.open": "im:write",
    "conversations.history": "im:history",
    "users.": "users:read",
}


def scope(method: str) -> str:
    """The scope that a method needs; none for one that needs none."""
    return next((needed for begins, needed in _NEEDS.items() if method.startswith(begins)), "")


# ---------------------------------------------------------------- who and where


def auth_test(space: Workspace, _arguments: Arguments, _now: float) -> dict[str, Any]:
    return {
        "url": f"https://{space.team.lower()}.slack.com/",
        "team": f"Workspace {space.team}",
        "user": space.bot.name,
        "team_id": space.team,
        "user_id": space.bot.id,
        "bot_id": "B" + space.bot.id[1:],
        "is_enterprise_install": False,
    }


def users_info(space: Workspace, arguments: Arguments, _now: float) -> dict[str, Any]:
    user = space.users.get(_needed(arguments, "user"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": _profile(user)}


def users_list(space: Workspace, arguments: Arguments, _now: float) -> dict[str, Any]:
    everybody = [_profile(user) for user in space.users.values()]
    begin, size = int(arguments.get("cursor") or 0), int(arguments.get("limit") or len(everybody))
    end = begin + size
    cursor = str(end) if end < len(everybody) else ""
    return {"members": everybody[begin:end], "response_metadata": {"next_cursor": cursor}}


def _profile(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "real_name": user.name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_restricted": user.guest,
        "is_ultra_restricted": False,
        "is_app_user": False,
        "profile": {"real_name": user.name, "display_name": user.name},
    }


def conversations_open(space: Workspace, arguments: Arguments, _now: float) -> dict[str, Any]:
    named = [one for one in str(arguments.get("users", "")).split(",") if one]
    if not named:
        raise Refused("users_list_not_supplied")
    if len(named) > 1:
        raise Refused("missing_scope")  # a group of people needs mpim:write
    user = space.users.get(named[0])
    if user is None:
        raise Refused("user_not_found")
    if user.deleted:
        raise Refused("user_disabled")
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    if user.team != space.team:
        raise Refused("user_not_visible")
    already = user.id in space.chats
    return {"channel": {"id": space.chat(user.id).id}, "no_op": already, "already_open": already}


def conversations_history(space: Workspace, arguments: Arguments, _now: float) -> dict[str, Any]:
    channel = _channel(space, arguments)
    if not channel.dm:
        raise Refused("missing_scope")
    lasting = [one for one in space.seen_by(space.bot.id, channel.id) if one.only_for is None]
    newest = [{"type": "message", "user": one.user, "ts": one.ts, "text": one.text} for one in reversed(lasting)]
    limit = int(arguments.get("limit", 100))
    return {"messages": newest[:limit], "has_more": len(newest) > limit}


# ---------------------------------------------------------------- saying


def chat_post_message(space: Workspace, arguments: Arguments, now: float) -> dict[str, Any]:
    channel = _channel(space, arguments, for_writing=True)
    thread = _thread(space, channel, arguments)
    said = space.say(channel.id, space.bot.id, *_words(arguments), now, thread=thread)
    return {"channel": channel.id, "ts": said.ts, "message": _message(said)}


def chat_post_ephemeral(space: Workspace, arguments: Arguments, now: float) -> dict[str, Any]:
    channel = _channel(space, arguments, for_writing=True)
    user = _needed(arguments, "user")
    if user not in space.users:
        raise Refused("user_not_found")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    thread = _thread(space, channel, arguments)
    said = space.say(channel.id, space.bot.id, *_words(arguments), now, only_for=user, thread=thread)
    return {"message_ts": said.ts}


def chat_update(space: Workspace, arguments: Arguments, _now: float) -> dict[str, Any]:
    channel = _channel(space, arguments, for_writing=True)
    said = space.find(channel.id, _needed(arguments, "ts"))
    if said is None or said.only_for is not None:
        raise Refused("message_not_found")
    if said.user != space.bot.id:
        raise Refused("cant_update_message")
    space.redraw(said, *_words(arguments))
    return {"channel": channel.id, "ts": said.ts, "text": said.text, "message": _message(said)}


def _message(said: Said) -> dict[str, Any]:
    return {"type": "message", "user": said.user, "ts": said.ts, "text": said.text, "blocks": said.blocks}


def _words(arguments: Arguments) -> tuple[str, list[dict[str, Any]]]:
    text, blocks = str(arguments.get("text") or ""), _parsed(arguments.get("blocks")) or []
    if not text and not blocks:
        raise Refused("no_text")
    if len(text) > TEXT:
        raise Refused("msg_too_long")
    return text, blocks


def _thread(space: Workspace, channel: Channel, arguments: Arguments) -> str | None:
    thread = arguments.get("thread_ts")
    if thread and not space.find(channel.id, thread):
        raise Refused("thread_not_found")
    return thread or None


def _channel(space: Workspace, arguments: Arguments, *, for_writing: bool = False) -> Channel:
    """A person's id stands for their direct messages, as on Slack."""
    id = _needed(arguments, "channel")
    if for_writing and id in space.users and not space.users[id].deleted:
        return space.chat(id)
    channel = space.channels.get(id)
    if channel is None or (channel.secret and space.bot.id not in channel.members):
        raise Refused("channel_not_found")
    if for_writing and channel.archived:
        raise Refused("is_archived")
    if space.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


# ---------------------------------------------------------------- views


def views_open(space: Workspace, arguments: Arguments, now: float) -> dict[str, Any]:
    user, _ = views.triggered(space, _needed(arguments, "trigger_id"), now)
    return {"view": shown(space, views.open_(space, user, _view(arguments)))}


def views_push(space: Workspace, arguments: Arguments, now: float) -> dict[str, Any]:
    user, view = views.triggered(space, _needed(arguments, "trigger_id"), now)
    if not view:
        raise Refused("not_found")
    return {"view": shown(space, views.push(space, user, _view(arguments)))}


def views_update(space: Workspace, arguments: Arguments, _now: float) -> dict[str, Any]:
    named = str(arguments.get("external_id") or "")
    id = "" if named else _needed(arguments, "view_id")
    view = views.update(space, id, arguments.get("hash"), _view(arguments), external_id=named)
    return {"view": shown(space, view)}


def views_publish(space: Workspace, arguments: Arguments, _now: float) -> dict[str, Any]:
    view = views.publish(space, _needed(arguments, "user_id"), arguments.get("hash"), _view(arguments))
    return {"view": shown(space, view)}


def _view(arguments: Arguments) -> dict[str, Any]:
    view = _parsed(arguments.get("view"))
    if not isinstance(view, dict):
        raise Refused("invalid_arguments")
    return view


# ---------------------------------------------------------------- arguments


def _needed(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise Refused("invalid_arguments")
    return value


def _parsed(value: Any) -> Any:
    """In a form, what is not a word is JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise Refused("invalid_arguments") from None


METHODS: Final[dict[str, Method]] = {
    "auth.test": auth_test,
    "users.info": users_info,
    "users.list": users_list,
    "conversations.open": conversations_open,
    "conversations.history": conversations_history,
    "chat.postMessage": chat_post_message,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.update": chat_update,
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
#: What each method sends that is drawn: how it is checked.
DRAWS: Final = {
    "chat.postMessage": "message",
    "chat.update": "message",
    "chat.postEphemeral": "ephemeral",
    "views.open": "modal",
    "views.push": "modal",
    "views.update": "modal",
    "views.publish": "home",
}


def drawn(method: str, arguments: Arguments) -> dict[str, Any]:
    """What a call would draw, for checking."""
    if method.startswith("views."):
        return _view(arguments)
    told = {name: _parsed(arguments[name]) if name == "blocks" else arguments[name] for name in arguments}
    return {name: told[name] for name in ("text", "blocks") if name in told}
