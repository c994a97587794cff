"""A question at the terminal before something is done that nobody takes back.

In: the question. Out: what was typed. Never: an answer that nobody gave; a wait that Ctrl+C does not end.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import ProtocolBotError


def answer(question: str, nothing: str) -> str:
    """What was typed; empty where nothing more comes. `nothing`: what was not done where there is nobody to ask.

    Raises `ProtocolBotError` there.
    """
    if not sys.stdin.isatty():
        raise ProtocolBotError(f"{nothing}: there is no terminal to ask on. Add --yes if this is what you want.")
    with _ended_by_ctrl_c():
        try:
            return input(question).strip()
        except EOFError:
            return ""


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """asyncio's own handler waits for the loop, which waits for an answer."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
