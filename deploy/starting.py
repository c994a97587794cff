"""What a process says when it starts: which council it serves where, what does not fit together, and that it is ready.

In: the chats that are set up, the councils' settings. Out: lines on the terminal. Never: a person, a token.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Final

from bot.conversation import Place
from bot.settings import Settings
from deploy.chats import TRANSPORTS, Served, is_well, line
from deploy.serving import Work, complain

_LOOK: Final = 0.1  # seconds between looks whether everything is connected
_SLOW: Final = 15.0  # seconds after which it is said that it is not yet
#: Platforms that settings may name a workspace of, and the guide for whoever has not set one up.
_GUIDES: Final[Mapping[str, str]] = {"slack": "deploy/guide/slack.md", "teams": "deploy/guide/teams.md"}


async def say(chats: Sequence[Served], work: Work, councils: Sequence[Settings]) -> None:
    """Each council with its workspaces, and what does not fit together. The chats are open."""
    whose: dict[str, list[str]] = {own.council: [] for own in councils}
    for chat in chats:
        by = {str(state["team"]): str(state["transport"]) for state in await chat.health()}
        for workspace, name in chat.here().items():
            book = await work.books(Place(chat.platform, workspace, workspace))
            told = ", ".join([f"the {chat.kind} {name}", *([TRANSPORTS[by[workspace]]] if workspace in by else [])])
            if book is None:
                complain(_no_council(told, line(chat.platform, workspace)))
            else:
                whose[book.council].append(told)
    for own in councils:
        print(f"{own.council}: {' and '.join(whose[own.council]) or 'no workspace'}.", flush=True)
        for wrong in _amiss(own, chats, silent=not whose[own.council]):
            complain(f"{own.council}: {wrong}")


def _no_council(told: str, mend: str) -> str:
    return (
        f"{told[:1].upper()}{told[1:]}, belongs to no council, so that nobody is answered there. Add this line to the "
        f"settings of the council it belongs to:  {mend}"
    )


def _amiss(own: Settings, chats: Sequence[Served], *, silent: bool) -> Iterator[str]:
    """What keeps people from the bot: a workspace that is named and not served; none named (`silent`: none at all)."""
    served = {chat.platform: chat for chat in chats}
    named = {platform: id for platform, id in own.workspaces.items() if platform in _GUIDES}
    for platform, id in named.items():
        if platform not in served:
            yield (
                f"its settings name a workspace of {platform}, {id}, but {platform} is not set up here, so that nobody "
                f"is answered there: {_GUIDES[platform]} says how. Or take it out of `workspaces`."
            )
        elif id not in served[platform].here():
            yield f"its {served[platform].kind} {id} {served[platform].missing(id)}"
    if silent and not named:
        lines = " or ".join(line(chat.platform, next(iter(chat.here()), chat.like)) for chat in chats)
        kinds = " or ".join(chat.kind for chat in chats)
        yield f"its settings name no {kinds}. Add:  {lines}"


async def ready(chats: Sequence[Served], address: str) -> None:
    """Says that it is ready, once every workspace is connected; after a while, once, which ones are not."""
    late = asyncio.get_running_loop().time() + _SLOW
    while cut_off := [(one, state) for one in chats for state in await one.chat.health() if not is_well(state)]:
        if asyncio.get_running_loop().time() >= late:
            late = inf
            which = ", ".join(f"the {one.kind} {state['team']}" for one, state in cut_off)
            complain(f"Not connected yet, and tried again and again: {which}.")
        await asyncio.sleep(_LOOK)
    print(f"Ready: {address}healthz tells how it is.", flush=True)
