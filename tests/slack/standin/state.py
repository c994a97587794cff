"""What a workspace holds: people, places, what was said, what is open before whom.

In: `server` and `methods` change it. Out: tests look at it. Never: talks to anybody.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Blocks = list[dict[str, Any]]
#: The scopes that the app asks for, and no others: a method that needs more is answered `missing_scope`.
SCOPES = frozenset({"commands", "chat:write", "im:write", "im:history", "app_mentions:read", "users:read"})


@dataclass
class User:
    """Somebody with an account. `team` is their home: a stranger in a shared channel has another."""

    id: str
    team: str
    name: str
    deleted: bool = False
    is_bot: bool = False
    guest: bool = False


@dataclass
class Channel:
    """A place; `dm` is the one person whose direct message channel with the bot it is."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    dm: str = ""
    archived: bool = False
    secret: bool = False


@dataclass
class Said:
    """One message. `only_for` sees an ephemeral one; `drawn` grows with whatever was drawn last."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks
    thread: str | None = None
    only_for: str | None = None
    edits: int = 0
    drawn: int = 0
    gone: bool = False


@dataclass
class View:
    """A modal or a Home tab before somebody; `values` is what stands in its inputs, by block and action."""

    id: str
    user: str
    body: dict[str, Any]
    hash: str
    values: dict[str, dict[str, dict[str, Any]]]
    root: str = ""
    previous: str | None = None
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> Blocks:
        """As they were sent, with the ids that Slack adds."""
        return self.body["blocks"]


@dataclass
class Trigger:
    """What an action leaves for three seconds, for one modal."""

    user: str
    at: float
    view: str = ""
    used: bool = False


@dataclass
class Reply:
    """A response_url: five uses within thirty minutes."""

    channel: str
    user: str
    at: float
    source: str | None = None
    uses: int = 0


@dataclass
class Workspace:
    """One team with the app in it. `url` is where its events go; `refused` a code that every call is answered with.

    `grants` are tokens that the team gave to a hosted app, each with when it expires; `dead` those that were revoked.
    """

    team: str
    token: str
    app_token: str
    secret: str
    app: str
    bot: User
    url: str = ""
    refused: str = ""
    grants: dict[str, float] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    scopes: frozenset[str] = SCOPES
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    chats: dict[str, str] = field(default_factory=dict)
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def tokens(self) -> set[str]:
        """Every token that tells of this team, whether it is let in or not."""
        return {self.token, self.app_token, *self.grants, *self.dead}

    def add_user(self, id: str, name: str = "", **changes: Any) -> User:
        """Somebody of this team, or of the one that `team` names."""
        user = User(id, changes.pop("team", self.team), name or id.lower(), **changes)
        self.users[id] = user
        return user

    def add_channel(self, id: str, name: str, *, with_bot: bool = True, **changes: Any) -> Channel:
        """A channel with everybody in it; the bot too, unless told otherwise."""
        members = set(self.users) - {self.bot.id} | ({self.bot.id} if with_bot else set())
        self.channels[id] = Channel(id, name, members, **changes)
        return self.channels[id]

    def chat(self, user: str) -> Channel:
        """Somebody's direct messages with the bot; made when first asked for."""
        id = self.chats.setdefault(user, "D" + user[1:])
        if id not in self.channels:
            self.channels[id] = Channel(id, "directmessage", {user, self.bot.id}, dm=user)
        return self.channels[id]

    def another_chat(self, user: str) -> Channel:
        """Somebody's direct messages with the bot are others from now on; the old ones are gone."""
        self.channels.pop(self.chat(user).id)
        self.chats[user] += "2"
        return self.chat(user)

    def say(self, channel: str, user: str, text: str, blocks: Blocks, at: float, **more: Any) -> Said:
        """One thing more, with a name (ts) that grows."""
        number = next(self.count)
        named = with_ids(blocks, self.count)
        said = Said(f"{int(at)}.{number:06d}", channel, user, text, named, drawn=number, **more)
        self.said.append(said)
        return said

    def redraw(self, said: Said, text: str, blocks: Blocks) -> None:
        """New words for something said."""
        said.text, said.blocks = text, with_ids(blocks, self.count)
        said.edits += 1
        said.drawn = next(self.count)

    def find(self, channel: str, ts: str) -> Said | None:
        """What stands under this name in a channel."""
        return next((one for one in self.said if (one.channel, one.ts) == (channel, ts) and not one.gone), None)

    def seen_by(self, user: str, channel: str) -> list[Said]:
        """What somebody sees in a place, oldest first."""
        if user not in self.channels[channel].members:
            return []
        here = (one for one in self.said if one.channel == channel and not one.gone)
        return [one for one in here if one.only_for in (None, user)]

    def view(self, id: str) -> View | None:
        """A view that is open before somebody."""
        every = itertools.chain(self.homes.values(), *self.modals.values())
        return next((view for view in every if view.id == id), None)


def with_ids(blocks: Blocks, count: Iterator[int]) -> Blocks:
    """Slack names every block and element that nobody named."""
    named = []
    for block in blocks:
        inside = {"block_id": f"s{next(count):04d}", **block}
        if "elements" in inside and inside["type"] == "actions":
            inside["elements"] = [{"action_id": f"s{next(count):04d}", **one} for one in inside["elements"]]
        named.append(inside)
    return named
