"""The bot's first token, before anything is begun with it.

In: what fetches tokens. Out: nothing, once there was one. Never: gives up while Microsoft is away, unless somebody
waits for it; goes on with a secret that Microsoft does not take.
"""

import asyncio
import logging
import math
from collections.abc import Iterator

from adapters.teams.calls import Token
from adapters.teams.refusals import Refused
from bot.errors import ProtocolBotError
from bot.pauses import LONGEST, growing

log = logging.getLogger(__name__)


async def let_in(token: Token, pauses: Iterator[float] | None = None, *, patience: float = math.inf) -> None:
    """Comes back once there is a token, however long Microsoft is away. Raises `ProtocolBotError` with the mend.

    `pauses`: seconds between tries, without an end. That Microsoft can't be reached is said once. `patience`: seconds
    after which that is all there is to say, because somebody waits for it.
    """
    pauses, said, clock = pauses or growing(), False, asyncio.get_running_loop().time
    until = clock() + patience
    while True:
        try:
            await token()
        except Refused as no:
            if no.ours or not no.again:
                raise ProtocolBotError(f"Microsoft does not let the bot in. {no}") from None
            asked_for = no.after.total_seconds() if no.after else 0.0
            left = until - clock()
            if left <= 0:
                raise ProtocolBotError(f"{no} Is this computer online? Try again once it is.") from None
            if not said:
                log.warning("%s Is this computer online? Trying again until it is.", no)
            said = True
            await asyncio.sleep(min(max(next(pauses), min(asked_for, LONGEST)), left))
        else:
            return
