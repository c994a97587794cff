"""Where an answer is shown, in one tenant.

In: an answer, for whoever did something. Out: what is said in Teams; `Refused` where none of it helps.
Never: before others what is not `aloud`, whatever goes wrong: where it can't go into somebody's own chat, the others
are told no more than that it can't; and nothing of what somebody pressed.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from adapters.teams import render
from adapters.teams.calls import Spot, patiently
from adapters.teams.carrying import Tenant
from adapters.teams.parse import Delivery
from adapters.teams.refusals import Refused
from adapters.teams.render import Activity
from adapters.teams.replies import sentence
from bot.conversation import Answer, Post, Reject, Whisper
from bot.log_name import log_name

log = logging.getLogger(__name__)

#: learn.microsoft.com, Teams: what was not answered for fifteen seconds is sent again. From when it came.
_SAY: Final = 12.0
#: However late it is, somebody waits.
_LEAST: Final = 2.0

#: Where an answer stands: below what they did, in the place of what they pressed, in their own chat; or nowhere,
#: because nothing can be said there. "perhaps": nobody knows whether it stands there.
Stands: TypeAlias = Literal["below", "instead", "elsewhere", "nowhere", "perhaps"]


class Showing:
    """What people see of the answers. `key`: what was said under it already is not said again."""

    def __init__(self, tenant: Tenant, sentences: render.Sentences) -> None:
        self._tenant = tenant
        self._sentences = sentences

    # ------------------------------------------------------------ what they asked for

    async def answer(self, given: Delivery, whisper: Whisper, key: str) -> Stands:
        """Where they asked, as far as others may see it; else in their own chat. Raises `Refused`.

        What can only be done where they asked is not offered to them elsewhere.
        """
        if given.event.where.private:
            return await self._in_their_own(given, whisper, key)
        if whisper.aloud is None:
            return await self._elsewhere(given, self.drawn(whisper.post, elsewhere=True), key)
        aside = is_aside(given)
        said = self.drawn(whisper.post, aside=True) if aside else self.drawn(whisper.aloud)
        try:
            await self._there(given, said, key, to=given.user if aside else "")
        except Refused as no:
            if no.unsure or no.ours:
                raise
            log.debug("%s %s: not said where it was asked: %s", given.from_, log_name(given.event), why(no))
            return await self._elsewhere(given, self.drawn(whisper.aloud, elsewhere=True), key, pointed=False)
        return "below"

    async def offer(self, given: Delivery, way_in: Activity, key: str) -> Stands:
        """The button that opens a form, in their own chat. Raises `Refused`."""
        card = [way_in]
        if given.event.where.private:
            await self._there(given, card, key)
            return "below"
        return await self._elsewhere(given, card, key)

    async def greet(self, given: Delivery, whisper: Whisper, key: str, *, theirs: bool) -> None:
        """To a place the bot was added to, or to whoever added it to their own Teams. Raises `Refused`.

        Not `theirs`: whoever added it may have done so for somebody else, who is told what anybody may see.
        """
        post = whisper.post if given.event.where.private and theirs else whisper.aloud
        if post is not None:
            await self._there(given, self.drawn(post), key)

    async def owned_up(self, given: Delivery, text: str, key: str) -> bool:
        """Whoever asked is told at least that there is no answer; False where a second try of Teams' could do that."""
        try:
            await self._own_up(given, text, key)
        except Exception as failed:
            log.error("%s %s: nothing could be said: %s", given.from_, log_name(given.event), kind(failed))
            return isinstance(failed, Refused) and not failed.again
        return True

    async def _own_up(self, given: Delivery, text: str, key: str) -> None:
        """A sentence of our own, which tells nothing. Raises `Refused`."""
        try:
            await self._pointed(given, text, key)
        except Refused:
            if given.event.where.private:
                raise
            await self._to_them(given, self.drawn(sentence(text)), key)

    # ------------------------------------------------------------ in their own chat

    async def _to_them(self, given: Delivery, messages: Sequence[Activity], key: str) -> None:
        """In their own chat, wherever they are. Raises `Refused`."""
        if given.event.where.private:
            return await self._there(given, messages, key)
        who = given.event.who.id
        return await patiently(lambda left: self._tenant.send(who, key, messages, left), _time(given))

    async def told(self, given: Delivery, post: Post, key: str, within: float) -> None:
        """The same within so many seconds all in all, and not again. Raises `Refused`, `TimeoutError`."""
        here = given.event.where.private
        messages = self.drawn(post, elsewhere=not here)
        async with asyncio.timeout(within):
            if here:
                await self._tenant.say(self._spot(given), key, messages, within)
            else:
                await self._tenant.send(given.event.who.id, key, messages, within)

    async def follow(self, given: Delivery, messages: Sequence[Activity], key: str) -> None:
        """In their own chat, after a dialog said that it follows there. Raises `Refused`."""
        try:
            await self._to_them(given, messages, key)
        except Refused as no:
            if given.event.where.private or not no.unreachable:
                raise
            await self._pointed(given, self._sentences.not_installed, f"{key}-where")

    async def settle(self, given: Delivery, card: str) -> None:
        """The form that was opened from this post of their own chat was sent; the post says so. Raises nothing."""
        try:
            await self._tenant.edit(self._spot(given), card, "", [render.sentence(self._sentences.form_sent)], _LEAST)
        except Refused as no:
            log.info("a card that opened a form stands as it was: %s", why(no))

    async def replaced(self, given: Delivery, card: str, post: Post, key: str, within: float) -> bool:
        """What came of a form in the place of the post of their own chat that asked for it; False where it is not."""
        try:
            messages = self.drawn(post, asks=True)
            async with asyncio.timeout(within):
                await self._tenant.edit(self._spot(given), card, f"{key}-below", messages, within)
        except Exception as failed:  # a refusal, no time left, or a fault of ours in drawing it
            log.debug("%s %s: what asked for it stands as it was: %s", given.from_, log_name(given.event), kind(failed))
            return False
        return True

    async def _in_their_own(self, given: Delivery, whisper: Whisper, key: str) -> Stands:
        messages = self.drawn(whisper.post)
        if given.from_ == "press" and whisper.settles and given.card:
            try:
                await self._instead(given, self.drawn(whisper.post, asks=True), key)
            except Refused as no:
                if no.ours:
                    raise
                log.debug("%s %s: its card stands as it was: %s", given.from_, log_name(given.event), why(no))
            else:
                return "instead"
        await self._there(given, messages, key)
        return "below"

    async def _instead(self, given: Delivery, messages: Sequence[Activity], key: str) -> None:
        """What was asked is answered: the answer takes its place."""
        spot, below = self._spot(given), f"{key}-below"
        await patiently(lambda left: self._tenant.edit(spot, given.card, below, messages, left), _time(given))

    # ------------------------------------------------------------ where they asked

    async def _elsewhere(
        self, given: Delivery, messages: Sequence[Activity], key: str, *, pointed: bool = True
    ) -> Stands:
        """In their own chat; where they asked it is said that it is there, or what they have to do first.

        Of a button nothing is said where it stands but what they have to do, and that where a toast can't say it.
        """
        try:
            await self._to_them(given, messages, key)
        except Refused as no:
            if not no.unreachable:
                raise
            log.debug("%s %s: they have no chat with the bot: %s", given.from_, log_name(given.event), why(no))
            if not given.invoke:
                await self._pointed(given, self._sentences.not_installed, f"{key}-where")
            return "nowhere"
        if pointed and given.from_ != "press":
            await self._pointed_on(given, f"{key}-where")
        return "elsewhere"

    async def _pointed_on(self, given: Delivery, key: str) -> None:
        """Raises nothing: they have their answer."""
        try:
            await self._pointed(given, self._sentences.elsewhere, key)
        except Refused as no:
            log.debug("%s %s: where it was answered is not told: %s", given.from_, log_name(given.event), why(no))

    async def _pointed(self, given: Delivery, text: str, key: str) -> None:
        """A sentence of our own where they asked; for them alone, but where they asked before everybody."""
        alone = not given.event.where.private and given.from_ != "mention"
        await self._there(given, self.drawn(sentence(text)), key, to=given.user if alone else "")

    async def _there(self, given: Delivery, messages: Sequence[Activity], key: str, *, to: str = "") -> None:
        spot = self._spot(given)
        await patiently(lambda left: self._tenant.say(spot, key, messages, left, to=to), _time(given))

    def _spot(self, given: Delivery) -> Spot:
        return Spot(given.service_url, given.conversation, self._tenant.id)

    # ------------------------------------------------------------ drawing

    def drawn(self, post: Post, *, elsewhere: bool = False, aside: bool = False, asks: bool = False) -> list[Activity]:
        """As messages; each card has a name of its own. `elsewhere`: than they asked, so that a lock screen is lit
        for it, which must not name what they asked.
        """
        instead = self._sentences.elsewhere if elsewhere else None
        return render.messages(post, nonce(), self._tenant.opens, aside=aside, asks=asks, instead=instead)

    def whisper(self, given: Delivery, answer: Answer | None) -> Whisper:
        """An answer that is read."""
        match answer:
            case Whisper():
                return answer
            case None:
                return openly(given, self._sentences.no_council)
            case Reject(problems=wrong):
                return Whisper(sentence("\n".join(wrong.values())))
        log.error(
            "%s %s got an answer that does not fit: %s", given.from_, log_name(given.event), type(answer).__name__
        )
        return openly(given, self._sentences.unshown)


def openly(given: Delivery, text: str) -> Whisper:
    """A sentence of our own that tells nothing: anybody may see it, but for what somebody pressed."""
    post = sentence(text)
    return Whisper(post, aloud=None if given.from_ == "press" else post)


def is_aside(given: Delivery) -> bool:
    """Whether nobody else saw what they did."""
    return given.from_ == "aside" or (given.carried is not None and given.carried.aside)


def nonce() -> str:
    """The name of a new card or dialog."""
    return secrets.token_hex(16)


def why(no: Refused) -> str:
    """For the log."""
    return no.code or str(no.status or "no answer")


def kind(failed: Exception) -> str:
    """For the log: a refusal in Microsoft's word; of all else only the kind, for it may hold somebody's words."""
    return why(failed) if isinstance(failed, Refused) else type(failed).__name__


def _time(given: Delivery) -> float:
    """Seconds that there are to say something."""
    return max(_LEAST, given.came + _SAY - asyncio.get_running_loop().time())
