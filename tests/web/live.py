"""What comes down the live stream of an open page.

In: the stream, words that are sure to come. Out: all that came, until it fell silent.
Never: takes the silence before those words for it.
"""

import asyncio
from typing import Final

from aiohttp import ClientResponse

_PATIENCE: Final = 60.0  # seconds: other tests may want the same cores
_SILENCE: Final = 0.3  # seconds for what must not come


async def came(stream: ClientResponse, *words: str) -> str:
    """The stream is closed then. `TimeoutError` where one of the words does not come."""
    told = b""
    while lacking := [said for said in words if said.encode() not in told]:
        told += await asyncio.wait_for(stream.content.read(4096), _PATIENCE)
        assert not stream.content.at_eof(), lacking
    try:
        while True:
            told += await asyncio.wait_for(stream.content.read(4096), _SILENCE)
    except TimeoutError:
        stream.close()
        return told.decode()
