"""What Slack delivers, made into events.

In: a payload, the workspace it came to, when. Out: a `Delivery`: the event, and how the person can be answered.
Never: I/O; an event out of what a bot wrote, or out of a change to what was heard already; a guess at who may see a
place: it is one person's own chat with the bot, or it is not private.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from adapters.slack import PLATFORM, again, limits
from bot import cutting
from bot.conversation import Command, Greet, Handle, Message, Person, Place, Press, Said, Submit, Visit

Payload: TypeAlias = Mapping[str, Any]
From: TypeAlias = Literal["command", "chat", "mention", "post", "aside", "page", "sheet", "form", "home", "opened"]

#: docs.slack.dev, message event: the only kinds beside plain ones in which a person says something new.
_SAYING: Final = (None, "file_share", "me_message", "thread_broadcast")
#: Slack's own assistant is nobody who asks.
_SLACKBOT: Final = "USLACKBOT"
#: docs.slack.dev, formatting text: `<@U1>`, `<#C1|general>`, `<!here>`, `<https://…|label>`.
_SPECIAL: Final = re.compile(r"<(?P<kind>[@#!]?)(?P<what>[^<>|\s][^<>|]*)(?:\|(?P<label>[^<>]*))?>")
#: What a `block_id` has after the field's name: which part of a long text it is, and in which form of its dialog.
_PART: Final = re.compile(r"(#\d+)?(@\d+)?\Z")


class Delivery(Struct, frozen=True, kw_only=True):
    """One payload, understood.

    `from_`: chat is a message in the private chat; post a button under a message that stays, aside one under a message
    that only they see, page one on the Home tab, sheet one in a dialog; form a dialog sent in; home and opened are the
    two tabs of the app, opened. `trigger` opens a dialog (three seconds), `reply` is the response_url (five uses,
    thirty minutes), `view` the view it came from, `fields` its inputs in order, `home` whether the person came from
    the Home tab, `forms` how many its dialog has shown so far, `label` what stood on the button. No payload tells
    `came`, when the request did, in seconds of the loop's clock, and `last`: Slack brings it no more.
    """

    event: Said
    from_: From
    trigger: str = ""
    reply: str = ""
    view: str = ""
    fields: tuple[str, ...] = ()
    home: bool = False
    forms: int = 0
    label: str = ""
    came: float = 0.0
    last: bool = False


# ---------------------------------------------------------------- whose workspace, which chat


def team_of(body: Payload) -> str:
    """The workspace in which the bot is installed that this came to; empty where the payload names none.

    In a shared channel the person's own workspace is another: docs.slack.dev, Slack Connect.
    """
    granted = body.get("authorizations")
    ways: tuple[object, ...] = (
        _in(body, "view", "app_installed_team_id"),
        _in(granted[0], "team_id") if isinstance(granted, list) and granted else None,
        _in(body, "team", "id") if isinstance(body.get("team"), Mapping) else body.get("team"),
        body.get("team_id"),
        _in(body, "view", "team_id"),
        _in(body, "user", "team_id"),
    )
    return next((way for way in ways if isinstance(way, str) and way), "")


def user_of(body: Payload) -> str:
    """Who typed a command or used a view or a button; empty where the payload names nobody."""
    return _text(body.get("user_id")) or _text(_in(body, "user", "id"))


def is_direct(body: Payload) -> bool:
    """Whether it may come from this person's own chat with the bot; who is in it, Slack does not say here."""
    where = _channel(body)
    return where.startswith("D") or _is_page(body)


def event_of(body: Payload) -> str:
    """The kind of an event, in Slack's own word."""
    return _text(_event(body).get("type"))


def kind_of(body: Payload) -> str:
    """What it is in Slack's own word, for the log: nothing in it is anybody's."""
    kind = event_of(body) or _text(body.get("type")) or ("command" if "command" in body else "")
    return kind if re.fullmatch(r"[a-z_]{1,40}", kind) else "something unknown"


# ---------------------------------------------------------------- what people do


def command(body: Payload, team: str, chat: str, at: datetime) -> Delivery | None:
    """`/protocol TEXT`. `chat` is this person's own chat with the bot, where that is known."""
    user, trigger, channel = user_of(body), _text(body.get("trigger_id")), _text(body.get("channel_id"))
    if not (user and trigger and channel):
        return None
    text = _entities(_text(body.get("text"))).strip()
    where = Place(PLATFORM, team, channel, private=channel == chat)
    heard = Command(id=f"command:{trigger}", who=Person(PLATFORM, team, user), where=where, at=at, text=text)
    return Delivery(event=heard, from_="command", trigger=trigger, reply=_text(body.get("response_url")))


def message(body: Payload, team: str, at: datetime) -> Delivery | None:
    """Words in somebody's own chat with the bot. None for what is said elsewhere, or is not said by a person."""
    event = _event(body)
    if event.get("channel_type") != "im" or not _is_said(event):
        return None
    return _saying(body, event, team, at, "chat", _unescaped(_text(event.get("text"))))


