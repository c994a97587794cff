"""A bot that does as it is told, for tests of what stands before it.

In: what it is to answer. Out: what it heard. Never: decides anything.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.conversation import Paragraph, Post, Whisper


class Scripted:
    """Answers with `answer`, or raises it; before that it waits for an open `gate`."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.answer: Any = Whisper(Post((Paragraph("Here is the answer."),)))
        self.gate = asyncio.Event()
        self.gate.set()
        self.before: Callable[[], None] = lambda: None

    async def hear(self, event: Any) -> Any:
        self.heard.append(event)
        await self.gate.wait()
        self.before()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer
