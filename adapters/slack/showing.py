"""Where an answer is shown, in one workspace.

In: an answer, or a post of our own, for whoever did something. Out: calls to Slack; `Refused` where none of them helps.
Never: shows anybody else what is for one person: where that can't be, it goes into their own chat.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from adapters.slack import render, views
from adapters.slack.parse import Delivery
from adapters.slack.refusals import Refused
from adapters.slack.replies import ephemeral, once_more, sentence
from adapters.slack.workspace import REPLY_USES, Workspace
from bot.conversation import Answer, Form, Post, Reject, Whisper
from bot.log_name import log_name

log = logging.getLogger(__name__)

#: Seconds for calls to Slack while somebody waits.
SAY: Final = 2.0
_OPEN: Final = 1.5
#: docs.slack.dev, "Views": the characters of an `external_id`, which is one view's alone.
_EXTERNAL: Final = 255


class Waiting:
    """One request that somebody waits at, and the view they look at, by a name of it.

    `late`: Slack waits no more. It is acknowledged then, or as soon as what it brought was heard.
    """

    def __init__(self, view: str, acknowledge: Callable[[], None]) -> None:
        self.view = {"view_id": view} if view else {}
        self.late = False
        self._heard = False
        self._acknowledge = acknowledge

    def is_heard(self) -> None:
        """All of it is kept."""
        self._heard = True
        if self.late:
            self._acknowledge()

    def is_late(self) -> None:
        """The time is over in which Slack takes an answer."""
        self.late = True
        if self._heard:
            self._acknowledge()


class Showing:
    """What people see of the answers. `key`: what was said under it already is not said again."""

    def __init__(self, workspace: Workspace, sentences: render.Sentences) -> None:
        self._workspace = workspace
        self._sentences = sentences

    # ------------------------------------------------------------ said

    async def say(self, given: Delivery, post: Post, key: str) -> None:
        """An answer to words: in the chat, or in the channel for them alone."""
        where, user = given.event.where, given.event.who.id
        if where.private:
            return await self._workspace.say(where, key, render.messages(post), SAY)
        try:
            return await self._workspace.whisper(where, user, key, render.messages(post), SAY)
        except Refused as no:
            if no.code == "ratelimited" or no.unsure or no.ours:
                raise
        return await self.tell(given, post, key, SAY)

    async def tell(self, given: Delivery, post: Post, key: str, within: float, begin: int = 0) -> None:
        """In their own chat, where they did not ask: a device that is locked shows its title alone, if it has one."""
        said = render.messages(post, notice=True)[begin:]
        await self._workspace.send(given.event.who.id, key, said, within, paced=False)

    async def reply(self, given: Delivery, post: Post, key: str) -> None:
        """Where they asked, for them alone; what does not go there any more goes into their own chat."""
        if given.from_ == "post" and given.event.where.private:
            return await self._say_here(given, post, key)
        messages, said = render.messages(post), 0
        try:
            for message in messages[:REPLY_USES]:
                instead = given.from_ == "aside" and said == 0
                await self._workspace.calls.reply(given.reply, SAY, ephemeral(given, message, instead=instead))
                said += 1
        except Refused as no:
            log.debug("%s %s: no reply could be made: %s", given.from_, log_name(given.event), no.code or "no answer")
        if said < len(messages):
            await self.tell(given, post, key, SAY, said)
        return None

    async def _say_here(self, given: Delivery, post: Post, key: str) -> None:
        """In their own chat, where they pressed the button; in its thread."""
        messages = render.messages(post)
        try:
            await self._workspace.say(given.event.where, key, messages, SAY)
        except Refused as no:
            left = self._workspace.unsaid(key, messages)
            if no.unsure or len(left) > REPLY_USES:
                raise
            for message in left:
                await self._workspace.calls.reply(given.reply, SAY, ephemeral(given, message, instead=False))

    # ------------------------------------------------------------ views

    async def publish(self, user: str, posts: Sequence[Post]) -> None:
        """Somebody's own page."""
        await self._workspace.calls("views.publish", SAY, user_id=user, view=views.page(posts, self._sentences))

    async def open_waiting(self, given: Delivery, waiting: Waiting) -> None:
        """Perhaps a form comes of it; then the trigger would be too old to open it."""
        named = {"external_id": given.event.id[-_EXTERNAL:]}
        try:
            opened = await self._open(given, views.waiting(self._sentences) | named)
            waiting.view = {"view_id": opened} if opened else named
        except Refused as no:
            log.debug("%s %s: no sheet to wait at: %s", given.from_, log_name(given.event), no.code or "no answer")
            if not no.code:  # perhaps it is there all the same
                waiting.view = named

    async def show_form(self, given: Delivery, form: Form, waiting: Waiting) -> None:
        """A form; where it can't be opened any more, a button that asks for it again."""
        view = self.form(given, form)
        if await self.fill(waiting, view):
            return
        try:
            await self._open(given, view)
        except Refused as no:
            log.debug("%s %s: no form could be opened: %s", given.from_, log_name(given.event), no.code or "no answer")
            await self.reply(given, once_more(given, self._sentences), f"answer-{given.event.id}")

    async def show_sheet(self, given: Delivery, post: Post, key: str) -> None:
        """A post in a dialog; where none can be opened, in their own chat."""
        try:
            await self._open(given, self.sheet(given, post))
        except Refused:
            await self.tell(given, post, key, SAY)

    async def fill(self, waiting: Waiting, filled: views.View) -> bool:
        """Whether it could be put into a view that stands open; the person may have closed it."""
        if not waiting.view:
            return False
        try:
            await self._workspace.calls("views.update", SAY, **waiting.view, view=filled)
        except Refused as no:
            log.info("a view could not be filled: %s", no.code or "no answer")
            return False
        return True

    async def _open(self, given: Delivery, view: views.View) -> str:
        """The id of the view. Raises `Refused`."""
        answer = await self._workspace.calls("views.open", _OPEN, trigger_id=given.trigger, view=view)
        opened = answer.get("view")
        return str(opened.get("id") or "") if isinstance(opened, Mapping) else ""

    # ------------------------------------------------------------ drawing

    def post(self, given: Delivery, answer: Answer | None) -> Post:
        """An answer that is read."""
        match answer:
            case Whisper(post=post):
                return post
            case None:
                return sentence(self._sentences.no_council)
            case Reject(problems=wrong):
                return sentence("\n".join(wrong.values()))
        log.error(
            "%s %s got an answer that does not fit: %s", given.from_, log_name(given.event), type(answer).__name__
        )
        return sentence(self._sentences.unshown)

    def sheet(self, given: Delivery, post: Post) -> views.View:
        """A post as a dialog."""
        return views.sheet(post, self._sentences, given.event.where, home=given.home, before=given.forms)

    def form(self, given: Delivery, form: Form) -> views.View:
        """A form as a dialog."""
        return views.form(form, given.event.where, self._sentences, home=given.home, before=given.forms)
