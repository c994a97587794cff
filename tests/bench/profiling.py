"""What time is spent on, by the part of the system that spends it.

In: a profile. Out: shares, the largest first. Never: a share of what was called without saying whose it was: what the
interpreter does by itself counts for whoever called it.
"""

from collections import Counter
from cProfile import Profile
from pathlib import Path
from pstats import Stats
from typing import Final, TypeAlias

Shares: TypeAlias = dict[str, float]
_Function: TypeAlias = tuple[str, int, str]

#: What stands beneath every table of shares.
BY: Final = "By cProfile, which slows down Python and not what is waited for: shares are comparable with shares alone."
_ROOT: Final = str(Path(__file__).parents[2])
#: What stands in the name of a function's file, and whose it is.
_PARTS: Final = {
    "/slack_bolt/": "Bolt and Slack’s SDK",
    "/slack_sdk/": "Bolt and Slack’s SDK",
    "/botbuilder/": "botbuilder",
    "/botframework/": "botbuilder",
    "/msrest/": "botbuilder",
    "/aiohttp/client": "aiohttp, as the client",
    "/aiohttp/connector": "aiohttp, as the client",
    "/aiohttp/": "the web server",
    "/sqlalchemy/": "SQLAlchemy",
    "/aiosqlite/": "the driver",
    "/psycopg": "the driver",
    "/asyncio/": "the event loop",
    "/selectors.py": "the event loop",
    "/adapters/": "our adapter: reading and drawing",
    "/storage/": "our storage: rows and seals",
    "/bot/": "our bot: deciding",
    "/content/": "our bot: deciding",
    "/deploy/": "our bot: deciding",
}
_WAITING: Final = "waiting: for the disk, another thread or the server"
_REST: Final = "all else"


def shares(profile: Profile) -> Shares:
    """Parts of the time, each from 0 to 1."""
    spent = Counter[str]()
    for function, (_, _, itself, _, callers) in Stats(profile).stats.items():  # type: ignore[attr-defined]
        if function[0] != "~" or _waits(function):
            spent[_WAITING if _waits(function) else _whose(function)] += itself
            continue
        for caller, (_, _, for_it, _) in callers.items():
            spent[_whose(caller)] += for_it
    whole = sum(spent.values())
    return {whose: taken / whole for whose, taken in spent.most_common()}


def _waits(function: _Function) -> bool:
    return "select.epoll" in function[2] or "_queue.SimpleQueue" in function[2]  # the second lets another thread run


def _whose(function: _Function) -> str:
    file = function[0].removeprefix(_ROOT)  # wherever the checkout lies
    return next((whose for part, whose in _PARTS.items() if part in file), _REST)
