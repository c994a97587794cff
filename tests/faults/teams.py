"""Teams misbehaves: each fault at each call that a whole story makes, each delivery amiss; and it still ends well.

In: the stand-in of `tests/teams`. Out: a table of faults, what each was met by and what came of it.
Never: Microsoft itself; a call of a good run that some fault was not tried at.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests import report
from tests.faults.amiss import OVERTAKEN
from tests.faults.at_teams import Here
from tests.faults.calls import AtCalls, Campaign, Met, Told
from tests.faults.story import COUNCIL, Outcome, Trouble, story
from tests.faults.telling import Teller, promises
from tests.teams.councils import account, channel_of
from tests.teams.standin.connector import METHODS
from tests.teams.standin.faults import Fault

STORY: Final = story(mention="@protocol", aloud=True)


# ---------------------------------------------------------------- what goes wrong at a call


_HTML: Final = "<html><body>Bad gateway</body></html>"
FAULTS: Final[Mapping[str, Met]] = {
    "slow: 0.3 s": Met(Fault(delay=0.3, takes=True)),
    "slow: 3 s": Met(Fault(delay=3.0, takes=True), twice=True),
    "429, Retry-After: 1": Met(Fault(status=429, code="TooManyRequests", after="1"), pause=1.1),
    "429 without Retry-After": Met(Fault(status=429, code="TooManyRequests"), pause=5.1),
    "412": Met(Fault(status=412, code="PreconditionFailed")),
    "413": Met(Fault(status=413, code="MessageSizeTooBig"), shut=True),
    "500": Met(Fault(status=500, code="ServiceError"), twice=True),
    "502 with HTML": Met(Fault(status=502, body=_HTML), twice=True),
    "503": Met(Fault(status=503, code="ServiceUnavailable"), twice=True),
    "200 with HTML, though it was done": Met(Fault(body=_HTML, takes=True), twice=True),
    "cut before the headers": Met(Fault(drops=True), twice=True),
    "cut in the middle of the body": Met(Fault(halves=True, takes=True), twice=True),
    "cut after it was taken": Met(Fault(drops=True, takes=True), twice=True),
    "redirected": Met(Fault(status=302, body="<html>moved</html>", location="https://example.org/")),
    "401": Met(Fault(status=401, code="Unauthorized"), pause=5.1),
    "403 without a word": Met(Fault(status=403, body=_HTML)),
    "a word of tomorrow": Met(Fault(status=409, code="WordOfTomorrow")),
    "post deleted": Met(Fault(status=404, code="ActivityNotFoundInConversation"), ("change",), fixed=True),
}


# ---------------------------------------------------------------- how it is for a while


class While(Trouble):
    """Something is so at the first try of a step, of every one or of each so many, and is not any more at the second.

    Whoever is told to come back in a moment does, after as long as the adapter leaves Microsoft alone.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._wrong, self._right, self._each, self.pause, self.mute = WHILES[name]
        self.shut, self.logs = name in _SHUT, _LOGS.get(name, "")

    async def begin(self, here: Here, step: int) -> None:
        if step % self._each == self._each - 1:
            self._wrong(here)

    async def end(self, here: Here) -> None:
        self._right(here)


def _nothing(_here: Here) -> None:
    pass


def _keys(**wrong: Any) -> Callable[[Here], None]:
    def begun(here: Here) -> None:
        for name, value in wrong.items():
            setattr(here.teams.keys, name, value)

    return begun


def _rolled(here: Here) -> None:
    here.teams.keys.roll()


def _rolled_and_away(here: Here) -> None:
    here.teams.keys.roll()
    here.teams.keys.away = True


_KEYS_WELL: Final = _keys(away=False, delay=0.0, rubbish=None)


def _login(**wrong: Any) -> Callable[[Here], None]:
    def begun(here: Here) -> None:
        here.teams.login.withdraw()
        for name, value in wrong.items():
            setattr(here.teams.login, name, value)

    return begun


def _login_well(here: Here) -> None:
    here.teams.login.away, here.teams.login.delay, here.teams.login.refuses = False, 0.0, 0


def _person(**so: bool) -> Callable[[Here], None]:
    def begun(here: Here) -> None:
        for name, value in so.items():
            setattr(here.tenant.people[account(here.seat)], name, value)

    return begun


def _moved(here: Here) -> None:
    """Another region of Microsoft's serves the tenant from now on."""
    region = {"uk": "emea", "emea": "uk"}
    for old, new in region.items():
        if f"/{old}/" in here.tenant.service_url:
            here.tenant.service_url = here.tenant.service_url.replace(f"/{old}/", f"/{new}/")
            return


def _other_chats(here: Here) -> None:
    """Everybody else's own chat is gone, and another one is there."""
    for seat in ("councillor", "chair", "clerk"):
        if seat != here.seat and here.tenant.own(account(seat)):
            here.tenant.another_chat(account(seat))


