"""Forms that are sent in, what they were opened from, and what came of them.

In: a delivery that opens a dialog or sends in a form. Out: what Teams' request is answered with; receipts.
Never: says that a form was taken before it was kept, or of one that was not; loses what was typed; asks for what was
taken to be sent again.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, NamedTuple

from adapters.teams import dialogs, render
from adapters.teams.actions import Carried, word_of
from adapters.teams.asked import Asked, Shown
from adapters.teams.parse import Delivery
from adapters.teams.replies import Reply, dialog, sentence
from adapters.teams.showing import Showing, kind, nonce
from bot.conversation import Answer, Command, Form, Message, Open, Post, Reject, Said, Submit, Whisper
from bot.hands import Hands
from bot.log_name import log_name
from bot.ports import Ears
from bot.tokens import Token

log = logging.getLogger(__name__)

#: A receipt that could not be put into their own chat so fast is shown in the dialog; it is not tried in less.
_RECEIPT: Final = 1.5
_LITTLE: Final = 0.3


class Waiting:
    """Until when Teams waits, in seconds of the loop's clock.

    `late`: it does not any more, and what would have been the answer to its request goes another way.
    """

    def __init__(self, until: float) -> None:
        self.until, self.late = until, False

    @property
    def left(self) -> float:
        """Seconds."""
        return max(0.0, self.until - asyncio.get_running_loop().time())


class Origin(NamedTuple):
    """The post of their own chat that a dialog was opened from, where what comes of the dialog is to be shown at it.

    `way`: it is an Open form card, of this nonce.
    """

    card: str = ""
    way: str = ""


def origin(given: Delivery) -> Origin:
    """A notice that was opened to answer it, or an Open form card. Lists and help stay as they are."""
    carried = given.carried
    if carried is None or not given.event.where.private:
        return Origin()
    if given.from_ != "fetch":
        return Origin(carried.card, carried.way)
    if carried.again:
        return Origin(given.card, carried.nonce)
    return Origin(given.card) if carried.asks and Token.read(carried.token).value else Origin()


class Forms:
    """In one tenant."""

    def __init__(self, ears: Ears, showing: Showing, sentences: render.Sentences, hands: Hands) -> None:
        self._ears = ears
        self._showing = showing
        self._sentences = sentences
        self._hands = hands
        self._asked = Asked()

    # ------------------------------------------------------------ sent in

    async def sent(self, given: Delivery, waiting: Waiting) -> Reply:
        """What was typed stays in the form until it was taken."""
        answer: Answer | None = Reject({"": self._sentences.failed})
        try:
            answer = await self._ears.hear(given.event)
        except Exception as failed:
            log.error("form %s failed: %s", log_name(given.event), type(failed).__name__)
        if answer is None:
            answer = Reject({"": self._sentences.no_council})
        late = waiting.late
        if isinstance(answer, Open | Reject) and late:
            await self.followed(given, answer)
        match answer:
            case Reject(problems=wrong):
                return self.wrong(given, wrong)
            case Open(form=form):
                return self._next(given, form, final=not late)
        return await self._receipt(given, self._showing.whisper(given, answer), waiting)

    def wrong(self, given: Delivery, wrong: Mapping[str, str]) -> Reply:
        """The same form, with what is wrong and with what was typed; sent as it stands, it is the same event."""
        shown = _filled(given, wrong)
        if shown is None:
            return dialog(dialogs.sheet(sentence("\n".join(wrong.values())), nonce(), self._sentences), final=False)
        return dialog(self.drawn(shown, origin(given)), final=False)

    def _next(self, given: Delivery, form: Form, *, final: bool) -> Reply:
        """Not `final`: it waits in their own chat too, and what was sent may be sent once more."""
        try:
            return dialog(self.drawn(_following(given, form), origin(given)), final=final)
        except Exception as failed:  # what they typed stays in the form they have
            log.error("form %s: the next could not be drawn: %s", log_name(given.event), type(failed).__name__)
            return self.wrong(given, {"": self._sentences.failed})

    def drawn(self, shown: Shown, at: Origin) -> dialogs.Dialog:
        """As a dialog."""
        return dialogs.form(
            shown.form,
            shown.nonce,
            self._sentences,
            card=at.card,
            way=at.way,
            without=shown.without,
            problems=shown.problems,
            values=shown.values,
        )

    # ------------------------------------------------------------ what came of it

    async def _receipt(self, given: Delivery, whisper: Whisper, waiting: Waiting) -> Reply:
        """In their own chat, in the place of what asked for it; in the dialog where that can't be, or there is little
        time left for it.

        It was taken: whatever goes wrong here, nothing may ask them to send it again.
        """
        post, key, at = whisper.post, nonce(), origin(given)
        self._asked.dealt_with(at.way, given.carried.nonce if given.carried else "")
        if at.way and at.card:
            self._hands.take(self._showing.settle(given, at.card))
        elif at.card and whisper.settles and await self.settled(given, at, post, key, waiting):
            return dialog(dialogs.CLOSED)
        if await self._told(given, post, key, waiting):
            return dialog(dialogs.CLOSED)
        if waiting.late:
            await self.followed(given, Whisper(post), key)
            return Reply()
        return self.sheet(given, post)

    async def settled(self, given: Delivery, at: Origin, post: Post, key: str, waiting: Waiting) -> bool:
        """What asked for it makes room for what came of it; False where it does not."""
        within = _RECEIPT if waiting.late else min(_RECEIPT, waiting.left)
        return within >= _LITTLE and await self._showing.replaced(given, at.card, post, key, within)

    async def _told(self, given: Delivery, post: Post, key: str, waiting: Waiting) -> bool:
        within = min(_RECEIPT, waiting.left)
        if within < _LITTLE:
            return False
        try:
            await self._showing.told(given, post, key, within)
        except Exception as failed:  # a refusal, no time left, or a fault of ours in drawing it
            log.debug("form %s: what came of it is not in their own chat: %s", log_name(given.event), kind(failed))
            return False
        return True

    def sheet(self, given: Delivery, post: Post, *, final: bool = True) -> Reply:
        """What can't be drawn is owned up to; what is too long for a dialog is said in their own chat."""
        at = origin(given)
        try:
            drawn = dialogs.sheet(post, nonce(), self._sentences, card=at.card, way=at.way)
            if dialogs.fits(drawn):
                return dialog(drawn, final=final)
            self._hands.take(self.followed(given, Whisper(post)))
            told = self._sentences.moment
        except Exception as failed:
            log.error("a dialog could not be drawn: %s", type(failed).__name__)
            told = self._sentences.unshown
        return dialog(dialogs.sheet(sentence(told), nonce(), self._sentences), final=final)

    # ------------------------------------------------------------ what follows

    async def followed(self, given: Delivery, answer: Answer | None, key: str = "", *, failed: bool = False) -> None:
        """Into their own chat: the dialog said so. A form waits there, with what was typed in it.

        `failed`: nothing was kept, which is what the answer says.
        """
        if isinstance(answer, Open) or (isinstance(answer, Reject) and given.from_ == "form"):
            return await self._waits(given, answer)
        try:
            messages = self._showing.drawn(self._showing.whisper(given, answer).post, elsewhere=True)
            await self._showing.follow(given, messages, key or nonce())
        except Exception as broken:
            log.warning("%s %s was not answered later: %s", given.from_, log_name(given.event), kind(broken))
            told = self._sentences.failed if failed else self._sentences.unshown
            await self._showing.owned_up(given, told, f"failed-{given.event.id}-{nonce()}")
        return None

    async def _waits(self, given: Delivery, answer: Open | Reject) -> None:
        """Nothing was taken: rather twice than never."""
        way_in = [self.way_in(given, answer)]
        for _ in range(2):
            try:
                return await self._showing.follow(given, way_in, nonce())
            except Exception as broken:
                log.warning("%s %s waits for its form: %s", given.from_, log_name(given.event), kind(broken))
        await self._showing.owned_up(given, self._sentences.failed, f"failed-{given.event.id}-{nonce()}")
        return None

    # ------------------------------------------------------------ the Open form card

    def way_in(self, given: Delivery, answer: Answer | None = None) -> render.Activity:
        """The card that opens what was asked for; a form that was sent in is shown as it was, and not sent unseen.

        One word stands in the card itself: what was asked so is opened after a restart too.
        """
        made, event = nonce(), given.event
        if isinstance(event, Submit):
            filled = _filled(given, answer.problems if isinstance(answer, Reject) else {})
            shown = _following(given, answer.form) if isinstance(answer, Open) else filled
            if shown is not None:
                self._asked.put(made, event.who, shown)
            return render.open_form(made, self._sentences)
        word = word_of(event.text) if isinstance(event, Command | Message) else ""
        if not word:
            self._asked.put(made, event.who, event)
        return render.open_form(made, self._sentences, word)

    def opened_again(self, given: Delivery, carried: Carried) -> Said | Shown | None:
        """What waits behind the card that was pressed; None where nobody knows any more."""
        event = given.event
        if word := word_of(carried.word):
            return Command(id=event.id, who=event.who, where=event.where, at=event.at, text=word)
        return self._asked.get(carried.nonce, event.who)


def _following(given: Delivery, form: Form) -> Shown:
    """The form that comes after one that was sent in; where that is the same anew, it can be read again as that was."""
    carried = given.carried
    if carried is None or carried.form is None:
        return Shown(form, nonce())
    before, now = Token.read(carried.form.id), Token.read(form.id)
    same = (before.desk, before.step) == (now.desk, now.step)
    return Shown(form, nonce(), without=carried.token if same else "")


def _filled(given: Delivery, wrong: Mapping[str, str]) -> Shown | None:
    """A form that was sent in, as it was."""
    carried, event = given.carried, given.event
    if carried is None or carried.form is None or not isinstance(event, Submit):
        return None
    return Shown(carried.form, carried.nonce, wrong, event.values, carried.token)
