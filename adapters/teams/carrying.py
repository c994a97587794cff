"""One tenant as the bot knows it, and the core's notices carried into it.

In: a notice, what it is known by. Out: messages posted, or updated. Never: shows more widely what is for one person;
says a second time what was said under the same key; opens a chat again and again that is gone.
"""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from adapters.teams import render
from adapters.teams.actions import of_key
from adapters.teams.calls import Calls, Spot
from adapters.teams.limits import MESSAGE, size
from adapters.teams.places import Known, Places
from adapters.teams.refusals import WHYS, Refused, no_account, out_of_reach
from bot.conversation import Announce, Edit, Handle, Notice, Place, Send
from bot.errors import NotDelivered
from bot.remembered import Lately, Remembered

log = logging.getLogger(__name__)

#: Seconds for which somebody who blocked the bot is taken to have it blocked still, unless they say something. Asking
#: finds out whether they have the app; that they blocked it only a message does (learn.microsoft.com, Teams: "Send
#: proactive messages").
_SHUT: Final = 24 * 3600.0
#: For how many seconds it is known what was said in one tenant; and how much of it at least: for a quarter of an hour
#: where all of a busy town hall asks at once. Teams brings a message again that got no answer for fifteen seconds. A
#: notice in parts that waits for longer, or for longer than so many others, may show its first part twice.
_SAID: Final = 24 * 3600.0
AT_MOST: Final = 1000
#: Words of `bot.reach.WHYS`.
_BLOCKED: Final = "blocked"
_REFUSED: Final = "refused"

#: An AAD object id.
_OBJECT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_UNDRAWN: Final = "It could not be drawn for Teams. That is a fault of Protocol Bot: please report it."


T = TypeVar("T")


