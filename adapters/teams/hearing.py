"""What comes from Teams, heard once each.

In: activities that are known to be Teams'. Out: what Teams' request is answered with.
Never: hears a delivery a second time while the first is in hand, or was answered of late; remembers without bound;
lets what is in hand go because whoever brought it hung up; keeps a chat for somebody whose it may not be.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from msgspec.structs import replace

from adapters.teams import parse
from adapters.teams.answering import AGAIN, Answering
from adapters.teams.calls import Spot
from adapters.teams.parse import Activity, Delivery, Left, Seen
from adapters.teams.places import Places
from adapters.teams.replies import Reply
from bot.hands import Hands
from bot.log_name import log_name
from bot.remembered import Remembered

log = logging.getLogger(__name__)

#: Seconds for Teams to say whose own chat it is.
_ASKING: Final = 3.0
_NOT_OURS: Final = Reply(status=501)  # an invoke that the bot has no ears for


class _Met(NamedTuple):
    """Whether a conversation was not known before; and, of an own chat, whether it is theirs who are named with it."""

    new: bool
    theirs: bool = True


class Hearing:
    """The ears in all tenants. `answering` has one for each."""

    def __init__(
        self,
        answering: Mapping[str, Answering],
        places: Places,
        clock: Callable[[], datetime],
        hands: Hands,
        *,
        again: float = AGAIN,
    ) -> None:
        self._answering = answering
        self._places = places
        self._clock = clock
        self._hands = hands
        self._again = again
        self._in_hand: dict[str, asyncio.Task[Reply]] = {}
        self._answered: Remembered[Reply] = Remembered()
        self._kept: Remembered[Seen] = Remembered()
        self._writing = asyncio.Lock()  # what came first is written first

    async def hear(self, activity: Activity, came: float) -> Reply:
        """One activity. `came`: when it did, in seconds of the loop's clock."""
        heard, seen = parse.read(activity, self._clock()), parse.seen(activity)
        if isinstance(heard, Left):
            await asyncio.shield(self._hands.take(self._forget(heard)))
            return Reply()
        if heard is None:
            self._keep_aside(seen)
            return _NOT_OURS if parse.is_invoke(activity) else Reply()
        return await self._once(replace(heard, came=came), seen)

    async def _once(self, heard: Delivery, seen: Seen | None) -> Reply:
        """A delivery that comes again shares what became of the first, and brings nothing to be said again."""
        id = _name(heard)
        if (before := self._answered.get(id)) is not None:
            return before
        if (task := self._in_hand.get(id)) is None:
            task = self._in_hand[id] = self._hands.take(self._taken(id, heard, seen))
        return await asyncio.shield(task)

    async def _taken(self, id: str, heard: Delivery, seen: Seen | None) -> Reply:
        try:
            answering = self._answering[heard.event.where.tenant]
            new, theirs = await self._met(heard, seen, answering)
            reply = await answering.take(heard, new=new, theirs=theirs)
        finally:
            self._in_hand.pop(id, None)
        if reply.final:
            self._answered.put(id, reply)
            if heard.invoke or heard.from_ == "press":
                asyncio.get_running_loop().call_later(self._again, self._answered.forget, id)
        log.debug("%s was answered: %d", log_name(heard.event), reply.status)
        return reply

    # ------------------------------------------------------------ conversations

    async def _met(self, heard: Delivery, seen: Seen | None, answering: Answering) -> _Met:
        """Only a greeting waits until the conversation is known."""
        if heard.from_ != "joined":
            if heard.event.where.private:  # what is said elsewhere tells nothing of their own chat
                answering.tenant.is_back(heard.event.who.id)
            self._keep_aside(seen)
            return _Met(new=False)
        private = heard.event.where.private
        met = await self._keep(seen) if seen is not None else _Met(new=True, theirs=not private)
        if private and met.theirs:
            answering.tenant.is_back(heard.event.who.id)
        return met

    def _keep_aside(self, seen: Seen | None) -> None:
        """What is known of it is written down when it changed. Nothing depends on it now."""
        if seen is not None and self._kept.get(_kept_as(seen.tenant, seen.id, sure=seen.sure)) != seen:
            self._hands.take(self._keep(seen))

    async def _keep(self, seen: Seen) -> _Met:
        name, owned = _kept_as(seen.tenant, seen.id, sure=seen.sure), None
        self._kept.put(name, seen)
        try:
            owned = await self._owned(seen)
            if owned is None:
                self._kept.forget(name)
                return _Met(new=True, theirs=False)
            async with self._writing:
                if self._kept.get(name) != seen:  # meanwhile it was left, or more was learnt of it
                    return _Met(new=False, theirs=owned.who == seen.who)
                new = await self._places.keep(
                    seen.tenant, seen.id, service_url=seen.service_url, who=owned.who, at=self._clock()
                )
        except Exception as failed:  # only its kind is told
            self._kept.forget(name)
            log.warning("a conversation could not be kept: %s", type(failed).__name__)
            return _Met(new=True, theirs=owned is not None)
        return _Met(new, theirs=owned.who == seen.who)

    async def _owned(self, seen: Seen) -> Seen | None:
        """With whoever's own chat it is, as they said something there, as Teams says, or as is known from before.

        None where nobody can say: it is kept at their first word, for it is nobody else's, and no shared place.
        """
        if seen.sure:
            return seen
        spot = Spot(seen.service_url, seen.id, seen.tenant)
        if await self._answering[seen.tenant].tenant.is_theirs(spot, seen.who, _ASKING):
            return seen
        known = await self._places.place(seen.tenant, seen.id)
        return seen._replace(who=known.who) if known is not None and known.who else None

    async def _forget(self, left: Left) -> None:
        for sure in (True, False):
            self._kept.forget(_kept_as(left.tenant, left.id, sure=sure))
        self._answered.forget(f"{left.tenant} joined:{left.id}")
        try:
            async with self._writing:
                await self._places.forget(left.tenant, left.id)
        except Exception as failed:  # only its kind is told
            log.warning("a conversation could not be forgotten: %s", type(failed).__name__)


def _name(heard: Delivery) -> str:
    """Of the delivery, in all tenants."""
    return f"{heard.event.where.tenant} {heard.once or heard.event.id}"


def _kept_as(tenant: str, id: str, *, sure: bool) -> str:
    """What is not sure stands in nobody's way who is."""
    return f"{tenant} {id}{'' if sure else ' perhaps'}"