def mention(body: Payload, team: str, at: datetime, bot_user: str) -> Delivery | None:
    """The bot by name in a channel. In its private chat the same words come as a message too, and are heard there."""
    event = _event(body)
    if not _is_said(event) or _text(event.get("channel")).startswith("D") or event.get("user") == bot_user:
        return None
    named = re.compile(rf"\s*<@{re.escape(bot_user)}(?:\|[^>]*)?>[,:]?\s*")
    raw = _text(event.get("text"))
    front = named.match(raw)
    raw = raw[front.end() :] if front else named.sub(" ", raw, count=1)
    return _saying(body, event, team, at, "mention", _unescaped(raw).strip())


def pressed(body: Payload, team: str, chat: str, at: datetime) -> Delivery | None:
    """A button. `chat` is this person's own chat with the bot, where that is known."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else {}
    user, trigger = user_of(body), _text(body.get("trigger_id"))
    if _in(action, "type") != "button" or not user or not trigger:
        return None
    from_ = _from(body)
    where = _where(body, team, chat or user, chat)
    who = Person(PLATFORM, _own_team(body, team, _in(body, "user", "team_id")), user)
    base: dict[str, Any] = {"id": f"press:{trigger}", "who": who, "where": where, "at": at}
    value = cutting.whole(_text(_in(action, "value")))
    token, source = again.press_of(value, where, _handle(body, where) if from_ == "post" else None)
    typed = again.command_of(value)
    return Delivery(
        event=Press(**base, token=token, source=source) if typed is None else Command(**base, text=typed),
        from_=from_,
        reply=_text(body.get("response_url")),
        label=_entities(_text(_in(action, "text", "text"))),
        **_known(body),
    )


def submitted(body: Payload, team: str, at: datetime) -> Delivery | None:
    """A dialog sent in, with every field it had: what was left empty is an empty text."""
    view = body.get("view")
    user, carried = user_of(body), _carried(body)
    if not isinstance(view, Mapping) or view.get("callback_id") != "form" or not user:
        return None
    values = {name: _joined([_value(view, id) for id in ids]) for name, ids in inputs(view).items()}
    heard = Submit(
        id=f"submit:{_text(view.get('id'))}.{_text(view.get('hash'))}",
        who=Person(PLATFORM, _own_team(body, team, _in(body, "user", "team_id")), user),
        where=_carried_place(carried, team, user),
        at=at,
        form=_text(carried.get("form")),
        values=values,
    )
    return Delivery(event=heard, from_="form", fields=tuple(values), **_known(body))


def opened(body: Payload, team: str, at: datetime) -> Delivery | None:
    """One of the app's tabs, opened: Home is a visit; the messages are a greeting, which only the first one gets."""
    event = _event(body)
    id, user, tab = _text(body.get("event_id")), _text(event.get("user")), event.get("tab")
    if not id or not user or tab not in ("home", "messages"):
        return None
    where = Place(PLATFORM, team, _text(event.get("channel")) or user, private=True)
    base: dict[str, Any] = {"id": id, "who": Person(PLATFORM, team, user), "where": where, "at": at}
    if tab == "home":
        return Delivery(event=Visit(**base), from_="home", home=True)
    return Delivery(event=Greet(**base), from_="opened")


# ---------------------------------------------------------------- said


def _event(body: Payload) -> Payload:
    event = body.get("event")
    return event if isinstance(event, Mapping) else {}


def _is_said(event: Payload) -> bool:
    """By a person, now: no bot's words, no change to what was said before."""
    nobody = event.get("user") in (None, "", _SLACKBOT) or event.get("hidden") is True
    return event.get("subtype") in _SAYING and not (nobody or event.get("bot_id") or event.get("bot_profile"))


def _saying(
    body: Payload, event: Payload, team: str, at: datetime, from_: Literal["chat", "mention"], text: str
) -> Delivery | None:
    id, channel = _text(body.get("event_id")), _text(event.get("channel"))
    if not id or not channel:
        return None
    thread = _text(event.get("thread_ts")) or None
    where = Place(PLATFORM, team, channel, private=from_ == "chat", thread=thread)
    own = event.get("user_team") or event.get("source_team") or event.get("team")
    who = Person(PLATFORM, _own_team(body, team, own), _text(event.get("user")))
    return Delivery(event=Message(id=id, who=who, where=where, at=at, text=cutting.whole(text)), from_=from_)


def _own_team(body: Payload, team: str, own: object) -> str:
    """The workspace somebody belongs to. An Enterprise organisation's id stands for all of its workspaces."""
    organisation = _text(_in(body, "enterprise", "id")) or _text(body.get("enterprise_id"))
    named = _text(own)
    return team if not named or (named.startswith("E") and named == organisation) else named