class Tenant:
    """`id` in lower case. `service_url`: where to call before anything was heard of the tenant.

    `seconds` is a clock that only ever goes on.
    """

    def __init__(
        self,
        id: str,
        calls: Calls,
        places: Places,
        opens: render.Opens,
        clock: Callable[[], datetime],
        *,
        service_url: str,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = id
        self.calls = calls
        self.opens = opens
        self._places = places
        self._clock = clock
        self._service_url = service_url
        self._seconds = seconds
        self._said: Lately[bool] = Lately(_SAID, AT_MOST, seconds)
        self._shut: Remembered[float] = Remembered()
        self._shut_out = ""

    @property
    def refused(self) -> str:
        """Microsoft's word for why the bot is not let in, as a whole or into this tenant; empty where it is."""
        return self.calls.refused or self._shut_out

    # ------------------------------------------------------------ where

    async def spot(self, place: Place) -> Spot:
        """How to call for this place, in its thread. Raises `Refused` where nobody can say now."""
        known = await self._read(self._places.place(self.id, place.id))
        thread = f";messageid={place.thread}" if place.thread else ""
        return Spot(await self._url(known), f"{place.id}{thread}", self.id)

    async def chat(self, who: str, within: float) -> Spot:
        """This person's own chat with the bot; it is opened where none is known. Raises `Refused`."""
        return await self._known(who) or await self._opened(who, within)

    async def _known(self, who: str) -> Spot | None:
        known = await self._read(self._places.chat(self.id, _named(who)))
        return Spot(await self._url(known), known.id, self.id) if known is not None else None

    async def _opened(self, who: str, within: float) -> Spot:
        """Raises `Refused`; `unreachable` where there can't be, or can't be opened, such a chat."""
        if not _OBJECT.fullmatch(who):
            raise no_account()
        url = await self._url(None)
        try:
            id = await self._opened_at(url, who, within)
        except Refused as no:
            if no.status != 404 or no.code or url == self._service_url or not self.calls.may_call(self._service_url):
                raise
            url = self._service_url  # nobody of Microsoft's is at the other any more
            id = await self._opened_at(url, who, within)
        await self._keep(id, url, who)
        return Spot(url, id, self.id)

    async def _opened_at(self, url: str, who: str, within: float) -> str:
        try:
            return await self._noted(self.calls.opened(url, self.id, _named(who), within))
        except Refused as no:
            if no.gone:  # there is no such person
                raise out_of_reach(no) from None
            raise

    async def _url(self, known: Known | None) -> str:
        """As Teams said last of this conversation, else of any in the tenant, else the one for everybody."""
        if known is not None and self.calls.may_call(known.service_url):
            return known.service_url
        newest = await self._read(self._places.newest(self.id))
        return newest.service_url if newest and self.calls.may_call(newest.service_url) else self._service_url

    # ------------------------------------------------------------ saying

    async def send(self, who: str, key: str, messages: Sequence[render.Activity], within: float) -> None:
        """Say it to one person, in private. Raises `NotDelivered`. A chat that is gone is opened anew, once."""
        try:
            known = await self._known(who)
            if known is None or not await self._still_said(known, key, messages, within):
                await self.say(await self._opened(who, within), key, messages, within)
        except Refused as no:
            if not (no.shut or no.gone):
                raise
            if WHYS.get(no.code) == _BLOCKED:
                self._shut.put(_named(who), self._seconds() + _SHUT)
            raise out_of_reach(no) from None
        self._shut.forget(_named(who))

    async def _still_said(self, chat: Spot, key: str, messages: Sequence[render.Activity], within: float) -> bool:
        """In a chat known from before; False where it is not there any more."""
        try:
            await self.say(chat, key, messages, within)
        except Refused as no:
            if not _is_gone(no):
                raise
            await self._forget(chat.conversation)
            return False
        return True

    async def say(
        self, spot: Spot, key: str, messages: Sequence[render.Activity], within: float, *, to: str = ""
    ) -> None:
        """Post each once for each `key`, in order; what was posted already is not again. `within` is for each.

        `to`: for this person's eyes alone (their id there). Raises `Refused`.
        """
        for number, message in enumerate(messages):
            known = f"{key}/{number}"
            if not self._said.get(known):
                await self._noted(self.calls.say(spot, message, within, to=to))
                self._said.put(known, True)

    async def edit(self, spot: Spot, id: str, key: str, messages: Sequence[render.Activity], within: float) -> None:
        """Put the first in the place of one that stands there; say the others below. Raises `Refused`."""
        first, *others = messages
        await self._noted(self.calls.change(spot, id, first, within))
        await self.say(spot, key, others, within)

    # ------------------------------------------------------------ who can be told anything

    async def why_not(self, who: str, within: float) -> str:
        """Empty where this person can be told something now, or a word of `bot.reach.WHYS`. Raises `Refused`."""
        if self._seconds() < (self._shut.get(_named(who)) or 0.0):
            return _BLOCKED
        is_object = _OBJECT.fullmatch(who) is not None
        chat = None if is_object else await self._known(who)
        if not is_object and chat is None:
            return "bad-address"
        try:
            chat = chat or await self._opened(who, within)
            await self._noted(self.calls.member(chat, who, within))
        except Refused as no:
            if no.unreachable or no.shut or no.gone or (no.ours and no.status == 403):
                return _why(no)
            raise
        return ""

    async def is_theirs(self, chat: Spot, who: str, within: float) -> bool:
        """Whether this is the person's own chat: Teams says who is in it. False also where it does not say."""
        try:
            told = await self._noted(self.calls.member(chat, who, within))
        except Refused as no:
            log.info("whose own chat it is Teams does not say: %s", no.code or no.status or "no answer")
            return False
        return who in (str(told.get("aadObjectId") or told.get("objectId") or "").lower(), told.get("id"))

    def is_back(self, who: str) -> None:
        """They said something, or added the app: whatever kept them from being told is over."""
        self._shut.forget(_named(who))

    # ------------------------------------------------------------ what is remembered, and the mend

    async def _noted(self, call: Awaitable[T]) -> T:
        """What the tenant's administrators decided about the bot is said once, and shown until it is over."""
        try:
            answer = await call
        except Refused as no:
            if no.ours and no.status == 403:
                if no.code != self._shut_out:
                    log.error("The Microsoft 365 tenant %s: %s", self.id, no)
                self._shut_out = no.code
            raise
        self._shut_out = ""
        return answer

    async def _read(self, asked: Awaitable[T]) -> T:
        """Nothing was said yet when this fails."""
        try:
            return await asked
        except Exception as failed:  # only its kind is told
            why = f"What is known of this conversation could not be read ({type(failed).__name__})."
            raise Refused("", why, again=True) from None

    async def _keep(self, id: str, url: str, who: str) -> None:
        """Where it can't be kept it is opened again the next time, which opens no second one."""
        try:
            await self._places.keep(self.id, id, service_url=url, who=_named(who), at=self._clock())
        except Exception as failed:  # only its kind is told
            log.warning("a chat that was opened could not be remembered: %s", type(failed).__name__)

    async def _forget(self, id: str) -> None:
        try:
            await self._places.forget(self.id, id)
        except Exception as failed:  # only its kind is told
            log.warning("a chat that is gone could not be forgotten: %s", type(failed).__name__)


# ---------------------------------------------------------------- notices


async def carry(here: Tenant, notice: Notice, key: str, patience: float) -> None:
    """Say it, each part once for each `key`; `patience` in seconds for each call. Raises `NotDelivered`."""
    messages = _drawn(here, notice, key)
    match notice:
        case Send(to=to):
            await here.send(to.id, key, messages, patience)
        case Announce(to=to):
            if to.private:
                raise NotDelivered("An announcement is for everybody; that place is one person’s.", again=False)
            await here.say(await here.spot(to), key, messages, patience)
        case Edit(of=of):
            await _edit(here, of, key, messages, patience)


async def _edit(here: Tenant, of: Handle, key: str, messages: Sequence[render.Activity], patience: float) -> None:
    """In a post that somebody deleted there is nothing left to be changed."""
    try:
        await here.edit(await here.spot(of.place), of.id, key, messages, patience)
    except Refused as no:
        if not no.gone:
            raise


def _drawn(here: Tenant, notice: Notice, key: str) -> list[render.Activity]:
    """Raises `NotDelivered` for what Teams would not take, without its words: they may be anybody's."""
    try:
        messages = render.messages(notice.post, of_key(key), here.opens, notice=True)
        fits = all(size(one) <= MESSAGE for one in messages)
    except ValueError:
        fits = False
    if not fits:
        raise NotDelivered(_UNDRAWN, again=False)
    return messages


def _named(who: str) -> str:
    """As it is kept: an object id in lower case; of any other Teams tells capitals apart."""
    return who.lower() if _OBJECT.fullmatch(who) else who


def _is_gone(no: Refused) -> bool:
    """There is no such chat any more, or its id was made for another bot ("Failed to decrypt conversation id")."""
    return no.gone or (no.status == 403 and no.code == "BadArgument")


def _why(no: Refused) -> str:
    if no.gone:
        return "not-there" if no.unreachable else "left"
    return WHYS.get(no.code, _REFUSED)
