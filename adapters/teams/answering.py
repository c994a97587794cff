"""What somebody gets back who is waiting for it.

In: a delivery. Out: what Teams' request is answered with (`Reply`), and whatever is said beside that (`showing`).
Never: answers before the bot has kept what it heard, or that it was kept; leaves anybody in silence who could still be
told; asks for what was taken to be sent again.
"""

import asyncio
import logging
from typing import Final, NamedTuple

from msgspec.structs import replace

from adapters.teams import actions, dialogs, render
from adapters.teams.asked import Shown
from adapters.teams.carrying import Tenant
from adapters.teams.forms import Forms, Origin, Waiting, origin
from adapters.teams.parse import Delivery
from adapters.teams.refusals import Refused
from adapters.teams.replies import Reply, dialog, sentence, toast
from adapters.teams.showing import Showing, Stands, kind, nonce, openly
from bot.conversation import Answer, Form, Open, Paragraph, Post, Press, Quote, Whisper
from bot.hands import Hands
from bot.log_name import log_name
from bot.ports import Ears

log = logging.getLogger(__name__)

#: learn.microsoft.com, Teams: an invoke is waited for about five seconds; after that its answer is not looked at.
#: From when it came.
_ANSWER: Final = 4.5
#: An invoke that got no answer is brought twice more, each after some five seconds and with another id
#: (microsoft/botbuilder-dotnet, issue 5005). After this long the same button is pressed anew.
AGAIN: Final = 30.0


class _Heard(NamedTuple):
    """What the bot answered. `failed`: nothing was kept, and that is the answer."""

    answer: Answer | None
    failed: bool = False


class _Work(NamedTuple):
    """An invoke that is in hand."""

    done: asyncio.Task[Reply]
    waiting: Waiting