def _unescaped(text: str) -> str:
    """As it stood in the message box, as far as Slack tells."""
    return _entities(_SPECIAL.sub(_plain, text))


def _plain(special: re.Match[str]) -> str:
    kind, what, label = special["kind"], special["what"], special["label"]
    match kind:
        case "@" | "#":
            return kind + (label or what).removeprefix(kind)
        case "!":
            return label or f"@{what.partition('^')[0]}"
    return label or what.removeprefix("mailto:")


def _entities(text: str) -> str:
    """docs.slack.dev, formatting text: these three are escaped, and no others."""
    return cutting.whole(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# ---------------------------------------------------------------- pressed and sent in


def _from(body: Payload) -> Literal["post", "aside", "page", "sheet"]:
    if _is_page(body):
        return "page"
    if isinstance(body.get("view"), Mapping):
        return "sheet"
    aside = (_in(body, "container", "is_ephemeral"), _in(body, "message", "is_ephemeral"))
    return "aside" if True in aside or _in(body, "message", "subtype") == "ephemeral" else "post"


def _is_page(body: Payload) -> bool:
    """The Home tab: it says so, or is neither in a channel nor in any other view."""
    view = body.get("view")
    return _in(view, "type") == "home" if isinstance(view, Mapping) else not _channel(body)


def _where(body: Payload, team: str, own: str, chat: str) -> Place:
    """A page is its owner's; a dialog belongs to where it was opened from; a message stands where it stands."""
    if _is_page(body):
        return Place(PLATFORM, team, own, private=True)
    if isinstance(body.get("view"), Mapping):
        return _carried_place(_carried(body), team, own)
    channel = _channel(body)
    thread = _text(_in(body, "message", "thread_ts")) or _text(_in(body, "container", "thread_ts")) or None
    return Place(PLATFORM, team, channel, private=channel == chat != "", thread=thread)


def _handle(body: Payload, where: Place) -> Handle | None:
    ts = _text(_in(body, "message", "ts")) or _text(_in(body, "container", "message_ts"))
    return Handle(where, ts) if ts else None


def _channel(body: Payload) -> str:
    ids = (body.get("channel_id"), _in(body, "channel", "id"), _in(body, "container", "channel_id"))
    return next(filter(None, map(_text, ids)), "")


def _carried(body: Payload) -> Payload:
    """What a dialog carries to know its form and its place by; nothing anybody wrote."""
    try:
        carried = json.loads(_text(_in(body, "view", "private_metadata")) or "{}")
    except (ValueError, RecursionError):
        return {}
    return carried if isinstance(carried, Mapping) else {}


def _carried_place(carried: Payload, team: str, own: str) -> Place:
    """A dialog that tells no place belongs to its person's own chat."""
    id, thread = _text(carried.get("place")), _text(carried.get("thread")) or None
    private = carried.get("private") is True or not id
    return Place(PLATFORM, team, id or own, private=private, thread=thread)


def _known(body: Payload) -> dict[str, Any]:
    """What is to be known of the view that it came from, and what may open the next."""
    home, forms = (_carried(body).get(name) for name in ("home", "forms"))
    known = {"trigger": _text(body.get("trigger_id")), "view": _text(_in(body, "view", "id"))}
    return {**known, "home": home is True or _is_page(body), "forms": forms if isinstance(forms, int) else 0}


def inputs(view: Payload) -> dict[str, list[str]]:
    """The fields of a dialog by name, from top to bottom, each with its blocks' ids: a long text stands in several."""
    found: dict[str, list[str]] = {}
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        id = _text(_in(block, "block_id"))
        if _in(block, "type") == "input" and id.startswith("f."):
            found.setdefault(_PART.sub("", id[2:], count=1), []).append(id)
    return found


def _joined(parts: list[str]) -> str:
    """A text cut in two is whole again; what somebody wrote into the second field by itself is a line of its own."""
    whole = ""
    for part in parts:
        full = cutting.length(whole) % limits.INPUT_TEXT in (0, limits.INPUT_TEXT - 1)
        apart = whole and part and not (full or whole[-1].isspace() or part[0].isspace())
        whole += f"\n{part}" if apart else part
    return whole


def _value(view: Payload, id: str) -> str:
    held = _in(view, "state", "values", id, "v")
    chosen = _in(held, "selected_option", "value")
    if isinstance(chosen, str):
        return cutting.whole(chosen.removeprefix("="))
    return cutting.whole(_text(_in(held, "value")) or _text(_in(held, "selected_date")))


# ---------------------------------------------------------------- payloads


def _in(held: object, *path: str) -> object:
    """What stands there, or None: Slack leaves out, or sends null for, whatever does not apply."""
    for name in path:
        held = held.get(name) if isinstance(held, Mapping) else None
    return held


def _text(held: object) -> str:
    return held if isinstance(held, str) else ""
