"""Slack misbehaves: each fault at each call that a whole story makes, each delivery amiss; and it still ends well.

In: the stand-in of `tests/slack`. Out: a table of faults, what each was met by and what came of it.
Never: a real Slack; a call of a good run that some fault was not tried at.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests import report
from tests.contract.slack_rig import CHANNEL, user
from tests.faults.amiss import OVERTAKEN
from tests.faults.at_slack import IN_HAND, Here
from tests.faults.calls import AtCalls, Campaign, Met, Told
from tests.faults.story import Outcome, Step, Trouble, questions, story
from tests.faults.telling import Teller, promises
from tests.slack.standin import Fault
from tests.slack.standin.methods import METHODS

_ASKS: Final = {"mention": "@protocol", "home": "What you can ask"}


# ---------------------------------------------------------------- what goes wrong at a call


_VIEWS: Final = ("views.open", "views.update", "views.publish")
_POSTS: Final = ("chat.postMessage", "chat.postEphemeral", "chat.update")
_HTML: Final = "<html><body>upstream connect error</body></html>"
FAULTS: Final[Mapping[str, Met]] = {
    "slow: 0.3 s": Met(Fault(delay=0.3, takes=True)),
    "slow: 4 s": Met(Fault(delay=4.0, takes=True), twice=True),
    "429, Retry-After: 1": Met(Fault(status=429, error="ratelimited", after="1"), pause=1.1),
    "429 without Retry-After": Met(Fault(status=429, error="ratelimited"), pause=5.1),
    "500": Met(Fault(status=500, error="internal_error"), twice=True),
    "502 with HTML": Met(Fault(status=502, body=_HTML), twice=True),
    "200 with HTML": Met(Fault(body=_HTML), twice=True),
    "200 with HTML, though it was done": Met(Fault(body=_HTML, takes=True), twice=True),
    "cut before the headers": Met(Fault(drops=True), twice=True),
    "cut in the middle of the body": Met(Fault(halves=True, takes=True), twice=True),
    "cut after it was taken": Met(Fault(drops=True, takes=True), twice=True),
    "redirected": Met(Fault(status=302, location="https://example.org/"), twice=True),
    "service_unavailable": Met(Fault(error="service_unavailable")),
    "a word of tomorrow": Met(Fault(error="a_word_of_tomorrow")),
    "token_revoked": Met(Fault(error="token_revoked")),
    "missing_scope": Met(Fault(error="missing_scope")),
    "expired trigger": Met(Fault(error="expired_trigger_id"), ("views.open",)),
    "used trigger": Met(Fault(error="exchanged_trigger_id"), ("views.open",)),
    "view gone": Met(Fault(error="not_found"), ("views.update",)),
    "view changed meanwhile": Met(Fault(error="hash_conflict"), _VIEWS),
    "dead response_url": Met(Fault(status=404, error="used_url"), ("response_url",)),
    "response_url expired": Met(Fault(status=404, error="expired_url"), ("response_url",)),
    "post deleted": Met(Fault(error="message_not_found"), ("chat.update",), fixed=True),
}  # fmt: skip


# ---------------------------------------------------------------- how it is for a while


class While(Trouble):
    """Something is so at the first try of every step, and is not any more at the second."""

    def __init__(self, name: str, wrong: Callable[[Here], None], right: Callable[[Here], None]) -> None:
        self.name, self._wrong, self._right = name, wrong, right
        self.mute, self.shut = name in _MUTE, name == "channel archived"
        self.logs = f"refused it ({_MUTE[name]})" if self.mute else ""

    async def begin(self, here: Here, _step: int) -> None:
        self._wrong(here)

    async def end(self, here: Here) -> None:
        self._right(here)


class Linked(Trouble):
    """What becomes of the Socket Mode connection, at every seventh step: who loses it often waits ever longer."""

    pause = 1.5

    def __init__(self, name: str) -> None:
        self.name = name

    async def begin(self, here: Here, step: int) -> None:
        links = here.slack.links
        if step % 7 != 1:
            return
        match self.name:
            case "connection cut":
                await links.cut(here.space)
            case "asked to connect anew":
                await links.asks_to_go(here.space)
            case "warned, and cut later":
                await links.asks_to_go(here.space, "warning")
        here.way = self.name if self.name == IN_HAND else ""

    async def end(self, here: Here) -> None:
        here.way = ""


LINKED: Final = ("connection cut", "asked to connect anew", "warned, and cut later", IN_HAND)


def _refused(word: str) -> tuple[Callable[[Here], None], Callable[[Here], None]]:
    return (lambda here: setattr(here.space, "refused", word)), (lambda here: setattr(here.space, "refused", ""))


def _nothing(_here: Here) -> None:
    pass


def _out(here: Here) -> None:
    here.space.channels[CHANNEL].members.discard(here.space.bot.id)


def _in(here: Here) -> None:
    here.space.channels[CHANNEL].members.add(here.space.bot.id)


def _archived(is_so: bool) -> Callable[[Here], None]:
    return lambda here: setattr(here.space.channels[CHANNEL], "archived", is_so)


def _other_chats(here: Here) -> None:
    """Everybody else's own chat is gone, and another one is there."""
    for seat in ("councillor", "chair", "clerk"):
        if seat != here.seat:
            here.space.another_chat(user(seat))