def _channel(*, with_bot: bool) -> Callable[[Here], None]:
    def begun(here: Here) -> None:
        here.tenant.conversations[channel_of(COUNCIL)].with_bot = with_bot

    return begun


#: What begins, what ends it, at each so many steps, how long a person waits, and whether nothing at all can be said.
WHILES: Final[Mapping[str, tuple[Callable[[Here], None], Callable[[Here], None], int, float, bool]]] = {
    "key server rolled": (_rolled, _nothing, 11, 0.0, False),
    "key server rolled and away": (_rolled_and_away, _KEYS_WELL, 14, 5.5, True),
    "key server away": (_keys(away=True), _KEYS_WELL, 1, 5.5, True),
    "key server slow": (_keys(delay=1.0), _KEYS_WELL, 1, 5.5, True),
    "key server has no keys": (_keys(rubbish=b'{"keys": []}'), _KEYS_WELL, 1, 5.5, True),
    "key server talks rubbish": (_keys(rubbish=b"<html>"), _KEYS_WELL, 1, 5.5, True),
    "token withdrawn": (_login(), _login_well, 5, 5.5, True),
    "token withdrawn, login away": (_login(away=True), _login_well, 5, 5.5, True),
    "token withdrawn, login slow": (_login(delay=2.0), _login_well, 5, 5.5, True),
    "secret refused": (_login(refuses=7000215), _login_well, 5, 5.5, True),
    "service URL changes": (_moved, _nothing, 3, 0.0, False),
    "conversation gone": (_other_chats, _nothing, 1, 0.0, False),
    "blocked by this person": (_person(blocked=True), _person(blocked=False), 1, 0.0, True),
    "app taken away by this person": (_person(installed=False), _person(installed=True), 1, 0.0, True),
    "bot put out of the channel": (_channel(with_bot=False), _channel(with_bot=True), 1, 0.0, True),
}


_NO_KEYS: Final = "Microsoft’s keys could not be fetched"
#: What whoever looks after the bot finds in its log.
_LOGS: Final[Mapping[str, str]] = {
    "key server rolled and away": _NO_KEYS,
    "key server away": _NO_KEYS,
    "key server has no keys": _NO_KEYS,
    "key server talks rubbish": _NO_KEYS,
    "token withdrawn": "Compare TEAMS_APP_ID",
    "token withdrawn, login away": "Compare TEAMS_APP_ID",
    "token withdrawn, login slow": "Compare TEAMS_APP_ID",
    "secret refused": "TEAMS_APP_PASSWORD",
}
#: Somebody shut the bot out: what could not be said there is set aside, and whoever looks after the bot is told.
_SHUT: Final = ("blocked by this person", "app taken away by this person", "bot put out of the channel")


# ---------------------------------------------------------------- what is delivered


class Way(Trouble):
    """How a delivery comes to the bot, at the first try of every step."""

    def __init__(self, name: str) -> None:
        self.name, self.twice = name, name == OVERTAKEN  # then people do it twice

    async def begin(self, here: Here, _step: int) -> None:
        here.way = self.name

    async def end(self, here: Here) -> None:
        way, here.way = here.way, ""
        if way in _LATER:
            await here.once_more(way)


_LATER: Final = ("again, hours later", "again, after a restart", "again, the ones before too")
WAYS: Final = (
    "twice at the same time",
    "again at once",
    *_LATER,
    "its answer is lost, and it comes again",
    "given up after 20 ms",
    OVERTAKEN,
)


# ---------------------------------------------------------------- the campaign


def _trouble(which: Told) -> Trouble:
    match which.kind:
        case "call":
            return AtCalls(which, FAULTS[which.name], lambda here: here.teams)
        case "while":
            return While(which.name)
        case "way":
            return Way(which.name)
    return Trouble()


async def tell(which: Told, data: Path, logged: Callable[[], str]) -> Outcome:
    """One story, and what held afterwards."""
    trouble = _trouble(which)
    async with Here(data) as here:
        outcome = await Teller(here, STORY, trouble).tell()
        if not outcome.broken:
            outcome.broken += await promises(here, STORY, trouble, logged(), data)
        outcome.broken += [f"Teams would not take it: {one}" for one in here.teams.complaints[:3]]
    return outcome


#: What the stand-in can be asked and no story does, and why.
UNCALLED: Final = {
    "delete": "the bot takes nothing away that it said",
    "members": "asked by whoever writes the settings, not by the bot that runs (tests/teams/on_the_wire)",
}
_OTHERS: Final = (*(Told("", "while", name) for name in WHILES), *(Told("", "way", name) for name in WAYS))


def tables() -> Iterator[report.Table]:
    """One row for each fault."""
    yield Campaign("Teams misbehaves", ("",), FAULTS, _OTHERS, METHODS, UNCALLED, tell).table()


def main() -> None:
    sys.exit(report.tell(tables()))


if __name__ == "__main__":
    main()
