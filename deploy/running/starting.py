"""What a process says when it starts: which council it serves where, what does not fit together, and that it is ready.

In: the chats that are set up, the councils' settings. Out: lines on the terminal. Never: a person, a token.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from bot.conversation import Place
from bot.settings import Settings
from deploy.running.chats import TRANSPORTS, Attended, is_well, line
from deploy.running.serving import FEW, Work, complain, tell, together

_LOOK: Final = 0.1  # seconds between looks whether everything is connected
_SLOW: Final = 15.0  # seconds after which it is said that it is not yet
#: How many councils are told one by one, and how many workspaces by name.
_MANY: Final = 20
_NAMED: Final = 8
#: Platforms that settings may name a workspace of, and the guide for whoever has not set one up.
_GUIDES: Final[Mapping[str, str]] = {"slack": "deploy/guide/slack.md", "teams": "deploy/guide/teams.md"}


async def say(
    chats: Sequence[Attended],
    work: Work,
    councils: Sequence[Settings],
    *,
    away: Sequence[Attended] = (),
    later: bool = False,
) -> None:
    """Each council with its workspaces, and what does not fit together. The chats are open.

    `away`: those that are not let in yet. `later`: the rest was said before, and only what is new is.
    """
    whose: dict[str, list[str]] = {own.council: [] for own in councils}
    wrong: list[tuple[str, _Wrong]] = []
    for chat in (one.served for one in chats):
        by = {str(state["team"]): str(state["transport"]) for state in await chat.chat.health()}
        for workspace, name in chat.here().items():
            book = await work.books(Place(chat.platform, workspace, workspace))
            told = ", ".join([f"the {chat.kind} {name}", *([TRANSPORTS[by[workspace]]] if workspace in by else [])])
            if book is None:
                complain(_no_council(told, line(chat.platform, workspace)))
            else:
                whose[book.council].append(told)
    for own in councils:
        silent = not (whose[own.council] or away or later)
        wrong += [(own.council, why) for why in _amiss(own, chats, away, silent=silent, later=later)]
    for told in _lines({council: told for council, told in whose.items() if told or not later}, away):
        tell(told)
    for told in _together(wrong):
        complain(told)


def _lines(whose: Mapping[str, Sequence[str]], away: Sequence[Attended]) -> Iterator[str]:
    """A line for each council; of many only how many are served."""
    none = "no workspace yet" if away else "no workspace"
    if len(whose) <= _MANY:
        yield from (f"{council}: {' and '.join(told) or none}." for council, told in whose.items())
        return
    served = sum(1 for told in whose.values() if told)
    yield f"{served} of {len(whose)} councils have a workspace here. /healthz tells how each workspace is."


class _Wrong(NamedTuple):
    """What is wrong at a council: as it is said there, and of many of them, without what only one of them has."""

    here: str
    of_many: str


def _together(found: Sequence[tuple[str, _Wrong]]) -> list[str]:
    many = Counter(wrong.of_many for _, wrong in found)
    return together((own, wrong.of_many if many[wrong.of_many] > FEW else wrong.here) for own, wrong in found)


def _no_council(told: str, mend: str) -> str:
    return (
        f"{told[:1].upper()}{told[1:]}, belongs to no council, so that nobody is answered there. Add this line to the "
        f"settings of the council it belongs to:  {mend}"
    )


def _amiss(
    own: Settings, chats: Sequence[Attended], away: Sequence[Attended], *, silent: bool, later: bool
) -> Iterator[_Wrong]:
    """What keeps people from the bot: a workspace that is named and not served; none named (`silent`: none at all)."""
    served = {chat.served.platform: chat.served for chat in chats}
    unknown = {chat.served.platform for chat in away}
    named = {platform: id for platform, id in own.workspaces.items() if platform in _GUIDES}
    for platform, id in named.items():
        if platform in served:
            if id not in served[platform].here():
                kind, why = served[platform].kind, served[platform].missing(id)
                yield _Wrong(f"its {kind} {id} {why}", f"the {kind} that its settings name {why}")
        elif platform not in unknown and not later:
            begins, mend = f"its settings name a workspace of {platform}", _GUIDES[platform]
            ends = (
                f"but {platform} is not set up here, so that nobody is answered there: {mend} says how. Or take it out "
                "of `workspaces`."
            )
            yield _Wrong(f"{begins}, {id}, {ends}", f"{begins}, {ends}")
    if silent and not named:
        lines = " or ".join(line(chat.platform, next(iter(chat.here()), chat.like)) for chat in served.values())
        kinds = " or ".join(chat.kind for chat in served.values())
        told = f"its settings name no {kinds}. Add:  {lines}"
        yield _Wrong(told, told)


async def ready(chats: Sequence[Attended], address: str) -> None:
    """Says that it is ready, once every workspace is connected; after a while that it is but for those that are not."""
    late = asyncio.get_running_loop().time() + _SLOW
    said = False
    while cut_off := [(one, state) for one in chats for state in await one.health() if not is_well(state)]:
        if asyncio.get_running_loop().time() >= late:
            if not said:
                said = True
                complain(f"Not connected yet, and tried again and again: {_some(cut_off)}.")
            if len(cut_off) < sum([len(await one.health()) for one in chats]):
                tell(f"Ready, but for those: {address}healthz tells how it is.")
                return
        await asyncio.sleep(_LOOK)
    tell(f"Ready: {address}healthz tells how it is.")


def _some(cut_off: Sequence[tuple[Attended, Mapping[str, object]]]) -> str:
    """Some of them by name, and how many more."""
    names = [f"the {one.served.kind} {state['team']}".rstrip() for one, state in cut_off]
    more = len(names) - _NAMED
    return f"{', '.join(names[:_NAMED])}{f' and {more} more' if more > 0 else ''}"
