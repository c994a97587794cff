"""Beginning: a wrong secret is refused at once; while Microsoft is away the bot waits, and says so once."""

from datetime import timedelta
from itertools import repeat

import pytest

from adapters.teams.entering import let_in
from adapters.teams.refusals import Refused
from bot.errors import ProtocolBotError
from bot.pauses import growing

AWAY = Refused("", "Microsoft’s login can’t be reached.", again=True)
WRONG = Refused("AADSTS7000215", "Microsoft gives the bot no token (AADSTS7000215).", again=True, ours=True)
BUSY = Refused("", "Microsoft is busy.", again=True, after=timedelta(seconds=0.01))


def asked(*outcomes):
    """A token after these; how often it was asked for."""
    left, count = list(outcomes), []

    async def token(fresh=False):
        count.append(fresh)
        if left:
            raise left.pop(0)
        return "a token"

    return token, count


async def test_while_microsoft_is_away_the_bot_waits_and_says_so_once(caplog):
    token, count = asked(AWAY, BUSY, AWAY)
    await let_in(token, repeat(0.0))
    assert len(count) == 4
    assert [record.getMessage() for record in caplog.records] == [
        "Microsoft’s login can’t be reached. Is this computer online? Trying again until it is."
    ]


async def test_a_wrong_secret_is_not_tried_again():
    token, count = asked(AWAY, WRONG)
    with pytest.raises(ProtocolBotError, match="AADSTS7000215"):
        await let_in(token, repeat(0.0))
    assert len(count) == 2


async def test_where_somebody_waits_for_it_it_gives_up_and_says_why(caplog):
    token, count = asked(*[AWAY] * 9)
    with pytest.raises(ProtocolBotError, match="Microsoft’s login can’t be reached. Is this computer online?"):
        await let_in(token, repeat(0.0), patience=0.0)
    assert len(count) == 1
    assert not caplog.records, "it is said once"


async def test_it_tries_until_the_time_is_over_and_no_longer():
    token, count = asked(*[AWAY] * 9)
    with pytest.raises(ProtocolBotError, match="Try again once it is"):
        await let_in(token, repeat(3600.0), patience=0.01)
    assert len(count) == 2


def test_the_pauses_grow_and_stay_below_half_a_minute():
    pauses = growing()
    assert [next(pauses) for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
