"""Who has the page open, and what they have not been shown yet.

In: what was said or taken back. Out: the same, once for every open page that may see it.
Never: keeps more than a page will soon read: one that was away reads the workspace again.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from adapters.web.workspace import Removed, Said

News: TypeAlias = Said | Removed

_AT_MOST = 500


class Listener:
    """One open page. `next` waits for what is said; None means: hang up."""

    def __init__(self, council: str, seat: str) -> None:
        self.council = council
        self.seat = seat
        self._waiting: asyncio.Queue[News | None] = asyncio.Queue(_AT_MOST + 1)

    def tell(self, news: News) -> None:
        """Something is new. A page that does not keep up is hung up on; it comes back and reads everything."""
        if self._waiting.qsize() < _AT_MOST:
            self._waiting.put_nowait(news)
        else:
            self.hang_up()

    def hang_up(self) -> None:
        """There will be no more, and what still waits is dropped."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)

    async def next(self, within: float) -> News | None:
        """The next thing that is new. Raises `TimeoutError` after so many seconds of silence."""
        return await asyncio.wait_for(self._waiting.get(), within)


class Live:
    """All open pages."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @contextmanager
    def listen(self, council: str, seat: str) -> Iterator[Listener]:
        """Hear what is said in a council, as a seat."""
        listener = Listener(council, seat)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def tell(self, council: str, said: Said, *, private: bool) -> None:
        """Tell every page that may see it: everybody in the channel, or one seat alone."""
        self._tell(council, said, said.place if private else said.only_for)

    def take_back(self, council: str, removed: Removed) -> None:
        """Tell every page of its author that something in their private chat is gone."""
        self._tell(council, removed, removed.place)

    def _tell(self, council: str, news: News, only_for: str | None) -> None:
        for listener in self._listeners:
            if listener.council == council and only_for in (None, listener.seat):
                listener.tell(news)

    def hang_up(self) -> None:
        """Let every page go; they come back when there is something to come back to."""
        for listener in self._listeners:
            listener.hang_up()
