"""What somebody gets back who is waiting for it.

In: a delivery. Out: what Slack is acknowledged with (`Reply`), and whatever is shown beside that (`showing`).
Never: acknowledges before the bot has kept what it heard; leaves anybody in silence who could still be told; asks for
what was taken to be sent again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from adapters.slack import render
from adapters.slack.parse import Delivery
from adapters.slack.refusals import Refused
from adapters.slack.replies import Reply, problems, sentence, updated
from adapters.slack.showing import SAY, Showing, Waiting
from adapters.slack.workspace import Workspace
from bot.conversation import Answer, Form, Open, Page, Post, Reject, Visit, Whisper
from bot.hands import Hands
from bot.log_name import log_name
from bot.ports import Ears

log = logging.getLogger(__name__)

#: docs.slack.dev, "Handling user interaction": Slack waits three seconds, and a trigger opens a dialog for as long.
#: These count from when the request came.
_ACKNOWLEDGE: Final = 2.5
#: After so long it is not waited for any more to know whether a form is to be opened: one is, to be filled then.
_HEAR_FIRST: Final = 1.2
#: A receipt that could not be put into their own chat so fast is shown in the dialog; it is not tried in less.
_RECEIPT: Final = 1.5
_LITTLE: Final = 0.3


#: What a request is answered with before all that comes of it is shown.
Acknowledge: TypeAlias = Callable[[Reply], None]


class Answering:
    """Answers in one workspace. What goes on after the acknowledgement is in its hands."""

    def __init__(self, workspace: Workspace, ears: Ears, sentences: render.Sentences, hands: Hands) -> None:
        self._workspace = workspace
        self._showing = Showing(workspace, sentences)
        self._ears = ears
        self._sentences = sentences
        self._hands = hands

    async def take(self, given: Delivery, view: Mapping[str, Any], acknowledge: Acknowledge) -> Reply:
        """Hear it, and answer. `view` is the dialog sent in, as it came.

        `acknowledge` is called with a reply where Slack can't wait until all of it is shown.
        """
        match given.from_:
            case "chat" | "mention" | "home" | "opened":
                return await self._event(given)
            case "form":
                return await self._form(given, view)
        reply = await self._asked(given, acknowledge)
        if given.home:
            self._hands.take(self._redraw(given))
        return reply

    # ------------------------------------------------------------ events: Slack delivers again what failed

    async def _event(self, given: Delivery) -> Reply:
        unsaid = self._sentences.failed
        try:
            if given.from_ == "opened" and not await self._workspace.is_new(given.event.where.id, SAY):
                return Reply()
            answer = await self._ears.hear(given.event)
            unsaid = self._sentences.unshown
            await self._say(given, answer)
        except Refused as no:
            log.warning("%s %s was not answered: %s", given.from_, log_name(given.event), no.code or "no answer")
            again = no.again
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("%s %s failed: %s", given.from_, log_name(given.event), type(failed).__name__)
            again = unsaid == self._sentences.failed  # what can't be drawn now can't be later
        else:
            return Reply()
        if again and not given.last:
            return Reply(status=500, final=False)
        await self._own_up(given, unsaid)
        return Reply()

    async def _say(self, given: Delivery, answer: Answer | None) -> None:
        if given.from_ == "home":
            posts = answer.posts if isinstance(answer, Page) else (self._showing.post(given, answer),)
            await self._showing.publish(given.event.who.id, posts)
        else:
            await self._showing.say(given, self._showing.post(given, answer), _key(given))

    async def _own_up(self, given: Delivery, unsaid: str) -> None:
        """Slack brings it no more: whoever asked is told at least that there is no answer. A greeting is no answer."""
        with suppress(Refused):
            if given.from_ == "home":
                await self._showing.publish(given.event.who.id, (sentence(unsaid),))
            elif given.from_ != "opened":
                await self._showing.tell(given, sentence(unsaid), _failed(given), SAY)

    async def _redraw(self, given: Delivery) -> None:
        """The page they came from, as things stand now."""
        event = given.event
        visit = Visit(id=f"redraw:{event.id}", who=event.who, where=event.where, at=event.at)
        try:
            answer = await self._ears.hear(visit)
            if isinstance(answer, Page):
                await self._showing.publish(event.who.id, answer.posts)
        except Exception as failed:  # they see it as it was, until they open it again
            log.warning("a page was not drawn anew after %s: %s", log_name(event), type(failed).__name__)

    # ------------------------------------------------------------ commands and buttons

    async def _asked(self, given: Delivery, acknowledge: Acknowledge) -> Reply:
        """The answer, if it comes in time; else it follows.

        However late: what was not kept is not acknowledged, so that Slack tells them that something is wrong.
        """
        waiting = Waiting(given.view if given.from_ == "sheet" else "", lambda: acknowledge(Reply()))
        loop = asyncio.get_running_loop()
        late = loop.call_later(_left(given, _ACKNOWLEDGE), waiting.is_late)
        try:
            answer, kept = await self._heard(given, waiting)
            return await self._shown(given, answer, waiting, kept=kept)
        finally:
            late.cancel()

    async def _heard(self, given: Delivery, waiting: Waiting) -> tuple[Answer | None, bool]:
        """What is not heard soon may be answered with a form, for which a view has to stand open by then."""
        opening: list[asyncio.Task[None]] = []

        def open_one() -> None:
            if given.from_ != "sheet":
                opening.append(self._hands.take(self._showing.open_waiting(given, waiting)))

        soon = asyncio.get_running_loop().call_later(_left(given, _HEAR_FIRST), open_one)
        try:
            answer, kept = await self._hear(given)
        finally:
            soon.cancel()
        if kept:
            waiting.is_heard()
        if opening:  # whatever became of it, the answer is shown: the hands tell what failed
            await asyncio.wait(opening)
        return answer, kept

    async def _shown(self, given: Delivery, answer: Answer | None, waiting: Waiting, *, kept: bool) -> Reply:
        try:
            return await self._show(given, answer, waiting, _key(given))
        except Refused as no:
            log.warning("%s %s was not answered: %s", given.from_, log_name(given.event), no.code or "no answer")
        except Exception as failed:  # a fault of ours in showing it
            log.error("%s %s was not answered: %s", given.from_, log_name(given.event), type(failed).__name__)
        with suppress(Refused):  # that there is no answer is told at least
            return await self._show(given, Whisper(sentence(self._sentences.unshown)), waiting, _failed(given))
        return Reply() if kept else Reply(status=500, final=False)  # Slack tells them that something is wrong

    async def _hear(self, given: Delivery) -> tuple[Answer | None, bool]:
        """And whether it was kept. Raises nothing: a person waits, and Slack would not deliver it again."""
        try:
            return await self._ears.hear(given.event), True
        except Exception as failed:
            log.error("%s %s failed: %s", given.from_, log_name(given.event), type(failed).__name__)
            return Whisper(sentence(self._sentences.failed)), False

    async def _show(self, given: Delivery, answer: Answer | None, waiting: Waiting, key: str) -> Reply:
        if isinstance(answer, Open):
            await self._showing.show_form(given, answer.form, waiting)
            return Reply()
        post = self._showing.post(given, answer)
        filled = bool(waiting.view) and await self._showing.fill(waiting, self._showing.sheet(given, post))
        if given.from_ in ("sheet", "page"):
            if not filled:
                await self._showing.show_sheet(given, post, key)
            return Reply()
        anybodys = isinstance(answer, Whisper) and answer.aloud is not None
        # Beside a sheet they waited at, too: that is gone once it is closed.
        messages = render.known_messages(post) if anybodys else render.messages(post)
        if given.from_ == "command" and len(messages) == 1 and not waiting.late:
            return Reply({"response_type": "ephemeral", **messages[0]})
        try:
            await self._showing.reply(given, post, key)
        except Refused:
            if not filled:
                raise
        return Reply()

    # ------------------------------------------------------------ forms

    async def _form(self, given: Delivery, view: Mapping[str, Any]) -> Reply:
        """What was typed stays in the form whatever goes wrong; Slack keeps it there until a good answer comes."""
        try:
            answer = await self._ears.hear(given.event)
        except Exception as failed:
            log.error("form %s failed: %s", log_name(given.event), type(failed).__name__)
            return self._wrong(given, view, {"": self._sentences.failed})
        match answer:
            case None:
                return self._wrong(given, view, {"": self._sentences.no_council})
            case Reject(problems=wrong):
                return self._wrong(given, view, wrong)
            case Open(form=form):
                return self._next(given, view, form)
        reply = await self._receipt(given, self._showing.post(given, answer))
        if given.home:
            self._hands.take(self._redraw(given))
        return reply

    def _next(self, given: Delivery, view: Mapping[str, Any], form: Form) -> Reply:
        try:
            return updated(self._showing.form(given, form))
        except Exception as failed:  # what they typed stays in the form they have
            log.error("form %s: the next could not be drawn: %s", log_name(given.event), type(failed).__name__)
            return self._wrong(given, view, {"": self._sentences.failed})

    async def _receipt(self, given: Delivery, post: Post) -> Reply:
        """In their own chat; in the dialog where that can't be, or there is little time left for it.

        It was taken: whatever goes wrong here, nothing may ask them to send it again.
        """
        try:
            if await self._receipt_in_time(given, post):
                return Reply({"response_action": "clear"})
            return replace(updated(self._showing.sheet(given, post)), final=True)
        except Exception as failed:
            log.error("form %s: its receipt could not be shown: %s", log_name(given.event), type(failed).__name__)
            return replace(updated(self._showing.sheet(given, sentence(self._sentences.unshown))), final=True)

    async def _receipt_in_time(self, given: Delivery, post: Post) -> bool:
        """Where Slack may wait no more, nobody may see the dialog change: then it is told later, all the same."""
        left = _left(given, _ACKNOWLEDGE)
        if left >= _LITTLE:
            return await self._told(given, post, min(_RECEIPT, left))
        if not left:
            self._hands.take(self._told(given, post, SAY))
        return False

    async def _told(self, given: Delivery, post: Post, within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                await self._showing.tell(given, post, _key(given), within)
        except (Refused, TimeoutError):
            log.debug("form %s: what came of it is not in their own chat", log_name(given.event))
            return False
        return True

    def _wrong(self, given: Delivery, view: Mapping[str, Any], wrong: Mapping[str, str]) -> Reply:
        return problems(given, view, wrong, self._sentences)


def _left(given: Delivery, span: float) -> float:
    """Seconds until the request is so many seconds old."""
    return max(0.0, given.came + span - asyncio.get_running_loop().time())


def _key(given: Delivery) -> str:
    """What is said is said once: to a delivery, and a greeting in a chat (`Workspace.is_new` has the last word)."""
    return f"greeting-{given.event.where.id}" if given.from_ == "opened" else f"answer-{given.event.id}"


def _failed(given: Delivery) -> str:
    """That there is no answer is said once, too, though a part of one may have been."""
    return f"failed-{given.event.id}"