#: While they are so, Slack lets the bot say nothing at all; Slack's word for each.
_MUTE: Final = {
    "token revoked": "token_revoked",
    "app uninstalled": "account_inactive",
    "moved to another organisation": "team_added_to_org",
}
WHILES: Final[Mapping[str, tuple[Callable[[Here], None], Callable[[Here], None]]]] = {
    **{name: _refused(code) for name, code in _MUTE.items()},
    "bot put out of the channel": (_out, _in),
    "channel archived": (_archived(True), _archived(False)),
    "conversation gone": (_other_chats, _nothing),
}


# ---------------------------------------------------------------- what is delivered


class Way(Trouble):
    """How a delivery comes to the bot, at the first try of every step."""

    def __init__(self, name: str) -> None:
        self.name, self.twice = name, name == OVERTAKEN  # then people do it twice

    async def begin(self, here: Here, _step: int) -> None:
        here.way = self.name

    async def end(self, here: Here) -> None:
        way, here.way = here.way, ""
        if way in ("again, hours later", "again, after a restart", "again, the ones before too"):
            await here.once_more(way)


WAYS: Final = (
    "twice at the same time",
    "again at once",
    "again, hours later",
    "again, after a restart",
    "again, the ones before too",
    "its acknowledgement is lost",
    "given up after 20 ms",
    OVERTAKEN,
)


# ---------------------------------------------------------------- one story


class Tale(NamedTuple):
    """What is told, and how the bot is reached. `slow`: seconds that the bot takes to hear."""

    steps: Sequence[Step]
    sockets: bool = False
    slow: float = 0.0


TALES: Final = {
    "": Tale(story(**_ASKS)),
    "by Socket Mode": Tale(story(**_ASKS), sockets=True),
    "heard slowly": Tale(questions(**_ASKS), slow=1.4),
}


def _trouble(which: Told) -> Trouble:
    match which.kind:
        case "call":
            return AtCalls(which, FAULTS[which.name], lambda here: here.slack)
        case "while":
            return While(which.name, *WHILES[which.name])
        case "way":
            return Way(which.name)
        case "link":
            return Linked(which.name)
    return Trouble()


async def tell(which: Told, data: Path, logged: Callable[[], str]) -> Outcome:
    """One story, and what held afterwards."""
    trouble, tale = _trouble(which), TALES[which.tale]
    async with Here(data, sockets=tale.sockets, slow=tale.slow) as here:
        outcome = await Teller(here, tale.steps, trouble).tell()
        if not outcome.broken:
            outcome.broken += await promises(here, tale.steps, trouble, logged(), data, filed=not tale.slow)
        outcome.broken += [f"Slack would not take it: {one}" for one in here.slack.complaints[:3]]
    return outcome


# ---------------------------------------------------------------- the campaign

#: Methods that the stand-in has and no story calls, and why.
UNCALLED: Final = {
    "views.push": "the bot opens one dialog after another, never one upon another",
    "users.list": "asked by whoever writes the settings, not by the bot that runs (tests/slack/test_set_up.py)",
    "users.info": "asked in the daily look at who can be told anything, not in a story (tests/reach/test_platforms.py)",
}


_OTHERS: Final = (
    *(Told("", "while", name) for name in WHILES),
    *(Told("", "way", name) for name in WAYS),
    *(Told("by Socket Mode", "link", name) for name in LINKED),
)
_CALLS: Final = (*METHODS, "response_url", "apps.connections.open")


def tables() -> Iterator[report.Table]:
    """One row for each fault."""
    yield Campaign("Slack misbehaves", tuple(TALES), FAULTS, _OTHERS, _CALLS, UNCALLED, tell).table()


def main() -> None:
    sys.exit(report.tell(tables()))


if __name__ == "__main__":
    main()
