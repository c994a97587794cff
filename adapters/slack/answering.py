"""What somebody gets back who is waiting for it.

In: a delivery. Out: what Slack is acknowledged with (`Reply`), and whatever is shown beside that.
Never: acknowledges before the bot has kept what it heard; shows anybody else what is for one person: where that can't
be, it goes into their own chat, or is left unsaid.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol

from adapters.slack import render, views
from adapters.slack.hands import Hands
from adapters.slack.parse import Delivery
from adapters.slack.refusals import Refused
from adapters.slack.replies import Reply, ephemeral, once_more, problems, sentence
from adapters.slack.workspace import REPLY_USES, Workspace
from bot.conversation import Answer, Event, Form, Open, Page, Post, Reject, Visit, Whisper

log = logging.getLogger(__name__)

#: docs.slack.dev, "Handling user interaction": Slack waits three seconds, and a trigger opens a modal for as long.
_ACKNOWLEDGE: Final = 2.5
#: After so long it is not waited for any more to know whether a form is to be opened: one is, to be filled then.
_HEAR_FIRST: Final = 1.2
#: Seconds for calls to Slack while somebody waits.
_OPEN: Final = 1.5
_SAY: Final = 2.0
#: A receipt that could not be put into their own chat so fast is shown in the modal.
_RECEIPT: Final = 1.5


class Ears(Protocol):
    """The bot, as far as this adapter knows it."""

    async def hear(self, event: Event) -> Answer | None:
        """One event, one turn; the answer is for whoever is asking."""
        ...


class _Waiting:
    """One request that somebody waits at: whether Slack waits no more, and the sheet that was opened meanwhile."""

    def __init__(self) -> None:
        self.late = False
        self.sheet = ""


class Answering:
    """Answers in one workspace. What goes on after the acknowledgement is in its hands."""

    def __init__(
        self,
        workspace: Workspace,
        ears: Ears,
        sentences: render.Sentences,
        hands: Hands,
    ) -> None:
        self._workspace = workspace
        self._ears = ears
        self._sentences = sentences
        self._hands = hands

    async def take(self, given: Delivery, view: Mapping[str, Any]) -> Reply:
        """Hear it, and answer. `view` is the modal sent in, as it came."""
        match given.from_:
            case "chat" | "mention" | "home" | "opened":
                return await self._event(given)
            case "form":
                reply = await self._form(given, view)
            case _:
                reply = await self._asked(given)
        if given.home and reply.final:
            self._hands.take(self._redraw(given))
        return reply

    # ------------------------------------------------------------ events: Slack delivers again what failed

    async def _event(self, given: Delivery) -> Reply:
        try:
            if given.from_ == "opened" and not await self._workspace.is_new(given.event.where.id, _SAY):
                return Reply()
            await self._say_answer(given, await self._ears.hear(given.event))
        except Refused as no:
            log.warning("%s %s was not answered: %s", given.from_, given.event.id, no.code or "no answer")
            return Reply(status=500, final=False) if no.again else Reply()
        except Exception as failed:  # only its kind is told: an error may hold somebody's words
            log.error("%s %s failed: %s", given.from_, given.event.id, type(failed).__name__)
            return Reply(status=500, final=False)
        return Reply()

    async def _say_answer(self, given: Delivery, answer: Answer | None) -> None:
        if given.from_ == "home":
            posts = answer.posts if isinstance(answer, Page) else (self._post_of(given, answer),)
            await self._publish(given.event.who.id, posts)
            return
        messages, key = render.messages(self._post_of(given, answer)), _key(given)
        where, user = given.event.where, given.event.who.id
        if where.private:
            await self._workspace.say(where, key, messages, _SAY)
            return
        try:
            await self._workspace.whisper(where, user, key, messages, _SAY)
        except Refused as no:
            if no.again:
                raise
            await self._workspace.send(user, key, messages, _SAY, paced=False)

    async def _publish(self, user: str, posts: Sequence[Post]) -> None:
        await self._workspace.calls("views.publish", _SAY, user_id=user, view=views.page(posts, self._sentences))

    async def _redraw(self, given: Delivery) -> None:
        """The page they came from, as things stand now."""
        event = given.event
        visit = Visit(id=f"redraw:{event.id}", who=event.who, where=event.where, at=event.at)
        try:
            answer = await self._ears.hear(visit)
            if isinstance(answer, Page):
                await self._publish(event.who.id, answer.posts)
        except Exception as failed:  # they see it as it was, until they open it again
            log.warning("a page was not drawn anew after %s: %s", event.id, type(failed).__name__)

    # ------------------------------------------------------------ commands and buttons

    async def _asked(self, given: Delivery) -> Reply:
        """The answer, if it comes in time; else it follows.

        However late: what was not kept is not acknowledged, so that Slack tells them that something is wrong.
        """
        waiting = _Waiting()
        hearing = self._hands.take(self._hear(given))
        whole = self._hands.take(self._shown(given, hearing, waiting))
        await asyncio.wait({whole}, timeout=_ACKNOWLEDGE)
        if whole.done():
            return whole.result()
        waiting.late = True
        await asyncio.wait({hearing})
        return Reply()

    async def _shown(self, given: Delivery, hearing: asyncio.Task[Answer | None], waiting: _Waiting) -> Reply:
        if given.from_ != "sheet":
            await asyncio.wait({hearing}, timeout=_HEAR_FIRST)
            if not hearing.done():
                await self._open_waiting(given, waiting)
        answer = await hearing
        try:
            return await self._show(given, answer, waiting)
        except Refused as no:
            log.warning("%s %s was not answered: %s", given.from_, given.event.id, no.code or "no answer")
        except Exception as failed:  # a fault of ours in showing it: that there is no answer is told at least
            log.error("%s %s was not answered: %s", given.from_, given.event.id, type(failed).__name__)
            with suppress(Refused):
                await self._show_messages(given, render.messages(sentence(self._sentences.failed)))
        return Reply()

    async def _hear(self, given: Delivery) -> Answer | None:
        """Raises nothing: a person waits, and Slack would not deliver it again."""
        try:
            return await self._ears.hear(given.event)
        except Exception as failed:
            log.error("%s %s failed: %s", given.from_, given.event.id, type(failed).__name__)
            return Whisper(sentence(self._sentences.failed))

    async def _open_waiting(self, given: Delivery, waiting: _Waiting) -> None:
        """Perhaps a form comes of it; then the trigger would be too old to open it."""
        try:
            waiting.sheet = await self._open(given, views.waiting(self._sentences))
        except Refused as no:
            log.info("%s %s: no sheet to wait at: %s", given.from_, given.event.id, no.code or "no answer")

    async def _show(self, given: Delivery, answer: Answer | None, waiting: _Waiting) -> Reply:
        sheet = waiting.sheet or (given.view if given.from_ == "sheet" else "")
        if isinstance(answer, Open):
            await self._show_form(given, answer.form, sheet)
            return Reply()
        post = self._post_of(given, answer)
        filled = bool(sheet) and await self._filled(sheet, self._sheet(given, post))
        if given.from_ in ("sheet", "page"):
            if not filled:
                await self._show_sheet(given, post)
            return Reply()
        messages = render.messages(post)  # beside a sheet they waited at, too: that is gone once it is closed
        if given.from_ == "command" and len(messages) == 1 and not waiting.late:
            return Reply({"response_type": "ephemeral", **messages[0]})
        await self._show_messages(given, messages)
        return Reply()

    async def _show_form(self, given: Delivery, form: Form, sheet: str) -> None:
        view = self._form_view(given, form)
        if sheet and await self._filled(sheet, view):
            return
        try:
            await self._open(given, view)
        except Refused as no:
            log.info("%s %s: no form could be opened: %s", given.from_, given.event.id, no.code or "no answer")
            await self._show_messages(given, render.messages(once_more(given, self._sentences)))

    async def _show_sheet(self, given: Delivery, post: Post) -> None:
        try:
            await self._open(given, self._sheet(given, post))
        except Refused:
            await self._in_private(given, render.messages(post))

    async def _show_messages(self, given: Delivery, messages: Sequence[render.Message]) -> None:
        """Where they asked, for them alone; what does not go there any more goes into their own chat."""
        if given.from_ == "post" and given.event.where.private:
            await self._in_private(given, messages)
            return
        rest = list(messages)
        try:
            for use in range(min(len(messages), REPLY_USES)):
                instead = given.from_ == "aside" and use == 0
                await self._workspace.calls.reply(given.reply, _SAY, ephemeral(given, messages[use], instead=instead))
                rest.pop(0)
        except Refused as no:
            log.info("%s %s: no reply could be made: %s", given.from_, given.event.id, no.code or "no answer")
        if rest:
            await self._in_private(given, rest)

    async def _in_private(self, given: Delivery, messages: Sequence[render.Message]) -> None:
        """In their own chat; in the thread they are in there, if it is there that they are."""
        if given.from_ != "post" or not given.event.where.private:
            await self._workspace.send(given.event.who.id, _key(given), messages, _SAY, paced=False)
            return
        try:
            await self._workspace.say(given.event.where, _key(given), messages, _SAY)
        except Refused as no:
            if no.unsure or len(messages) > REPLY_USES:
                raise
            for message in messages:
                await self._workspace.calls.reply(given.reply, _SAY, ephemeral(given, message, instead=False))

    # ------------------------------------------------------------ forms

    async def _form(self, given: Delivery, view: Mapping[str, Any]) -> Reply:
        """What was typed stays in the form whatever goes wrong; Slack keeps it there until a good answer comes."""
        try:
            answer = await self._ears.hear(given.event)
        except Exception as failed:
            log.error("form %s failed: %s", given.event.id, type(failed).__name__)
            return self._wrong(given, view, {"": self._sentences.failed})
        match answer:
            case None:
                return self._wrong(given, view, {"": self._sentences.no_council})
            case Reject(problems=wrong):
                return self._wrong(given, view, wrong)
            case Open(form=form):
                return Reply({"response_action": "update", "view": self._form_view(given, form)}, final=False)
            case _:
                return await self._receipt(given, self._post_of(given, answer))

    async def _receipt(self, given: Delivery, post: Post) -> Reply:
        try:
            async with asyncio.timeout(_RECEIPT):
                messages = render.messages(post)
                await self._workspace.send(given.event.who.id, _key(given), messages, _RECEIPT, paced=False)
        except (Refused, TimeoutError):
            log.info("form %s: what came of it is shown in the form", given.event.id)
            return Reply({"response_action": "update", "view": self._sheet(given, post)}, final=False)
        return Reply({"response_action": "clear"})

    def _wrong(self, given: Delivery, view: Mapping[str, Any], wrong: Mapping[str, str]) -> Reply:
        return problems(given, view, wrong, self._sentences)

    # ------------------------------------------------------------ drawing

    def _post_of(self, given: Delivery, answer: Answer | None) -> Post:
        match answer:
            case Whisper(post=post):
                return post
            case None:
                return sentence(self._sentences.no_council)
            case Reject(problems=wrong):
                return sentence("\n".join(wrong.values()))
        log.error("%s %s got an answer that does not fit: %s", given.from_, given.event.id, type(answer).__name__)
        return sentence(self._sentences.failed)

    def _sheet(self, given: Delivery, post: Post) -> views.View:
        return views.sheet(post, self._sentences, given.event.where, home=given.home, before=given.forms)

    def _form_view(self, given: Delivery, form: Form) -> views.View:
        return views.form(form, given.event.where, self._sentences, home=given.home, before=given.forms)

    async def _open(self, given: Delivery, view: views.View) -> str:
        """The id of the view. Raises `Refused`."""
        answer = await self._workspace.calls("views.open", _OPEN, trigger_id=given.trigger, view=view)
        opened = answer.get("view")
        return str(opened["id"]) if isinstance(opened, Mapping) else ""

    async def _filled(self, view: str, filled: views.View) -> bool:
        """Whether it could be put into a view that stands open; the person may have closed it."""
        try:
            await self._workspace.calls("views.update", _SAY, view_id=view, view=filled)
        except Refused as no:
            log.info("a view could not be filled: %s", no.code or "no answer")
            return False
        return True


def _key(given: Delivery) -> str:
    """What is said is said once: to a delivery, and for a greeting ever."""
    return f"greeting-{given.event.where.id}" if given.from_ == "opened" else f"answer-{given.event.id}"