class Answering:
    """Answers in one tenant. What goes on after the answer to a request is in its hands."""

    def __init__(self, tenant: Tenant, ears: Ears, sentences: render.Sentences, hands: Hands) -> None:
        self.tenant = tenant
        self._showing = Showing(tenant, sentences)
        self._forms = Forms(ears, self._showing, sentences, hands)
        self._ears = ears
        self._sentences = sentences
        self._hands = hands
        self._in_hand: dict[str, _Work] = {}

    async def take(self, given: Delivery, *, new: bool = True, theirs: bool = True) -> Reply:
        """Hear it, and answer. `new`: the conversation was not known before. `theirs`: it is no stranger's own chat."""
        if given.from_ == "joined":
            return await self._joined(given, new=new, theirs=theirs)
        return await (self._invoked(given) if given.invoke else self._words(given))

    # ------------------------------------------------------------ messages: Teams brings again what it got no answer to

    async def _joined(self, given: Delivery, *, new: bool, theirs: bool) -> Reply:
        """A greeting nobody waits for."""
        if not new:
            return Reply()
        try:
            answer = await self._ears.hear(given.event)
            if isinstance(answer, Whisper):
                await self._showing.greet(given, answer, nonce(), theirs=theirs)
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.warning("nobody was greeted, %s: %s", log_name(given.event), kind(failed))
        return Reply()

    async def _words(self, given: Delivery) -> Reply:
        """Words, and buttons of clients that know no better. Where not even that can be told, Teams is."""
        heard = await self._hear(given)
        stands = await self._shown(given, heard, f"answer-{given.event.id}-{_own(given)}")
        taken = given.from_ != "press" or not (heard.failed or stands is None)
        if stands or await self._owned_up(given, self._owed(heard)):
            return Reply(final=taken)
        return Reply(status=500, final=False)

    async def _hear(self, given: Delivery) -> _Heard:
        """Raises nothing: a person waits, and nothing was kept that would not be heard again."""
        try:
            return _Heard(await self._ears.hear(given.event))
        except Exception as failed:
            log.error("%s %s failed: %s", given.from_, log_name(given.event), type(failed).__name__)
            return _Heard(openly(given, self._sentences.failed), failed=True)

    async def _shown(self, given: Delivery, heard: _Heard, key: str) -> Stands | None:
        """None where nothing was said, which is to be owned up to."""
        answer = heard.answer
        try:
            if isinstance(answer, Open):
                return await self._showing.offer(given, self._forms.way_in(given), key)
            return await self._showing.answer(given, self._showing.whisper(given, answer), key)
        except Exception as failed:  # a refusal, or a fault of ours in showing it
            log.warning("%s %s was not answered: %s", given.from_, log_name(given.event), kind(failed))
            openly_said = given.from_ == "mention" and isinstance(answer, Whisper) and answer.aloud is not None
            if openly_said and isinstance(failed, Refused) and failed.unsure:
                return "perhaps"  # before everybody it is not said that it is not there
            return None

    def _owed(self, heard: _Heard) -> str:
        """What is owned up to where nothing was said. Only of what was kept it is said that it was taken."""
        kept = isinstance(heard.answer, Whisper) and not heard.failed
        return self._sentences.unshown if kept else self._sentences.failed

    async def _owned_up(self, given: Delivery, text: str) -> bool:
        return await self._showing.owned_up(given, text, f"failed-{given.event.id}-{_own(given)}")

    # ------------------------------------------------------------ invokes: answered in time, or it follows

    async def _invoked(self, given: Delivery) -> Reply:
        """However late it is, it goes on: a second try of Teams' shares what becomes of it (`hearing`)."""
        work, waiting = self._taken_in_hand(given)
        await asyncio.wait({work}, timeout=waiting.left)
        if work.done():
            return work.result()
        waiting.late = True
        log.debug("%s %s is answered later", given.from_, log_name(given.event))
        match given.from_:
            case "press":
                return replace(toast(self._sentences.soon), final=False)
            case "form":  # what was typed is nowhere else yet
                return self._forms.wrong(given, {"": self._sentences.moment})
        return self._sheet(given, sentence(self._sentences.moment))

    def _taken_in_hand(self, given: Delivery) -> _Work:
        """A form or a button that comes again while it is in hand is waited for once more."""
        id, until, shared = given.once or given.event.id, given.came + _ANSWER, given.from_ in ("form", "press")
        if shared and (before := self._in_hand.get(id)) is not None:
            before.waiting.until, before.waiting.late = until, False
            return before
        waiting = Waiting(until)
        work = _Work(self._hands.take(self._worked(given, waiting)), waiting)
        if shared:
            self._in_hand[id] = work
            work.done.add_done_callback(lambda _: self._let_go(id, work, keeps=given.from_ == "press"))
        return work

    def _let_go(self, id: str, work: _Work, *, keeps: bool) -> None:
        """`keeps`: what was answered of late is not done again when Teams, which had no answer, brings it again."""
        done = work.done
        if keeps and work.waiting.late and not done.cancelled() and done.exception() is None and done.result().final:
            asyncio.get_running_loop().call_later(AGAIN, self._in_hand.pop, id, None)
        else:
            self._in_hand.pop(id, None)

    async def _worked(self, given: Delivery, waiting: Waiting) -> Reply:
        carried = given.carried
        match given.from_:
            case "press":
                return await self._pressed(given, waiting)
            case "form":
                return await self._forms.sent(given, waiting)
        if carried is None and given.typed:
            return self._forms.sheet(given, self._typed(given))
        at = origin(given)
        if carried is None or not carried.again:
            return await self._opened(given, waiting, at)
        found = self._forms.opened_again(given, carried)
        if isinstance(found, Shown):
            return self._refilled(given, found, at)
        if found is None:
            return self._forms.sheet(given, sentence(self._sentences.ask_again))
        return await self._opened(replace(given, event=replace(found, id=given.event.id)), waiting, at)

    async def _pressed(self, given: Delivery, waiting: Waiting) -> Reply:
        heard = await self._hear(given)
        if heard.failed and not waiting.late:
            return replace(toast(self._sentences.failed), final=False)
        stands = await self._shown(given, heard, nonce())
        told = self._told_by_toast(stands, heard)
        if waiting.late and stands in (None, "nowhere"):  # the toast said that the answer follows
            await self._owned_up(given, told)
        return replace(toast(told), final=stands is not None and not heard.failed)

    def _told_by_toast(self, stands: Stands | None, heard: _Heard) -> str:
        """Where the answer to a button stands."""
        match stands:
            case "below":
                return self._sentences.answered
            case "instead":
                return self._sentences.taken
            case "elsewhere":
                return self._sentences.elsewhere
            case "nowhere":
                return self._sentences.not_installed
        return self._owed(heard)

    # ------------------------------------------------------------ dialogs

    async def _opened(self, given: Delivery, waiting: Waiting, at: Origin) -> Reply:
        """A dialog, with a form in it or what there is to read. `at`: the post to be settled once it is answered."""
        heard = await self._hear(given)
        answer = heard.answer
        if waiting.late:
            await self._forms.followed(given, answer, failed=heard.failed)
            return Reply()
        try:
            if isinstance(answer, Open):
                return self._form(given, answer.form, at)
            whisper = self._showing.whisper(given, answer)
        except Exception as failed:
            log.error("%s %s could not be drawn: %s", given.from_, log_name(given.event), type(failed).__name__)
            return self._sheet(given, sentence(self._owed(heard)))
        if whisper.settles and at.card and not at.way:
            self._hands.take(self._forms.settled(given, at, whisper.post, nonce(), waiting))
        return self._sheet(given, whisper.post, final=not heard.failed)

    def _form(self, given: Delivery, form: Form, at: Origin) -> Reply:
        """From its beginning, or from where somebody reads on in it, with what they typed."""
        carried, event, typed = given.carried, given.event, given.typed
        turned = carried is not None and carried.part > 0
        values = {field.name: actions.value_of(field, typed) for field in form.fields} if typed else None
        drawn = dialogs.form(
            form,
            carried.nonce if carried and turned else nonce(),
            self._sentences,
            card=at.card,
            way=at.way,
            token=event.token if isinstance(event, Press) else "",
            part=carried.part if carried and turned else 1,
            values=values,
        )
        return dialog(drawn, final=False)

    def _refilled(self, given: Delivery, shown: Shown, at: Origin) -> Reply:
        try:
            return dialog(self._forms.drawn(shown, at), final=False)
        except Exception as failed:
            log.error("%s %s could not be drawn: %s", given.from_, log_name(given.event), type(failed).__name__)
            return self._forms.sheet(given, sentence(self._sentences.failed))

    def _sheet(self, given: Delivery, post: Post, *, final: bool = True) -> Reply:
        """In the place of the form that was to come: what was typed in that one is theirs, to copy."""
        return self._forms.sheet(given, replace(post, blocks=(*post.blocks, *_quotes(given))), final=final)

    def _typed(self, given: Delivery) -> Post:
        """What stood in a form that nobody can read any more: theirs, to copy."""
        return Post((Paragraph(self._sentences.typed), *_quotes(given), Paragraph(self._sentences.ask_again)))


def _quotes(given: Delivery) -> tuple[Quote, ...]:
    return tuple(Quote(text.removeprefix("=")) for text in given.typed.values() if text.strip())


def _own(given: Delivery) -> str:
    """A message that comes again is the same; a button pressed again is to be answered again."""
    return nonce() if given.from_ == "press" else ""
